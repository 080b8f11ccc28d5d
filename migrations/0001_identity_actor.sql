-- Who is acting in this transaction, and whom they may see and write for.
--
-- identity.enter() (0002) works these out once and keeps them in settings that end
-- with the transaction. The functions here only read those settings, so a policy
-- that calls them reads no table and can't recurse.
--
-- Their bodies are parsed when they are made, so no search path can lead them astray, and
-- none is set: that lets PostgreSQL put the body in the place of the call. A function with
-- settings of its own is called instead, and every policy of every statement pays for it.

create schema identity;
grant usage on schema identity to milepost_app, milepost_operator;

-- Whatever the owner makes later, the operator can back up, verify and repair.
alter default privileges for role milepost_owner
  grant all on tables to milepost_operator;
alter default privileges for role milepost_owner
  grant usage on schemas to milepost_operator;
alter default privileges for role milepost_owner
  revoke execute on functions from public;

create function identity.tenant() returns uuid
language sql stable parallel safe
return nullif(current_setting('milepost.tenant', true), '')::uuid;

create function identity.actor() returns uuid
language sql stable parallel safe
return nullif(current_setting('milepost.actor', true), '')::uuid;

create function identity.account() returns uuid
language sql stable parallel safe
return nullif(current_setting('milepost.account', true), '')::uuid;

-- Levels, each holding the next: known (a name), basic (progress), detailed
-- (results), full (content).
create function identity.sees(level text) returns uuid[]
language sql stable parallel safe
return coalesce(nullif(current_setting('milepost.sees_' || level, true), '')::uuid[], '{}');

-- The level up to which the actor sees everybody in the tenant: an administrator
-- sees all progress without a list of ten thousand people; a worker sees all.
create function identity.sees_all(level text) returns boolean
language sql stable parallel safe
return coalesce(
  array_position(array['known', 'basic', 'detailed', 'full'], level)
    <= array_position(
      array['known', 'basic', 'detailed', 'full'],
      nullif(current_setting('milepost.sees_all', true), '')
    ),
  false
);

-- Subjects the actor may write for: the person, and the organizations they act in.
create function identity.writes() returns uuid[]
language sql stable parallel safe
return coalesce(nullif(current_setting('milepost.writes', true), '')::uuid[], '{}');

-- Administrators and workers may change who belongs to the tenant.
create function identity.manages() returns boolean
language sql stable parallel safe
return coalesce(nullif(current_setting('milepost.manages', true), '')::boolean, false);

grant execute on all functions in schema identity to milepost_app, milepost_operator;
