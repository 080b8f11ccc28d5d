-- What a firm's portfolio comes to: figures over the companies that let it in, each at the level
-- that it was let in at. A cache: made anew by a job, and by whoever looks when it no longer
-- rests on the companies that let the firm in now.

create table insights.portfolio_insights (
  tenant_id uuid not null,
  subject_id uuid not null,
  rests_on text not null,
  total_companies integer not null check (total_companies >= 0),
  average_progress_by_domain jsonb not null,
  risk_indicators jsonb not null,
  calculated_at timestamptz not null,
  primary key (tenant_id, subject_id),
  foreign key (tenant_id, subject_id) references identity.subjects (tenant_id, id)
    on delete cascade
);
comment on column insights.portfolio_insights.subject_id is
  'the firm, or the person who invests on their own account';
comment on column insights.portfolio_insights.rests_on is
  'a digest of the grants it was worked out from: with others it is not shown any more';
alter table insights.portfolio_insights enable row level security, force row level security;
create policy read on insights.portfolio_insights for select
  using (
    tenant_id = (select identity.tenant())
    and (
      (select identity.sees_all('full'))
      or subject_id in (select unnest(identity.writes()))
    )
  );
create policy make on insights.portfolio_insights for insert
  with check (
    tenant_id = (select identity.tenant())
    and subject_id in (select unnest(identity.writes()))
  );
create policy change on insights.portfolio_insights for update
  using (
    tenant_id = (select identity.tenant())
    and subject_id in (select unnest(identity.writes()))
  );
create policy remove on insights.portfolio_insights for delete
  using (
    tenant_id = (select identity.tenant())
    and (
      (select identity.sees_all('full'))
      or subject_id in (select unnest(identity.writes()))
    )
  );
grant select, insert, delete on insights.portfolio_insights to milepost_app;
grant update (rests_on, total_companies, average_progress_by_domain, risk_indicators,
  calculated_at) on insights.portfolio_insights to milepost_app;

-- What a portfolio asks of five hundred companies at once: what each completed in the last weeks,
-- and what it wrote last. Without these every step and outcome of all of them is read.
create index steps_completed on journeys.steps (tenant_id, journey_id, completed_at)
  where state = 'completed' and level = 'detailed';
create index outcomes_newest on journeys.outcomes (tenant_id, journey_id, created_at desc, id desc);
