"""Puts the words of the `milepost` command together, loading only the one that is asked for."""

from collections.abc import Iterable
from importlib import import_module

import typer

# Each is a module beside this one that has an `app` of its own, or a function of its name.
WORDS = ("up", "verify", "db", "programs", "users", "benchmarks", "openapi", "eval")
# A word that Python has a meaning for.
_MODULES = {"eval": "evaluation"}


def build(arguments: list[str]) -> typer.Typer:
    """Make the command for these arguments; without a known word, with all of them for --help."""
    asked = arguments[:1]
    return _of(asked if asked and asked[0] in WORDS else WORDS)


def _of(words: Iterable[str]) -> typer.Typer:
    app = typer.Typer(
        name="milepost", no_args_is_help=True, add_completion=False, pretty_exceptions_enable=False
    )

    @app.callback()
    def milepost() -> None:
        """Guided journeys: programs of steps that people and companies walk."""

    for word in words:
        module = import_module(f"milepost.cli.{_MODULES.get(word, word)}")
        if hasattr(module, "app"):
            app.add_typer(module.app, name=word)
        else:
            app.command(word)(getattr(module, word))
    return app
