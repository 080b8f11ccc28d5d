"""`milepost eval`: how well what is decided by rules agrees with what people decided by hand."""

import json
from enum import StrEnum
from typing import Annotated, Any

import typer

from milepost.cli.options import AsJson
from milepost.contexts.standups import evaluation
from milepost.contexts.standups.evaluation import Report, Score
from milepost.settings import shipped

app = typer.Typer(no_args_is_help=True, help="Measure what is decided by rules.")


class Part(StrEnum):
    """A part of the corpus."""

    TUNING = "tuning"
    HELD_OUT = "held-out"
    FRESH = "fresh"


@app.callback()
def evaluate() -> None:
    """Measure what is decided by rules."""


@app.command()
def standup(
    part: Annotated[Part | None, typer.Option(help="Only this part; all if none is named.")] = None,
    misses: Annotated[
        bool, typer.Option("--misses", help="List the messages that were read wrongly.")
    ] = False,
    as_json: AsJson = False,
) -> None:
    """Read the standup messages that ship, and print precision and recall."""
    chosen = [part] if part else list(Part)
    program = shipped("programs") / "startup-journey"
    reports = [evaluation.evaluate(str(one), program) for one in chosen]
    if as_json:
        typer.echo(json.dumps([_as_json(report) for report in reports], indent=2))
        return
    for number, report in enumerate(reports):
        if number:
            typer.echo()
        for line in evaluation.lines(report):
            typer.echo(line)
        if misses:
            _print_misses(report)


def _print_misses(report: Report) -> None:
    for miss in report.misses:
        typer.echo(f"\n{miss.says}")
        for what, which in (("missing", miss.missing), ("wrong", miss.wrong)):
            if which:
                typer.echo(f"  {what}: {', '.join(which)}")


def _as_json(report: Report) -> dict[str, Any]:
    return {
        "part": report.part,
        "messages": report.messages,
        "all": _figures(report.total),
        "kinds": {str(kind): _figures(score) for kind, score in report.kinds.items()},
        "misses": [
            {"says": miss.says, "missing": miss.missing, "wrong": miss.wrong}
            for miss in report.misses
        ],
    }


def _figures(score: Score) -> dict[str, float]:
    return {
        "right": score.right,
        "proposed": score.proposed,
        "expected": score.expected,
        "precision": round(score.precision, 4),
        "recall": round(score.recall, 4),
    }
