"""What holds of a step is what was written about it last; and why it is skipped, while it is."""

from datetime import timedelta

import pytest

from milepost.contexts.identity.types import Level
from milepost.contexts.journeys import service as journeys
from tests.contexts.insights.portfolio_firm import FIRST, SECOND, THIRD, Firm, write_again
from tests.factories.people import Place
from tests.factories.portfolios import Venture, make_venture

pytestmark = pytest.mark.asyncio(loop_scope="session")

STEPS = (FIRST, SECOND, THIRD)
COMMUNITY = dict.fromkeys(STEPS, 10.0)


async def written(place: Place) -> Venture:
    """A company that wrote once about each of three steps: 2 of 5, then 3, then 4; 10 days each."""
    made = await make_venture(place, "Diarist", steps=STEPS)
    for weeks, (slug, confidence) in enumerate(zip(STEPS, (2, 3, 4), strict=True)):
        await made.finish(
            slug, at=place.now - timedelta(days=60 - 7 * weeks), confidence=confidence
        )
    return made


async def test_of_many_outcomes_of_one_step_the_newest_alone_counts(place: Place, firm: Firm):
    venture = await written(place)
    await venture.let_in(firm.organization, Level.FULL)
    before = (await firm.lines(community=COMMUNITY))["Diarist"].details
    assert before is not None
    assert before.confidence.newest == (4, 3, 2)
    assert before.pace == pytest.approx(1.0)

    for again in range(5):
        await write_again(
            venture,
            FIRST,
            at=place.now - timedelta(days=5 - again),
            days=400,
            confidence=5 if again < 4 else 1,
            notes=f"The {again + 1}th time.",
        )
    found = await firm.portfolio(community=COMMUNITY, now=place.now + timedelta(hours=2))
    details = found.companies[0].details
    assert details is not None
    # One value a step: the last word on the first, and the others as they were.
    assert details.confidence.newest == (1, 4, 3)
    assert details.pace == pytest.approx((400 + 10 + 10) / 30)
    assert found.insights.risk_indicators["low_confidence"] == 1

    view = await firm.company(venture, community=COMMUNITY)
    assert [(line.step_slug, line.notes) for line in view.outcomes] == [
        (FIRST, "The 5th time."),
        (THIRD, ""),
        (SECOND, ""),
    ]
    assert view.company.details == details


async def test_what_was_finished_once_and_then_left_out_has_no_pace(place: Place, firm: Firm):
    venture = await written(place)
    await venture.let_in(firm.organization, Level.DETAILED)
    now = place.now
    async with place.db.transaction(venture.founder.actor) as tx:
        held = {"journey_id": venture.journey.id, "step_slug": THIRD, "now": now}
        await journeys.reopen(tx, **held)
        await journeys.skip(tx, **held, reason="We work from home after all.")
    await write_again(venture, THIRD, at=now, days=70, confidence=5)
    await write_again(venture, SECOND, at=now, days=40, confidence=5)
    details = (await firm.lines(community=COMMUNITY))["Diarist"].details
    assert details is not None
    assert details.pace == pytest.approx((10 + 40) / 20)
    assert sorted(details.confidence.newest[:2]) == [5, 5]


async def test_why_a_step_was_left_out_is_shown_only_while_it_is(place: Place, firm: Firm):
    venture = await make_venture(place, "Mindchanger", steps=STEPS)
    await venture.let_in(firm.organization, Level.FULL)
    held = {"journey_id": venture.journey.id, "step_slug": THIRD, "now": place.now}

    async def reasons() -> dict[str, str | None]:
        view = await firm.company(venture)
        return {step.slug: step.reason for step in view.steps}

    async with place.db.transaction(venture.founder.actor) as tx:
        await journeys.skip(tx, **held, reason="We work from home.")
    assert await reasons() == {FIRST: None, SECOND: None, THIRD: "We work from home."}
    async with place.db.transaction(venture.founder.actor) as tx:
        await journeys.reopen(tx, **held)
    assert (await reasons())[THIRD] is None
    async with place.db.transaction(venture.founder.actor) as tx:
        await journeys.complete(tx, **held)
    assert (await reasons())[THIRD] is None
