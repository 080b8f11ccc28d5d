"""How a step went: written once it is behind the company, for those who may see it."""

import asyncio
from collections.abc import AsyncIterator, Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from uuid import uuid4

import psycopg
import pytest
import pytest_asyncio

from milepost.contexts.identity import service as identity
from milepost.contexts.identity.types import Level
from milepost.contexts.journeys import service as journeys
from milepost.contexts.journeys.errors import NotBehind, WrongOutcome
from milepost.contexts.journeys.types import Outcome, StepEdit
from milepost.platform.db import Database, roles
from milepost.platform.errors import Forbidden, NotFound
from tests.factories.companies import Company, make_company, publish, small_framework
from tests.factories.databases import as_app, looking
from tests.factories.people import Someone, make_place

NOW = datetime.now(UTC)


@pytest.fixture(scope="module")
def own_database(new_database: Callable[[str], roles.Roles], worker_id: str) -> roles.Roles:
    """A copy for this module: its program is nobody else's."""
    return new_database(f"outcomes_{worker_id}")


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def db(own_database: roles.Roles) -> AsyncIterator[Database]:
    async with as_app(own_database.app) as db:
        yield db


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def owner(own_database: roles.Roles) -> AsyncIterator[psycopg.AsyncConnection]:
    async with looking(own_database.owner) as connection:
        yield connection


@pytest_asyncio.fixture(loop_scope="session")
async def company(db: Database, owner: psycopg.AsyncConnection) -> Company:
    program = await publish(owner, small_framework(), now=NOW)
    return await make_company(await make_place(db, now=NOW), program)


async def test_days_are_proposed_from_start_to_completion(company: Company) -> None:
    await company.do("first-talks", days=9.5, until=NOW)
    async with company.db.transaction(company.cofounder.actor) as tx:
        proposal = await journeys.propose_outcome(
            tx, journey_id=company.journey_id, step_slug="first-talks"
        )
    assert proposal.finished
    assert proposal.time_taken_days == 10
    assert len(proposal.tasks) == 3
    assert proposal.newest is None
    assert proposal.share_anonymously is False


async def test_what_was_written_is_read_again(company: Company) -> None:
    await company.do("first-talks", days=3, until=NOW)
    async with company.db.transaction(company.founder.actor) as tx:
        await identity.describe_organization(
            tx, organization_id=company.id, settings={"industry": "health"}, now=NOW
        )
        tasks = await journeys.list_tasks(
            tx, journey_id=company.journey_id, step_slug="first-talks"
        )
        outcome = await journeys.capture_outcome(
            tx,
            journey_id=company.journey_id,
            step_slug="first-talks",
            task_results={str(tasks[0].id): " Nine of ten. ", str(tasks[1].id): "  "},
            time_taken_days=4,
            confidence_level=2,
            notes=" Slow at first. ",
            key_learnings=["Ask  about Tuesday.", " "],
            share_anonymously=True,
            now=NOW,
        )
        notes = await journeys.find_outcome_notes(tx, outcome_id=outcome.id)
        assert await journeys.list_outcomes(tx, journey_id=company.journey_id) == [outcome]
        proposal = await journeys.propose_outcome(
            tx, journey_id=company.journey_id, step_slug="first-talks"
        )
    assert outcome.author_id == company.founder.id
    assert (outcome.finished, outcome.time_taken_days, outcome.confidence_level) == (True, 4, 2)
    assert outcome.industry == "health"
    # Nobody said how far the company is: the phase of the first step ahead.
    assert outcome.stage == "early"
    assert notes is not None
    assert notes.task_results == {str(tasks[0].id): "Nine of ten."}
    assert notes.notes == "Slow at first."
    assert notes.key_learnings == ["Ask about Tuesday."]
    assert proposal.newest == outcome
    # What the company chose last is what it is asked with next.
    assert proposal.share_anonymously is True


async def test_only_what_is_behind_has_an_outcome(company: Company) -> None:
    async with company.db.transaction(company.founder.actor) as tx:
        with pytest.raises(NotBehind):
            await journeys.propose_outcome(
                tx, journey_id=company.journey_id, step_slug="first-talks"
            )
    with pytest.raises(NotBehind):
        await company.tell("pain-ranking")
    with pytest.raises(NotFound):
        await company.tell("no-such-step")


async def test_a_step_left_out_has_an_outcome_too(company: Company) -> None:
    async with company.db.transaction(company.founder.actor) as tx:
        await journeys.skip(
            tx,
            journey_id=company.journey_id,
            step_slug="working-name",
            reason="We have one.",
            now=NOW,
        )
        proposal = await journeys.propose_outcome(
            tx, journey_id=company.journey_id, step_slug="working-name"
        )
    assert (proposal.finished, proposal.time_taken_days) == (False, 0)
    assert (await company.tell("working-name", days=0)).finished is False


