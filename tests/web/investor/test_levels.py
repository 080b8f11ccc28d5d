"""What each level shows: the same by every route that an investor can read, and in the preview.

A company writes a mark of its own into all that it can write. Each mark has a level; every GET of
the API, the firm's page and the company's preview hold just the marks of theirs.
"""

import itertools
import json
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any
from uuid import UUID

import pytest
import pytest_asyncio

from milepost.contexts.identity.types import Level
from milepost.contexts.journeys import service as journeys
from milepost.contexts.journeys.routes.journey_shapes import JourneyOut
from milepost.contexts.journeys.routes.outcomes import OutcomeOut
from milepost.contexts.journeys.routes.shapes import AvailableStepOut, OpenStepOut
from milepost.contexts.journeys.routes.task_shapes import TaskOut
from milepost.contexts.journeys.types import StepEdit
from tests.factories.portfolios import Venture, make_venture
from tests.web.investor.conftest import FIRST, SECOND, THIRD
from tests.web.investor.level_fields import LEVELS, OWN, fields_of

pytestmark = pytest.mark.asyncio(loop_scope="session")

MARKS = {
    "name of the journey": "detailed",
    "title of ours": "detailed",
    "title we gave": "detailed",
    "description of ours": "full",
    "deliverable of ours": "full",
    "criterion of ours": "full",
    "description we gave": "full",
    "task of ours": "full",
    "why we left it out": "full",
    "what came of the task": "full",
    "notes on it": "full",
    "learnt from it": "full",
    "notes before": OWN,
    "name of what we gave up": OWN,
    "title we gave up": OWN,
}
RANKS = ("basic", "detailed", "full", OWN)


@dataclass(frozen=True, slots=True)
class Told:
    """A company that wrote a mark into everything, and where it all is."""

    venture: Venture
    steps: tuple[str, ...]
    outcomes: tuple[UUID, ...]
    gone_journey: UUID
    gone_outcome: UUID


@pytest_asyncio.fixture(loop_scope="session")
async def told(scene) -> Told:
    place = scene.place
    venture = await make_venture(place, steps=(FIRST, SECOND, THIRD))
    journey_id = venture.journey.id
    async with place.db.transaction(venture.founder.actor) as tx:
        held = {"journey_id": journey_id, "now": place.now}
        await journeys.rename(tx, **held, name="name of the journey")
        _, own = await journeys.add_own_step(
            tx,
            **held,
            content=StepEdit(
                title="title of ours",
                description="description of ours",
                deliverables=["deliverable of ours"],
                criteria=["criterion of ours"],
                phase="ideation",
                domain="strategy",
            ),
            tasks=[],
        )
        await journeys.edit_step(
            tx,
            **held,
            step_slug=FIRST,
            edit=StepEdit(title="title we gave", description="description we gave"),
            seen=None,
        )
        task = await journeys.add_task(
            tx,
            **held,
            step_slug=FIRST,
            title="task of ours",
            assignee_id=venture.founder.id,
            due_on=date(2027, 3, 4),
        )
        await journeys.skip(tx, **held, step_slug=THIRD, reason="why we left it out")
        await journeys.start(tx, **held, step_slug=FIRST)
        await journeys.complete(tx, **held, step_slug=FIRST)
    outcomes = [
        await _write(venture, journey_id, FIRST, at, {str(task.id): result}, notes, learnt)
        for at, result, notes, learnt in (
            (2, "", "notes before", []),
            (1, "what came of the task", "notes on it", ["learnt from it"]),
        )
    ]
    gone, outcome = await _give_up(venture)
    return Told(venture, (FIRST, SECOND, THIRD, own), tuple(outcomes), gone, outcome)


