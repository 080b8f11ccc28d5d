"""What is asked of a model after an outcome: plain values in, validated advice out.

A model may aim only at steps that are offered, name as its reasons only what it was shown, and
state no figures but those. Whatever else it says is not used. Takes no transaction.
"""

import json
import re
from typing import Annotated, Any

from pydantic import BaseModel, ConfigDict, Field

from milepost.contexts.insights import rules
from milepost.contexts.insights.types import (
    Advice,
    Basis,
    KnownStep,
    Priority,
    Situation,
    Target,
    TargetKind,
    Topic,
    Wording,
    fingerprint,
)
from milepost.platform import ai

PURPOSE = "insights.suggestions"
HIGHEST_CONFIDENCE = 5

_INSTRUCTIONS = """\
You advise a young company that has just written down how one step of its journey went. Make 3 to 5
suggestions of what to do next. Each one aims at one of the offered steps, in a way offered for it:
`start_step` starts it (or takes it up again, if it is behind them), `add_task` adds a task to it,
whose `title` says in the imperative what to do. `topic` says what the suggestion is about. `text`
is for a founder: one or two sentences, naming the step. `reasoning` says what in the outcome, the
journey or the benchmark makes you say so. Use numbers as they were shown, those in words too (half,
twice, every other), and calculate none; only what you tell them to do may have small numbers of its
own. `rests_on` names refs that were shown. Don't suggest what is listed as dismissed or answered
before, nor the same in other words or under another topic, and nothing twice. No links, no
addresses, no mark-up, no greetings."""

# A net, as what `ai.leads_away` knows is one: it has holes. What protects a founder from a model
# that was talked round is that nothing is done which they don't confirm, that only the steps on
# offer can be aimed at, and that a page draws no mark-up and no link from what a model says.
_ORDERS = re.compile(
    r"\b(?:ignore|disregard|forget)\b[^.]{0,40}\b(?:instructions?|rules|prompts?)\b"
    r"|\bsystem prompt\b|\b(?:send|give|tell|share|enter|provide|confirm)\b[^.]{0,40}"
    r"\b(?:bank details|account numbers?|card numbers?|credentials?|(?:your|the) passwords?)\b",
    re.IGNORECASE,
)
# What is about the step aimed at, whichever outcome it follows; and about how the two go together.
_OF_TARGET = (Topic.START, Topic.REVISIT, Topic.SPLIT)
_OF_BOTH = (Topic.CARRY, Topic.CHECK, Topic.KEEP, Topic.PREPARE)
_MOST_DISMISSED = 200
_MOST_IN_WORDS = 40

_Line = Annotated[str, Field(min_length=10, max_length=700)]


class Proposed(BaseModel):
    """One suggestion, as a model makes it."""

    model_config = ConfigDict(extra="forbid", str_strip_whitespace=True)

    topic: Topic
    priority: Priority
    text: _Line
    reasoning: _Line
    kind: TargetKind
    step_slug: str = Field(max_length=120)
    title: str = Field(default="", max_length=180)
    rests_on: list[Annotated[str, Field(max_length=140)]] = Field(min_length=1, max_length=6)


class Proposals(BaseModel):
    """What a model answers."""

    model_config = ConfigDict(extra="forbid")

    items: list[Proposed] = Field(min_length=rules.FEWEST, max_length=rules.MOST)


async def suggest(means: ai.Means, situation: Situation) -> ai.Answer[Any]:
    """Have suggestions made: `value` is a list of Advice, `engine` says by whom."""
    if not means.has_model:
        return by_rules(situation)
    found = await ai.ask(
        means,
        question_of(situation),
        Proposals,
        check=lambda proposals: wrong_with(proposals, situation),
    )
    if isinstance(found, ai.Failed):
        return by_rules(situation, note=found.reason)
    return ai.Answer(value=advice_of(found.value, situation), engine=found.engine)


def by_rules(situation: Situation, *, note: str = "") -> ai.Answer[Any]:
    """Make suggestions without a model; `note` says why it wasn't one that spoke."""
    return ai.Answer(value=rules.suggest(situation), engine=ai.Engine.OFFLINE, note=note)


