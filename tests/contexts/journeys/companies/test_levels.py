"""What each level shows of a company, and that all that is cached follows from the facts."""

from datetime import timedelta

import pytest

from milepost.contexts.identity import service as identity
from milepost.contexts.identity.types import Capacity, Level
from milepost.contexts.journeys import service as journeys
from milepost.contexts.journeys.types import State, StepEdit
from milepost.platform.errors import Forbidden, NotFound
from tests.contexts.journeys.companies.walking import (
    NOW,
    cached,
    complete,
    edit,
    stale,
    tasks_of,
    tick,
)


async def test_each_level_shows_what_it_says_and_no_more(db, place, founder, journey_id):
    async with db.transaction(founder.actor) as tx:
        await journeys.start(tx, journey_id=journey_id, step_slug="idea", now=NOW)
        await journeys.skip(
            tx, journey_id=journey_id, step_slug="idea", reason="A secret.", now=NOW
        )
    viewers = {}
    for level in Level:
        async with db.transaction(place.system) as tx:
            firm = await identity.ensure_organization(
                tx, name=f"Firm {level}", kind="investor", now=NOW
            )
        viewers[level] = await place.person(f"Ida {level}", organization=firm)
        async with db.transaction(founder.actor) as tx:
            await identity.make_grant(
                tx,
                subject_id=founder.user.organization_id,
                audience=identity.Audience(organization_id=firm.id),
                level=level,
                capacity=Capacity.INVESTOR,
                now=NOW,
            )
    for level, who in viewers.items():
        async with db.transaction(who.actor) as tx:
            journey = await journeys.get_journey(tx, journey_id=journey_id)
            tallies = await journeys.list_tallies(tx, journey_id=journey_id)
            assert sum(tally.total for tally in tallies) == 5
            assert sum(tally.skipped for tally in tallies) == 1
            shown = await journeys.shows_steps(tx, journey=journey)
            rows = await journeys.list_steps(tx, journey_id=journey_id)
            plan = await journeys.list_plan(tx, journey_id=journey_id)
            tasks = await journeys.list_tasks(tx, journey_id=journey_id)
            reasons = await journeys.list_reasons(tx, journey_id=journey_id)
        assert shown == (level is not Level.BASIC)
        assert (len(rows), len(plan)) == ((0, 0) if level is Level.BASIC else (5, 5))
        assert bool(tasks) == bool(reasons) == (level is Level.FULL)
        async with db.transaction(who.actor) as tx:
            with pytest.raises((Forbidden, NotFound)):
                await journeys.start(tx, journey_id=journey_id, step_slug="name", now=NOW)
    stranger = await place.person("Sven Stranger")
    async with db.transaction(stranger.actor) as tx:
        with pytest.raises(NotFound):
            await journeys.get_journey(tx, journey_id=journey_id)
    # An administrator sees how far everybody is, and no more.
    async with db.transaction(place.admin.actor) as tx:
        with pytest.raises(NotFound):
            await journeys.get_walk(tx, journey_id=journey_id)
        assert await journeys.list_tallies(tx, journey_id=journey_id)


async def test_progress_is_counted_as_the_steps_stand(db, founder, journey_id):
    await complete(db, founder, journey_id, "idea")
    first = (await tasks_of(db, founder, journey_id, "name"))[0]
    await tick(db, founder, journey_id, first)
    await edit(db, founder, journey_id, "offer", StepEdit(domain="sales"), None)
    async with db.transaction(founder.actor) as tx:
        walk = await journeys.get_walk(tx, journey_id=journey_id)
        tallies = await journeys.list_tallies(tx, journey_id=journey_id)
    counted: dict[tuple[str, str], list[int]] = {}
    for step in walk.program.steps:
        cell = counted.setdefault((step.phase, step.domain), [0, 0, 0, 0])
        state = walk.standings[step.slug].state
        cell[0] += 1
        cell[1] += state is State.IN_PROGRESS
        cell[2] += state is State.COMPLETED
        cell[3] += state is State.SKIPPED
    assert {
        (tally.phase, tally.domain): [
            tally.total,
            tally.in_progress,
            tally.completed,
            tally.skipped,
        ]
        for tally in tallies
    } == counted


async def test_all_that_is_cached_follows_from_what_happened(
    db, place, founder, journey_id, operator
):
    async with db.transaction(founder.actor) as tx:
        await journeys.skip(tx, journey_id=journey_id, step_slug="idea", reason="No.", now=NOW)
        await journeys.reopen(
            tx, journey_id=journey_id, step_slug="idea", now=NOW + timedelta(hours=1)
        )
    first, second, _ = await tasks_of(db, founder, journey_id, "idea")
    await tick(db, founder, journey_id, first)
    await tick(db, founder, journey_id, second)
    await tick(db, founder, journey_id, second, on=False)
    async with db.transaction(founder.actor) as tx:
        await journeys.add_task(
            tx, journey_id=journey_id, step_slug="idea", title="Sleep on it", now=NOW
        )
        own = StepEdit(title="Visit", phase="late", domain="sales", after=["offer"])
        await journeys.add_own_step(tx, journey_id=journey_id, content=own, tasks=["Go"], now=NOW)
    assert (await cached(db, founder, journey_id))["idea"] == ("in_progress", 25)
    assert await stale(db, place) == set()
    await complete(db, founder, journey_id, "idea")
    await edit(db, founder, journey_id, "sale", StepEdit(after=[], domain="sales"), None)
    assert await stale(db, place) == set()

    spoil = {
        "idea state": "update journeys.steps set state = 'skipped' where step_slug = 'idea'",
        "name percent": "update journeys.steps set percent = 7 where step_slug = 'name'",
        "idea completed_at": "update journeys.steps set completed_at = now()"
        " where step_slug = 'idea'",
        f"task {second.id} completed_at": "update journeys.tasks set completed_at = now()"
        f" where id = '{second.id}'",
        "progress late product": "update journeys.progress set total = total + 1"
        " where phase = 'late' and domain = 'product'",
    }
    for statement in spoil.values():
        await operator.execute(statement + f" and journey_id = '{journey_id}'")
    assert await stale(db, place) == set(spoil)
