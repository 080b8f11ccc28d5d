"""Puts the words of the `milepost` command together."""

import typer

from milepost.cli import db, programs, users
from milepost.cli.up import up
from milepost.cli.verify import verify

app = typer.Typer(
    name="milepost",
    help="Guided journeys: programs of steps that people and companies walk.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
)
app.command()(up)
app.command()(verify)
app.add_typer(db.app, name="db")
app.add_typer(programs.app, name="programs")
app.add_typer(users.app, name="users")
