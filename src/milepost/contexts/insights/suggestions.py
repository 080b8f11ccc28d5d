"""What is asked of a model after an outcome: plain values in, validated advice out.

A model may aim only at steps that are offered, and name as its reasons only what it was shown.
Whatever else it says is not used. Takes no transaction.
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
    fingerprint,
)
from milepost.platform import ai

PURPOSE = "insights.suggestions"

_INSTRUCTIONS = """\
You advise a young company that has just written down how one step of its journey went. Make 3 to 5
suggestions of what to do next. Each one aims at one of the offered steps, in a way offered for it:
`start_step` starts it (or takes it up again, if it is behind them), `add_task` adds a task to it,
whose `title` says in the imperative what to do. `topic` says what the suggestion is about. `text`
is for a founder: one or two sentences, naming the step and the numbers. `reasoning` says what in
the outcome, the journey or the benchmark makes you say so. `rests_on` names refs that were
shown. Don't suggest what is listed as dismissed. No links, no mark-up, no greetings."""

_MARKUP = re.compile(r"https?:|www\.|[<>{}]|\]\(|\b\w+@\w+\.\w", re.IGNORECASE)

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
        return ai.Answer(value=rules.suggest(situation), engine=ai.Engine.OFFLINE)
    found = await ai.ask(
        means,
        question_of(situation),
        Proposals,
        check=lambda proposals: wrong_with(proposals, situation),
    )
    if isinstance(found, ai.Failed):
        return ai.Answer(
            value=rules.suggest(situation), engine=ai.Engine.OFFLINE, note=found.reason
        )
    return ai.Answer(value=advice_of(found.value, situation), engine=found.engine)


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
            ai.Part("dismissed", _json(sorted(it.excluded))),
        ),
    )


def wrong_with(proposals: Proposals, situation: Situation) -> str | None:
    """Tell what keeps proposals from being used; None when nothing does."""
    offered, refs = situation.offered(), _refs(situation)
    seen: set[str] = set()
    for place, item in enumerate(proposals.items, 1):
        about = fingerprint(item.kind, item.step_slug, item.topic)
        if item.step_slug not in offered:
            return f"Item {place}: no step of that slug is offered."
        if item.kind not in offered[item.step_slug][1]:
            return f"Item {place}: {item.kind} is not offered for that step."
        if item.kind is TargetKind.ADD_TASK and not item.title:
            return f"Item {place}: a task needs a title."
        if about in situation.excluded:
            return f"Item {place}: this was dismissed before."
        if about in seen:
            return f"Item {place}: this says the same as an item before it."
        if any(ref not in refs for ref in item.rests_on):
            return f"Item {place}: rests_on names something that wasn't shown."
        if any(_MARKUP.search(text) for text in (item.text, item.reasoning, item.title)):
            return f"Item {place}: no links and no mark-up."
        seen.add(about)
    return None


def advice_of(proposals: Proposals, situation: Situation) -> list[Advice]:
    """Turn proposals nothing is wrong with into advice."""
    offered, refs = situation.offered(), _refs(situation)
    return [
        Advice(
            topic=item.topic,
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
            rests_on=tuple(refs[ref] for ref in dict.fromkeys(_named(item))),
        )
        for item in proposals.items
    ]


def _named(item: Proposed) -> list[str]:
    """What a model named; that a step is started after an outcome always rests on that, too."""
    return ["outcome", *item.rests_on] if item.topic is Topic.START else item.rests_on


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
