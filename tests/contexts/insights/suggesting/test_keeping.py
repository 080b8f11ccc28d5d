"""Whatever goes wrong while suggestions are made and kept, nobody is left waiting."""

from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from datetime import timedelta
from typing import Any, LiteralString

import psycopg
import pytest

from milepost.contexts.insights import jobs as insight_jobs
from milepost.contexts.insights import service as insights
from milepost.contexts.journeys.types import Outcome
from milepost.platform import jobs
from milepost.platform.errors import Invalid, NotFound
from tests.contexts.insights.suggesting.desk import GOOD, NOW, Desk, say
from tests.factories.models import fake_model

Connection = psycopg.AsyncConnection[Any]


@asynccontextmanager
async def refusing(owner: Connection, check: LiteralString) -> AsyncGenerator[None]:
    """Have the database refuse suggestions, as it does what it has no place for."""
    await owner.execute(
        "alter table insights.suggestions add constraint refused check (" + check + ") not valid"
    )
    try:
        yield
    finally:
        await owner.execute("alter table insights.suggestions drop constraint refused")


@asynccontextmanager
async def without_notes(owner: Connection) -> AsyncGenerator[None]:
    """Have what is needed to begin be away."""
    await owner.execute("alter table journeys.outcome_notes rename to notes_away")
    try:
        yield
    finally:
        await owner.execute("alter table journeys.notes_away rename to outcome_notes")


async def left_alone(desk: Desk, operator: Connection) -> Outcome:
    """An outcome of which a worker was taken down while it asked, two hours ago."""
    outcome = await desk.company.tell("first-talks")
    await operator.execute("delete from procrastinate.procrastinate_jobs")
    await operator.execute(
        """
        insert into insights.suggestion_runs (tenant_id, outcome_id, subject_id, state, asked_at)
        values (%s, %s, %s, 'pending', %s)
        """,
        [desk.company.place.tenant_id, outcome.id, outcome.subject_id, NOW - timedelta(hours=2)],
    )
    return outcome


async def test_what_a_model_said_can_not_be_kept_and_rules_speak(
    desk: Desk, owner: Connection
) -> None:
    outcome = await desk.company.tell("first-talks")
    async with refusing(owner, "engine <> 'llm'"):
        with fake_model(say(GOOD)) as model:
            made = await desk.make(outcome, model=model)
            assert len(model.asked) == 1
    assert made.run is not None
    assert (made.run.state, made.run.engine) == ("ready", "offline")
    assert made.run.error == "What it answered could not be kept."
    assert {item.engine for item in made.items} == {"offline"}
    assert 3 <= len(made.items) <= 5


async def test_a_model_whose_use_can_not_be_written_down_is_replaced(
    desk: Desk, owner: Connection
) -> None:
    outcome = await desk.company.tell("first-talks")
    await owner.execute("alter table platform.ai_usage rename to usage_away")
    try:
        with fake_model(say(GOOD)) as model:
            made = await desk.make(outcome, model=model)
    finally:
        await owner.execute("alter table platform.usage_away rename to ai_usage")
    assert made.run is not None
    assert (made.run.state, made.run.engine) == ("ready", "offline")


async def test_a_job_that_fails_says_so_and_can_be_asked_for_again(
    desk: Desk, owner: Connection
) -> None:
    outcome = await desk.company.tell("first-talks")
    async with refusing(owner, "false"):
        with pytest.raises(Invalid):
            await desk.make(outcome)
    failed = await desk.read(outcome.id)
    assert failed.run is not None
    assert failed.run.state == "failed"
    assert failed.is_ready
    assert failed.run.error.startswith("Something went wrong on our side")

    async with desk.company.db.transaction(desk.company.cofounder.actor) as tx:
        assert await insights.ask_again(tx, outcome_id=outcome.id, now=NOW)
    assert not (await desk.read(outcome.id)).is_ready
    await jobs.run_pending(desk.company.db, desk.context)
    again = await desk.read(outcome.id)
    assert again.run is not None
    assert (again.run.state, again.run.error) == ("ready", "")
    assert 3 <= len(again.items) <= 5

    async with desk.company.db.transaction(desk.company.founder.actor) as tx:
        assert not await insights.ask_again(tx, outcome_id=outcome.id, now=NOW)


async def test_a_job_that_can_not_even_begin_says_so(desk: Desk, owner: Connection) -> None:
    outcome = await desk.company.tell("first-talks")
    async with without_notes(owner):
        with pytest.raises(psycopg.Error):
            await insight_jobs.make_suggestions(
                desk.context,
                tenant_id=str(desk.company.place.tenant_id),
                outcome_id=str(outcome.id),
            )
    failed = await desk.read(outcome.id)
    assert failed.run is not None
    assert failed.run.state == "failed"
    assert (await desk.make(outcome)).items


async def test_what_nobody_makes_any_more_is_given_up(desk: Desk, operator: Connection) -> None:
    lost = await left_alone(desk, operator)
    fresh = await desk.company.tell("first-talks")
    async with desk.company.db.transaction(desk.company.founder.actor) as tx:
        await insights.begin(tx, outcome_id=fresh.id, now=NOW)

    await insight_jobs.give_up_lost_suggestions(desk.context)

    given_up, waiting = await desk.read(lost.id), await desk.read(fresh.id)
    assert given_up.run is not None
    assert waiting.run is not None
    assert (given_up.run.state, waiting.run.state) == ("failed", "pending")


async def test_what_was_given_up_too_soon_is_still_shown(desk: Desk, operator: Connection) -> None:
    """A job asked for again is at work while the run says since when suggestions were wanted."""
    outcome = await left_alone(desk, operator)
    async with desk.company.db.transaction(desk.company.founder.actor) as tx:
        begun = await insights.begin(tx, outcome_id=outcome.id, now=NOW)
    assert begun is not None
    await insight_jobs.give_up_lost_suggestions(desk.context)
    assert (await desk.read(outcome.id)).is_ready
    advice = insight_jobs.suggestions.by_rules(begun[1])
    async with desk.company.db.transaction(desk.company.founder.actor) as tx:
        await insights.keep(
            tx, outcome=outcome, advice=advice.value, engine=advice.engine, note="", now=NOW
        )
    kept = await desk.read(outcome.id)
    assert kept.run is not None
    assert kept.run.state == "ready"
    assert len(kept.items) == len(advice.value)


async def test_only_who_acts_for_the_company_asks_again(desk: Desk) -> None:
    outcome = await desk.company.tell("first-talks")
    stranger = await desk.company.place.person("Una Fremd")
    async with desk.company.db.transaction(stranger.actor) as tx:
        with pytest.raises(NotFound):
            await insights.ask_again(tx, outcome_id=outcome.id, now=NOW)
