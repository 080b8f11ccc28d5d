drop table standups.lifted;
alter table standups.actions no force row level security;
delete from standups.actions a
 where a.kind = 'lift_blocker';
alter table standups.actions force row level security;
alter table standups.actions drop constraint actions_kind_check;
alter table standups.actions add constraint actions_kind_check check (
  kind in ('complete_task', 'complete_step', 'start_step', 'note_blocker')
);
