"""What is known after an outcome, put as plain values: what advice is made of."""

from collections import deque
from collections.abc import Iterable, Mapping, Sequence

from milepost.contexts.insights import rules
from milepost.contexts.insights.types import Benchmark, KnownStep, Said, Situation
from milepost.contexts.journeys import service as journeys
from milepost.contexts.journeys.service import Walk
from milepost.contexts.journeys.types import Outcome, OutcomeNotes, State, Task
from milepost.contexts.programs.types import Step
from milepost.platform.db import Transaction

# As many steps as a person would look at.
_OPENED, _WAITING, _OTHERS, _EARLIER = 6, 6, 8, 6


async def read_situation(
    tx: Transaction, *, outcome: Outcome, said: Said, benchmark: Benchmark | None
) -> Situation:
    """Read all that advice after an outcome is made of."""
    walk = await journeys.get_walk(tx, journey_id=outcome.journey_id)
    notes = await journeys.find_outcome_notes(tx, outcome_id=outcome.id)
    tasks = await journeys.list_tasks(
        tx, journey_id=outcome.journey_id, step_slug=outcome.step_slug
    )
    written = await journeys.list_outcomes(tx, journey_id=outcome.journey_id)
    reason = await journeys.find_reason(
        tx, journey_id=outcome.journey_id, step_slug=outcome.step_slug
    )
    # The newest comes first, and is the one that holds.
    confidence = {other.step_slug: other.confidence_level for other in reversed(written)}
    return situation_of(
        walk,
        outcome,
        notes,
        tasks,
        confidence=confidence,
        reason=reason or "",
        said=said,
        benchmark=benchmark,
    )


def situation_of(
    walk: Walk,
    outcome: Outcome,
    notes: OutcomeNotes | None,
    tasks: Iterable[Task],
    *,
    confidence: Mapping[str, int],
    reason: str,
    said: Said,
    benchmark: Benchmark | None,
) -> Situation:
    """Put together what advice after an outcome is made of."""
    step = walk.step(outcome.step_slug)
    program, standings = walk.program, walk.standings

    def known(other: Step) -> KnownStep:
        return _known(walk, other, confidence.get(other.slug))

    dependents = [program.step(slug) for slug in program.dependents_of(step.slug)]
    ahead = [other for other in dependents if not standings[other.slug].state.done]
    opened = [other for other in ahead if standings[other.slug].state is not State.LOCKED]
    waiting = [other for other in ahead if standings[other.slug].state is State.LOCKED]
    others = [
        other for other in walk.next_steps() if other not in opened and other.slug != step.slug
    ]
    # What still keeps the waiting ones shut comes before what merely lies near.
    shutting = {item.given_by for other in waiting for item in standings[other.slug].missing}
    others.sort(key=lambda other: (other.slug not in shutting, other.domain != step.domain))
    earlier = [
        program.step(slug)
        for slug in sorted(program.requires(step.slug), key=lambda slug: program.step(slug).order)
        if standings[slug].state.done
    ]
    opened, waiting, others = opened[:_OPENED], waiting[:_WAITING], others[:_OTHERS]
    resting = _resting(walk, step.slug)
    later, far, behind = _further(walk, near=[step, *opened, *waiting, *others], resting=resting)
    tasks = list(tasks)
    titles = {str(task.id): task.title for task in tasks}
    results = {} if notes is None else notes.task_results
    return Situation(
        step=known(step),
        criteria=step.criteria,
        deliverables=step.deliverables,
        finished=outcome.finished,
        time_taken_days=outcome.time_taken_days,
        confidence_level=outcome.confidence_level,
        notes="" if notes is None else notes.notes,
        key_learnings=() if notes is None else notes.key_learnings,
        results=[(titles[key], text) for key, text in results.items() if key in titles],
        reason="" if outcome.finished else reason,
        open_tasks=[task.title for task in tasks if not task.is_completed],
        ticked=sum(task.is_completed for task in tasks),
        earlier=[known(other) for other in earlier[-_EARLIER:]],
        opened=[known(other) for other in opened],
        waiting=[known(other) for other in waiting],
        others=[known(other) for other in others],
        later=[known(other) for other in later],
        far=[known(other) for other in far],
        behind=[known(other) for other in behind if other not in earlier[-_EARLIER:]],
        outcome_id=outcome.id,
        benchmark=benchmark,
        excluded=said.dismissed | said.accepted,
        repeated=said.open,
        settled=said.settled,
    )


def _known(walk: Walk, step: Step, confidence: int | None) -> KnownStep:
    standing = walk.standings[step.slug]
    return KnownStep(
        slug=step.slug,
        title=step.title,
        domain=step.domain,
        state=str(standing.state),
        days=step.days,
        ahead=len(_resting(walk, step.slug)),
        waits_for=tuple(dict.fromkeys(walk.step(item.given_by).title for item in standing.missing)),
        confidence=confidence,
        words=rules.significant(f"{step.title} {step.purpose} {step.description}"),
        criteria=step.criteria,
        guidance=rules.opening(step.guidance),
    )


def _resting(walk: Walk, slug: str) -> list[str]:
    """Name the steps that come after one and are not done: directly first, then through others."""
    found: dict[str, None] = {}
    waiting = deque([slug])
    while waiting:
        for dependent in walk.program.dependents_of(waiting.popleft()):
            if dependent not in found:
                found[dependent] = None
                waiting.append(dependent)
    return [other for other in found if not walk.standings[other].state.done]


def _further(
    walk: Walk, *, near: Sequence[Step], resting: Sequence[str]
) -> tuple[list[Step], list[Step], list[Step]]:
    """Part the steps that don't lie near: those that rest on this one, other ones, done ones."""
    at_hand = {step.slug for step in near}
    rest = [step for step in walk.program.steps if step.slug not in at_hand]
    later = [walk.program.step(slug) for slug in resting if slug not in at_hand]
    todo = [step for step in rest if not walk.standings[step.slug].state.done]
    coming = {step.slug for step in later}
    far = [step for step in todo if step.slug not in coming]
    far.sort(key=lambda step: walk.standings[step.slug].state is State.LOCKED)
    return later, far, [step for step in rest if walk.standings[step.slug].state.done]
