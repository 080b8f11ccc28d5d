"""What can be said usefully after any outcome: for where little presses, or much was dismissed.

Nearest first: the step itself, then what opens after it, what rests on it further on, and what is
behind. Each is about something of its own, so that dismissing one leaves the others; and each is
true of what is given, since nothing is known of a step but what the journey says.
"""

from collections.abc import Iterable, Iterator
from itertools import chain

from milepost.contexts.insights.rules.pace import gained
from milepost.contexts.insights.rules.phrasing import (
    add_task,
    home_of,
    measure,
    on_outcome,
    on_step,
    resting,
    start_step,
    sureness,
)
from milepost.contexts.insights.rules.relating import comes_after, where_it_counts
from milepost.contexts.insights.rules.wording import clipped, counted, key, named
from milepost.contexts.insights.types import Advice, KnownStep, Priority, Situation, Topic


def standbys(it: Situation) -> Iterator[Advice]:
    """Suggest what is of use after any outcome, the nearest first."""
    near, resting_near = it.ahead, (*it.opened, *it.waiting)
    return chain(
        gained(it),
        _kept(it),
        _shared(it),
        _taken_up_again(it),
        _criteria(it),
        _seen_from_outside(it),
        _results(it),
        _taken_for_granted(it, resting_near),
        _prepared(it, near),
        _taken_for_granted(it, it.later),
        _prepared(it, (*it.later, *it.far)),
        _behind(it),
    )


def _kept(it: Situation) -> Iterator[Advice]:
    home, step = home_of(it), it.step
    where = f"“{home.title}”" if comes_after(it, home) else "what you do next"
    if not it.finished:
        yield Advice(
            topic=Topic.KEEP,
            priority=Priority.LOW,
            text=f"Set a day on which you look again at having left “{step.title}” out.",
            reasoning="Reasons for leaving something out grow old, and nobody notices when.",
            target=add_task(home, f"Look again at having left “{clipped(step.title, 90)}” out"),
            rests_on=(on_outcome(it), on_step(step)),
            about=f"{step.slug}:again",
        )
        return
    for deliverable in it.deliverables:
        made = clipped(deliverable, 120)
        yield Advice(
            topic=Topic.KEEP,
            priority=Priority.LOW,
            text=f"Put “{made}” from “{step.title}” where whoever works on {where} finds it, with"
            " the date.",
            reasoning=f"It is what “{step.title}” was for, and easily lost once the step is behind"
            " you.",
            target=add_task(home, f"Keep at hand: {made}"),
            rests_on=(on_outcome(it), on_step(step)),
            about=f"{step.slug}:{key(deliverable)}",
        )


def _shared(it: Situation) -> Iterator[Advice]:
    home, step = home_of(it), it.step
    where = f"“{home.title}”" if comes_after(it, home) else "what you do next"
    yield Advice(
        topic=Topic.SHARE,
        priority=Priority.LOW,
        text=f"Tell each other in ten minutes what “{step.title}” changes for {where}, and write"
        " the answer down.",
        reasoning="What it taught is fresh now, and isn't in a month.",
        target=add_task(
            home,
            f"Say what “{clipped(step.title, 90)}” changes"
            f" {'here' if comes_after(it, home) else 'for us'}",
        ),
        rests_on=(on_outcome(it), on_step(step)),
        about=step.slug,
    )


def _taken_up_again(it: Situation) -> Iterator[Advice]:
    step = it.step
    yield Advice(
        topic=Topic.REVISIT,
        priority=Priority.LOW,
        text=f"Take “{step.title}” up {'again' if it.finished else 'after all'} in a quiet hour and"
        f" check what you have against what it asks for: {measure(it.criteria)}.",
        reasoning=f"{sureness(it)}, and there is little else that presses.",
        target=start_step(step),
        rests_on=(on_outcome(it), on_step(step)),
    )


def _criteria(it: Situation) -> Iterator[Advice]:
    """Nobody is asked which criteria are met: what is suggested is to say how one can tell."""
    home, step, many = home_of(it), it.step, len(it.criteria)
    one = f"one of the {many} things" if many > 1 else "what"
    for criterion in it.criteria:
        asked = clipped(criterion, 200)
        yield Advice(
            topic=Topic.CHECK if it.finished else Topic.RISK,
            priority=Priority.LOW,
            text=f"Note by what you can tell that this holds for “{step.title}”: “{asked}”."
            if it.finished
            else f"Say where this is to come from now that “{step.title}” was left out: “{asked}”.",
            reasoning=f"It is {one} that “{step.title}” asks for, and a ticked task doesn't show"
            f" whether it holds. {sureness(it)}."
            if it.finished
            else f"It is {one} that “{step.title}” asks for, and left out with it.",
            target=add_task(
                home,
                f"Note by what we can tell: {clipped(criterion, 150)}"
                if it.finished
                else f"Say where this comes from now: {clipped(criterion, 150)}",
            ),
            rests_on=(on_outcome(it), on_step(step)),
            about=f"{step.slug}:{key(criterion)}",
        )


def _seen_from_outside(it: Situation) -> Iterator[Advice]:
    if not it.finished:
        return
    home, step = home_of(it), it.step
    for place, deliverable in enumerate(it.deliverables):
        made = clipped(deliverable, 120)
        yield Advice(
            topic=Topic.ASK,
            priority=Priority.LOW,
            text=f"Have somebody from outside your team look at “{made}” from “{step.title}” and"
            " say what they make of it.",
            reasoning=f"{sureness(it)}; whoever comes to it fresh sees what a team no longer does.",
            target=add_task(home, f"Have somebody from outside look at: {clipped(made, 120)}"),
            rests_on=(on_outcome(it), on_step(step)),
            # The first is what an adviser is asked to look at where there is doubt.
            about=step.slug if place == 0 else f"{step.slug}:{key(deliverable)}",
        )