async def _write(
    venture: Venture,
    journey_id: UUID,
    slug: str,
    hours: int,
    results: dict[str, str],
    notes: str,
    learnt: list[str],
) -> UUID:
    async with venture.place.db.transaction(venture.founder.actor) as tx:
        written = await journeys.capture_outcome(
            tx,
            journey_id=journey_id,
            step_slug=slug,
            task_results=results,
            time_taken_days=7,
            confidence_level=4,
            notes=notes,
            key_learnings=learnt,
            share_anonymously=True,
            now=venture.place.now - timedelta(hours=hours),
        )
    return written.id


async def _give_up(venture: Venture) -> tuple[UUID, UUID]:
    """A second journey that was put away, with an outcome in it."""
    place = venture.place
    async with place.db.transaction(venture.founder.actor) as tx:
        journey, _ = await journeys.get_or_create(
            tx,
            program_slug="startup-journey",
            organization_id=venture.id,
            name="name of what we gave up",
            now=place.now,
        )
        held = {"journey_id": journey.id, "now": place.now}
        await journeys.add_framework_steps(tx, **held, slugs=[SECOND])
        edit = StepEdit(title="title we gave up")
        await journeys.edit_step(tx, **held, step_slug=SECOND, edit=edit, seen=None)
        await journeys.start(tx, **held, step_slug=SECOND)
        await journeys.complete(tx, **held, step_slug=SECOND)
    written = await _write(venture, journey.id, SECOND, 1, {}, "notes before", [])
    async with place.db.transaction(venture.founder.actor) as tx:
        await journeys.rename(tx, **held, archived=True)
    return journey.id, written


def _addresses(document: dict[str, Any], told: Told) -> dict[str, str]:
    """The path of every GET of the API for each thing of the company's, and its template."""
    values: dict[str, tuple[object, ...]] = {
        "journey_id": (told.venture.journey.id, told.gone_journey),
        "step_slug": told.steps,
        "outcome_id": (*told.outcomes, told.gone_outcome),
        "company_id": (told.venture.id,),
        "organization_id": (told.venture.id,),
        "user_id": (told.venture.founder.id,),
        "slug": ("startup-journey",),
        "version": (1,),
        "cursor": (),
    }
    found = {
        f"/api/v1/journeys?subject_id={told.venture.id}": "/journeys?subject_id",
        f"/api/v1/journeys/{told.venture.journey.id}/steps?text=description+ours": "search",
    }
    for path, item in document["paths"].items():
        if "get" not in item or path.endswith("/events"):
            continue
        names = [part.partition("}")[0] for part in path.split("{")[1:]]
        for chosen in itertools.product(*(values[name] for name in names)):
            found[path.format(**dict(zip(names, map(str, chosen), strict=True)))] = path
    return found


def _marks(text: str) -> set[str]:
    return {mark for mark in MARKS if mark in text}


def _up_to(level: str) -> set[str]:
    return {mark for mark, of in MARKS.items() if RANKS.index(of) <= RANKS.index(level)}


async def _times(operator, told: Told) -> int:
    row = await (
        await operator.execute(
            "select coalesce(sum(times), 0)::int as n from identity.reads where subject_id = %s",
            [told.venture.id],
        )
    ).fetchone()
    return row["n"]


@pytest.mark.parametrize("level", list(Level))
async def test_every_route_shows_what_the_preview_does_and_notes_that_it_was_read(
    scene, told, level, investor, open_browser, operator
):
    await told.venture.let_in(scene.firm, level)
    founder = await open_browser(told.venture.founder)
    document = (await investor.client.get("/api/v1/openapi.json")).json()
    texts: list[str] = []
    answered: set[str] = set()
    for path, template in _addresses(document, told).items():
        before = await _times(operator, told)
        answer = await investor.client.get(path, headers={"accept": "application/json"})
        assert answer.status_code in (200, 403, 404, 409, 422), (path, answer.text)
        if answer.status_code != 200:
            assert _marks(answer.text) <= _up_to(level), path
            continue
        assert str(told.gone_journey) not in path
        texts.append(answer.text)
        answered.add(template)
        assert _marks(answer.text) <= _up_to(level), path
        about = "journey_id" in template or "outcome_id" in template or "company_id" in template
        shown = answer.json().get("items") != [] if "json" in answer.headers["content-type"] else 1
        if (about or "subject_id" in template or "portfolio" in template) and shown:
            assert await _times(operator, told) > before, path
    seen = " ".join(texts)
    assert _marks(seen) == _up_to(level)
    assert len(answered) > (8 if level == Level.BASIC else 14), answered
    # What a search finds tells as much as what is shown.
    found = await investor.client.get(
        f"/api/v1/journeys/{told.venture.journey.id}/steps?text=description+ours"
    )
    assert (found.status_code == 200 and found.json()["items"] != []) == (level == Level.FULL)
    page = await investor.get(f"/portfolio/companies/{told.venture.id}")
    preview = await founder.get(f"/sharing/companies/{told.venture.id}/preview?level={level}")
    assert _marks(page.text) == _marks(preview.text) == _up_to(level)