@pytest.mark.parametrize(
    ("wrong", "field"),
    [
        ({"time_taken_days": -1}, "time_taken_days"),
        ({"time_taken_days": 3651}, "time_taken_days"),
        ({"confidence_level": 0}, "confidence_level"),
        ({"confidence_level": 6}, "confidence_level"),
        ({"notes": "x" * 10_001}, "notes"),
        ({"key_learnings": ["x"] * 21}, "key_learnings"),
        ({"key_learnings": ["x" * 501]}, "key_learnings"),
        ({"task_results": {str(uuid4()): "Done."}}, "task_results"),
    ],
)
async def test_limits_are_told_with_their_place(
    company: Company, wrong: dict[str, object], field: str
) -> None:
    await company.do("first-talks", days=1, until=NOW)
    right: dict[str, object] = {
        "task_results": {},
        "time_taken_days": 1,
        "confidence_level": 3,
        "notes": "",
        "key_learnings": [],
        "share_anonymously": False,
    }
    async with company.db.transaction(company.founder.actor) as tx:
        with pytest.raises(WrongOutcome) as refused:
            await journeys.capture_outcome(
                tx,
                journey_id=company.journey_id,
                step_slug="first-talks",
                now=NOW,
                **{**right, **wrong},
            )
    assert refused.value.data["field"] == field


async def test_what_is_shared_can_be_withdrawn_and_agreed_to_again(company: Company) -> None:
    await company.do("first-talks", days=1, until=NOW)
    await company.do("working-name", days=1, until=NOW)
    first = await company.tell("first-talks", share=True)
    await company.tell("working-name", share=True, by=company.cofounder)
    later = NOW + timedelta(minutes=1)

    async def shared() -> list[bool]:
        async with company.db.transaction(company.founder.actor) as tx:
            found = await journeys.list_outcomes(tx, journey_id=company.journey_id)
        return [outcome.share_anonymously for outcome in found]

    async with company.db.transaction(company.cofounder.actor) as tx:
        changed = await journeys.set_sharing(tx, outcome_id=first.id, share=False, now=later)
        again = await journeys.set_sharing(tx, outcome_id=first.id, share=False, now=later)
        withdrawn = await journeys.get_outcome(tx, outcome_id=first.id)
    assert (changed, again) == (1, 0)
    assert withdrawn == replace(first, share_anonymously=False, updated_at=later)
    assert sorted(await shared()) == [False, True]
    async with company.db.transaction(company.founder.actor) as tx:
        journey_id = company.journey_id
        assert await journeys.set_sharing(tx, journey_id=journey_id, share=False, now=later) == 1
        assert await journeys.set_sharing(tx, journey_id=journey_id, share=True, now=later) == 2
    assert await shared() == [True, True]


async def written(company: Company, step_slug: str = "first-talks") -> list[bool]:
    """Whether each outcome of a step is shared, the newest first, in whichever journey."""
    async with company.db.transaction(company.founder.actor) as tx:
        return await tx.values(
            """
            select o.share_anonymously
              from journeys.outcomes o
             where o.subject_id = %(subject_id)s
               and o.step_slug = %(step_slug)s
             order by o.id desc
            """,
            {"subject_id": company.id, "step_slug": step_slug},
        )


async def second_journey(company: Company, step_slug: str = "first-talks") -> Company:
    """The same company, walking the program once more, with the step done."""
    async with company.db.transaction(company.founder.actor) as tx:
        journey, _ = await journeys.get_or_create(
            tx, program_slug=company.program.slug, name="Second try", now=NOW
        )
        await journeys.add_framework_steps(tx, journey_id=journey.id, slugs=None, now=NOW)
    again = replace(company, journey_id=journey.id)
    await again.do(step_slug, days=2, until=NOW)
    return again


async def test_consent_is_one_for_all_that_is_written_about_a_step(company: Company) -> None:
    await company.do("first-talks", days=1, until=NOW)
    await company.do("working-name", days=1, until=NOW)
    first = await company.tell("first-talks", share=True)
    await company.tell("working-name", share=True)
    second = await company.tell("first-talks", days=40, share=True)
    async with company.db.transaction(company.founder.actor) as tx:
        changed = await journeys.set_sharing(tx, outcome_id=second.id, share=False, now=NOW)
    assert changed == 2
    assert await written(company) == [False, False]
    assert await written(company, "working-name") == [True], "another step"
    async with company.db.transaction(company.founder.actor) as tx:
        assert await journeys.set_sharing(tx, outcome_id=first.id, share=True, now=NOW) == 2
    await company.tell("first-talks", days=41, share=False)
    assert await written(company) == [False, False, False], "writing again chooses again"
    await company.tell("first-talks", days=42, share=True)
    assert await written(company) == [True] * 4


