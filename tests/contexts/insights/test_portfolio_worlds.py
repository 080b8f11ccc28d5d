"""Random worlds of grants: what the database lets each person read, beside the oracle's word.

None over: no row that the oracle forbids. None under: every row that it allows. Read one by one as
the application's role, row-level security alone deciding.
"""

import json
import random
from collections import Counter
from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from time import perf_counter
from typing import Any
from uuid import UUID, uuid4

import psycopg
import pytest
from psycopg import sql
from psycopg.types.json import Jsonb

from milepost.contexts.identity.types import Member
from milepost.contexts.insights import service as insights
from milepost.platform.db import Database
from tests.architecture.cast import Persistent
from tests.contexts.insights.portfolio_oracle import LEVELS, World, random_world
from tests.factories.people import make_place

pytestmark = pytest.mark.asyncio(loop_scope="session")

READS = 25_000
SECONDS = 90
SEED = 20_261_121

# (table, the level its rows begin at, which of its rows)
KINDS: Sequence[tuple[str, str, str]] = (
    ("journeys.journeys", "basic", ""),
    ("journeys.progress", "basic", ""),
    ("journeys.facts", "basic", "level"),
    ("journeys.facts", "detailed", "level"),
    ("journeys.facts", "full", "level"),
    ("journeys.steps", "basic", "level"),
    ("journeys.steps", "detailed", "level"),
    ("journeys.plan_steps", "detailed", ""),
    ("journeys.outcomes", "detailed", ""),
    ("journeys.tasks", "full", ""),
    ("journeys.outcome_notes", "full", ""),
    ("insights.suggestion_runs", "full", ""),
    ("insights.suggestions", "full", ""),
    ("standups.sessions", "full", ""),
    ("standups.messages", "full", ""),
)

Rows = dict[str, list[dict[str, Any]]]


async def test_nobody_reads_more_or_less_than_was_granted(
    db: Database, operator: psycopg.AsyncConnection, now: datetime
) -> None:
    chance = random.Random(SEED)
    started = perf_counter()
    reads, seen, hidden, holdings = 0, 0, 0, 0
    number = 0
    while reads < READS:
        number += 1
        place = await make_place(db, now=now)
        world = random_world(place.tenant_id, chance, now=now)
        planted = await _plant(operator, world, chance)
        for person in world.people:
            found, total = await _read(db, world, person)
            for (company, kind), count in found.items():
                reads += 1
                level = KINDS[kind][1]
                allowed = world.may_read(person, company, level)
                expected = planted[company, kind] if allowed else 0
                assert count == expected, _say(world, number, person, company, kind, count)
                seen, hidden = seen + allowed, hidden + (not allowed)
            for kind, count in total.items():
                reads += 1
                assert count == sum(
                    planted[company, kind]
                    for company in world.companies
                    if world.may_read(person, company, KINDS[kind][1])
                ), _say(world, number, person, None, kind, count)
            holdings += await _check_portfolios(db, world, person)
    took = perf_counter() - started
    print(
        f"\n{reads:,} reads in {number} worlds, {seen:,} of them allowed and {hidden:,} not,"
        f" {holdings} holdings, in {took:.0f} s"
    )
    # A test in which nearly nothing is shown, or nearly everything, would prove little.
    assert min(seen, hidden) > READS / 10
    assert holdings > 50
    assert took < SECONDS


async def _read(
    db: Database, world: World, person: UUID
) -> tuple[dict[tuple[UUID, int], int], dict[int, int]]:
    """Count the rows of each kind, company by company, and of all companies at once."""
    member = Member(world.tenant, person, world.now)
    actor = Persistent(member) if person in world.disabled else member
    async with db.transaction(actor) as tx:
        asked: dict[tuple[UUID, int], psycopg.AsyncCursor[Any]] = {}
        totals: dict[int, psycopg.AsyncCursor[Any]] = {}
        async with tx.connection.pipeline():
            for kind, (table, level, column) in enumerate(KINDS):
                statement, values = _statement(table, column, one=True), {"level": level}
                for company in world.companies:
                    cursor = tx.connection.cursor()
                    asked[company, kind] = cursor
                    await cursor.execute(
                        statement, {**values, "tenant": world.tenant, "company": company}
                    )
                totals[kind] = tx.connection.cursor()
                await totals[kind].execute(_statement(table, column, one=False), values)
        return (
            {key: (await cursor.fetchone())[0] for key, cursor in asked.items()},
            {kind: (await cursor.fetchone())[0] for kind, cursor in totals.items()},
        )