async def _json(browser, path: str) -> Any:
    answer = await browser.client.get(f"/api/v1{path}", headers={"accept": "application/json"})
    assert answer.status_code == 200, (path, answer.text)
    return answer.json()


async def test_every_field_has_a_level():
    for shape in LEVELS:
        assert fields_of(shape, *RANKS) == set(shape.model_fields), shape.__name__


@pytest.mark.parametrize("level", list(Level))
async def test_a_field_is_told_from_its_level_on(scene, told, level, investor, open_browser):
    await told.venture.let_in(scene.firm, level)
    founder = await open_browser(told.venture.founder)
    here = f"/journeys/{told.venture.journey.id}"
    paths = [(here, JourneyOut)]
    if level != Level.BASIC:
        paths += [(f"{here}/steps/{slug}", OpenStepOut) for slug in told.steps]
        paths += [(f"/outcomes/{told.outcomes[1]}", OutcomeOut)]
    pairs = [(shape, await _json(founder, p), await _json(investor, p)) for p, shape in paths]
    if level != Level.BASIC:
        available = f"{here}/steps/available"
        theirs, shown = await _json(founder, available), await _json(investor, available)
        by_slug = {item["slug"]: item for item in theirs["items"]}
        pairs += [(AvailableStepOut, by_slug[one["slug"]], one) for one in shown["items"]]
        tasks = f"{here}/steps/{FIRST}/tasks"
        theirs, shown = await _json(founder, tasks), await _json(investor, tasks)
        pairs += [(TaskOut, a, b) for a, b in zip(theirs["items"], shown["items"], strict=False)]
        assert len(shown["items"]) == (len(theirs["items"]) if level == Level.FULL else 0)
    for shape, theirs, shown in pairs:
        for name in theirs:
            of = next(rank for rank in RANKS if name in fields_of(shape, rank))
            if RANKS.index(of) > RANKS.index(level):
                assert not _own(shown[name]), (shape.__name__, name)
            elif name not in ("stats", "tasks", "because"):
                assert shown[name] == theirs[name], (shape.__name__, name)


def _own(value: Any) -> bool:
    """Whether something of the company's is in a value; the framework's words may be."""
    if isinstance(value, str) or value is None:
        return value is not None and (bool(_marks(value)) or value.startswith('"'))
    if isinstance(value, list):
        return bool(_marks(json.dumps(value))) or any(isinstance(one, dict) for one in value)
    return True


async def test_one_outcome_of_each_step_is_read_from_outside(scene, told, investor):
    await told.venture.let_in(scene.firm, Level.FULL)
    older, newest = told.outcomes
    assert (await _json(investor, f"/outcomes/{newest}"))["words"]["notes"] == "notes on it"
    for gone in (older, told.gone_outcome):
        answer = await investor.client.get(f"/api/v1/outcomes/{gone}")
        assert answer.status_code == 404
    listed = await _json(investor, f"/journeys/{told.venture.journey.id}/outcomes")
    assert [item["id"] for item in listed["items"]] == [str(newest)]
