-- What was noted to block a step may be out of the way before the step is done: whoever acts for
-- the company says so, of what a colleague noted too. That it was noted stays.

alter table standups.actions drop constraint actions_kind_check;
alter table standups.actions add constraint actions_kind_check check (
  kind in ('complete_task', 'complete_step', 'start_step', 'note_blocker', 'lift_blocker')
);

create table standups.lifted (
  tenant_id uuid not null,
  action_id uuid not null,
  subject_id uuid not null,
  lifted_by uuid not null,
  lifted_at timestamptz not null,
  primary key (tenant_id, action_id),
  foreign key (tenant_id, subject_id) references identity.subjects (tenant_id, id)
    on delete cascade,
  foreign key (tenant_id, action_id) references standups.actions (tenant_id, id)
    on delete cascade
);
comment on column standups.lifted.action_id is 'the action that noted the blocker';
create index on standups.lifted (tenant_id, subject_id);
alter table standups.lifted enable row level security, force row level security;
create policy read on standups.lifted for select
  using (
    tenant_id = (select identity.tenant())
    and ((select identity.sees_all('full')) or subject_id in (select unnest(identity.writes())))
  );
create policy make on standups.lifted for insert
  with check (
    tenant_id = (select identity.tenant())
    and subject_id in (select unnest(identity.writes()))
    and lifted_by = (select identity.actor())
  );
grant select, insert on standups.lifted to milepost_app;
