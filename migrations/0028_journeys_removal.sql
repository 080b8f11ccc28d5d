-- A company takes away a step of its plan that nobody worked on: its row in the plan goes, and where
-- it stood. What happened (journeys.facts) is never taken away, and a person's steps are the
-- program's: they stay.
create policy remove on journeys.plan_steps for delete
  using (
    tenant_id = (select identity.tenant())
    and subject_id in (select unnest(identity.writes()))
  );
grant delete on journeys.plan_steps to milepost_app;

create policy remove on journeys.steps for delete
  using (
    tenant_id = (select identity.tenant())
    and level = 'detailed'
    and subject_id in (select unnest(identity.writes()))
  );
grant delete on journeys.steps to milepost_app;
