"""`milepost db`: migrate, roll back, see where it stands, back up, restore, ask by psql."""

import json
from contextlib import nullcontext
from dataclasses import asdict
from pathlib import Path
from typing import Annotated

import psycopg
import typer
from rich.console import Console
from rich.progress import Progress
from rich.table import Table

from milepost.cli.database import Expects, opened, place_of
from milepost.cli.options import AsJson, DataOption, UrlOption
from milepost.platform.db import backup as backups
from milepost.platform.db import datafolder, losses, migrations, presence, roles
from milepost.platform.db.backup import OnProgress
from milepost.platform.db.connect import DatabaseAccess
from milepost.platform.db.datafolder import ServerError
from milepost.settings import shipped

app = typer.Typer(no_args_is_help=True, help="The database: migrate, back up, restore, ask.")
_out = Console(highlight=False)


@app.command()
def migrate(
    to: Annotated[int | None, typer.Option(help="Stop after this number.")] = None,
    data: DataOption = None,
    url: UrlOption = None,
    as_json: AsJson = False,
) -> None:
    """Apply what is pending."""
    with (
        opened(data=data, url=url, expects=Expects.NOTHING) as access,
        psycopg.connect(access.roles.owner) as owner,
    ):
        done = migrations.migrate(owner, shipped("migrations"), to=to)
        _share(access, owner)
    _tell([step.name for step in done], "Applied", as_json=as_json)


@app.command()
def rollback(
    steps: Annotated[int, typer.Option(min=1, help="How many to undo.")] = 1,
    force: Annotated[bool, typer.Option("--force", help="Even where rows go with it.")] = False,
    data: DataOption = None,
    url: UrlOption = None,
    as_json: AsJson = False,
) -> None:
    """Undo the newest migrations, with what they hold; not while Milepost runs."""
    _require_stopped(data=data, url=url)
    with (
        opened(data=data, url=url, expects=Expects.MILEPOST) as access,
        psycopg.connect(access.roles.owner) as owner,
    ):
        presence.require_unused(owner)
        if not force:
            losses.require_none(access.roles, shipped("migrations"), steps=steps)
        done = migrations.rollback(owner, shipped("migrations"), steps=steps)
    _tell([step.name for step in done], "Undone", as_json=as_json)


@app.command()
def status(data: DataOption = None, url: UrlOption = None, as_json: AsJson = False) -> None:
    """Say which migrations are applied and which are pending."""
    with (
        opened(data=data, url=url, expects=Expects.MILEPOST) as access,
        psycopg.connect(access.roles.owner) as owner,
    ):
        found = migrations.status(owner, shipped("migrations"))
    if as_json:
        applied = [
            {**asdict(step), "applied_at": step.applied_at.isoformat()} for step in found.applied
        ]
        typer.echo(
            json.dumps({"applied": applied, "pending": [step.name for step in found.pending]})
        )
        return
    table = Table("Migration", "Applied")
    for step in found.applied:
        table.add_row(step.name, f"{step.applied_at:%Y-%m-%d %H:%M}")
    for step in found.pending:
        table.add_row(step.name, "pending")
    _out.print(table)


@app.command()
def backup(
    file: Annotated[Path, typer.Argument(help="Where to write it.")],
    data: DataOption = None,
    url: UrlOption = None,
) -> None:
    """Write everything into one file; beside a running server or without one."""
    with (
        opened(data=data, url=url, expects=Expects.MILEPOST) as access,
        _progress("Backing up") as tell,
    ):
        backups.backup(access.roles.operator, file, on_progress=tell)
    _out.print(f"Wrote {file}", markup=False, soft_wrap=True)


@app.command()
def restore(
    file: Annotated[Path, typer.Argument(help="What `backup` wrote.")],
    force: Annotated[bool, typer.Option("--force", help="Replace what is there.")] = False,
    data: DataOption = None,
    url: UrlOption = None,
) -> None:
    """Fill an empty data folder from a backup."""
    with opened(data=data, url=url, expects=Expects.NOTHING) as access:
        with _progress("Restoring") as tell:
            backups.restore(access.roles.owner, file, force=force, on_progress=tell)
        with psycopg.connect(access.roles.owner) as owner:
            _share(access, owner)
    _out.print(f"Restored {file}", markup=False, soft_wrap=True)


@app.command(context_settings={"ignore_unknown_options": True})
def shell(
    args: Annotated[list[str] | None, typer.Argument(help="Handed to psql, after --.")] = None,
    data: DataOption = None,
    url: UrlOption = None,
) -> None:
    """Open psql as the operator, who sees every row."""
    with opened(data=data, url=url, expects=Expects.MILEPOST) as access:
        code = backups.shell(access.roles.operator, args or [])
    raise typer.Exit(code)


def _require_stopped(*, data: Path | None, url: str | None) -> None:
    """Raise ServerError while a Milepost serves from the data folder."""
    place = place_of(data=data, url=url)
    address = datafolder.announced(place.data) if place.url is None else None
    if address is not None:
        raise ServerError(f"Milepost runs on {place.data}, at {address}: stop it first")


def _share(access: DatabaseAccess, owner: psycopg.Connection) -> None:
    if not access.roles.operator_bypasses:
        roles.ensure_operator_policies(owner)


def _tell(names: list[str], what: str, *, as_json: bool) -> None:
    if as_json:
        typer.echo(json.dumps({what.lower(): names}))
    elif not names:
        _out.print("Nothing to do.")
    for name in [] if as_json else names:
        _out.print(f"{what} {name}", markup=False)


def _progress(what: str) -> "_Bar | nullcontext[None]":
    """Show a bar to a person; to a script, nothing."""
    return _Bar(what) if _out.is_terminal else nullcontext()


class _Bar:
    def __init__(self, what: str) -> None:
        self._progress = Progress(console=_out, transient=True)
        self._task = self._progress.add_task(what, total=None)

    def __enter__(self) -> OnProgress:
        self._progress.start()
        return self._tell

    def __exit__(self, *_: object) -> None:
        self._progress.stop()

    def _tell(self, done: int, total: int) -> None:
        self._progress.update(self._task, completed=done, total=total)