def question_of(situation: Situation) -> ai.Question:
    """Write out what a model is asked."""
    it = situation
    offered = {
        slug: {
            **_step(step),
            "offered": sorted(kinds),
        }
        for slug, (step, kinds) in it.offered().items()
    }
    figures: dict[str, Any] = {
        "step": _step(it.step),
        "finished": it.finished,
        "time_taken_days": it.time_taken_days,
        "planned_days": it.step.days,
        "confidence_level": it.confidence_level,
        "highest_confidence_level": HIGHEST_CONFIDENCE,
    }
    if it.benchmark is not None:
        figures["benchmark"] = {
            "companies": it.benchmark.companies,
            "days": [it.benchmark.days_lower, it.benchmark.days_median, it.benchmark.days_upper],
            "confidence": it.benchmark.confidence,
        }
    words = {
        "notes": it.notes,
        "key_learnings": list(it.key_learnings),
        "results": dict(it.results),
        "reason_left_out": it.reason,
        "open_tasks": list(it.open_tasks),
        "success_criteria": list(it.criteria),
    }
    return ai.Question(
        purpose=PURPOSE,
        instructions=_INSTRUCTIONS,
        parts=(
            ai.Part("outcome, figures", _json(figures)),
            ai.Part("outcome, words", _json(words), by_people=True),
            # A company words its own steps.
            ai.Part("offered steps", _json(offered), by_people=True),
            ai.Part("refs", _json({ref: basis.label for ref, basis in _refs(it).items()}), True),
            ai.Part("dismissed", _json(_dismissed(it)), by_people=True),
            ai.Part("answered before, in words", _json(_answered(it)), by_people=True),
        ),
    )


def wrong_with(proposals: Proposals, situation: Situation) -> str | None:
    """Tell what keeps proposals from being used; None when nothing does."""
    given = _given(situation)
    seen: set[str] = set()
    settled, said = rules.Settled(situation.settled), rules.Settled()
    for place, item in enumerate(proposals.items, 1):
        wrong = (
            _wrong_aim(item, situation, seen)
            or _said_before(item, situation, settled, said)
            or _wrong_words(item, situation)
            or _wrong_figures(item, given)
        )
        if wrong is not None:
            return f"Item {place}: {wrong}"
        seen.add(_about_what(item, situation))
        said.add(_wording(item, situation))
    return None


def _wrong_aim(item: Proposed, situation: Situation, seen: set[str]) -> str | None:
    offered = situation.offered()
    if item.step_slug not in offered:
        return "no step of that slug is offered."
    if item.kind not in offered[item.step_slug][1]:
        return f"{item.kind} is not offered for that step."
    if item.kind is TargetKind.ADD_TASK and not item.title:
        return "a task needs a title."
    about = _about_what(item, situation)
    if about in situation.excluded:
        return "this was dismissed before."
    if about in seen:
        return "this says the same as an item before it."
    refs = _refs(situation)
    if any(ref not in refs for ref in item.rests_on):
        return "rests_on names something that wasn't shown."
    return None


def _said_before(
    item: Proposed, situation: Situation, settled: rules.Settled, said: rules.Settled
) -> str | None:
    """Whatever topic is given: the same advice for the same step is the same."""
    wording = _wording(item, situation)
    if settled.has_meant(wording):
        return "this was answered before, in these or nearly these words."
    if said.has_meant(wording):
        return "this says the same as an item before it: name the step, and say what is its own."
    return None


def _wrong_words(item: Proposed, situation: Situation) -> str | None:
    text = " / ".join((item.text, item.reasoning, item.title))
    # A company may call a step of its own what it likes, and advice names the step: as a whole, so
    # that nothing can be hung on to it.
    for step, _ in situation.offered().values():
        if ai.leads_away(step.title):
            text = re.sub(rf"(?<![\w.-]){re.escape(step.title)}(?![\w/:@-]|\.\w)", " ", text)
    if ai.leads_away(text):
        return "no links, no addresses, no phone numbers and no mark-up."
    if _ORDERS.search(text):
        return "only what to do next in the journey."
    return None


def _wrong_figures(item: Proposed, given: list[rules.Figure]) -> str | None:
    if not all(figure.is_among(given) for figure in rules.stated(item.reasoning)):
        return "its reasoning states a number that wasn't shown, or not as a number of that."
    if not all(figure.is_among(given) for figure in rules.told(f"{item.text} / {item.title}")):
        return "its text states a number that wasn't shown, or not as a number of that."
    return None


