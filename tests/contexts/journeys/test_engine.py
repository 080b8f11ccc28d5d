"""Walking Fast Track against the real database, as the application's role."""

import asyncio
from datetime import timedelta
from typing import Any

import pytest

from milepost.contexts.identity.types import Level, Member, Role
from milepost.contexts.journeys import service as journeys
from milepost.contexts.journeys.errors import (
    AlreadyDone,
    StepLocked,
    VersionConflict,
    WrongAnswers,
)
from milepost.contexts.journeys.types import Choice, HandedIn, Journey, State, Verdict
from milepost.platform import clock
from milepost.platform.db import Database
from milepost.platform.errors import Forbidden, NotFound
from tests.factories.people import Place, Someone
from tests.factories.programs import demo_answers, fast_track

WOOP, IDENTITY, VISION = "sprint-0-woop", "sprint-1-identity", "sprint-2-vision"


async def begin(db: Database, who: Someone) -> Journey:
    async with db.transaction(who.actor) as tx:
        journey, _ = await journeys.get_or_create(tx, program_slug="fast-track", now=who.actor.now)
    return journey


async def hand_in(
    db: Database,
    who: Someone,
    journey: Journey,
    slug: str,
    data: dict[str, Any] | None = None,
    *,
    seen: str | None = None,
    later: int = 0,
) -> HandedIn:
    async with db.transaction(who.actor) as tx:
        return await journeys.submit(
            tx,
            journey_id=journey.id,
            step_slug=slug,
            data=demo_answers()[slug] if data is None else data,
            seen=seen,
            now=who.actor.now + timedelta(minutes=later),
        )


async def test_a_journey_is_begun_once(db: Database, place: Place) -> None:
    nora = await place.person()
    journey = await begin(db, nora)
    async with db.transaction(nora.actor) as tx:
        again, created = await journeys.get_or_create(tx, program_slug="fast-track", now=place.now)
    assert again.id == journey.id
    assert not created


async def test_the_whole_program_can_be_walked(db: Database, place: Place) -> None:
    nora = await place.person()
    journey = await begin(db, nora)
    for number, step in enumerate(fast_track().topological):
        handed_in = await hand_in(db, nora, journey, step.slug, later=number)
        assert handed_in.submission.version == 1
        assert handed_in.submission.status == "completed"
    async with db.transaction(nora.actor) as tx:
        walk = await journeys.get_walk(tx, journey_id=journey.id)
        fields = await journeys.list_fields(tx, walk=walk)
        rows = await journeys.list_steps(tx, journey_id=journey.id)
    assert {s.state for s in walk.standings.values()} == {State.COMPLETED}
    assert set(fields) == set(fast_track().fields)
    assert {row.percent for row in rows.values()} == {100}


async def test_submitting_opens_what_it_should(db: Database, place: Place) -> None:
    nora = await place.person()
    journey = await begin(db, nora)
    assert (await hand_in(db, nora, journey, WOOP)).unlocked == (IDENTITY,)
    assert VISION in (await hand_in(db, nora, journey, IDENTITY)).unlocked


async def test_a_locked_step_says_why(db: Database, place: Place) -> None:
    nora = await place.person()
    journey = await begin(db, nora)
    with pytest.raises(StepLocked) as refused:
        await hand_in(db, nora, journey, VISION)
    why = refused.value.data["why"]
    assert [step["slug"] for step in why["way"]] == [WOOP, IDENTITY]
    assert {item["name"] for item in why["missing"]} == {
        "identity.personal_dream",
        "identity.core_values",
    }
    for read in (journeys.get_draft, journeys.list_submissions):
        async with db.transaction(nora.actor) as tx:
            with pytest.raises(StepLocked):
                await read(tx, journey_id=journey.id, step_slug=VISION)


async def test_what_flows_in_names_its_origin(db: Database, place: Place) -> None:
    nora = await place.person()
    journey = await begin(db, nora)
    await hand_in(db, nora, journey, WOOP)
    async with db.transaction(nora.actor) as tx:
        walk = await journeys.get_walk(tx, journey_id=journey.id)
        desk = await journeys.open_desk(tx, walk=walk, step_slug=IDENTITY)
    wish = desk.inputs["woop.wish"]
    assert wish.value == demo_answers()[WOOP]["wish"]
    assert (wish.tool, wish.version, wish.at) == ("sprint_00_woop", 1, nora.actor.now)


async def test_wrong_answers_store_nothing(db: Database, place: Place) -> None:
    nora = await place.person()
    journey = await begin(db, nora)
    with pytest.raises(WrongAnswers) as refused:
        await hand_in(db, nora, journey, WOOP, {"wish": 7, "surprise": "x"})
    paths = {error["path"] for error in refused.value.data["errors"]}
    assert "wish" in paths
    async with db.transaction(nora.actor) as tx:
        assert await journeys.list_submissions(tx, journey_id=journey.id, step_slug=WOOP) == []


