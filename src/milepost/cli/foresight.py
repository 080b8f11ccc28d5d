"""What publishing a program's files would offer to the companies that walk it, before it is done.

The same comparison that a company is shown afterwards, made with the files in the place of a
version. Nothing is written.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from rich.console import Console
from rich.table import Table
from rich.text import Text

from milepost.cli.database import database_of, opened
from milepost.contexts.identity import service as identity
from milepost.contexts.identity.types import System
from milepost.contexts.journeys import service as journeys
from milepost.contexts.journeys.types import Foreseen, StepUpdate, Update, UpdateKind
from milepost.contexts.programs.types import Program

# As many names as one reads in passing.
_SHOWN = 8
# What a part is called where its name in a file says too little.
_PARTS: Mapping[str, str] = {
    "after": "comes after",
    "deliverables": "what exists afterwards",
    "criteria": "done well when",
}


@dataclass(frozen=True, slots=True)
class Plan:
    """What one program's files would change, company by company, each with its tenant."""

    program: Program
    journeys: Sequence[tuple[str, Foreseen]]

    def as_json(self) -> Mapping[str, Any]:
        """The plan for a script."""
        return {
            "program": self.program.slug,
            "journeys": [
                {
                    "tenant": tenant,
                    "company": found.company,
                    "journey": found.name,
                    "journey_id": str(found.journey_id),
                    **_update_json(found.update),
                }
                for tenant, found in self.journeys
            ],
        }


def _update_json(update: Update) -> Mapping[str, Any]:
    return {
        "steps": [
            {
                "slug": step.slug,
                "title": step.title,
                "kind": str(step.kind),
                "parts": list(step.parts),
                "collides": list(step.collides),
                "tasks": {
                    "added": [task.title for task in step.tasks.added],
                    "removed": [task.title for task in step.tasks.removed],
                    "renamed": [task.after for task in step.tasks.renamed],
                    "kept": [task.title for task in step.tasks.kept],
                },
            }
            for step in update.steps
        ],
        "locks": list(update.locks),
        "opens": list(update.opens),
        "moves": [
            {"slug": slug, "before": None if before is None else str(before), "after": str(after)}
            for slug, (before, after) in update.moves.items()
        ],
        "conflict": None if update.conflict is None else update.conflict.message,
        "circle": [] if update.conflict is None else list(update.conflict.circle),
    }


async def foresee(program: Program, *, data: Path | None, url: str | None) -> Plan:
    """Look at every company of every tenant."""
    found: list[tuple[str, Foreseen]] = []
    with opened(data=data, url=url) as access:
        database = database_of(access.roles.app)
        await database.open()
        try:
            async with database.transaction(System()) as tx:
                tenants = await identity.list_tenants(tx)
            for tenant in tenants:
                async with database.transaction(System(tenant.id)) as tx:
                    found += [
                        (tenant.name, item) async for item in journeys.foresee(tx, program=program)
                    ]
        finally:
            await database.close()
    return Plan(program, found)


def show(plan: Plan, console: Console) -> None:
    """Print a plan, company by company: which steps, what collides, what moves, what can't be."""
    if not plan.journeys:
        console.print(
            f"Publishing {plan.program.title} would change nothing for any company.", markup=False
        )
        return
    table = Table(title=f"Publishing {plan.program.title} would offer", show_lines=False)
    table.add_column("Company, journey", max_width=28)
    table.add_column("What", no_wrap=True)
    table.add_column("Steps")
    for tenant, found in plan.journeys:
        whose = Text(f"{found.company} ({tenant})\n{found.name}")
        lines = list(_lines(found.update))
        for number, (what, names) in enumerate(lines):
            table.add_row(
                whose if not number else "",
                what,
                Text(names),
                end_section=number == len(lines) - 1,
            )
    console.print(table)
    console.print("Nothing moves by itself: each company sees this, and takes it or stays.")


def _lines(update: Update) -> Iterator[tuple[str, str]]:
    """What there is to say of one company, each with how much it is of, and by name."""
    for kind in UpdateKind:
        found = [step.title for step in update.steps if step.kind is kind]
        if found:
            yield f"{len(found)} {kind}", _few(found)
    collisions = [
        f"{step.title} ({', '.join(own)})" for step in update.steps if (own := _own(step))
    ]
    if collisions:
        yield f"{len(collisions)} with own words", _few(collisions)
    if update.conflict is not None:
        # Never shortened: without it the rest can't be understood.
        yield "not all at once", update.conflict.message
    for what, slugs in (("would lock", update.locks), ("would open", update.opens)):
        if slugs:
            yield f"{len(slugs)} {what}", _few([update.titles[slug] for slug in slugs])


def _own(step: StepUpdate) -> list[str]:
    """What of a step the company wrote or worked on, and the version has otherwise."""
    parts = [_PARTS.get(part, part) for part in step.collides]
    if step.tasks.kept:
        count = len(step.tasks.kept)
        parts.append("1 task" if count == 1 else f"{count} tasks")
    return parts


def _few(names: Sequence[str]) -> str:
    shown = "; ".join(names[:_SHOWN])
    left = len(names) - _SHOWN
    return f"{shown}; and {left} more (--json names all)" if left > 0 else shown
