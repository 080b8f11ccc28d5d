"""What the time taken tells: against the estimate, and against others."""

from collections.abc import Iterator

from milepost.contexts.insights.rules.phrasing import (
    add_task,
    home_of,
    on_benchmark,
    on_outcome,
    on_step,
)
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
    # What is begun already can't be planned anew as a whole.
    following = [step for step in it.ahead if step.state == "unlocked"] or [
        step for step in it.ahead if step.state == "in_progress"
    ]
    longest = max(following or it.ahead, key=lambda step: step.days)
    if longest.days > _PART_DAYS:
        yield _split(
            longest,
            because=because,
            factor=factor,
            priority=Priority.HIGH if factor >= _MUCH_LONGER else Priority.MEDIUM,
            rests_on=rests_on,
        )
    after = [*it.opened, *it.waiting]
    first = (after or list(it.others))[0]
    what = (
        f"what comes after “{it.step.title}”"
        if after
        else f"what you do next, now that “{it.step.title}” is behind you"
    )
    many = it.step.ahead
    resting = f" {counted(many, 'later step')} {'rests' if many == 1 else 'rest'} on it."
    yield Advice(
        topic=Topic.REPLAN,
        priority=Priority.MEDIUM,
        text=f"Set new dates for {what}, beginning with “{first.title}”, and tell those who count"
        " on the old ones.",
        reasoning=f"{because}{resting if many else ''}",
        target=add_task(first, f"Set new dates after “{clipped(it.step.title, 100)}”"),
        rests_on=(*rests_on, on_step(first)),
        about=it.step.slug,
    )


def gained(it: Situation) -> Iterator[Advice]:
    """Suggest what to make of a step that took less time than planned, or than others needed."""
    step, took, benchmark = it.step, it.time_taken_days, it.benchmark
    if not it.finished:
        return
    needed = counted(took, "day") if took else "less than a day"
    if benchmark is not None and took < benchmark.days_lower:
        yield Advice(
            topic=Topic.CHECK,
            priority=Priority.LOW,
            text=f"Ask yourselves what others do in “{step.title}” that you didn't need, or left"
            " out.",
            reasoning=f"You needed {needed}; three quarters of about"
            f" {benchmark.companies} companies needed {benchmark.days_lower:g} days or more.",
            target=add_task(
                home_of(it), f"See what we may have left out in “{clipped(step.title, 100)}”"
            ),
            rests_on=(on_outcome(it), on_benchmark(it, benchmark)),
            about=f"{step.slug}:quick",
        )
    following = [other for other in (*it.opened, *it.waiting) if not other.is_behind]
    if following and step.days - took >= _LEAST_DAYS:
        first = following[0]
        yield Advice(
            topic=Topic.REPLAN,
            priority=Priority.LOW,
            text=f"Move what comes after “{step.title}” forward, beginning with “{first.title}”, or"
            " say what the time that was won is for.",
            reasoning=f"“{step.title}” took {needed} where {step.days} were planned.",
            target=add_task(first, f"Move dates forward after “{clipped(step.title, 100)}”"),
            rests_on=(on_outcome(it), on_step(first)),
            about=step.slug,
        )


def _split(
    step: KnownStep,
    *,
    because: str,
    factor: float,
    priority: Priority,
    rests_on: tuple[Basis, ...],
) -> Advice:
    """Suggest parts of a step, or of what is left of one that is begun."""
    begun = step.state == "in_progress"
    what = "what is left of " if begun else ""
    return Advice(
        topic=Topic.SPLIT,
        priority=priority,
        text=f"Cut {what}“{step.title}” into parts of at most {_PART_DAYS} days"
        f"{'' if begun else ' before you begin'}, each with something to show at its end.",
        reasoning=f"{because} “{step.title}” {'was' if begun else 'is'} planned at"
        f" {step.days} days{_at_this_pace(step, factor)}.",
        target=add_task(
            step, f"Cut {what}“{clipped(step.title, 100)}” into parts of {_PART_DAYS} days"
        ),
        rests_on=(*rests_on, on_step(step)),
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
