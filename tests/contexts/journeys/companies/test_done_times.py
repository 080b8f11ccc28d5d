"""When a step was done, whichever way there it went: skipped, done, reopened, in any order.

Random orders are walked, each move at a moment of its own, beside a small reference that
knows nothing of how times are kept. `verify` derives the same from the facts.
"""

import random
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from uuid import UUID

import psycopg
import pytest

from milepost.contexts.journeys import service as journeys
from milepost.contexts.journeys.service import audits
from milepost.contexts.journeys.types import HistoryEntry, HistoryKind, StepEdit, StepRow
from milepost.platform.db import Database, Transaction, roles
from milepost.settings import shipped
from tests.contexts.journeys.companies.walking import FRAMEWORK, NOW, edit, stale
from tests.factories.databases import looking
from tests.factories.people import Place, Someone

MOVES = ("start", "complete", "skip", "reopen")


@dataclass(slots=True)
class Reference:
    """One step, told as a story: when it began, when it was done, and when others could begin."""

    state: str = "unlocked"
    started: datetime | None = None
    done: datetime | None = None
    passed: datetime | None = None

    def move(self, what: str, now: datetime) -> None:
        if what == "start" and self.state == "unlocked":
            self.state, self.started = "in_progress", now
        elif what == "complete" and self.state != "completed":
            self.state, self.started, self.done = "completed", self.started or now, now
        elif what == "skip" and self.state not in ("completed", "skipped"):
            self.state, self.done = "skipped", now
        elif what == "reopen" and self.state in ("completed", "skipped"):
            self.state, self.done = ("in_progress" if self.started else "unlocked"), None
        if self.done is not None:
            self.passed = self.passed or self.done


async def move(tx: Transaction, journey_id: UUID, slug: str, what: str, now: datetime) -> set[str]:
    """Do it, and return what that opened, as it is answered."""
    if what == "complete":
        _, opened = await journeys.complete(tx, journey_id=journey_id, step_slug=slug, now=now)
        return set(opened)
    if what == "skip":
        return set(
            await journeys.skip(
                tx, journey_id=journey_id, step_slug=slug, reason="Not now", now=now
            )
        )
    doing = journeys.start if what == "start" else journeys.reopen
    await doing(tx, journey_id=journey_id, step_slug=slug, now=now)
    return set()


def told_as_opened(rows: Mapping[str, StepRow], dependents: Iterable[str], slug: str) -> set[str]:
    """What the page says that being done with a step opened: those open since that moment."""
    at = rows[slug].completed_at
    return {one for one in dependents if at is not None and rows[one].unlocked_at == at}


@pytest.mark.parametrize("seed", range(24))
async def test_whatever_the_order_each_time_is_that_of_what_it_tells_of(
    db: Database, founder: Someone, journey_id: UUID, seed: int
) -> None:
    chance = random.Random(seed)
    steps = {step.slug: Reference() for step in FRAMEWORK.steps}
    after = {step.slug: step.after for step in FRAMEWORK.steps}

    def is_open(slug: str) -> bool:
        return all(steps[before].passed is not None for before in after[slug])

    for minutes in range(1, 9):
        now = NOW + timedelta(minutes=minutes)
        slug = chance.choice([slug for slug in steps if is_open(slug)])
        was_open = {one for one in steps if is_open(one)}
        was = steps[slug].state
        what = chance.choice(MOVES)
        if what == "skip" and was == "completed":
            what = "reopen"
        steps[slug].move(what, now)
        async with db.transaction(founder.actor) as tx:
            opened = await move(tx, journey_id, slug, what, now)
            rows = await journeys.list_steps(tx, journey_id=journey_id)
            walk = await journeys.get_walk(tx, journey_id=journey_id)
            assert await audits.differences(tx, journey_id=journey_id) == []
        assert opened == {one for one in steps if is_open(one)} - was_open
        if what == "complete" and was != "completed":
            assert told_as_opened(rows, walk.program.dependents_of(slug), slug) == opened
        for one, told in steps.items():
            row = rows[one]
            if not is_open(one):
                assert (row.state, row.unlocked_at) == ("locked", None)
                continue
            assert (row.state, row.started_at, row.completed_at) == (
                told.state,
                told.started,
                told.done,
            )
            assert row.percent == (100 if told.state == "completed" else 0)
            opened_at = [steps[before].passed or NOW for before in after[one]]
            assert row.unlocked_at == max([NOW, *opened_at])


async def test_what_was_skipped_and_is_done_is_done_since_then(
    db: Database, founder: Someone, journey_id: UUID
) -> None:
    skipped, done = NOW + timedelta(days=1), NOW + timedelta(days=20)
    async with db.transaction(founder.actor) as tx:
        assert await move(tx, journey_id, "idea", "skip", skipped) == {"interviews", "name"}
        # Nothing opens: what waited for it is open since it was skipped.
        assert await move(tx, journey_id, "idea", "complete", done) == set()
        rows = await journeys.list_steps(tx, journey_id=journey_id)
        proposal = await journeys.propose_outcome(tx, journey_id=journey_id, step_slug="idea")
    idea = rows["idea"]
    assert (idea.started_at, idea.completed_at, idea.percent) == (done, done, 100)
    assert rows["name"].unlocked_at == skipped
    assert told_as_opened(rows, ("interviews", "name"), "idea") == set()
    # Begun and done at once.
    assert proposal.time_taken_days == 1


