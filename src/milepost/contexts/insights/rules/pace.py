"""What the time taken tells: against the estimate, and against others."""

from collections.abc import Iterator

from milepost.contexts.insights.rules.phrasing import add_task, on_benchmark, on_outcome, on_step
from milepost.contexts.insights.rules.wording import clipped, counted
from milepost.contexts.insights.types import Advice, Basis, KnownStep, Priority, Situation, Topic

# Far longer: half as much again, and by days that one feels.
_LONGER, _LEAST_DAYS = 1.5, 3
_MUCH_LONGER = 2.5
_PART_DAYS = 3


def replan_or_split(it: Situation) -> Iterator[Advice]:
    """Suggest smaller parts and new dates after a step that took far longer than expected."""
    because, rests_on, factor = _slowness(it)
    if not because or not it.ahead:
        return
    following = [step for step in it.ahead if step.state in ("unlocked", "in_progress")]
    longest = max(following or it.ahead, key=lambda step: step.days)
    priority = Priority.HIGH if factor >= _MUCH_LONGER else Priority.MEDIUM
    if longest.days > _PART_DAYS:
        yield Advice(
            topic=Topic.SPLIT,
            priority=priority,
            text=f"Cut “{longest.title}” into parts of at most {_PART_DAYS} days before you begin,"
            " each with something to show at its end.",
            reasoning=f"{because} “{longest.title}” is planned at {longest.days} days"
            f"{_at_this_pace(longest, factor)}.",
            target=add_task(
                longest, f"Cut “{clipped(longest.title, 100)}” into parts of {_PART_DAYS} days"
            ),
            rests_on=(*rests_on, on_step(longest)),
        )
    first = (following or list(it.ahead))[0]
    yield Advice(
        topic=Topic.REPLAN,
        priority=Priority.MEDIUM,
        text=f"Set new dates for what comes after “{it.step.title}”, beginning with"
        f" “{first.title}”, and tell those who count on the old ones.",
        reasoning=f"{because} {counted(it.step.ahead, 'later step')}"
        f" {'rests' if it.step.ahead == 1 else 'rest'} on it.",
        target=add_task(first, f"Set new dates after “{clipped(it.step.title, 100)}”"),
        rests_on=(*rests_on, on_step(first)),
    )


def _slowness(it: Situation) -> tuple[str, tuple[Basis, ...], float]:
    """Say in what way the step took long, what that rests on, and by which factor."""
    took, planned, benchmark = it.time_taken_days, it.step.days, it.benchmark
    said: list[str] = []
    rests_on: list[Basis] = [on_outcome(it)]
    factor = took / planned if planned else 1.0
    if planned and factor >= _LONGER and took - planned >= _LEAST_DAYS:
        said.append(
            f"“{it.step.title}” took {took} days where {planned}"
            f" {'was' if planned == 1 else 'were'} planned ({factor:.1f} times)."
        )
    if benchmark is not None and took > benchmark.days_upper:
        said.append(
            f"Three quarters of about {benchmark.companies} companies needed"
            f" {benchmark.days_upper:g} days or less for it"
            + ("." if said else f"; you needed {took}.")
        )
        rests_on.append(on_benchmark(it, benchmark))
    return " ".join(said), tuple(rests_on), factor


def _at_this_pace(step: KnownStep, factor: float) -> str:
    return f": {round(step.days * factor)} at this pace" if factor >= _LONGER else ""
