-- Benchmarks are counted by nobody in particular, over what companies agreed to share.
--
-- identity.pool() names the tenants whose shared outcomes may be counted: the actor's own, or,
-- where that tenant joined the pool of all tenants, every tenant that did.
create function identity.pool() returns uuid[]
language sql stable parallel safe
return coalesce(nullif(current_setting('milepost.pool', true), '')::uuid[], '{}');
grant execute on function identity.pool() to milepost_app, milepost_operator;

grant create on schema identity to milepost_operator;
create function identity.enter_pool(p_tenant uuid) returns void
language plpgsql
security definer
set search_path = ''
as $$
declare
  v_tenants uuid[];
begin
  select coalesce(array_agg(t.id), array[p_tenant])
    into v_tenants
    from identity.tenants t
   where t.settings @> '{"joins_pool": true}'
     and exists (
       select 1
         from identity.tenants own
        where own.id = p_tenant
          and own.settings @> '{"joins_pool": true}'
     );
  perform set_config('milepost.tenant', p_tenant::text, true),
          set_config('milepost.pool', v_tenants::text, true);
end
$$;
alter function identity.enter_pool(uuid) owner to milepost_operator;
revoke create on schema identity from milepost_operator;
set local role milepost_operator;
revoke execute on function identity.enter_pool(uuid) from public;
grant execute on function identity.enter_pool(uuid) to milepost_app;
reset role;