async def test_time_taken_is_proposed_from_when_it_began_to_when_it_was_done(
    db: Database, founder: Someone, journey_id: UUID
) -> None:
    async with db.transaction(founder.actor) as tx:
        for days, what in ((0, "start"), (3, "skip"), (9, "complete")):
            await move(tx, journey_id, "idea", what, NOW + timedelta(days=days))
        proposal = await journeys.propose_outcome(tx, journey_id=journey_id, step_slug="idea")
    assert proposal.time_taken_days == 9


async def test_two_who_skip_and_complete_at_once_leave_the_time_of_the_later(
    db: Database, founder: Someone, cofounder: Someone, journey_id: UUID
) -> None:
    later = NOW + timedelta(minutes=1)
    async with db.transaction(founder.actor) as tx:
        await move(tx, journey_id, "idea", "skip", NOW)
    async with db.transaction(cofounder.actor) as tx:
        await move(tx, journey_id, "idea", "complete", later)
        rows = await journeys.list_steps(tx, journey_id=journey_id)
        assert await audits.differences(tx, journey_id=journey_id) == []
    assert (rows["idea"].state, rows["idea"].completed_at) == ("completed", later)


async def test_what_locks_again_and_opens_once_more_is_open_since_then(
    db: Database, founder: Someone, journey_id: UUID
) -> None:
    first, second = NOW + timedelta(days=1), NOW + timedelta(days=2)
    async with db.transaction(founder.actor) as tx:
        await move(tx, journey_id, "idea", "complete", first)
    await edit(db, founder, journey_id, "name", StepEdit(after=["idea", "interviews"]), None)
    async with db.transaction(founder.actor) as tx:
        locked = (await journeys.list_steps(tx, journey_id=journey_id))["name"]
        opened = await move(tx, journey_id, "interviews", "complete", second)
        rows = await journeys.list_steps(tx, journey_id=journey_id)
        assert await audits.differences(tx, journey_id=journey_id) == []
    assert (locked.state, locked.unlocked_at) == ("locked", None)
    assert opened == {"offer", "name"} == told_as_opened(rows, ("offer", "name"), "interviews")


async def test_a_past_that_is_brought_in_keeps_the_same_times(
    db: Database, founder: Someone, journey_id: UUID
) -> None:
    skipped, done, now = (NOW + timedelta(days=days) for days in (1, 5, 9))
    async with db.transaction(founder.actor) as tx:
        await journeys.import_history(
            tx,
            journey_id=journey_id,
            entries=[
                HistoryEntry(
                    step_slug="idea", kind=HistoryKind.SKIPPED, at=skipped, reason="Not now"
                ),
                HistoryEntry(step_slug="idea", kind=HistoryKind.COMPLETED, at=done),
            ],
            now=now,
        )
        rows = await journeys.list_steps(tx, journey_id=journey_id)
        assert await audits.differences(tx, journey_id=journey_id) == []
    assert (rows["idea"].completed_at, rows["name"].unlocked_at) == (done, skipped)


@pytest.mark.parametrize("table", ["steps", "journeys"])
async def test_what_is_cached_otherwise_is_named(
    db: Database,
    place: Place,
    operator: psycopg.AsyncConnection,
    founder: Someone,
    journey_id: UUID,
    table: str,
) -> None:
    async with db.transaction(founder.actor) as tx:
        await move(tx, journey_id, "idea", "complete", NOW + timedelta(days=1))
    await edit(db, founder, journey_id, "offer", StepEdit(after=["name"]), None)
    async with db.transaction(founder.actor) as tx:
        await move(tx, journey_id, "name", "complete", NOW + timedelta(days=2))
    assert await stale(db, place) == set()
    if table == "journeys":
        await operator.execute(
            "update journeys.journeys set held_fields = array['x.y'] where id = %s", [journey_id]
        )
        assert await stale(db, place) == {"held_fields"}
        return
    for moment in (datetime(1999, 1, 1, tzinfo=UTC), NOW + timedelta(days=3000)):
        await operator.execute(
            "update journeys.steps set unlocked_at = %s where journey_id = %s",
            [moment, journey_id],
        )
        # Of `offer`, too, whose plan changed: it can't have opened before it was in the plan.
        assert await stale(db, place) == {f"{step.slug} unlocked_at" for step in FRAMEWORK.steps}


async def test_times_that_were_kept_too_long_before_are_put_right(
    db: Database,
    own_database: roles.Roles,
    place: Place,
    operator: psycopg.AsyncConnection,
    founder: Someone,
    journey_id: UUID,
) -> None:
    skipped, done = NOW + timedelta(days=1), NOW + timedelta(days=2)
    async with db.transaction(founder.actor) as tx:
        await move(tx, journey_id, "idea", "skip", skipped)
        await move(tx, journey_id, "idea", "complete", done)
        right = await journeys.list_steps(tx, journey_id=journey_id)
    # As it was written before: the time of the skip, and a step that once was open.
    await operator.execute(
        """
        update journeys.steps
           set completed_at = case when step_slug = 'idea' then %(then)s end,
               unlocked_at = coalesce(unlocked_at, %(then)s)
         where journey_id = %(journey)s
        """,
        {"journey": journey_id, "then": skipped},
    )
    assert await stale(db, place) > {"idea completed_at", "sale unlocked_at"}
    migration = shipped("migrations") / "0027_journeys_done_times.sql"
    async with looking(own_database.owner) as owner, owner.transaction():
        await owner.execute(migration.read_bytes())
    assert await stale(db, place) == set()
    async with db.transaction(founder.actor) as tx:
        assert await journeys.list_steps(tx, journey_id=journey_id) == right
