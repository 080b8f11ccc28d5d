-- Who knows how a step went for most of the companies of a block could tell the others from its
-- figures. Which outcomes a person can read, the person's own transaction says; which of them are
-- counted together is the refresh's business and stays so: this only answers whether they are too
-- many. At most two of a block may be known, or three and more must not be: see the promise of
-- contexts/insights/privacy.
grant create on schema insights to milepost_operator;
create function insights.is_mostly_known(
  p_program uuid, p_step text, p_outcomes uuid[], p_most integer, p_least integer
) returns boolean
language plpgsql
stable
security definer
set search_path = ''
as $$
begin
  return exists (
    select
      from insights.benchmark_blocks b
     cross join unnest(b.marks) as m (mark)
      join unnest(p_outcomes) as o (id)
        on o.id = m.mark
     where b.program_id = p_program
       and b.step_slug = p_step
     group by b.id
    having count(*) > p_most
       and cardinality(b.marks) - count(*) < p_least
  );
end
$$;
alter function insights.is_mostly_known(uuid, text, uuid[], integer, integer)
  owner to milepost_operator;
revoke create on schema insights from milepost_operator;
set local role milepost_operator;
revoke execute on function insights.is_mostly_known(uuid, text, uuid[], integer, integer)
  from public;
grant execute on function insights.is_mostly_known(uuid, text, uuid[], integer, integer)
  to milepost_app;
reset role;
