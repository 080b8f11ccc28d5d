"""The engine `offline`: advice from the framework's graph, the outcome and the benchmark.

Each rule looks at one thing that an outcome can tell and says, with names and numbers, what to do
about it; `choosing` picks. Nothing is said that the given values don't bear out.
"""

from collections.abc import Callable, Iterable, Iterator
from itertools import chain

from milepost.contexts.insights.rules.choosing import chosen
from milepost.contexts.insights.rules.pace import replan_or_split
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
from milepost.contexts.insights.rules.standbys import standbys
from milepost.contexts.insights.rules.wording import (
    blockers,
    clipped,
    counted,
    key,
    named,
)
from milepost.contexts.insights.types import (
    Advice,
    KnownStep,
    Priority,
    Situation,
    Topic,
)

LOW_CONFIDENCE = 2

# As many tasks as are taken along to another step.
_MOVED = 7


def suggest(situation: Situation) -> list[Advice]:
    """Make three to five suggestions, the most pressing first.

    There are fewer only where a journey is so small that all that can be said was dismissed.
    """
    return chosen(
        _possible(situation, chain.from_iterable(rule(situation) for rule in _RULES)),
        fillers=_possible(situation, standbys(situation)),
        excluded=situation.excluded,
        repeated=situation.repeated,
        settled=situation.settled,
    )


def _possible(it: Situation, advice: Iterable[Advice]) -> Iterator[Advice]:
    """Only when it is asked for is anything made: of fillers there are hundreds."""
    reach = it.within_reach()
    return (item for item in advice if item.target.kind in reach[item.target.step_slug][1])


def _risk(it: Situation) -> Iterator[Advice]:
    if it.finished:
        return
    step, ahead = it.step, [*it.opened, *it.waiting]
    because = f"You left it out because: “{clipped(it.reason, 160)}”. " if it.reason else ""
    if ahead:
        first = ahead[0]
        begun = first.state == "in_progress"
        before = f"“{first.title}” goes further" if begun else f"you work on “{first.title}”"
        yield Advice(
            topic=Topic.RISK,
            priority=Priority.HIGH,
            text=f"Before {before}, write down what you go without now that"
            f" “{step.title}” was left out, and how you will notice if that hurts.",
            reasoning=f"{because}{resting(step)},"
            f" {named([other.title for other in ahead])} directly.",
            target=add_task(
                first, f"Check what leaving out “{clipped(step.title, 90)}” means here"
            ),
            rests_on=(on_outcome(it), on_step(step), on_step(first)),
            about=step.slug,
        )
    yield Advice(
        topic=Topic.REVISIT,
        priority=Priority.MEDIUM if ahead else Priority.LOW,
        text=f"Take “{step.title}” up after all, if"
        f" {counted(step.days, 'day') if step.days else 'the time'} can be found for it:"
        f" what counts is {measure(it.criteria)}.",
        reasoning=f"{because}It stays possible{_tasks_left(it)}.",
        target=start_step(step),
        rests_on=(on_outcome(it), on_step(step)),
    )


def _doubt(it: Situation) -> Iterator[Advice]:
    if not it.finished or it.confidence_level > LOW_CONFIDENCE + 1:
        return
    step, home = it.step, home_of(it)
    level, rest = sureness(it), resting(step)
    doubtful = it.confidence_level <= LOW_CONFIDENCE
    if doubtful:
        yield Advice(
            topic=Topic.REVISIT,
            priority=Priority.HIGH if step.ahead else Priority.MEDIUM,
            text=f"Take “{step.title}” up again and check what you have against what it asks for:"
            f" {measure(it.criteria)}.",
            reasoning=(
                f"{level}, and {rest}: a doubt here is cheaper to settle now than after them."
                if step.ahead
                else f"{level}: as long as that is so, it is not really behind you."
            )
            + _ticked(it),
            target=start_step(step),
            rests_on=(on_outcome(it), on_step(step)),
        )
    yield Advice(
        topic=Topic.ASK,
        priority=Priority.MEDIUM if doubtful else Priority.LOW,
        text=f"Show an adviser what came of “{step.title}”"
        + (f", above all “{clipped(it.deliverables[0], 120)}”," if it.deliverables else "")
        + (f" before “{home.title}” goes further." if home is not step else " soon."),
        reasoning=f"{level}{f'; {rest}' if step.ahead else ''}. Half an hour with somebody who"
        " has done it before tells whether the doubt is about the work or about you.",
        target=add_task(home, f"Talk “{clipped(step.title, 90)}” through with an adviser"),
        rests_on=(on_outcome(it), on_step(step)),
        about=step.slug,
    )
    for earlier in it.earlier:
        if earlier.confidence is not None and earlier.confidence <= LOW_CONFIDENCE:
            yield _doubt_before(it, earlier, Priority.HIGH if doubtful else Priority.MEDIUM)


