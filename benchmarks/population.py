"""Fills a tenant with people half way through Fast Track, by set-based SQL as the operator.

Ids follow from a person's number, so that a benchmark can name people without asking:
`user_id(7)`, `journey_id(7)`, `token(7)`.
"""

import hashlib
from collections.abc import Sequence
from datetime import timedelta
from uuid import UUID

import psycopg
from psycopg.types.json import Jsonb

from benchmarks.histories import History
from milepost.contexts.identity.types import Token

TENANT = UUID("01900000-0000-7000-8000-000000000001")
ORGANIZATION_SIZE = 1000
# Everybody's walk began on one of this many days.
FIRST_DAYS = 40


def account_id(number: int) -> UUID:
    """Tell the id of a person's account."""
    return UUID(f"01900000-0001-7000-8000-{number:012d}")


def user_id(number: int) -> UUID:
    """Tell a person's id."""
    return UUID(f"01900000-0002-7000-8000-{number:012d}")


def journey_id(number: int) -> UUID:
    """Tell the id of a person's journey."""
    return UUID(f"01900000-0003-7000-8000-{number:012d}")


def organization_id(number: int) -> UUID:
    """Tell an organization's id; the first thousand people are in organization 0."""
    return UUID(f"01900000-0004-7000-8000-{number:012d}")


def token(number: int) -> Token:
    """Tell the bearer token of a person's session."""
    return Token(TENANT, hashlib.sha256(str(number).encode()).digest())


def guru(people: int) -> int:
    """Tell the number of the coach whom the first thousand let see everything."""
    return people + 1


def admin(people: int) -> int:
    """Tell the number of the administrator."""
    return people + 2


def fill(
    operator: psycopg.Connection, *, people: int, histories: Sequence[History], program_slug: str
) -> None:
    """Make the tenant with its people, and let each of them walk one of the histories."""
    values = {
        "tenant": TENANT,
        "people": people,
        "everybody": people + 2,
        "guru": guru(people),
        "admin": admin(people),
        "size": ORGANIZATION_SIZE,
        "histories": len(histories),
        "days": FIRST_DAYS,
        "program": program_slug,
    }
    with operator.transaction():
        operator.execute("set local timezone to 'UTC'")
        operator.execute("select set_config('milepost.tenant', %s, true)", [str(TENANT)])
        _stage(operator, histories)
        for statement in (*_PEOPLE, *_WALKS):
            operator.execute(statement, values)


def _stage(operator: psycopg.Connection, histories: Sequence[History]) -> None:
    for statement in _STAGES:
        operator.execute(statement)
    numbered = list(enumerate(histories))
    _copy(operator, "held", [(n, history.held_fields) for n, history in numbered])
    _copy(operator, "facts", [(n, *fact) for n, history in numbered for fact in history.facts])
    _copy(
        operator,
        "steps",
        [
            (n, slug, str(step.state), step.percent, step.unlocked, step.started, step.done)
            for n, history in numbered
            for slug, step in history.steps.items()
        ],
    )
    versions = [(n, version) for n, history in numbered for version in history.versions]
    _copy(
        operator,
        "versions",
        [
            (
                n,
                v.step.tool_schema,
                v.number,
                v.step.slug,
                v.status,
                Jsonb(v.data),
                v.begun,
                v.handed_in,
            )
            for n, v in versions
        ],
    )
    _copy(
        operator,
        "inputs",
        [
            (n, v.step.tool_schema, v.number, name, g.tool, g.version, g.at, Jsonb(g.value))
            for n, v in versions
            for name, g in v.inputs.items()
        ],
    )
    _copy(
        operator,
        "outputs",
        [
            (n, v.step.tool_schema, v.number, give.field, Jsonb(v.data[give.source]))
            for n, v in versions
            if v.handed_in is not None
            for give in v.step.gives
            if v.data.get(give.source)
        ],
    )
    for table in ("held", "facts", "steps", "versions", "inputs", "outputs"):
        operator.execute(f"analyze told_{table}".encode())


def _copy(operator: psycopg.Connection, table: str, rows: Sequence[tuple[object, ...]]) -> None:
    with operator.cursor() as cursor, cursor.copy(f"copy told_{table} from stdin".encode()) as copy:
        for row in rows:
            copy.write_row([_as_text(value) for value in row])


