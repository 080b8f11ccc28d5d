"""Fills a tenant with companies that walk the startup journey, and a firm that all of them let in.

Set-based SQL as the operator, like `population`, whose ids and tokens of people it shares.
"""

import psycopg

from benchmarks import population

PROGRAM = "startup-journey"
INVESTOR = 900_001


def fill(operator: psycopg.Connection, *, companies: int) -> None:
    """Make the companies, each a third to two thirds through the framework."""
    values = {
        "tenant": population.TENANT,
        "companies": companies,
        "program": PROGRAM,
        "investor": INVESTOR,
        "account": population.account_id(INVESTOR),
        "user": population.user_id(INVESTOR),
        "firm": population.organization_id(INVESTOR),
    }
    with operator.transaction():
        operator.execute("set local timezone to 'UTC'")
        operator.execute("select set_config('milepost.tenant', %s, true)", [str(population.TENANT)])
        for statement in (*_SIDES, *_WALKS):
            operator.execute(statement, values)


_SIDES = (
    """
    create temp table venture on commit drop as
    select n as number,
           ('01900000-0005-7000-8000-' || lpad(n::text, 12, '0'))::uuid as id,
           ('01900000-0006-7000-8000-' || lpad(n::text, 12, '0'))::uuid as journey_id,
           (array['Lind', 'Okafor', 'Brandt', 'Silva', 'Kaya', 'Moreau', 'Vos'])[1 + n %% 7]
             || ' ' || (array['Labs', 'Foods', 'Health', 'Works', 'Robotics'])[1 + n %% 5]
             || ' ' || n as name,
           50 + n * 37 %% 60 as done,
           now() - interval '200 days' as began
      from generate_series(1, %(companies)s) n
    """,
    "analyze venture",
    """
    insert into identity.tenants (id, slug, name, created_at)
    values (%(tenant)s, 'main', 'Lindwerk School', now())
    """,
    """
    insert into identity.accounts (id, email, created_at, updated_at)
    values (%(account)s, 'investor@lindwerk.test', now(), now())
    """,
    """
    insert into identity.subjects (tenant_id, id, kind)
    select %(tenant)s, v.id, 'organization'
      from venture v
     union all
    values (%(tenant)s, %(firm)s, 'organization'), (%(tenant)s, %(user)s, 'person')
    """,
    """
    insert into identity.organizations (tenant_id, id, name, slug, kind, created_at, updated_at)
    select %(tenant)s, v.id, v.name, 'company-' || v.number, 'company', v.began, v.began
      from venture v
     union all
    values (%(tenant)s, %(firm)s, 'Fernhill Capital', 'fernhill-capital', 'investor', now(), now())
    """,
    """
    insert into identity.users (
      tenant_id, id, account_id, email, full_name, created_at, updated_at
    )
    values (
      %(tenant)s, %(user)s, %(account)s, 'investor@lindwerk.test', 'Iris Investor', now(), now()
    )
    """,
    """
    insert into identity.memberships (tenant_id, subject_id, organization_id, role, created_at)
    values (%(tenant)s, %(user)s, %(firm)s, 'member', now())
    """,
    """
    insert into identity.grants (
      tenant_id, subject_id, audience_id, level, capacity, state, starts_at, created_at, updated_at
    )
    select %(tenant)s, v.id, %(firm)s, (array['detailed', 'full'])[1 + v.number %% 2], 'investor',
           'active', v.began, v.began, v.began
      from venture v
    """,
    """
    insert into identity.sessions (
      tenant_id, subject_id, token_hash, kind, created_at, last_seen_at, expires_at
    )
    values (
      %(tenant)s, %(user)s,
      sha256(uuid_send(%(tenant)s) || sha256(convert_to(%(investor)s::text, 'UTF8'))),
      'bearer', now(), now(), now() + interval '14 days'
    )
    """,
)

_WALKS = (
    """
    create temp table framework on commit drop as
    select v.id as version_id,
           v.program_id,
           (row_number() over (order by (s.step ->> 'order')::integer))::integer as place,
           s.step ->> 'slug' as slug,
           s.step ->> 'phase' as phase,
           s.step ->> 'domain' as domain
      from (
        select n.id, n.program_id, n.document
          from programs.versions n
          join programs.programs p on p.id = n.program_id
         where p.slug = %(program)s
         order by n.number desc
         limit 1
      ) v
     cross join lateral jsonb_array_elements(v.document -> 'steps') as s (step)
    """,
    "analyze framework",
    """
    insert into journeys.journeys (
      tenant_id, id, subject_id, program_id, version_id, name, created_at, updated_at
    )
    select %(tenant)s, v.journey_id, v.id, f.program_id, f.version_id, 'Our first journey',
           v.began, now()
      from venture v
      join framework f on f.place = 1
    """,
    """
    insert into journeys.plan_steps (
      tenant_id, journey_id, step_slug, subject_id, version_id, place, created_at, updated_at
    )
    select %(tenant)s, v.journey_id, f.slug, v.id, f.version_id, f.place, v.began, v.began
      from venture v
     cross join framework f
     order by v.number, f.place
    """,
    """
    insert into journeys.steps (
      tenant_id, journey_id, step_slug, subject_id, state, percent, level, unlocked_at, started_at,
      completed_at, created_at, updated_at
    )
    select %(tenant)s, v.journey_id, f.slug, v.id, s.state, 0, 'detailed', v.began,
           case when s.state <> 'locked' then v.began + make_interval(days => f.place) end,
           case when s.state = 'completed' then s.at end, v.began,
           case when s.state = 'locked' then v.began else s.at end
      from venture v
     cross join framework f
     cross join lateral (
       select case
                when f.place <= v.done then 'completed'
                when f.place <= v.done + 6 then 'in_progress'
                else 'locked'
              end as state,
              least(now(), v.began + make_interval(days => f.place * 200 / (v.done + 12))) as at
     ) s
     order by v.number, f.place
    """,
    """
    insert into journeys.progress (
      tenant_id, journey_id, phase, domain, subject_id, total, in_progress, completed, skipped,
      updated_at
    )
    select %(tenant)s, s.journey_id, f.phase, f.domain, s.subject_id, count(*),
           count(*) filter (where s.state = 'in_progress'),
           count(*) filter (where s.state = 'completed'), 0, now()
      from journeys.steps s
      join framework f on f.slug = s.step_slug
     where s.tenant_id = %(tenant)s
     group by s.journey_id, s.subject_id, f.phase, f.domain
    """,
    """
    insert into journeys.outcomes (
      tenant_id, subject_id, journey_id, program_id, step_slug, author_id, finished,
      time_taken_days, confidence_level, industry, stage, created_at, updated_at
    )
    select %(tenant)s, s.subject_id, s.journey_id, f.program_id, s.step_slug, %(user)s, true,
           1 + f.place %% 20, 1 + (f.place * 7 + v.number) %% 5, 'software', 'launch',
           s.completed_at, s.completed_at
      from journeys.steps s
      join framework f on f.slug = s.step_slug
      join venture v on v.journey_id = s.journey_id
     where s.tenant_id = %(tenant)s
       and s.state = 'completed'
    """,
)
