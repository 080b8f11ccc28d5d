"""What the demo's companies leave in what rests on their history: advice, standups, benchmarks.

Made by the same functions that make it in use. What takes its time is asked for here, and done by
the worker as soon as there is one: the first start doesn't wait for it.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from milepost.cli.demo.people import COFOUNDER, FOUNDER, DemoPerson
from milepost.contexts.identity.types import Member, System
from milepost.contexts.insights.jobs import MAKE_SUGGESTIONS, REFRESH_BENCHMARKS
from milepost.contexts.journeys import service as journeys
from milepost.contexts.standups import service as standups
from milepost.platform import jobs
from milepost.platform.db import Database

# The outcome that the founder has written today.
TOLD_STEP = "unit-economics-draft"
TOLD_NOTES = (
    "At 149 a month a brewery with six tanks pays its heads back in seven months; with three tanks"
    " it takes fourteen, and we would have paid for its first year. The red cell is how often a"
    " head has to be replaced: I put in once in two years and have no evidence at all for it. At"
    " once a year the small breweries lose us money."
)
TOLD_LEARNINGS = (
    "How long a head lives decides whether small breweries are customers",
    "Two columns, six tanks and three, said more than one average",
)
TOLD_BEFORE = timedelta(hours=3)
# Advice on an older outcome, once there are benchmarks for it to rest on.
ADVISED_STEP, ADVISED_AFTER = "price-experiments", timedelta(seconds=8)


@dataclass(frozen=True, slots=True)
class Said:
    """A message of a standup, so many hours ago; `confirms`: whether what is proposed is done."""

    by: DemoPerson
    key: str
    hours: float
    text: str
    confirms: bool


_DAY = 24.0
SAID = (
    Said(
        COFOUNDER,
        "demo-drawing",
        33 * _DAY + 3,
        "Blocked on the food-contact testing of the sensor head because the laboratory wants a"
        " drawing of the clamped seal before it gives us a slot.",
        True,
    ),
    Said(
        COFOUNDER,
        "demo-slot",
        24 * _DAY + 5,
        "The laboratory took our drawing, so the food-contact testing is no longer blocked.",
        True,
    ),
    Said(
        COFOUNDER,
        "demo-second-week",
        12 * _DAY + 1,
        "Next is the second week by hand at Brauhaus Lind; Nadia keeps the diary while I drive.",
        False,
    ),
    Said(
        FOUNDER,
        "demo-sentence",
        6 * _DAY + 4,
        "Next: the scope sentence goes to two brewers. Tomasz says it still holds two products.",
        False,
    ),
    Said(
        COFOUNDER,
        "demo-heads",
        26,
        "Sent six heads to the laboratory this morning."
        " Next I deliver the three weeks by hand at Brauhaus Lind.",
        True,
    ),
    Said(
        FOUNDER,
        "demo-scope",
        25,
        "Sorted every idea for the minimum viable product into in, by hand, bought or later.",
        True,
    ),
    Said(
        FOUNDER,
        "demo-gap",
        1,
        "Sized the gap: 61,000 euros until the first paid brewery."
        " Blocked on the food-contact testing of the sensor head: the laboratory is silent.",
        False,
    ),
)


async def leave(
    db: Database,
    tenant_id: UUID,
    known: Mapping[str, UUID],
    journey_id: UUID,
    now: datetime,
) -> None:
    """Make what is missing of it."""
    founder = Member(tenant_id, known[FOUNDER.email], now)
    async with db.transaction(System(tenant_id)) as tx:
        await jobs.defer(tx, REFRESH_BENCHMARKS, key="demo")
    for said in SAID:
        at = now - timedelta(hours=said.hours)
        async with db.transaction(Member(tenant_id, known[said.by.email], at)) as tx:
            reply = await standups.say(
                tx, journey_id=journey_id, text=said.text, now=at, client_key=said.key
            )
            for action in reply.actions[:1] if said.confirms else ():
                await standups.confirm(tx, journey_id=journey_id, action_id=action.id, now=at)
    async with db.transaction(founder) as tx:
        if not await journeys.list_outcomes(tx, journey_id=journey_id, step_slug=TOLD_STEP):
            proposed = await journeys.propose_outcome(
                tx, journey_id=journey_id, step_slug=TOLD_STEP
            )
            await journeys.capture_outcome(
                tx,
                journey_id=journey_id,
                step_slug=TOLD_STEP,
                task_results={
                    str(proposed.tasks[0].id): "Eleven inputs, four of them measured",
                    str(proposed.tasks[-1].id): "A former controller of a brewery group, for lunch",
                },
                time_taken_days=proposed.time_taken_days,
                confidence_level=2,
                notes=TOLD_NOTES,
                key_learnings=TOLD_LEARNINGS,
                share_anonymously=True,
                now=now - TOLD_BEFORE,
            )
        for outcome in await journeys.list_outcomes(
            tx, journey_id=journey_id, step_slug=ADVISED_STEP
        ):
            await jobs.defer(
                tx,
                MAKE_SUGGESTIONS,
                key=str(outcome.id),
                at=now + ADVISED_AFTER,
                tenant_id=tenant_id,
                outcome_id=outcome.id,
            )