async def test_drafts_count_saves_and_notice_the_other_device(db: Database, place: Place) -> None:
    nora = await place.person()
    journey = await begin(db, nora)

    async def save(text: str, seen: str | None) -> Any:
        async with db.transaction(nora.actor) as tx:
            return await journeys.save_draft(
                tx,
                journey_id=journey.id,
                step_slug=WOOP,
                data={"wish": text},
                seen=seen,
                now=place.now,
            )

    first = await save("a", None)
    second = await save("b", first.etag)
    assert (first.revision, second.revision) == (1, 2)
    with pytest.raises(VersionConflict) as refused:
        await save("from the phone", first.etag)
    assert refused.value.data["current_data"] == {"wish": "b"}
    assert refused.value.data["current_etag"] == second.etag
    late = await save("b", first.etag)
    assert late.revision == 3, "what holds all that is saved overtakes nobody"
    async with db.transaction(nora.actor) as tx:
        walk = await journeys.get_walk(tx, journey_id=journey.id)
        rows = await journeys.list_steps(tx, journey_id=journey.id)
    assert walk.standings[WOOP].state is State.IN_PROGRESS
    assert rows[WOOP].percent == 25


async def test_a_draft_after_a_submit_elsewhere_is_told(db: Database, place: Place) -> None:
    nora = await place.person()
    journey = await begin(db, nora)
    async with db.transaction(nora.actor) as tx:
        await journeys.start(tx, journey_id=journey.id, step_slug=WOOP, now=place.now)
        draft = await journeys.get_draft(tx, journey_id=journey.id, step_slug=WOOP)
    await hand_in(db, nora, journey, WOOP, seen=draft.etag)
    with pytest.raises(VersionConflict) as refused:
        async with db.transaction(nora.actor) as tx:
            await journeys.save_draft(
                tx,
                journey_id=journey.id,
                step_slug=WOOP,
                data={"wish": "late"},
                seen=draft.etag,
                now=place.now,
            )
    assert refused.value.data["current_version"] == 1


async def test_two_submits_at_once_have_one_outcome(db: Database, place: Place) -> None:
    nora = await place.person()
    journey = await begin(db, nora)

    async def attempt() -> HandedIn:
        asked = clock.now()
        async with db.transaction(nora.actor) as tx:
            return await journeys.submit(
                tx,
                journey_id=journey.id,
                step_slug=WOOP,
                data=demo_answers()[WOOP],
                seen=None,
                asked=asked,
                now=clock.now(),
            )

    results = await asyncio.gather(*(attempt() for _ in range(4)), return_exceptions=True)
    won = [result for result in results if isinstance(result, HandedIn)]
    told = [result for result in results if isinstance(result, VersionConflict)]
    assert (len(won), len(told)) == (1, 3)
    assert {error.data["current_version"] for error in told} == {1}
    async with db.transaction(nora.actor) as tx:
        versions = await journeys.list_submissions(tx, journey_id=journey.id, step_slug=WOOP)
    assert [version.version for version in versions] == [1]


async def test_a_change_marks_what_used_it_and_the_person_decides(
    db: Database, place: Place
) -> None:
    nora = await place.person()
    journey = await begin(db, nora)
    for slug in (WOOP, IDENTITY, VISION):
        await hand_in(db, nora, journey, slug)
    dream = {**demo_answers()[IDENTITY], "personal_dream": "To sail to Cape Horn and back."}
    await hand_in(db, nora, journey, IDENTITY, dream, later=5)

    async with db.transaction(nora.actor) as tx:
        walk = await journeys.get_walk(tx, journey_id=journey.id)
        (outdated,) = await journeys.list_outdated(tx, walk=walk)
        untouched = await journeys.list_submissions(tx, journey_id=journey.id, step_slug=VISION)
    assert (outdated.step_slug, outdated.field_id) == (VISION, "identity.personal_dream")
    assert outdated.used == demo_answers()[IDENTITY]["personal_dream"]
    assert outdated.current == "To sail to Cape Horn and back."
    assert [version.version for version in untouched] == [1]
    assert walk.standings[VISION].state is State.COMPLETED

    async def decide(choice: Choice) -> Any:
        async with db.transaction(nora.actor) as tx:
            return await journeys.decide_input(
                tx,
                journey_id=journey.id,
                step_slug=VISION,
                field_id="identity.personal_dream",
                choice=choice,
                now=place.now + timedelta(minutes=9),
            )

    kept = await decide(Choice.KEEP)
    assert kept.version == 1
    with pytest.raises(AlreadyDone):
        await decide(Choice.KEEP)

    dream["personal_dream"] = "To build boats."
    await hand_in(db, nora, journey, IDENTITY, dream, later=12)
    taken = await decide(Choice.TAKE)
    assert taken.version == 2
    assert taken.data == untouched[0].data
    assert taken.inputs["identity.personal_dream"]["value"] == "To build boats."
    async with db.transaction(nora.actor) as tx:
        walk = await journeys.get_walk(tx, journey_id=journey.id)
        assert await journeys.list_outdated(tx, walk=walk) == []


