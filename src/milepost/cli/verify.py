"""`milepost verify`: the catalog keeps rows apart, and nothing that is cached went stale.

Derived anew are every journey, from what happened in it, and the benchmarks that are shown, from
the blocks of companies that are counted together. What a portfolio comes to is no such cache: it
is told with the moment that it was worked out for, and once that is past it can't be told again.
"""

import asyncio
import json
from collections.abc import Mapping
from contextlib import nullcontext
from dataclasses import dataclass, field

import psycopg
import typer
from rich.console import Console
from rich.status import Status

from milepost.cli.database import opened
from milepost.cli.options import AsJson, DataOption, UrlOption
from milepost.contexts.identity import service as identity
from milepost.contexts.identity.types import System, Tenant
from milepost.contexts.insights import service as insights
from milepost.contexts.journeys import service as journeys
from milepost.contexts.journeys.service import Stretch
from milepost.platform.db import Database, proof
from milepost.platform.db.roles import APP

_out = Console(highlight=False)


def verify(
    data: DataOption = None,
    url: UrlOption = None,
    as_json: AsJson = False,
) -> None:
    """Derive every journey and the benchmarks anew, and compare. Exits 1 on any difference.

    Of a step whose plan was changed, it can only be told from when to when it must have opened.
    Portfolio insights are figures with a date, and not derived again.
    """
    with opened(data=data, url=url) as access:
        with psycopg.connect(access.roles.operator) as operator:
            faults = proof.faults(operator, app_role=APP)
        found = asyncio.run(_verify(access.roles.operator, quiet=as_json))
    if as_json:
        typer.echo(json.dumps({**found.as_json(), "catalog_faults": faults}))
    else:
        for fault in faults:
            _out.print(fault, markup=False, style="red")
        for item in found.stale:
            _out.print(
                f"{item.journey or 'benchmark'} {item.what}: cached {item.cached},"
                f" derived {item.derived}",
                markup=False,
                soft_wrap=True,
            )
        figures = sum(item.journey is None for item in found.stale)
        _out.print(
            f"{found.seen} journeys derived anew:"
            f" {len(found.stale) - figures} stale values, {len(faults)} catalog faults."
        )
        _out.print(f"{found.benchmarks} benchmarks derived anew: {figures} stale figures.")
    if found.stale or faults:
        raise typer.Exit(1)


@dataclass(frozen=True, slots=True)
class _Stale:
    """A value that is cached otherwise than it is derived: of a journey, or (None) a benchmark."""

    journey: str | None
    what: str
    cached: str
    derived: str

    def as_json(self) -> Mapping[str, str | None]:
        return {
            "journey": self.journey,
            "what": self.what,
            "cached": self.cached,
            "derived": self.derived,
        }


@dataclass(slots=True)
class _Findings:
    seen: int = 0
    benchmarks: int = 0
    stale: list[_Stale] = field(default_factory=list[_Stale])

    def as_json(self) -> Mapping[str, object]:
        return {
            "journeys": self.seen,
            "benchmarks": self.benchmarks,
            "stale": [item.as_json() for item in self.stale],
        }


async def _verify(conninfo: str, *, quiet: bool) -> _Findings:
    # Two connections: the database works on one half while the other is compared.
    database = Database(conninfo, max_size=2)
    await database.open()
    try:
        async with database.transaction(System()) as tx:
            tenants = await identity.list_tenants(tx)
        findings = _Findings()
        shows = _out.is_terminal and not quiet
        with _out.status("Deriving…") if shows else nullcontext() as shown:
            for tenant in tenants:
                async with database.transaction(System(tenant.id)) as tx:
                    stretches = await journeys.halves(tx)
                async with asyncio.TaskGroup() as group:
                    for stretch in stretches:
                        group.create_task(_look(database, tenant, stretch, findings, shown))
            async for steps, figures in insights.verify_benchmarks(database):
                findings.benchmarks += steps
                findings.stale += [
                    _Stale(None, one.what, one.shown, one.derived) for one in figures
                ]
        return findings
    finally:
        await database.close()


async def _look(
    database: Database, tenant: Tenant, stretch: Stretch, findings: _Findings, shown: Status | None
) -> None:
    async with database.transaction(System(tenant.id)) as tx:
        async for count, found in journeys.verify(tx, stretch=stretch):
            findings.seen += count
            findings.stale += [
                _Stale(str(one.journey_id), one.what, one.cached, one.derived) for one in found
            ]
            if shown is not None:
                shown.update(f"Deriving… {findings.seen} journeys of {tenant.name}")