async def test_consent_holds_in_all_journeys_of_a_company(company: Company) -> None:
    await company.do("first-talks", days=1, until=NOW)
    first = await company.tell("first-talks", share=True)
    again = await second_journey(company)
    assert (await again.tell("first-talks", share=True)).journey_id != first.journey_id
    async with company.db.transaction(company.founder.actor) as tx:
        assert await journeys.set_sharing(tx, outcome_id=first.id, share=False, now=NOW) == 2
        proposal = await journeys.propose_outcome(
            tx, journey_id=again.journey_id, step_slug="first-talks"
        )
    assert proposal.share_anonymously is False
    assert await written(company) == [False, False]


async def test_choosing_at_the_same_time_ends_with_one_choice(company: Company) -> None:
    await company.do("first-talks", days=1, until=NOW)
    first = await company.tell("first-talks", share=True)
    again = await second_journey(company)
    async with company.db.transaction(company.cofounder.actor) as tx:
        await journeys.set_sharing(tx, outcome_id=first.id, share=False, now=NOW)
        other = asyncio.create_task(again.tell("first-talks", share=True))
        # Written now, it would be shared beside one that isn't.
        await asyncio.wait([other], timeout=0.5)
        assert not other.done()
    await other
    assert await written(company) == [True, True]


async def own_step(company: Company) -> str:
    """A step of the company's own, done."""
    content = StepEdit(title="Visit three bakeries", phase="early", domain="product")
    async with company.db.transaction(company.founder.actor) as tx:
        _, slug = await journeys.add_own_step(
            tx, journey_id=company.journey_id, content=content, tasks=["Go"], now=NOW
        )
    await company.do(slug, days=1, until=NOW)
    return slug


async def test_a_step_of_ones_own_is_not_shared_and_not_what_is_remembered(
    company: Company,
) -> None:
    await company.do("first-talks", days=1, until=NOW)
    await company.do("working-name", days=1, until=NOW)
    slug = await own_step(company)
    await company.tell("first-talks", share=True)
    own = await company.tell(slug)

    async def proposed(step_slug: str) -> bool:
        async with company.db.transaction(company.founder.actor) as tx:
            proposal = await journeys.propose_outcome(
                tx, journey_id=company.journey_id, step_slug=step_slug
            )
        return proposal.share_anonymously

    assert await proposed("working-name") is True
    assert await proposed(slug) is False
    with pytest.raises(WrongOutcome) as refused:
        await company.tell(slug, share=True)
    assert refused.value.data["field"] == "share_anonymously"
    async with company.db.transaction(company.founder.actor) as tx:
        with pytest.raises(WrongOutcome):
            await journeys.set_sharing(tx, outcome_id=own.id, share=True, now=NOW)
        assert await journeys.set_sharing(tx, outcome_id=own.id, share=False, now=NOW) == 0
        for share in (False, True):
            changed = await journeys.set_sharing(
                tx, journey_id=company.journey_id, share=share, now=NOW
            )
            assert changed == 1
    assert await written(company, slug) == [False]


async def test_what_was_chosen_for_a_step_is_proposed_for_it_again(company: Company) -> None:
    await company.do("first-talks", days=1, until=NOW)
    await company.do("working-name", days=1, until=NOW)
    await company.tell("first-talks", share=True)
    await company.tell("working-name", share=False)
    async with company.db.transaction(company.founder.actor) as tx:
        shared = {
            slug: (
                await journeys.propose_outcome(tx, journey_id=company.journey_id, step_slug=slug)
            ).share_anonymously
            for slug in ("first-talks", "working-name")
        }
    assert shared == {"first-talks": True, "working-name": False}


async def test_each_level_sees_its_part(company: Company) -> None:
    await company.do("first-talks", days=1, until=NOW)
    outcome = await company.tell("first-talks", notes="Only between us.")
    basic, detailed, full = [await company.investor(level) for level in Level]
    stranger = await company.place.person("Otto Other")

    async def seen(who: Someone) -> tuple[Outcome, str | None]:
        async with company.db.transaction(who.actor) as tx:
            found = await journeys.get_outcome(tx, outcome_id=outcome.id)
            notes = await journeys.find_outcome_notes(tx, outcome_id=outcome.id)
        return found, None if notes is None else notes.notes

    for who in (basic, stranger, company.place.admin):
        with pytest.raises(NotFound):
            await seen(who)
    # Who wrote it, and whether it is counted in benchmarks, is the company's own.
    shown = replace(outcome, author_id=None, share_anonymously=None)
    assert await seen(detailed) == (shown, None)
    assert await seen(full) == (shown, "Only between us.")
    assert await seen(company.cofounder) == (outcome, "Only between us.")


async def test_those_who_look_on_decide_nothing(company: Company) -> None:
    await company.do("first-talks", days=1, until=NOW)
    outcome = await company.tell("first-talks")
    partner = await company.investor(Level.FULL)
    async with company.db.transaction(partner.actor) as tx:
        with pytest.raises(Forbidden):
            await journeys.set_sharing(tx, outcome_id=outcome.id, share=True, now=NOW)
    with pytest.raises(Forbidden):
        await company.tell("first-talks", by=partner)
