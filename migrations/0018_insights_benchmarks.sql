-- How others fared: figures over companies that agreed to be counted, and what keeps them from
-- giving anybody away for good.
--
-- None of this belongs to a tenant: what is published of the common pool is made of companies of
-- several, and a block that was counted once must be remembered whoever comes and goes. A tenant
-- is named only as a pool and as where a block's companies are at home; a company is named by a
-- keyed hash of its id, another one for every step. So nothing here says who was counted, and
-- erasing a company leaves nothing to erase.

-- Companies that are counted together, for ever or not at all.
create table insights.benchmark_blocks (
  id uuid primary key default uuidv7(),
  program_id uuid not null references programs.programs (id),
  step_slug text not null,
  home uuid,
  industry text,
  stage text,
  companies uuid[] not null check (cardinality(companies) >= 5),
  marks uuid[] not null check (cardinality(marks) = cardinality(companies)),
  days integer[] not null,
  confidence integer[] not null,
  finished integer not null,
  made_at timestamptz not null
);
comment on column insights.benchmark_blocks.home is
  'the tenant that all of them are in: they are counted where it is, in its own pool or in that
   of all tenants; null: of several tenants, counted in the pool of all';
comment on column insights.benchmark_blocks.companies is 'keyed hashes, in the order of marks';
comment on column insights.benchmark_blocks.marks is
  'the outcomes that were counted: when one is gone or not shared any more, the block goes';
create index on insights.benchmark_blocks (program_id, step_slug);
alter table insights.benchmark_blocks enable row level security, force row level security;
-- All of this is the refresh's own business: see identity.enter_pool.
create policy read on insights.benchmark_blocks for select
  using ((select identity.pool()) <> '{}');
create policy make on insights.benchmark_blocks for insert
  with check ((select identity.pool()) <> '{}');
create policy remove on insights.benchmark_blocks for delete
  using ((select identity.pool()) <> '{}');
grant select, insert, delete on insights.benchmark_blocks to milepost_app;

-- Who was counted in a block that went, and is never counted for that step again.
create table insights.benchmark_spent (
  program_id uuid not null references programs.programs (id),
  step_slug text not null,
  company uuid not null,
  primary key (program_id, step_slug, company)
);
alter table insights.benchmark_spent enable row level security, force row level security;
create policy read on insights.benchmark_spent for select
  using ((select identity.pool()) <> '{}');
create policy make on insights.benchmark_spent for insert
  with check ((select identity.pool()) <> '{}');
grant select, insert on insights.benchmark_spent to milepost_app;

-- By which key the hashes are made: another one would count everybody a second time.
create table insights.benchmark_keys (
  program_id uuid primary key references programs.programs (id),
  fingerprint bytea not null
);
alter table insights.benchmark_keys enable row level security, force row level security;
create policy read on insights.benchmark_keys for select
  using ((select identity.pool()) <> '{}');
create policy make on insights.benchmark_keys for insert
  with check ((select identity.pool()) <> '{}');
grant select, insert on insights.benchmark_keys to milepost_app;

-- When a step's figures were worked out last, and from which blocks.
create table insights.benchmarks (
  pool uuid not null,
  program_id uuid not null references programs.programs (id),
  step_slug text not null,
  stamp text not null,
  calculated_at timestamptz not null,
  primary key (pool, program_id, step_slug)
);
comment on column insights.benchmarks.pool is
  'a tenant; or the nil id: all tenants that joined the common pool';
create index on insights.benchmarks (program_id);
alter table insights.benchmarks enable row level security, force row level security;
create policy read on insights.benchmarks for select
  using (
    (select identity.pool()) <> '{}'
    or (
      (select identity.actor()) is not null
      and (
        pool = (select identity.tenant())
        or pool = '00000000-0000-0000-0000-000000000000'
      )
    )
  );
create policy make on insights.benchmarks for insert
  with check ((select identity.pool()) <> '{}');
create policy change on insights.benchmarks for update
  using ((select identity.pool()) <> '{}');
create policy remove on insights.benchmarks for delete
  using ((select identity.pool()) <> '{}');
grant select, insert, delete on insights.benchmarks to milepost_app;
grant update (stamp, calculated_at) on insights.benchmarks to milepost_app;

-- What is shown. An empty industry or stage stands for all of them.
create table insights.benchmark_cells (
  pool uuid not null,
  program_id uuid not null,
  step_slug text not null,
  industry text not null,
  stage text not null,
  companies integer not null,
  first_quartile double precision not null,
  median double precision not null,
  third_quartile double precision not null,
  durations double precision[] not null,
  confidence double precision[] not null,
  mean_confidence double precision not null,
  finished double precision,
  primary key (pool, program_id, step_slug, industry, stage),
  foreign key (pool, program_id, step_slug)
    references insights.benchmarks (pool, program_id, step_slug)
    on delete cascade
);
alter table insights.benchmark_cells enable row level security, force row level security;
create policy read on insights.benchmark_cells for select
  using (
    (select identity.pool()) <> '{}'
    or (
      (select identity.actor()) is not null
      and (
        pool = (select identity.tenant())
        or pool = '00000000-0000-0000-0000-000000000000'
      )
    )
  );
create policy make on insights.benchmark_cells for insert
  with check ((select identity.pool()) <> '{}');
create policy remove on insights.benchmark_cells for delete
  using ((select identity.pool()) <> '{}');
grant select, insert, delete on insights.benchmark_cells to milepost_app;
