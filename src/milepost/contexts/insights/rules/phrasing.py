"""The parts that suggestions share: what accepting does, what they rest on, how they say it."""

from collections.abc import Sequence

from milepost.contexts.insights.rules.wording import clipped, counted
from milepost.contexts.insights.types import (
    Basis,
    Benchmark,
    KnownStep,
    Situation,
    Target,
    TargetKind,
)

# As many criteria as a sentence holds.
_MEASURES = 2


def start_step(step: KnownStep) -> Target:
    """Start a step, or take it up again."""
    return Target(kind=TargetKind.START_STEP, step_slug=step.slug, title=step.title)


def add_task(step: KnownStep, title: str, *also: str) -> Target:
    """Add a task to a step, or several."""
    return Target(kind=TargetKind.ADD_TASK, step_slug=step.slug, title=title, also=also)


def on_outcome(situation: Situation) -> Basis:
    """Rest on what the company wrote."""
    return Basis("outcome", str(situation.outcome_id), f"How “{situation.step.title}” went for you")


def on_step(step: KnownStep) -> Basis:
    """Rest on a step of the journey."""
    return Basis("step", step.slug, step.title)


def on_benchmark(situation: Situation, benchmark: Benchmark) -> Basis:
    """Rest on how others fared."""
    return Basis(
        "benchmark",
        situation.step.slug,
        f"How “{situation.step.title}” went for about {benchmark.companies} companies",
    )


def home_of(situation: Situation) -> KnownStep:
    """Choose the step where a new task is seen: what is at work or opens next."""
    ahead = situation.ahead
    for step in ahead:
        if step.state == "in_progress":
            return step
    return ahead[0] if ahead else situation.step


def measure(criteria: Sequence[str]) -> str:
    """Name what a step asks for: its first criteria, and that there are others."""
    shown = [f"“{clipped(criterion, 140)}”" for criterion in criteria[:_MEASURES]]
    if not shown:
        return "whether somebody outside your team would call it done"
    more = len(criteria) - len(shown)
    return "; ".join([*shown, f"and {more} more"] if more else shown)


def sureness(situation: Situation) -> str:
    """Say how sure the company is, as it said itself."""
    return f"Your confidence in it is {situation.confidence_level} of 5"


def resting(step: KnownStep) -> str:
    """Say how many steps come after one."""
    return f"{counted(step.ahead, 'later step')} {'rests' if step.ahead == 1 else 'rest'} on it"