def _results(it: Situation) -> Iterator[Advice]:
    step, following = it.step, home_of(it)
    for task, result in it.results:
        home = following if comes_after(it, following) else where_it_counts(it, result)
        if home is None:
            continue
        yield Advice(
            topic=Topic.CARRY,
            priority=Priority.LOW,
            text=f"Use what came of “{clipped(task, 120)}” in “{home.title}”:"
            f" “{clipped(result, 200)}”.",
            reasoning=f"You wrote it down after “{step.title}”, and that is not where whoever works"
            f" on “{home.title}” looks.",
            target=add_task(home, f"Use what came of “{clipped(task, 150)}”"),
            rests_on=(on_outcome(it), on_step(home)),
            about=f"{step.slug}:{key(task)}",
        )


def _taken_for_granted(it: Situation, steps: Iterable[KnownStep]) -> Iterator[Advice]:
    """Suggest to check in what rests on a step what it takes for granted from there."""
    step = it.step
    behind = "behind you" if it.finished else "left out"
    for other in steps:
        yield Advice(
            topic=Topic.CHECK,
            priority=Priority.LOW,
            text=f"Read what “{other.title}” takes for granted once more with “{step.title}”"
            f" {behind}, and note what no longer holds.",
            reasoning=f"“{other.title}” rests on “{step.title}”. {sureness(it)}."
            if it.finished
            else f"“{other.title}” rests on “{step.title}”, which was left out.",
            target=add_task(other, f"Check what “{clipped(step.title, 90)}” changes here"),
            rests_on=(on_outcome(it), on_step(other)),
            about=f"{step.slug}:{other.slug}",
        )


def _prepared(it: Situation, steps: Iterable[KnownStep]) -> Iterator[Advice]:
    """Suggest what makes a step that isn't done go better, the most useful of each step first."""
    steps = list(steps)
    for make in (_guided, _asked_before, _led, _looked_ahead):
        for other in steps:
            yield from make(it, other)


def _guided(it: Situation, other: KnownStep) -> Iterator[Advice]:
    if other.state != "unlocked" or not other.guidance:
        return
    yield Advice(
        topic=Topic.PREPARE,
        priority=Priority.LOW,
        text=f"Read the guidance of “{other.title}” before you begin with it. It starts:"
        f" “{other.guidance}”",
        reasoning=_why(it, other),
        target=add_task(other, "Read the guidance before we begin"),
        rests_on=(on_outcome(it), on_step(other)),
        about=f"{other.slug}:guidance",
    )


def _asked_before(it: Situation, other: KnownStep) -> Iterator[Advice]:
    if other.state == "in_progress":
        return
    yield Advice(
        topic=Topic.ASK,
        priority=Priority.LOW,
        text=f"Before “{other.title}” begins, ask somebody who has been through something like it"
        " what they would do differently.",
        reasoning=_why(it, other),
        target=add_task(other, "Ask somebody who has done this what they would do differently"),
        rests_on=(on_outcome(it), on_step(other)),
        about=f"{other.slug}:before",
    )


def _led(it: Situation, other: KnownStep) -> Iterator[Advice]:
    if other.state != "unlocked":
        return
    yield Advice(
        topic=Topic.PREPARE,
        priority=Priority.LOW,
        text=f"Agree who leads “{other.title}”, and by which day it begins or is put off.",
        reasoning=_why(it, other),
        target=add_task(other, "Agree who leads this, and by when it begins"),
        rests_on=(on_outcome(it), on_step(other)),
        about=f"{other.slug}:lead",
    )


def _looked_ahead(it: Situation, other: KnownStep) -> Iterator[Advice]:
    if not other.criteria:
        return
    yield Advice(
        topic=Topic.PREPARE,
        priority=Priority.LOW,
        text=f"Note what you have already of what “{other.title}” asks for:"
        f" {measure(other.criteria)}.",
        reasoning=_why(it, other),
        target=add_task(other, "Note what we have already of what this asks for"),
        rests_on=(on_outcome(it), on_step(other)),
        about=f"{other.slug}:asks",
    )


def _why(it: Situation, other: KnownStep) -> str:
    """Say where a step stands that is not done, and what hangs on it."""
    after = any(one is other for one in chain(it.opened, it.waiting, it.later))
    comes = f", and comes after “{it.step.title}”" if after else ""
    rest = f"; {resting(other)}" if other.ahead else ""
    if other.state == "in_progress":
        return f"It is at work now{comes}{rest}."
    if other.state == "unlocked":
        planned = f", planned at {counted(other.days, 'day')}" if other.days else ""
        return f"It is open now{planned}{comes}{rest}."
    waits = f" and waits for {named(other.waits_for)}" if other.waits_for else ""
    return f"It is not open yet{waits}{comes}{rest}: there is time to prepare."


def _behind(it: Situation) -> Iterator[Advice]:
    """Suggest to look at what is done, the most doubted first: where nothing nearer is left."""
    known = [other for other in (*it.earlier, *it.behind) if other.is_behind]
    for other in sorted(known, key=lambda other: other.confidence or 6):
        before = other in it.earlier
        sure = (
            f"You were {other.confidence} of 5 sure of it"
            if other.confidence is not None
            else "How it went was never written down"
        )
        yield Advice(
            topic=Topic.REVISIT,
            priority=Priority.LOW,
            text=f"Take “{other.title}” up {'after all' if other.state == 'skipped' else 'again'}"
            " and see whether what you have still holds"
            f"{f': “{it.step.title}” rests on it' if before else ''}.",
            reasoning=f"{sure}, and little is left to suggest that lies nearer.",
            target=start_step(other),
            rests_on=(on_outcome(it), on_step(other)),
        )
