"""The engine `offline`: advice from the framework's graph, the outcome and the benchmark.

Each rule looks at one thing that an outcome can tell and says, with names and numbers, what to do
about it; `choosing` picks. Nothing is said that the given values don't bear out.
"""

from collections.abc import Callable, Iterable, Iterator
from itertools import chain

from milepost.contexts.insights.rules.choosing import chosen
from milepost.contexts.insights.rules.pace import replan_or_split
from milepost.contexts.insights.rules.phrasing import add_task, on_outcome, on_step, start_step
from milepost.contexts.insights.rules.wording import (
    blockers,
    clipped,
    counted,
    named,
    significant,
)
from milepost.contexts.insights.types import (
    Advice,
    KnownStep,
    Priority,
    Situation,
    Topic,
)

LOW_CONFIDENCE = 2


def suggest(situation: Situation) -> list[Advice]:
    """Make three to five suggestions, the most pressing first; fewer if the rest was dismissed."""
    return chosen(
        _possible(situation, chain.from_iterable(rule(situation) for rule in _RULES)),
        fillers=_possible(situation, _fillers(situation)),
        excluded=situation.excluded,
        repeated=situation.repeated,
    )


def _possible(it: Situation, advice: Iterable[Advice]) -> list[Advice]:
    offered = it.offered()
    return [item for item in advice if item.target.kind in offered[item.target.step_slug][1]]


def _risk(it: Situation) -> Iterator[Advice]:
    if it.finished:
        return
    step, ahead = it.step, [*it.opened, *it.waiting]
    because = f"You left it out because: “{clipped(it.reason, 160)}”. " if it.reason else ""
    if ahead:
        first = ahead[0]
        yield Advice(
            topic=Topic.RISK,
            priority=Priority.HIGH,
            text=f"Before you work on “{first.title}”, write down what you go without now that"
            f" “{step.title}” was left out, and how you will notice if that hurts.",
            reasoning=f"{because}{counted(step.ahead, 'later step')}"
            f" {'rests' if step.ahead == 1 else 'rest'} on it,"
            f" {named([other.title for other in ahead])} directly.",
            target=add_task(
                first, f"Check what leaving out “{clipped(step.title, 90)}” means here"
            ),
            rests_on=(on_outcome(it), on_step(step), on_step(first)),
        )
    yield Advice(
        topic=Topic.REVISIT,
        priority=Priority.MEDIUM if ahead else Priority.LOW,
        text=f"Take “{step.title}” up after all, if"
        f" {counted(step.days, 'day') if step.days else 'the time'} can be found for it:"
        f" what counts is {_measure(it)}.",
        reasoning=f"{because}It stays possible, and the tasks of it are still there.",
        target=start_step(step),
        rests_on=(on_outcome(it), on_step(step)),
    )


def _doubt(it: Situation) -> Iterator[Advice]:
    if not it.finished or it.confidence_level > LOW_CONFIDENCE + 1:
        return
    step, home = it.step, _home(it)
    level = f"Your confidence in it is {it.confidence_level} of 5"
    resting = f"{counted(step.ahead, 'later step')} {'rests' if step.ahead == 1 else 'rest'} on it"
    doubtful = it.confidence_level <= LOW_CONFIDENCE
    if doubtful:
        yield Advice(
            topic=Topic.REVISIT,
            priority=Priority.HIGH if step.ahead else Priority.MEDIUM,
            text=f"Take “{step.title}” up again and settle what is not met yet: {_measure(it)}.",
            reasoning=f"{level}, and {resting}: a doubt here is cheaper to settle now than after"
            " them."
            if step.ahead
            else f"{level}: as long as that is so, it is not really behind you.",
            target=start_step(step),
            rests_on=(on_outcome(it), on_step(step)),
        )
    yield Advice(
        topic=Topic.ASK,
        priority=Priority.MEDIUM if doubtful else Priority.LOW,
        text=f"Show an adviser what came of “{step.title}”"
        + (f", above all “{clipped(it.deliverables[0], 120)}”," if it.deliverables else "")
        + f" before “{home.title}” goes further.",
        reasoning=f"{level}; {resting}. Half an hour with somebody who has done it before tells"
        " whether the doubt is about the work or about you.",
        target=add_task(home, f"Talk “{clipped(step.title, 90)}” through with an adviser"),
        rests_on=(on_outcome(it), on_step(step)),
    )
    for earlier in it.earlier:
        if earlier.confidence is not None and earlier.confidence <= LOW_CONFIDENCE:
            yield Advice(
                topic=Topic.REVISIT,
                priority=Priority.HIGH if doubtful else Priority.MEDIUM,
                text=f"Look at “{earlier.title}” again first: “{step.title}” was built on it.",
                reasoning=f"{level}, and so it was with “{earlier.title}”"
                f" ({earlier.confidence} of 5), which comes before it: the doubt may have come"
                " along from there.",
                target=start_step(earlier),
                rests_on=(on_outcome(it), on_step(earlier)),
            )


def _obstacles(it: Situation) -> Iterator[Advice]:
    texts = (it.notes, *(result for _, result in it.results), *it.key_learnings, it.reason)
    found = blockers(texts)
    if not found:
        return
    home, quoted = _home(it), clipped(found[0], 160)
    more = f" and {counted(len(found) - 1, 'more sentence')} like it" if len(found) > 1 else ""
    yield Advice(
        topic=Topic.UNBLOCK,
        priority=Priority.HIGH,
        text=f"Clear what stood in the way before it meets you again in “{home.title}”: name who"
        " can lift it, and ask them this week.",
        reasoning=f"You wrote: “{quoted}”{more}.",
        target=add_task(home, f"Clear the way: {clipped(found[0], 120)}"),
        rests_on=(on_outcome(it), on_step(home)),
    )