def _statement(table: str, column: str, *, one: bool) -> sql.Composed:
    """The second form names no tenant and no company: what comes back is all that there is."""
    text = "select count(*) from {table} r where r.subject_id is not null"
    if one:
        text += " and r.tenant_id = %(tenant)s and r.subject_id = %(company)s"
    if column:
        text += " and r.level = %(level)s"
    return sql.SQL(text).format(table=sql.Identifier(*table.split(".")))


async def _check_portfolios(db: Database, world: World, person: UUID) -> int:
    """The service says the same of portfolios as the oracle does."""
    if person in world.disabled:
        return 0
    found = 0
    async with db.transaction(Member(world.tenant, person, world.now)) as tx:
        holders = await insights.list_holders(tx, now=world.now)
        for other in {*world.firms, person} - {holder.id for holder in holders}:
            assert world.portfolio(person, other) == {}
        for holder in holders:
            expected = world.portfolio(person, holder.id)
            portfolio = await insights.list_portfolio(tx, holder=holder, now=world.now)
            got = {c.holding.organization_id: str(c.holding.level) for c in portfolio.companies}
            assert got == expected
            for company in portfolio.companies:
                assert (company.details is None) == (company.holding.level == "basic")
                assert company.progress.total == 4
            found += len(got)
    return found


async def _plant(
    operator: psycopg.AsyncConnection, world: World, chance: random.Random
) -> Counter[tuple[UUID, int]]:
    """Write a world down, and how many rows of each kind every company has."""
    version = await (
        await operator.execute(
            "select v.id, v.program_id from programs.versions v"
            " join programs.programs p on p.id = v.program_id"
            " where p.slug = 'startup-journey' order by v.number desc limit 1"
        )
    ).fetchone()
    rows: Rows = {}
    _plant_people(rows, world)
    planted: Counter[tuple[UUID, int]] = Counter()
    for company in world.companies:
        _plant_company(rows, world, company, version, chance)
    for table, written in rows.items():
        await operator.execute(_insert(table, written[0]), [Jsonb(written, dumps=_dumps)])
        for kind, (of, level, column) in enumerate(KINDS):
            if of == table:
                for row in written:
                    if not column or row[column] == level:
                        planted[row["subject_id"], kind] += 1
    assert all(planted[company, kind] for company in world.companies for kind in range(len(KINDS)))
    return planted


def _plant_people(rows: Rows, world: World) -> None:
    tenant, now = world.tenant, world.now
    times = {"created_at": now, "updated_at": now}
    organizations = [(one, "company") for one in world.companies]
    organizations += [(one, "investor") for one in world.firms]
    rows["identity.subjects"] = [
        *({"tenant_id": tenant, "id": one, "kind": "organization"} for one, _ in organizations),
        *({"tenant_id": tenant, "id": one, "kind": "person"} for one in world.people),
    ]
    rows["identity.organizations"] = [
        {
            "tenant_id": tenant,
            "id": one,
            "name": f"{kind} {one.hex[:6]}",
            "slug": one.hex,
            "kind": kind,
            "settings": {},
            **times,
        }
        for one, kind in organizations
    ]
    accounts = {person: uuid4() for person in world.people}
    rows["identity.accounts"] = [
        {"id": account, "email": f"{person.hex}@people.milepost.test", **times}
        for person, account in accounts.items()
    ]
    rows["identity.users"] = [
        {
            "tenant_id": tenant,
            "id": person,
            "account_id": accounts[person],
            "email": f"{person.hex}@people.milepost.test",
            "full_name": f"Person {person.hex[:6]}",
            "role": role,
            "time_zone": "UTC",
            "theme": "system",
            "disabled_at": now if person in world.disabled else None,
            **times,
        }
        for person, role in world.people.items()
    ]
    rows["identity.memberships"] = [
        {
            "tenant_id": tenant,
            "id": uuid4(),
            "subject_id": m.person,
            "organization_id": m.organization,
            "role": m.role,
            "created_at": now - timedelta(days=100),
            "ended_at": now - timedelta(days=1) if m.ended else None,
        }
        for m in world.memberships
    ]
    rows["identity.grants"] = [
        {
            "tenant_id": tenant,
            "id": grant.id,
            "subject_id": grant.subject,
            "audience_id": grant.audience,
            "level": grant.level,
            "capacity": grant.capacity,
            "state": grant.state,
            "starts_at": grant.starts_at,
            "ends_at": grant.ends_at,
            **times,
        }
        for grant in world.grants
    ]
    for table in ("identity.memberships", "identity.grants"):
        if not rows[table]:
            del rows[table]


