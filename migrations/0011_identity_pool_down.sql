set local role milepost_operator;
drop function identity.enter_pool(uuid);
reset role;
drop function identity.pool();