def _left_open(it: Situation) -> Iterator[Advice]:
    if not it.open_tasks:
        return
    home, first = _home(it), it.open_tasks[0]
    many = len(it.open_tasks)
    yield Advice(
        topic=Topic.FINISH,
        priority=Priority.MEDIUM,
        text=f"Finish or drop what stayed open in “{it.step.title}”: {named(it.open_tasks)}.",
        reasoning=f"{counted(many, 'task')} of it {'is' if many == 1 else 'are'} not ticked"
        f" although the step is {'done' if it.finished else 'left out'};"
        f" nobody looks there any more, and “{home.title}” is where you work next.",
        target=add_task(home, f"Left from “{clipped(it.step.title, 60)}”: {clipped(first, 100)}"),
        rests_on=(on_outcome(it), on_step(it.step)),
    )


def _learnt(it: Situation) -> Iterator[Advice]:
    for learning in it.key_learnings[:2]:
        words = significant(learning)
        ranked = sorted(
            it.ahead,
            key=lambda step: (-len(words & step.words), step.domain != it.step.domain),
        )
        if not ranked:
            return
        home = ranked[0]
        shared = len(words & home.words)
        yield Advice(
            topic=Topic.CARRY,
            priority=Priority.MEDIUM,
            text=f"Take what you learnt into “{home.title}”: “{clipped(learning, 200)}”.",
            reasoning=f"Of the steps ahead, “{home.title}” is about the same things."
            if shared
            else f"“{home.title}” is the next step where “{it.step.title}” can still count.",
            target=add_task(home, f"Use what we learnt: {clipped(learning, 150)}"),
            rests_on=(on_outcome(it), on_step(home)),
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
            reasoning=f"“{it.step.title}” comes before it{waits if step.ahead else ''}.",
            target=start_step(step),
            rests_on=(on_step(it.step), on_step(step)),
        )


def _besides(it: Situation) -> Iterator[Advice]:
    waiting = {title for step in it.waiting for title in step.waits_for}
    for step in sorted(it.others, key=lambda step: (step.title not in waiting, -step.ahead)):
        if step.state != "unlocked":
            continue
        held = [other.title for other in it.waiting if step.title in other.waits_for]
        same = step.domain == it.step.domain
        yield Advice(
            topic=Topic.START,
            priority=Priority.MEDIUM if held else Priority.LOW,
            text=f"Start “{step.title}”{_length(step)}"
            + (f": it is what {named(held)} still waits for." if held else "."),
            reasoning=f"“{it.step.title}” is behind you, but {named(held)}"
            f" {'stays' if len(held) == 1 else 'stay'} locked until this is, too."
            if held
            else f"It is open, in the same domain as “{it.step.title}”,"
            f" and {counted(step.ahead, 'step')} {'rests' if step.ahead == 1 else 'rest'} on it."
            if same
            else f"It is open now, and {counted(step.ahead, 'step')}"
            f" {'rests' if step.ahead == 1 else 'rest'} on it.",
            target=start_step(step),
            rests_on=(on_step(it.step), on_step(step)),
        )


def _fillers(it: Situation) -> Iterator[Advice]:
    """Suggest what is always of use: only said where there is little else to say."""
    home, step = _home(it), it.step
    where = f"“{home.title}”" if home.slug != step.slug else "what you do next"
    if it.finished and it.deliverables:
        made = clipped(it.deliverables[0], 120)
        yield Advice(
            topic=Topic.KEEP,
            priority=Priority.LOW,
            text=f"Put “{made}” where whoever works on {where} finds it, with the date.",
            reasoning=f"It is what “{step.title}” was for, and it gets lost once the step is"
            " behind you.",
            target=add_task(home, f"Keep at hand: {made}"),
            rests_on=(on_outcome(it), on_step(step)),
        )
    if not it.finished:
        yield Advice(
            topic=Topic.KEEP,
            priority=Priority.LOW,
            text=f"Set a day on which you look again at having left “{step.title}” out.",
            reasoning="Reasons for leaving something out grow old, and nobody notices when.",
            target=add_task(home, f"Look again at having left “{clipped(step.title, 90)}” out"),
            rests_on=(on_outcome(it), on_step(step)),
        )
    yield Advice(
        topic=Topic.SHARE,
        priority=Priority.LOW,
        text=f"Tell each other in ten minutes what “{step.title}” changes for {where}, and write"
        " the answer down.",
        reasoning="What it taught is fresh now, and isn't in a month.",
        target=add_task(home, f"Say what “{clipped(step.title, 90)}” changes here"),
        rests_on=(on_outcome(it), on_step(home)),
    )
    yield Advice(
        topic=Topic.REVISIT,
        priority=Priority.LOW,
        text=f"Look over “{step.title}” once more in a quiet hour: {_measure(it)}.",
        reasoning=f"Your confidence in it is {it.confidence_level} of 5, and there is little else"
        " that presses.",
        target=start_step(step),
        rests_on=(on_outcome(it), on_step(step)),
    )


def _home(it: Situation) -> KnownStep:
    """Choose the step where a new task is seen: what is at work or opens next."""
    for step in it.ahead:
        if step.state == "in_progress":
            return step
    return it.ahead[0] if it.ahead else it.step


def _length(step: KnownStep) -> str:
    return f" (about {counted(step.days, 'day')})" if step.days else ""


def _measure(it: Situation) -> str:
    criteria = [clipped(criterion, 140) for criterion in it.criteria[:2]]
    if not criteria:
        return "that somebody outside your team would call it done"
    return "; ".join(f"“{criterion}”" for criterion in criteria)


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
