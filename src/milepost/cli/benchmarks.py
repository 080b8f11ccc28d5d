"""`milepost benchmarks`: works out now what companies are compared with."""

import asyncio
import json
from dataclasses import asdict
from datetime import timedelta
from typing import Annotated

import typer
from rich.console import Console

from milepost.cli.database import database_of, opened
from milepost.cli.options import AsJson, DataOption, UrlOption
from milepost.contexts.insights import service as insights
from milepost.platform import clock
from milepost.platform.db.connect import DatabaseAccess
from milepost.settings import Settings

app = typer.Typer(no_args_is_help=True, help="Work out community benchmarks.")

Settle = Annotated[
    float | None,
    typer.Option(
        min=0,
        max=90,
        help="Days for which a shared outcome waits before it is counted.",
        show_default="as the server does",
    ),
]

_out = Console(highlight=False)


@app.callback()
def benchmarks() -> None:
    """Work out community benchmarks."""


@app.command()
def refresh(
    settle: Settle = None,
    data: DataOption = None,
    url: UrlOption = None,
    as_json: AsJson = False,
) -> None:
    """Count what is shared now, leave out what was withdrawn, and show it."""
    days = Settings().benchmark_settle_days if settle is None else settle
    with opened(data=data, url=url) as access:
        done = asyncio.run(_refresh(access, timedelta(days=days)))
    if as_json:
        typer.echo(json.dumps([asdict(one) for one in done], default=str))
        return
    for one in done:
        _out.print(
            f"{one.program_slug}: {one.changed} of {one.steps} steps changed,"
            f" {one.made} groups came, {one.gone} companies went.",
            markup=False,
        )
    if not done:
        _out.print("Nobody shares an outcome yet.")


async def _refresh(access: DatabaseAccess, settle: timedelta) -> list[insights.Refreshed]:
    # As the application, who sees no more here than a night's refresh does.
    database = database_of(access.roles.app, max_size=insights.AT_ONCE)
    await database.open()
    try:
        return await insights.refresh_all(
            database, secret=access.secret, settle=settle, now=clock.now()
        )
    finally:
        await database.close()
