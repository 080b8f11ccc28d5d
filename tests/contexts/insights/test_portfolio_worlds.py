"""Random worlds of grants: what the database lets each person read, beside the oracle's word.

None over: no row that the oracle forbids. None under: every row that it allows. Read one by one as
the application's role, row-level security alone deciding.
"""

import random
from collections import Counter
from datetime import datetime
from time import perf_counter
from typing import Any
from uuid import UUID

import psycopg
import pytest
from psycopg import sql

from milepost.contexts.identity.types import Member
from milepost.contexts.insights import service as insights
from milepost.platform.db import Database
from tests.architecture.cast import Persistent
from tests.contexts.insights.portfolio_moves import MOVES, move
from tests.contexts.insights.portfolio_oracle import STEPS, World, random_world
from tests.contexts.insights.portfolio_parts import check_parts
from tests.contexts.insights.portfolio_planting import KINDS, plant
from tests.factories.people import make_place

pytestmark = pytest.mark.asyncio(loop_scope="session")

READS = 50_000
SECONDS = 90
# How often the people of a world change what they grant, so many moves at a time.
ROUNDS, MOVED = 2, 8
SEED = 20_261_121
COMMUNITY = {STEPS[0]: 7.5, STEPS[2]: 12.0}


async def test_nobody_reads_more_or_less_than_was_granted(
    db: Database, operator: psycopg.AsyncConnection, now: datetime
) -> None:
    chance = random.Random(SEED)
    started = perf_counter()
    seen, hidden, kept, number = 0, 0, 0, 0
    holdings: Counter[str] = Counter()
    moves: Counter[str] = Counter()
    parts: Counter[str] = Counter()
    while seen + hidden < READS:
        number += 1
        place = await make_place(db, now=now)
        world = random_world(place.tenant_id, chance, now=now)
        planted = await plant(operator, world, chance)
        for _ in range(1 + ROUNDS):
            for person in world.people:
                allowed, not_allowed = await _check_rows(db, world, number, person, planted)
                seen, hidden = seen + allowed, hidden + not_allowed
                holdings.update(await _check_portfolios(db, world, person))
                shown, left_out = await check_parts(db, world, person)
                parts.update({"shown": shown, "left out": left_out})
                kept += await _check_kept(db, operator, world, person)
            # What was granted, revoked or asked holds from the next transaction on.
            moves.update([await move(db, world, chance) for _ in range(MOVED)])
    took = perf_counter() - started
    print(
        f"\n{seen + hidden:,} reads in {number} worlds, {seen:,} of them allowed and {hidden:,}"
        f" not, {holdings.total()} holdings, {holdings['looked on']} of them by viewers,"
        f" after {moves.total() - moves['']} moves, in {took:.0f} s"
    )
    # A test in which nearly nothing is shown, or nearly everything, would prove little.
    assert min(seen, hidden) > READS / 10
    assert holdings["acted for"] > 50
    assert holdings["looked on"] > 50
    assert kept > 50
    assert min(parts["shown"], parts["left out"]) > 1000, parts
    assert all(moves[what] > 5 for what in MOVES), moves
    assert took < SECONDS


async def _check_rows(
    db: Database, world: World, number: int, person: UUID, planted: Counter[tuple[UUID, int]]
) -> tuple[int, int]:
    """Compare what somebody reads with the oracle; count what was allowed and what wasn't."""
    seen, hidden = 0, 0
    found, total = await _read(db, world, person)
    for (company, kind), count in found.items():
        allowed = world.may_read(person, company, KINDS[kind][1])
        expected = planted[company, kind] if allowed else 0
        assert count == expected, _say(world, number, person, company, kind, count)
        seen, hidden = seen + allowed, hidden + (not allowed)
    for kind, count in total.items():
        assert count == sum(
            planted[company, kind]
            for company in world.companies
            if world.may_read(person, company, KINDS[kind][1])
        ), _say(world, number, person, None, kind, count)
    return seen, hidden


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


async def _check_portfolios(db: Database, world: World, person: UUID) -> Counter[str]:
    """The service says the same of portfolios as the oracle does; count what was read, and how."""
    found: Counter[str] = Counter()
    if person in world.disabled:
        return found
    async with db.transaction(Member(world.tenant, person, world.now)) as tx:
        holders = await insights.list_holders(tx, now=world.now)
        got_firms = {holder.id for holder in holders if holder.is_firm}
        assert got_firms == world.holders(person) - {person}
        if person not in {holder.id for holder in holders}:
            assert world.portfolio(person, person) == {}
        for holder in holders:
            assert holder.acts == (holder.id in world.writes(person))
            expected = world.portfolio(person, holder.id)
            portfolio = await insights.list_portfolio(
                tx, holder=holder, now=world.now, community=COMMUNITY
            )
            got = {c.holding.organization_id: str(c.holding.level) for c in portfolio.companies}
            assert got == expected
            for company in portfolio.companies:
                assert (company.details is None) == (company.holding.level == "basic")
                assert company.progress.total == 4
                if company.details is not None:
                    one = company.holding.organization_id
                    assert company.details.confidence.newest == world.confidence(one)
                    assert company.details.pace == pytest.approx(world.pace(one, COMMUNITY))
            shown = [c for c, level in expected.items() if level != "basic"]
            low = sum(world.confidence(company)[0] <= 2 for company in shown)
            assert portfolio.insights.risk_indicators["low_confidence"] == low
            found["acted for" if holder.acts else "looked on"] += len(got)
    return found


async def _check_kept(
    db: Database, operator: psycopg.AsyncConnection[Any], world: World, person: UUID
) -> int:
    """What portfolios come to is read by all who read them; count what those read who look on."""
    statement = "select r.subject_id from insights.portfolio_insights r"
    of_tenant = " where r.tenant_id = %(tenant)s"
    every = await operator.execute(statement + of_tenant, {"tenant": world.tenant})
    kept = {row["subject_id"] for row in await every.fetchall()}
    member = Member(world.tenant, person, world.now)
    actor = Persistent(member) if person in world.disabled else member
    async with db.transaction(actor) as tx:
        cursor = await tx.connection.execute(statement)
        found = {row[0] for row in await cursor.fetchall()}
    assert found == kept & world.holders(person)
    return len(found - world.writes(person))


def _say(
    world: World, number: int, person: UUID, company: UUID | None, kind: int, count: int
) -> str:
    """All that decides it, for whoever has to find out why."""
    grants = [g for g in world.grants if company in (None, g.subject)]
    return (
        f"world {number}: {KINDS[kind]} gave {count} rows of {company} to a"
        f" {world.people[person]} who is {world.roles(person)}; grants: {grants}"
    )