def _doubt_before(it: Situation, earlier: KnownStep, priority: Priority) -> Advice:
    """Suggest to take up again what came before, where that was doubted, too."""
    also = "also " if earlier.confidence == it.confidence_level else ""
    how = "after all" if earlier.state == "skipped" else "again and see whether it holds"
    return Advice(
        topic=Topic.REVISIT,
        priority=priority,
        text=f"Take “{earlier.title}” up {how}: “{it.step.title}” rests on it.",
        reasoning=f"Your confidence in “{it.step.title}” is {it.confidence_level} of 5, and in"
        f" “{earlier.title}”, which comes before it, {also}{earlier.confidence} of 5: the doubt"
        " may have come along from there.",
        target=start_step(earlier),
        rests_on=(on_outcome(it), on_step(earlier)),
    )


def _ticked(it: Situation) -> str:
    """Tell how its tasks stand, where it has any: whether it was done is not what is in doubt."""
    left = len(it.open_tasks)
    if left:
        are = "is" if left == 1 else "are"
        return f" {left} of its {counted(it.ticked + left, 'task')} {are} not ticked."
    if it.ticked == 1:
        return " Its one task is ticked: the question is what came of it."
    if it.ticked:
        return f" All {it.ticked} of its tasks are ticked: the question is what came of them."
    return ""


def _tasks_left(it: Situation) -> str:
    left = len(it.open_tasks)
    return f", and {counted(left, 'task')} of it {'waits' if left == 1 else 'wait'}" if left else ""


def _obstacles(it: Situation) -> Iterator[Advice]:
    texts = (it.notes, *(result for _, result in it.results), *it.key_learnings, it.reason)
    found = blockers(texts)
    if not found:
        return
    home, quoted = home_of(it), clipped(found[0], 160)
    more = f" and {counted(len(found) - 1, 'more sentence')} like it" if len(found) > 1 else ""
    yield Advice(
        topic=Topic.UNBLOCK,
        priority=Priority.HIGH,
        text=f"Clear what stood in the way of “{it.step.title}” before it meets you again"
        f"{f' in “{home.title}”' if comes_after(it, home) else ''}: “{clipped(found[0], 90)}”."
        " Name who can lift it, and ask them this week.",
        reasoning=f"You wrote: “{quoted}”{more}.",
        target=add_task(home, f"Clear the way: {clipped(found[0], 120)}"),
        rests_on=(on_outcome(it), on_step(home)),
        about=f"{it.step.slug}:{key(found[0])}",
    )


def _left_open(it: Situation) -> Iterator[Advice]:
    if not it.open_tasks:
        return
    step, home, many = it.step, home_of(it), len(it.open_tasks)
    not_ticked = (
        f"{counted(many, 'task')} of it {'is' if many == 1 else 'are'} not ticked"
        f" although the step is {'done' if it.finished else 'left out'}"
    )
    if home is step or many > _MOVED:
        # Tasks are not doubled where they stand, and so many are a step rather than tasks of one.
        yield Advice(
            topic=Topic.REVISIT,
            priority=Priority.MEDIUM,
            text=f"Take “{step.title}” up {'again' if it.finished else 'after all'} and finish or"
            f" drop what stayed open in it: {named(it.open_tasks, _MOVED)}.",
            reasoning=f"{not_ticked}.",
            target=start_step(step),
            rests_on=(on_outcome(it), on_step(step)),
        )
        return
    first, *others = (_left(step, title) for title in it.open_tasks)
    yield Advice(
        topic=Topic.FINISH,
        priority=Priority.MEDIUM,
        text=f"Finish or drop what stayed open in “{step.title}”: {named(it.open_tasks, _MOVED)}.",
        reasoning=f"{not_ticked}; nobody looks there any more, and “{home.title}” is where you"
        " work next.",
        target=add_task(home, first, *others),
        rests_on=(on_outcome(it), on_step(step)),
        about=step.slug,
    )