def _plant_company(
    rows: Rows,
    world: World,
    company: UUID,
    version: Mapping[str, UUID],
    chance: random.Random,
) -> None:
    """Rows of every table that a company's journey writes, one to three of each kind."""
    now, journey, outcome, session = world.now, uuid4(), uuid4(), uuid4()
    times = {"created_at": now, "updated_at": now}
    about = {"tenant_id": world.tenant, "subject_id": company, "journey_id": journey}
    author = chance.choice(list(world.people))

    def add(table: str, **values: Any) -> None:
        rows.setdefault(table, []).append({**about, **values})

    add(
        "journeys.journeys",
        id=journey,
        program_id=version["program_id"],
        version_id=version["id"],
        name="Our first journey",
        status="active",
        held_fields=[],
        **times,
    )
    del rows["journeys.journeys"][-1]["journey_id"]
    add(
        "journeys.progress",
        phase="ideation",
        domain="strategy",
        total=4,
        in_progress=1,
        completed=1,
        skipped=0,
        updated_at=now,
    )
    for level in LEVELS:
        for _ in range(chance.randint(1, 3)):
            kind = {"basic": "started", "detailed": "completed", "full": "ticked"}[level]
            detail = {"task": str(uuid4())} if level == "full" else None
            add(
                "journeys.facts",
                id=uuid4(),
                step_slug="founder-motivation",
                kind=kind,
                level=level,
                detail=detail,
                at=now,
            )
    for place, level in enumerate(("basic", "detailed", "detailed")):
        slug = ("founder-motivation", "personal-runway", "shared-workspace")[place]
        add(
            "journeys.steps",
            id=uuid4(),
            step_slug=slug,
            state="in_progress",
            percent=10,
            level=level,
            **times,
        )
        add(
            "journeys.plan_steps",
            step_slug=slug,
            version_id=version["id"],
            place=place,
            revision=1,
            **times,
        )
        add(
            "journeys.tasks",
            id=uuid4(),
            step_slug=slug,
            title="Something to do",
            place=1,
            assignee_id=author,
            **times,
        )
    add(
        "journeys.outcomes",
        id=outcome,
        program_id=version["program_id"],
        step_slug="founder-motivation",
        author_id=author,
        finished=True,
        time_taken_days=3,
        confidence_level=chance.randint(1, 5),
        share_anonymously=chance.random() < 0.5,
        industry="food",
        stage="launch",
        **times,
    )
    add(
        "journeys.outcome_notes",
        outcome_id=outcome,
        task_results={},
        notes="Only for those who see everything.",
        key_learnings=[],
    )
    del rows["journeys.outcome_notes"][-1]["journey_id"]
    add(
        "insights.suggestion_runs",
        outcome_id=outcome,
        state="ready",
        engine="offline",
        error="",
        asked_at=now,
        finished_at=now,
    )
    del rows["insights.suggestion_runs"][-1]["journey_id"]
    add(
        "insights.suggestions",
        id=uuid4(),
        outcome_id=outcome,
        step_slug="founder-motivation",
        place=1,
        priority="low",
        text="Ask two more customers.",
        reasoning="You were not sure.",
        rests_on={},
        engine="offline",
        target={},
        fingerprint=f"ask {outcome}",
        feedback_note="",
        created_at=now,
    )
    add(
        "standups.sessions",
        id=session,
        user_id=author,
        day=now.date(),
        last_seq=1,
        started_at=now,
    )
    add(
        "standups.messages",
        id=uuid4(),
        session_id=session,
        user_id=author,
        seq=1,
        speaker="user",
        text="We asked ten customers.",
        extracted={},
        at=now,
    )


def _insert(table: str, row: Mapping[str, Any]) -> sql.Composed:
    name = sql.Identifier(*table.split("."))
    columns = sql.SQL(", ").join(sql.Identifier(column) for column in row)
    return sql.SQL(
        "insert into {name} ({columns})"
        " select {columns} from jsonb_populate_recordset(null::{name}, %s)"
    ).format(name=name, columns=columns)


def _dumps(value: Any) -> str:
    return json.dumps(value, default=lambda one: getattr(one, "isoformat", one.__str__)())


def _say(
    world: World, number: int, person: UUID, company: UUID | None, kind: int, count: int
) -> str:
    """All that decides it, for whoever has to find out why."""
    grants = [g for g in world.grants if company in (None, g.subject)]
    return (
        f"world {number}: {KINDS[kind]} gave {count} rows of {company} to a"
        f" {world.people[person]} who is {world.roles(person)}; grants: {grants}"
    )
