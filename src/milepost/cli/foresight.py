"""What publishing a program's files would offer to the companies that walk it, before it is done.

The same comparison that a company is shown afterwards, made with the files in the place of a
version. Nothing is written.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from rich.console import Console
from rich.table import Table

from milepost.cli.database import database_of, opened
from milepost.contexts.identity import service as identity
from milepost.contexts.identity.types import System
from milepost.contexts.journeys import service as journeys
from milepost.contexts.journeys.types import Foreseen, UpdateKind
from milepost.contexts.programs.types import Program


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
                    "steps": [
                        {
                            "slug": step.slug,
                            "kind": str(step.kind),
                            "parts": list(step.parts),
                            "collides": list(step.collides),
                        }
                        for step in found.update.steps
                    ],
                    "locks": list(found.update.locks),
                    "moves": [
                        {
                            "slug": slug,
                            "before": None if before is None else str(before),
                            "after": str(after),
                        }
                        for slug, (before, after) in found.update.moves.items()
                    ],
                    "conflict": found.update.conflict,
                }
                for tenant, found in self.journeys
            ],
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
    """Print a plan: how many steps of each kind, whose own words collide, what locks."""
    if not plan.journeys:
        console.print(
            f"Publishing {plan.program.title} would change nothing for any company.", markup=False
        )
        return
    table = Table(title=f"Publishing {plan.program.title} would offer")
    for name in ("Company", "Journey"):
        table.add_column(name)
    for name in ("New", "Changed", "Retired", "Collide", "Lock again"):
        table.add_column(name, justify="right")
    for tenant, found in plan.journeys:
        kinds = [step.kind for step in found.update.steps]
        table.add_row(
            f"{found.company} ({tenant})",
            found.name,
            *(str(kinds.count(kind)) for kind in UpdateKind),
            str(sum(bool(step.collides) for step in found.update.steps)),
            str(len(found.update.locks)),
        )
    console.print(table)
    for _, found in plan.journeys:
        if found.update.locks:
            console.print(
                f"{found.company}: open now, locked if all is taken:"
                f" {', '.join(found.update.locks)}",
                markup=False,
                soft_wrap=True,
            )
    console.print("Nothing moves by itself: each company sees this, and takes it or stays.")
