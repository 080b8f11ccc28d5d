"""`milepost verify`: the catalog keeps rows apart, and no cached state went stale."""

import asyncio
import json
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
from milepost.contexts.journeys import service as journeys
from milepost.contexts.journeys.service import Stale, Stretch
from milepost.platform.db import Database, proof
from milepost.platform.db.roles import APP

_out = Console(highlight=False)


def verify(
    data: DataOption = None,
    url: UrlOption = None,
    as_json: AsJson = False,
) -> None:
    """Derive everything cached anew from the facts, and compare. Exits 1 on any difference."""
    with opened(data=data, url=url) as access:
        with psycopg.connect(access.roles.operator) as operator:
            faults = proof.faults(operator, app_role=APP)
        seen, stale = asyncio.run(_verify(access.roles.operator, quiet=as_json))
    if as_json:
        typer.echo(
            json.dumps(
                {
                    "journeys": seen,
                    "catalog_faults": faults,
                    "stale": [
                        {
                            "journey": str(item.journey_id),
                            "what": item.what,
                            "cached": item.cached,
                            "derived": item.derived,
                        }
                        for item in stale
                    ],
                }
            )
        )
    else:
        for fault in faults:
            _out.print(fault, markup=False, style="red")
        for item in stale:
            _out.print(
                f"{item.journey_id} {item.what}: cached {item.cached}, derived {item.derived}",
                markup=False,
                soft_wrap=True,
            )
        _out.print(
            f"{seen} journeys derived anew:"
            f" {len(stale)} stale values, {len(faults)} catalog faults."
        )
    if stale or faults:
        raise typer.Exit(1)


@dataclass(slots=True)
class _Findings:
    seen: int = 0
    stale: list[Stale] = field(default_factory=list[Stale])


async def _verify(conninfo: str, *, quiet: bool) -> tuple[int, list[Stale]]:
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
        return findings.seen, findings.stale
    finally:
        await database.close()


async def _look(
    database: Database, tenant: Tenant, stretch: Stretch, findings: _Findings, shown: Status | None
) -> None:
    async with database.transaction(System(tenant.id)) as tx:
        async for count, found in journeys.verify(tx, stretch=stretch):
            findings.seen += count
            findings.stale += found
            if shown is not None:
                shown.update(f"Deriving… {findings.seen} journeys of {tenant.name}")
