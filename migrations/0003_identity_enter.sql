-- How a transaction begins, and the few things a person does with their own account.
--
-- These run as the operator, who sees every row: they must, to find out who is
-- asking. Each one only looks at, or changes, what its arguments or the actor name.

grant create on schema identity to milepost_operator;

create function identity.enter(p_tenant uuid, p_user uuid, p_now timestamptz)
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

  -- Names: whom one sees and where they belong, one's own audiences, and those who can
  -- be asked for help.
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
    ) k;

  perform set_config('milepost.tenant', p_tenant::text, true),
          set_config('milepost.actor', p_user::text, true),
          set_config('milepost.account', v_user.account_id::text, true),
          set_config('milepost.writes', v_acts::text, true),
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

-- A worker, or the sign-in itself: acts for a tenant, or for none.
create function identity.enter_system(p_tenant uuid) returns void
language plpgsql
security definer
set search_path = ''
as $$
begin
  perform set_config('milepost.tenant', coalesce(p_tenant::text, ''), true),
          set_config('milepost.sees_all', 'full', true),
          set_config('milepost.manages', 'true', true);
end
$$;

-- A session's or an API key's token. last_seen_at is written at most once a minute.
create function identity.enter_token(p_tenant uuid, p_token_hash bytea, p_now timestamptz)
returns table (
  tenant_id uuid,
  user_id uuid,
  account_id uuid,
  role text,
  full_name text,
  email text,
  time_zone text,
  theme text,
  session_id uuid,
  session_kind text,
  scopes text[]
)
language plpgsql
security definer
set search_path = ''
as $$
declare
  v_session identity.sessions;
  v_key identity.api_keys;
begin
  select s.*
    into v_session
    from identity.sessions s
   where s.tenant_id = p_tenant
     and s.token_hash = p_token_hash
     and s.revoked_at is null
     and s.expires_at > p_now;
  if found then
    if v_session.last_seen_at < p_now - interval '1 minute' then
      update identity.sessions s
         set last_seen_at = p_now
       where s.tenant_id = p_tenant
         and s.id = v_session.id
         and s.last_seen_at < p_now - interval '1 minute';
    end if;
    return query
    select e.*, v_session.id, v_session.kind, null::text[]
      from identity.enter(p_tenant, v_session.subject_id, p_now) e;
    return;
  end if;

  select k.*
    into v_key
    from identity.api_keys k
   where k.tenant_id = p_tenant
     and k.token_hash = p_token_hash
     and k.revoked_at is null
     and (k.expires_at is null or k.expires_at > p_now);
  if found then
    if v_key.last_used_at is null or v_key.last_used_at < p_now - interval '1 minute' then
      update identity.api_keys k
         set last_used_at = p_now
       where k.tenant_id = p_tenant
         and k.id = v_key.id;
    end if;
    return query
    select e.*, null::uuid, 'api_key', v_key.scopes
      from identity.enter(p_tenant, v_key.subject_id, p_now) e;
  end if;
end
$$;

-- In which tenants an account is a user. The sign-in asks, before it knows a tenant.
create function identity.users_of_account(p_account uuid)
returns table (tenant_id uuid, tenant_slug text, user_id uuid)
language plpgsql
stable
security definer
set search_path = ''
as $$
begin
  return query
  select u.tenant_id, t.slug, u.id
    from identity.users u
    join identity.tenants t
      on t.id = u.tenant_id
   where u.account_id = p_account
     and u.disabled_at is null
     and (select identity.sees_all('full'))
   order by u.last_login desc nulls last, u.id;
end
$$;

-- The account of an address, made when there is none.
create function identity.ensure_account(p_email text, p_now timestamptz) returns uuid
language plpgsql
security definer
set search_path = ''
as $$
declare
  v_id uuid;
begin
  if not identity.manages() then
    raise insufficient_privilege using message = 'only an administrator adds people';
  end if;
  insert into identity.accounts (email, created_at, updated_at)
  values (lower(p_email), p_now, p_now)
  on conflict (email) do nothing
  returning id into v_id;
  if v_id is null then
    select a.id into v_id from identity.accounts a where a.email = lower(p_email);
  end if;
  return v_id;
end
$$;

create function identity.change_profile(
  p_full_name text, p_time_zone text, p_theme text, p_now timestamptz
) returns void
language plpgsql
security definer
set search_path = ''
as $$
begin
  update identity.users u
     set full_name = p_full_name,
         time_zone = p_time_zone,
         theme = p_theme,
         updated_at = p_now
   where u.tenant_id = identity.tenant()
     and u.id = identity.actor();
end
$$;

-- Takes the acting person out of the tenant, with every row about them in every
-- context (foreign keys to subjects cascade); the account too when it was their last.
create function identity.erase_me() returns void
language plpgsql
security definer
set search_path = ''
as $$
declare
  v_account uuid := identity.account();
begin
  if identity.actor() is null then
    raise insufficient_privilege using message = 'nobody is signed in';
  end if;
  -- What others were answered about them: a repeat of that request is told less.
  update identity.replies r
     set body = null
    from identity.users u
   where u.tenant_id = identity.tenant()
     and u.id = identity.actor()
     and r.tenant_id = u.tenant_id
     and r.subject_id <> u.id
     and (
       position(u.id::text in r.body::text) > 0
       or position(u.email in r.body::text) > 0
     );
  delete from identity.subjects s
   where s.tenant_id = identity.tenant()
     and s.id = identity.actor();
  delete from identity.accounts a
   where a.id = v_account
     and not exists (select 1 from identity.users u where u.account_id = v_account);
end
$$;

alter function identity.enter(uuid, uuid, timestamptz) owner to milepost_operator;
alter function identity.enter_system(uuid) owner to milepost_operator;
alter function identity.enter_token(uuid, bytea, timestamptz) owner to milepost_operator;
alter function identity.users_of_account(uuid) owner to milepost_operator;
alter function identity.ensure_account(text, timestamptz) owner to milepost_operator;
alter function identity.change_profile(text, text, text, timestamptz) owner to milepost_operator;
alter function identity.erase_me() owner to milepost_operator;
revoke create on schema identity from milepost_operator;

set local role milepost_operator;
revoke execute on all functions in schema identity from public;
grant execute on function identity.enter(uuid, uuid, timestamptz) to milepost_app;
grant execute on function identity.enter_system(uuid) to milepost_app;
grant execute on function identity.enter_token(uuid, bytea, timestamptz) to milepost_app;
grant execute on function identity.users_of_account(uuid) to milepost_app;
grant execute on function identity.ensure_account(text, timestamptz) to milepost_app;
grant execute on function identity.change_profile(text, text, text, timestamptz) to milepost_app;
grant execute on function identity.erase_me() to milepost_app;
reset role;