def _as_text(value: object) -> object:
    return f"{value.total_seconds()} seconds" if isinstance(value, timedelta) else value


_STAGES = (
    "create temp table told_held (history int, fields text[]) on commit drop",
    "create temp table told_facts (history int, slug text, kind text, at interval) on commit drop",
    """
    create temp table told_steps (
      history int, slug text, state text, percent int, unlocked interval, started interval,
      done interval
    ) on commit drop
    """,
    """
    create temp table told_versions (
      history int, tool text, version int, slug text, status text, data jsonb, begun interval,
      handed_in interval
    ) on commit drop
    """,
    """
    create temp table told_inputs (
      history int, tool text, version int, field text, from_tool text, from_version int,
      at interval, value jsonb
    ) on commit drop
    """,
    """
    create temp table told_outputs (
      history int, tool text, version int, field text, value jsonb
    ) on commit drop
    """,
)

_PEOPLE = (
    """
    create temp table person on commit drop as
    select n as number,
           ('01900000-0001-7000-8000-' || lpad(n::text, 12, '0'))::uuid as account_id,
           ('01900000-0002-7000-8000-' || lpad(n::text, 12, '0'))::uuid as user_id,
           ('01900000-0003-7000-8000-' || lpad(n::text, 12, '0'))::uuid as journey_id,
           ('01900000-0004-7000-8000-' || lpad(((n - 1) / %(size)s)::text, 12, '0'))::uuid
             as organization_id,
           (array['Nora', 'Joost', 'Amina', 'Pavel', 'Ines', 'Tomas', 'Leila', 'Hugo'])[1 + n %% 8]
             || ' '
             || (array['Lind', 'Okafor', 'Brandt', 'Silva', 'Kaya', 'Moreau', 'Vos'])[1 + n %% 7]
             || ' ' || n as full_name,
           case n when %(guru)s then 'guru' when %(admin)s then 'admin' else 'user' end as role,
           date_trunc('minute', now()) - interval '160 days'
             + make_interval(days => n %% %(days)s, mins => n * 37 %% 600) as began,
           n %% %(histories)s as history
      from generate_series(1, %(everybody)s) n
    """,
    "analyze person",
    """
    insert into identity.tenants (id, slug, name, created_at)
    values (%(tenant)s, 'main', 'Lindwerk School', now())
    """,
    """
    insert into identity.accounts (id, email, created_at, updated_at)
    select p.account_id, 'person' || p.number || '@lindwerk.test', p.began, p.began
      from person p
    """,
    """
    insert into identity.subjects (tenant_id, id, kind)
    select %(tenant)s, p.user_id, 'person'
      from person p
     union
    select %(tenant)s, p.organization_id, 'organization'
      from person p
    """,
    """
    insert into identity.organizations (tenant_id, id, name, slug, created_at, updated_at)
    select %(tenant)s, p.organization_id, 'Company ' || min(p.number), 'company-' || min(p.number),
           min(p.began), min(p.began)
      from person p
     group by p.organization_id
    """,
    """
    insert into identity.users (
      tenant_id, id, account_id, email, full_name, organization_id, role, created_at, updated_at
    )
    select %(tenant)s, p.user_id, p.account_id, 'person' || p.number || '@lindwerk.test',
           p.full_name, case when p.role = 'user' then p.organization_id end, p.role, p.began,
           p.began
      from person p
    """,
    """
    insert into identity.memberships (tenant_id, subject_id, organization_id, role, created_at)
    select %(tenant)s, p.user_id, p.organization_id, 'member', p.began
      from person p
     where p.role = 'user'
     union all
    select %(tenant)s, g.user_id, p.organization_id, 'viewer', g.began
      from person g
      join person p on p.number = 1
     where g.role = 'guru'
    """,
    """
    insert into identity.grants (
      tenant_id, subject_id, audience_id, level, capacity, state, starts_at, created_at, updated_at
    )
    select %(tenant)s, p.user_id, g.user_id, 'full', 'coach', 'active', p.began, p.began, p.began
      from person p
      join person g on g.role = 'guru'
     where p.number <= least(%(size)s, %(people)s)
    """,
    """
    insert into identity.sessions (
      tenant_id, subject_id, token_hash, kind, created_at, last_seen_at, expires_at
    )
    select %(tenant)s, p.user_id,
           sha256(uuid_send(%(tenant)s) || sha256(convert_to(p.number::text, 'UTF8'))),
           'bearer', now(), now(), now() + interval '14 days'
      from person p
    """,
)

