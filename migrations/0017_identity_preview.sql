-- A company looks at itself with its investors' eyes.

grant create on schema identity to milepost_operator;
set local role milepost_operator;

-- What an audience sees of a company at a level, for whoever acts for that company: the same
-- policies on the same rows, so that there is no second account of who may see what. Nobody
-- acts in such a transaction, and nothing can be written.
create function identity.enter_preview(
  p_tenant uuid, p_user uuid, p_company uuid, p_level text, p_now timestamptz
)
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
  v_company uuid[] := array[p_company];
  v_known uuid[];
begin
  select u.*
    into v_user
    from identity.users u
    join identity.memberships m
      on m.tenant_id = u.tenant_id
     and m.subject_id = u.id
    join identity.organizations o
      on o.tenant_id = m.tenant_id
     and o.id = m.organization_id
   where u.tenant_id = p_tenant
     and u.id = p_user
     and u.disabled_at is null
     and o.id = p_company
     and o.kind = 'company'
     and m.role <> 'viewer'
     and m.created_at <= p_now
     and m.ended_at is null;
  if not found or p_level not in ('basic', 'detailed', 'full') then
    return;
  end if;

  select v_company || coalesce(array_agg(u.id), '{}')
    into v_known
    from identity.users u
   where u.tenant_id = p_tenant
     and u.role in ('guru', 'admin');

  perform set_config('milepost.tenant', p_tenant::text, true),
          set_config(
            'milepost.sees_full',
            case p_level when 'full' then v_company else '{}' end::text,
            true
          ),
          set_config(
            'milepost.sees_detailed',
            case p_level when 'basic' then '{}' else v_company end::text,
            true
          ),
          set_config('milepost.sees_basic', v_company::text, true),
          set_config('milepost.sees_known', v_known::text, true);

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

set local role milepost_operator;
revoke execute on function identity.enter_preview(uuid, uuid, uuid, text, timestamptz) from public;
grant execute on function identity.enter_preview(uuid, uuid, uuid, text, timestamptz)
  to milepost_app;
reset role;
