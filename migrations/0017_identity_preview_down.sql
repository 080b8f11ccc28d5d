grant create on schema identity to milepost_operator;
set local role milepost_operator;
drop function identity.enter_preview(uuid, uuid, uuid, text, timestamptz);

reset role;
revoke create on schema identity from milepost_operator;