_WALKS = (
    """
    insert into journeys.journeys (
      tenant_id, id, subject_id, program_id, version_id, held_fields, created_at, updated_at
    )
    select %(tenant)s, p.journey_id, p.user_id, v.program_id, v.id, h.fields, p.began,
           p.began + l.last
      from person p
      join told_held h on h.history = p.history
      join (
        select history, max(at) as last
          from told_facts
         group by history
      ) l on l.history = p.history
     cross join (
       select v.id, v.program_id
         from programs.versions v
         join programs.programs g on g.id = v.program_id
        where g.slug = %(program)s
        order by v.number desc
        limit 1
     ) v
     where p.role = 'user'
    """,
    """
    insert into journeys.facts (tenant_id, subject_id, journey_id, step_slug, kind, at)
    select %(tenant)s, p.user_id, p.journey_id, f.slug, f.kind, p.began + f.at
      from person p
      join told_facts f on f.history = p.history
     where p.role = 'user'
     order by p.began + f.at
    """,
    """
    insert into journeys.steps (
      tenant_id, journey_id, step_slug, subject_id, state, percent, unlocked_at, started_at,
      completed_at, created_at, updated_at
    )
    select %(tenant)s, p.journey_id, s.slug, p.user_id, s.state, s.percent, p.began + s.unlocked,
           p.began + s.started, p.began + s.done, p.began,
           p.began + greatest(s.unlocked, s.started, s.done, interval '0')
      from person p
      join told_steps s on s.history = p.history
     where p.role = 'user'
     order by p.number
    """,
    """
    insert into journeys.submissions (
      tenant_id, tool, subject_id, journey_id, step_slug, user_id, organization_id, data, inputs,
      status, version, created_at, updated_at, submitted_at, completed_at
    )
    select %(tenant)s, v.tool, p.user_id, p.journey_id, v.slug, p.user_id, p.organization_id,
           v.data, coalesce(i.inputs, '{}'), v.status, v.version, p.began + v.begun,
           p.began + coalesce(v.handed_in, v.begun), p.began + v.handed_in, p.began + v.handed_in
      from person p
      join told_versions v on v.history = p.history
      left join lateral (
        select jsonb_object_agg(
                 i.field,
                 jsonb_build_object(
                   'tool', i.from_tool, 'version', i.from_version, 'at', p.began + i.at,
                   'value', i.value
                 )
               ) as inputs
          from told_inputs i
         where i.history = v.history
           and i.tool = v.tool
           and i.version = v.version
      ) i on true
     where p.role = 'user'
     order by p.began + v.begun
    """,
    """
    insert into journeys.field_outputs (
      tenant_id, tool, subject_id, journey_id, submission_id, version, field_id, field_value,
      created_at
    )
    select s.tenant_id, s.tool, s.subject_id, s.journey_id, s.id, s.version, o.field, o.value,
           s.submitted_at
      from journeys.submissions s
      join person p on p.journey_id = s.journey_id
      join told_outputs o
        on o.history = p.history
       and o.tool = s.tool
       and o.version = s.version
     where s.tenant_id = %(tenant)s
       and s.submitted_at is not null
     order by s.submitted_at
    """,
    """
    insert into journeys.current_fields (
      tenant_id, journey_id, field_id, subject_id, tool, version, field_value, created_at
    )
    select distinct on (fo.journey_id, fo.field_id)
           fo.tenant_id, fo.journey_id, fo.field_id, fo.subject_id, fo.tool, fo.version,
           fo.field_value, fo.created_at
      from journeys.field_outputs fo
     where fo.tenant_id = %(tenant)s
     order by fo.journey_id, fo.field_id, fo.version desc
    """,
)
