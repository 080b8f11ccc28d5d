set local role milepost_operator;
drop function insights.is_mostly_known(uuid, text, uuid[], integer, integer);
reset role;