async def test_only_steps_that_allow_it_are_skipped(db: Database, place: Place) -> None:
    nora = await place.person()
    journey = await begin(db, nora)
    with pytest.raises(AlreadyDone):
        async with db.transaction(nora.actor) as tx:
            await journeys.skip(tx, journey_id=journey.id, step_slug=WOOP, now=place.now)


async def test_a_coach_sees_and_reviews_only_while_allowed(db: Database, place: Place) -> None:
    nora = await place.person()
    guru = await place.person("Gil Guru", role=Role.GURU)
    journey = await begin(db, nora)
    await hand_in(db, nora, journey, WOOP)

    async def review() -> Any:
        async with db.transaction(guru.actor) as tx:
            return await journeys.write_review(
                tx,
                journey_id=journey.id,
                step_slug=WOOP,
                version=1,
                text="Make it smaller.",
                verdict=Verdict.REVISE,
                now=place.now,
            )

    with pytest.raises(NotFound):
        await review()
    await place.grant(nora, guru, level=Level.BASIC)
    with pytest.raises(NotFound):
        await review()
    await place.grant(nora, guru, level=Level.FULL)
    assert (await review()).author_name == "Gil Guru"
    with pytest.raises(Forbidden):
        await hand_in(db, guru, journey, WOOP)
    async with db.transaction(nora.actor) as tx:
        (seen,) = await journeys.list_reviews(tx, journey_id=journey.id)
    assert seen.text == "Make it smaller."


async def test_an_administrator_sees_progress_and_no_answers(db: Database, place: Place) -> None:
    nora = await place.person()
    journey = await begin(db, nora)
    await hand_in(db, nora, journey, WOOP)
    async with db.transaction(place.admin.actor) as tx:
        walk = await journeys.get_walk(tx, journey_id=journey.id)
        assert walk.standings[WOOP].state is State.COMPLETED
        found = await journeys.list_submissions(tx, journey_id=journey.id, step_slug=WOOP)
        assert found == []
        _, people = await journeys.list_progress(tx, program_slug="fast-track")
    states = {person.user_id: person.states for person in people}
    assert states[nora.id][WOOP] == "completed"
    assert states[nora.id][VISION] == "locked"


async def test_other_people_see_nothing(db: Database, place: Place) -> None:
    nora = await place.person()
    other = await place.person("Otto Other")
    journey = await begin(db, nora)
    stranger = Member(place.tenant_id, other.id, place.now)
    async with db.transaction(stranger) as tx:
        with pytest.raises(NotFound):
            await journeys.get_walk(tx, journey_id=journey.id)
        assert await journeys.list_journeys(tx, subject_id=nora.id) == []
        _, people = await journeys.list_progress(tx, program_slug="fast-track")
    assert [person.user_id for person in people] == [other.id]


async def test_verify_finds_nothing_stale_until_something_is(
    db: Database, place: Place, operator: Any
) -> None:
    nora = await place.person()
    journey = await begin(db, nora)
    await hand_in(db, nora, journey, WOOP)
    async with db.transaction(nora.actor) as tx:
        await journeys.start(
            tx, journey_id=journey.id, step_slug=IDENTITY, now=place.now + timedelta(minutes=1)
        )

    async def stale() -> list[str]:
        async with db.transaction(place.system) as tx:
            return [item.what async for _, found in journeys.verify(tx) for item in found]

    assert await stale() == []
    await operator.execute(
        "update journeys.steps set state = 'unlocked' where journey_id = %s and step_slug = %s",
        (journey.id, VISION),
    )
    assert await stale() == [f"{VISION} state"]


async def test_verify_notices_a_current_field_that_is_not_the_newest_output(
    db: Database, place: Place, operator: Any
) -> None:
    nora = await place.person()
    journey = await begin(db, nora)
    await hand_in(db, nora, journey, WOOP)
    await operator.execute(
        "update journeys.current_fields set field_value = '\"another\"'"
        " where journey_id = %s and field_id = 'woop.wish'",
        (journey.id,),
    )
    async with db.transaction(place.system) as tx:
        found = [item.what async for _, stale in journeys.verify(tx) for item in stale]
    assert found == ["current_fields woop.wish"]
