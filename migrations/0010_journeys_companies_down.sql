drop table journeys.progress;
drop table journeys.tasks;
drop table journeys.plan_steps;

-- What only companies have goes with them.
set local role milepost_operator;
delete from journeys.facts
 where kind in ('reopened', 'explained', 'ticked', 'unticked');
delete from journeys.journeys
 where name <> '';
reset role;

drop policy read on journeys.facts;
create policy read on journeys.facts for select
  using (
    tenant_id = (select identity.tenant())
    and (
      (select identity.sees_all('full'))
      or subject_id in (select unnest(identity.sees('full')))
      or (
        detail is null
        and (
          (select identity.sees_all('basic'))
          or subject_id in (select unnest(identity.sees('basic')))
        )
      )
    )
  );
alter table journeys.facts
  drop constraint facts_check,
  drop constraint facts_kind_check,
  add constraint facts_kind_check check (kind in ('started', 'completed', 'skipped', 'kept')),
  drop column level;

drop policy read on journeys.steps;
create policy read on journeys.steps for select
  using (
    tenant_id = (select identity.tenant())
    and ((select identity.sees_all('basic')) or subject_id in (select unnest(identity.sees('basic'))))
  );
alter table journeys.steps
  drop column level;

alter table journeys.journeys
  drop constraint journeys_tenant_id_subject_id_program_id_name_key,
  add unique (tenant_id, subject_id, program_id),
  drop column plan_stamp,
  drop column status,
  drop column name;

alter table journeys.submissions
  add foreign key (tenant_id, user_id) references identity.users (tenant_id, id);
