"""The parts every suggestion has: what accepting it does, and what it rests on."""

from milepost.contexts.insights.types import (
    Basis,
    Benchmark,
    KnownStep,
    Situation,
    Target,
    TargetKind,
)


def start_step(step: KnownStep) -> Target:
    """Start a step, or take it up again."""
    return Target(kind=TargetKind.START_STEP, step_slug=step.slug, title=step.title)


def add_task(step: KnownStep, title: str) -> Target:
    """Add a task to a step."""
    return Target(kind=TargetKind.ADD_TASK, step_slug=step.slug, title=title)


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
