drop schema identity cascade;
alter default privileges for role milepost_owner
  revoke all on tables from milepost_operator;
alter default privileges for role milepost_owner
  revoke usage on schemas from milepost_operator;
alter default privileges for role milepost_owner
  grant execute on functions to public;
