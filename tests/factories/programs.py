"""Makers of programs: random sound ones for properties, and the shipped one with its answers."""

from functools import cache
from typing import Any

from hypothesis import strategies as st

from milepost.contexts.programs import files
from milepost.contexts.programs.types import (
    Difficulty,
    Domain,
    Give,
    Need,
    Phase,
    Program,
    Step,
    StepKind,
)
from milepost.settings import shipped


@cache
def fast_track() -> Program:
    return files.load(shipped("programs") / "fast-track")


@cache
def demo_answers() -> dict[str, dict[str, Any]]:
    return files.load_demo(shipped("programs") / "fast-track")


def example_answers(step: Step) -> dict[str, Any]:
    """The object made of each field's first example."""
    return {name: field["examples"][0] for name, field in step.form["properties"].items()}


def make_step(
    number: int,
    *,
    needs: tuple[str, ...] = (),
    after: tuple[str, ...] = (),
    gives: int = 1,
    skippable: bool = False,
) -> Step:
    fields = {f"f{place}": {"type": "string"} for place in range(gives)}
    return Step(
        slug=f"sprint-{number}-step",
        title=f"Step {number}",
        kind=StepKind.TOOL,
        order=number,
        phase="only",
        domain="only",
        difficulty=Difficulty.LOW,
        minutes=10,
        skippable=skippable,
        after=after,
        purpose="…",
        guidance="…",
        needs=tuple(Need(field, "…") for field in needs),
        gives=tuple(Give(f"s{number}.f{place}", f"f{place}", "…") for place in range(gives)),
        form={"type": "object", "properties": fields},
        layout={},
        tool_schema=f"sprint_{number:02}_step",
    )


@st.composite
def programs(draw: st.DrawFn, most: int = 12) -> Program:
    """Sound programs: each step needs only what steps before it give."""
    steps: list[Step] = []
    for number in range(draw(st.integers(1, most))):
        given = [give.field for step in steps for give in step.gives]
        needs = draw(st.lists(st.sampled_from(given), unique=True, max_size=3)) if given else []
        slugs = [step.slug for step in steps]
        after = draw(st.lists(st.sampled_from(slugs), unique=True, max_size=2)) if slugs else []
        steps.append(
            make_step(
                number,
                needs=tuple(needs),
                after=tuple(after),
                gives=draw(st.integers(1, 3)),
                skippable=draw(st.booleans()),
            )
        )
    return Program(
        slug="random",
        title="Random",
        summary="",
        accent=0,
        vocabulary={},
        phases=(Phase("only", "Only"),),
        domains=(Domain("only", "Only"),),
        steps=tuple(steps),
    )
