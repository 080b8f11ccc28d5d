-- Whoever belongs to a firm reads what the firm was let in to, those who only look on as well:
-- enter() keeps the organizations that somebody belongs to beside those that they act for.
create function identity.belongs() returns uuid[]
language sql stable parallel safe
return coalesce(nullif(current_setting('milepost.belongs', true), '')::uuid[], '{}');
grant execute on function identity.belongs() to milepost_app, milepost_operator;

grant create on schema identity to milepost_operator;
set local role milepost_operator;
create or replace function identity.enter(p_tenant uuid, p_user uuid, p_now timestamptz)
returns table (
  tenant_id uuid,
  user_id uuid,
  account_id uuid,
  role text,
  full_name text,
  email text,
  time_zone text,
  theme text
)
language plpgsql
security definer
set search_path = ''
as $$
declare
  v_user identity.users;
  v_acts uuid[];
  v_views uuid[];
  v_full uuid[];
  v_detailed uuid[];
  v_basic uuid[];
  v_known uuid[];
begin
  select u.*
    into v_user
    from identity.users u
   where u.tenant_id = p_tenant
     and u.id = p_user
     and u.disabled_at is null;
  if not found then
    return;
  end if;

  select coalesce(array_agg(m.organization_id) filter (where m.role <> 'viewer'), '{}'),
         coalesce(array_agg(m.organization_id), '{}')
    into v_acts, v_views
    from identity.memberships m
   where m.tenant_id = p_tenant
     and m.subject_id = p_user
     and m.ended_at is null;
  v_acts := array_append(v_acts, p_user);
  v_views := array_append(v_views, p_user);

  select v_views || coalesce(array_agg(g.subject_id) filter (where g.level = 'full'), '{}'),
         v_views || coalesce(array_agg(g.subject_id) filter (where g.level <> 'basic'), '{}'),
         v_views || coalesce(array_agg(g.subject_id), '{}')
    into v_full, v_detailed, v_basic
    from identity.grants g
   where g.tenant_id = p_tenant
     and g.audience_id = any (v_views)
     and g.state = 'active'
     and g.starts_at <= p_now
     and (g.ends_at is null or g.ends_at > p_now);

  -- Names: whom one sees and where they belong, one's own audiences, those who can be asked for
  -- help, those with whom one acts for an organization, and, for whoever acts for a company, the
  -- firms that it could let in.
  select v_basic
         || coalesce(array_agg(k.id), '{}')
    into v_known
    from (
      select g.audience_id as id
        from identity.grants g
       where g.tenant_id = p_tenant
         and g.subject_id = any (v_acts)
         and g.state in ('pending', 'active')
      union
      select r.reader_id
        from identity.reads r
       where r.tenant_id = p_tenant
         and r.subject_id = any (v_acts)
      union
      select u.id
        from identity.users u
       where u.tenant_id = p_tenant
         and u.role in ('guru', 'admin')
      union
      select o.organization_id
        from identity.users o
       where o.tenant_id = p_tenant
         and o.id = any (v_basic)
         and o.organization_id is not null
      union
      select c.subject_id
        from identity.memberships c
       where c.tenant_id = p_tenant
         and c.organization_id = any (v_acts)
         and c.ended_at is null
      union
      select f.id
        from identity.organizations f
       where f.tenant_id = p_tenant
         and f.kind = 'investor'
         and exists (
           select 1
             from identity.organizations own
            where own.tenant_id = p_tenant
              and own.id = any (v_acts)
              and own.kind = 'company'
         )
    ) k;

  perform set_config('milepost.tenant', p_tenant::text, true),
          set_config('milepost.actor', p_user::text, true),
          set_config('milepost.account', v_user.account_id::text, true),
          set_config('milepost.writes', v_acts::text, true),
          set_config('milepost.belongs', v_views::text, true),
          set_config('milepost.sees_full', v_full::text, true),
          set_config('milepost.sees_detailed', v_detailed::text, true),
          set_config('milepost.sees_basic', v_basic::text, true),
          set_config('milepost.sees_known', v_known::text, true),
          set_config(
            'milepost.sees_all',
            case v_user.role when 'admin' then 'basic' else '' end,
            true
          ),
          set_config('milepost.manages', (v_user.role = 'admin')::text, true);

  return query
  select v_user.tenant_id,
         v_user.id,
         v_user.account_id,
         v_user.role,
         v_user.full_name,
         v_user.email,
         v_user.time_zone,
         v_user.theme;
end
$$;
reset role;
revoke create on schema identity from milepost_operator;

-- Who looks on for an audience sees what lets it in; what it asked for, was refused or gave up is
-- the business of those who act for it.
drop policy read on identity.grants;
create policy read on identity.grants for select
  using (
    tenant_id = (select identity.tenant())
    and (
      (select identity.sees_all('basic'))
      or subject_id in (select unnest(identity.writes()))
      or audience_id in (select unnest(identity.writes()))
      or (state = 'active' and audience_id in (select unnest(identity.belongs())))
    )
  );

-- What a portfolio comes to is read by all of the firm, and worked out by those who act for it.
drop policy read on insights.portfolio_insights;
create policy read on insights.portfolio_insights for select
  using (
    tenant_id = (select identity.tenant())
    and (
      (select identity.sees_all('full'))
      or subject_id in (select unnest(identity.belongs()))
    )
  );