def _given(it: Situation) -> list[rules.Figure]:
    """Name every figure a model is shown, with what it counts."""
    steps = [step for step, _ in it.offered().values()]
    numbers: dict[str, list[float | None]] = {
        "day": [it.time_taken_days, *(step.days for step in steps)],
        "step": [len(it.opened), len(it.waiting), len(it.earlier), *(one.ahead for one in steps)],
        "task": [len(it.open_tasks), it.ticked, len(it.open_tasks) + it.ticked],
        "confidence": [it.confidence_level, *(step.confidence for step in steps)],
        "": [HIGHEST_CONFIDENCE],
    }
    if it.benchmark is not None:
        mark = it.benchmark
        numbers["day"] += [mark.days_lower, mark.days_median, mark.days_upper]
        numbers["company"] = [mark.companies]
        numbers[rules.QUARTILE] = [0.25, 0.5, 0.75]
        numbers["confidence"].append(mark.confidence)
    words = (
        it.notes,
        it.reason,
        *it.key_learnings,
        *it.open_tasks,
        *it.criteria,
        *(text for result in it.results for text in result),
        *(step.title for step in steps),
    )
    return [
        rules.Figure(frozenset({float(number)}), noun)
        for noun, those in numbers.items()
        for number in those
        if number is not None
    ] + [figure for text in words for figure in rules.figures_in(text)]


def advice_of(proposals: Proposals, situation: Situation) -> list[Advice]:
    """Turn proposals nothing is wrong with into advice."""
    offered, refs = situation.offered(), _refs(situation)
    return [
        Advice(
            topic=_topic(item, situation),
            priority=item.priority,
            text=" ".join(item.text.split()),
            reasoning=" ".join(item.reasoning.split()),
            target=Target(
                kind=item.kind,
                step_slug=item.step_slug,
                title=" ".join(item.title.split())
                if item.kind is TargetKind.ADD_TASK
                else offered[item.step_slug][0].title,
            ),
            rests_on=tuple(
                refs[ref] for ref in dict.fromkeys(_named(item, _topic(item, situation)))
            ),
            about=_about(item, situation),
        )
        for item in proposals.items
    ]


def _topic(item: Proposed, situation: Situation) -> Topic:
    """Starting a step is that, and taking it up again is that, whatever a model calls it."""
    if item.kind is not TargetKind.START_STEP:
        return item.topic
    step, _ = situation.offered()[item.step_slug]
    return Topic.REVISIT if step.is_behind else Topic.START


def _about(item: Proposed, situation: Situation) -> str:
    """Tell what a proposal is about besides the step it aims at."""
    topic = _topic(item, situation)
    if topic in _OF_TARGET:
        return ""
    after = situation.step.slug
    return f"{after}:{item.step_slug}" if topic in _OF_BOTH else after


def _about_what(item: Proposed, situation: Situation) -> str:
    return fingerprint(item.kind, item.step_slug, _topic(item, situation), _about(item, situation))


def _wording(item: Proposed, situation: Situation) -> Wording:
    step, _ = situation.offered()[item.step_slug]
    return Wording(
        kind=item.kind,
        step_slug=item.step_slug,
        title=item.title if item.kind is TargetKind.ADD_TASK else step.title,
        text=item.text,
        fingerprint=_about_what(item, situation),
        step_title=step.title,
    )


def _dismissed(it: Situation) -> list[str]:
    """Name what was dismissed of what could be said now."""
    at_hand = {*it.offered(), it.step.slug, Topic.CARRY}
    return sorted(one for one in it.excluded if at_hand & set(one.split(":")))[:_MOST_DISMISSED]


def _answered(it: Situation) -> list[dict[str, str]]:
    """Tell in words what was answered of what could be said now."""
    at_hand = it.offered()
    return [
        {
            "kind": one.kind,
            "step_slug": one.step_slug,
            "title": rules.clipped(one.title, 120),
            "text": rules.clipped(one.text, 200),
        }
        for one in it.settled
        if one.step_slug in at_hand
    ][:_MOST_IN_WORDS]


def _named(item: Proposed, topic: Topic) -> list[str]:
    """What a model named; that a step is started after an outcome always rests on that, too."""
    return ["outcome", *item.rests_on] if topic is Topic.START else item.rests_on


def _refs(it: Situation) -> dict[str, Basis]:
    """Name all that advice may rest on."""
    title = it.step.title
    found = {"outcome": Basis("outcome", str(it.outcome_id), f"How “{title}” went for you")}
    if it.benchmark is not None:
        label = f"How “{title}” went for about {it.benchmark.companies} companies"
        found["benchmark"] = Basis("benchmark", it.step.slug, label)
    for slug, (step, _) in it.offered().items():
        found[f"step:{slug}"] = Basis("step", slug, step.title)
    return found


def _step(step: KnownStep) -> dict[str, Any]:
    return {
        "slug": step.slug,
        "title": step.title,
        "domain": step.domain,
        "state": step.state,
        "days": step.days,
        "steps_resting_on_it": step.ahead,
        "waits_for": list(step.waits_for),
        "confidence": step.confidence,
    }


def _json(value: object) -> str:
    return json.dumps(value, ensure_ascii=False)
