"""Makers of programs that companies walk, and of newer versions of them."""

import random
from dataclasses import replace

from milepost.contexts.programs.types import (
    Checklist,
    Difficulty,
    Domain,
    Phase,
    Program,
    Step,
    StepKind,
    Task,
    Walker,
)

PHASES = (Phase("early", "Early"), Phase("late", "Late"))
DOMAINS = (Domain("product", "Product"), Domain("sales", "Sales"))


def make_checklist(
    slug: str, *, order: int, after: tuple[str, ...] = (), tasks: int = 3, days: int = 3
) -> Step:
    return Step(
        slug=slug,
        title=slug.replace("-", " ").capitalize(),
        kind=StepKind.CHECKLIST,
        order=order,
        phase=PHASES[order % 2].slug,
        domain=DOMAINS[order // 2 % 2].slug,
        difficulty=Difficulty.LOW,
        minutes=0,
        days=days,
        skippable=True,
        after=after,
        purpose=f"What {slug} leaves in hand.",
        guidance=f"How to go about {slug}.",
        needs=(),
        gives=(),
        form={},
        layout={},
        tool_schema="",
        checklist=Checklist(
            description=f"What {slug} is about.",
            deliverables=("A page",),
            criteria=("It was read",),
            tasks=tuple(Task(f"task-{n}", f"Task {n} of {slug}") for n in range(1, tasks + 1)),
        ),
    )


def make_framework(slug: str, steps: tuple[Step, ...]) -> Program:
    return Program(
        slug=slug,
        title=slug.replace("-", " ").capitalize(),
        summary="…",
        accent=262,
        vocabulary={},
        phases=PHASES,
        domains=DOMAINS,
        steps=steps,
        walker=Walker.COMPANY,
    )


def random_framework(slug: str, chance: random.Random, *, most: int = 10) -> Program:
    """A sound framework: every step comes after some of those before it."""
    steps: list[Step] = []
    for order in range(1, chance.randint(2, most) + 1):
        before = [step.slug for step in steps]
        after = chance.sample(before, min(len(before), chance.choice((0, 1, 1, 2))))
        steps.append(
            make_checklist(
                f"step-{order}", order=order, after=tuple(after), tasks=chance.randint(1, 4)
            )
        )
    return make_framework(slug, tuple(steps))


def changed_framework(before: Program, chance: random.Random) -> Program:
    """A newer version: steps new, retired, gone, reworded, and waiting for others than before."""
    steps: list[Step] = []
    for old in before.steps:
        fate = chance.random()
        if fate < 0.1:
            continue
        there = [step.slug for step in steps if step.active]
        step = replace(old, after=tuple(slug for slug in old.after if slug in there))
        if fate < 0.2:
            step = replace(step, active=False)
        elif fate < 0.35:
            step = replace(step, title=f"{step.title} anew")
        elif fate < 0.55:
            step = replace(step, after=tuple(chance.sample(there, min(len(there), 2))))
        elif fate < 0.7 and step.checklist is not None:
            tasks = (*step.checklist.tasks[1:], Task("task-new", "Something new"))
            step = replace(step, checklist=replace(step.checklist, tasks=tasks))
        steps.append(step)
    top = max((step.order for step in before.steps), default=0)
    for number in range(chance.randint(0, 3)):
        there = [step.slug for step in steps if step.active]
        steps.append(
            make_checklist(
                f"new-{top}-{number}",
                order=top + 1 + number,
                after=tuple(chance.sample(there, min(len(there), 1))),
            )
        )
    shuffled = [step.order for step in steps]
    if chance.random() < 0.3 and len(steps) > 2:
        # Two neighbors that don't wait for each other change places.
        shuffled[0], shuffled[1] = shuffled[1], shuffled[0]
    return make_framework(
        before.slug,
        tuple(replace(step, order=order) for step, order in zip(steps, shuffled, strict=True)),
    )