def _left(step: KnownStep, title: str) -> str:
    return f"Left from “{clipped(step.title, 60)}”: {clipped(title, 100)}"


def _learnt(it: Situation) -> Iterator[Advice]:
    """Suggest to use what was learnt: where it is spoken of, or else by saying what follows."""
    for learning in it.key_learnings[:2]:
        home = where_it_counts(it, learning)
        yield _carried(it, learning, home) if home else _followed(it, learning)


def _carried(it: Situation, learning: str, home: KnownStep) -> Advice:
    return Advice(
        topic=Topic.CARRY,
        priority=Priority.MEDIUM,
        text=f"Take what you learnt into “{home.title}”: “{clipped(learning, 200)}”.",
        reasoning=f"Of the steps ahead, “{home.title}” has the most words in common with it.",
        target=add_task(home, f"Use what we learnt: {clipped(learning, 150)}"),
        rests_on=(on_outcome(it), on_step(home)),
        about=key(learning),
    )


def _followed(it: Situation, learning: str) -> Advice:
    home = home_of(it)
    return Advice(
        topic=Topic.CARRY,
        priority=Priority.MEDIUM,
        text=f"Decide what follows from what “{it.step.title}” taught you:"
        f" “{clipped(learning, 200).rstrip('.')}”. Name one thing you do differently from"
        " now on, or how you find out whether it holds.",
        reasoning="You wrote it down as learnt, and no step that is open or comes next speaks of"
        " it: unless you decide what it changes, nothing will bring it up again.",
        target=add_task(home, f"Decide what follows from: {clipped(learning, 150)}"),
        rests_on=(on_outcome(it), on_step(it.step)),
        about=key(learning),
    )


def _onward(it: Situation) -> Iterator[Advice]:
    for place, step in enumerate(it.opened):
        if step.state != "unlocked":
            continue
        rests = counted(step.ahead, "more step")
        waits = f", and {rests} {'waits' if step.ahead == 1 else 'wait'} behind it"
        urgent = place == 0 and it.confidence_level > LOW_CONFIDENCE
        yield Advice(
            topic=Topic.START,
            priority=Priority.HIGH if urgent and step.ahead else Priority.MEDIUM,
            text=f"Start “{step.title}”{_length(step)}.",
            reasoning=f"“{it.step.title}”, which comes before it, {_went(it)}"
            f"{waits if step.ahead else ''}.",
            target=start_step(step),
            rests_on=(on_outcome(it), on_step(it.step), on_step(step)),
        )


def _besides(it: Situation) -> Iterator[Advice]:
    waiting = {title for step in it.waiting for title in step.waits_for}
    for step in sorted(
        (*it.others, *it.far), key=lambda step: (step.title not in waiting, -step.ahead)
    ):
        if step.state != "unlocked":
            continue
        held = [other.title for other in it.waiting if step.title in other.waits_for]
        near = f", in the same domain as “{it.step.title}”" * (step.domain == it.step.domain)
        rest = (
            f"{counted(step.ahead, 'step')} {'rests' if step.ahead == 1 else 'rest'} on it"
            if step.ahead
            else "nothing that isn't done stands before it"
        )
        yield Advice(
            topic=Topic.START,
            priority=Priority.MEDIUM if held else Priority.LOW,
            text=f"Start “{step.title}”{_length(step)}"
            + (f": it is what {named(held)} still waits for." if held else "."),
            reasoning=f"“{it.step.title}” is behind you, but {named(held)}"
            f" {'stays' if len(held) == 1 else 'stay'} locked until this is, too."
            if held
            else f"It is open now{near}, and {rest}.",
            target=start_step(step),
            rests_on=(on_outcome(it), on_step(it.step), on_step(step)),
        )


def _length(step: KnownStep) -> str:
    return f" (about {counted(step.days, 'day')})" if step.days else ""


def _went(it: Situation) -> str:
    return "is done" if it.finished else "was left out"


_RULES: tuple[Callable[[Situation], Iterator[Advice]], ...] = (
    _risk,
    _doubt,
    _obstacles,
    replan_or_split,
    _left_open,
    _learnt,
    _onward,
    _besides,
)
