"""`milepost eval`: how well what is decided by rules agrees with what people decided by hand."""

import json
from enum import StrEnum
from typing import Annotated, Any

import typer

from milepost.cli.options import AsJson
from milepost.contexts.standups import evaluation
from milepost.contexts.standups.evaluation import Engine, Report, Score
from milepost.platform.embeddings import Unusable, embeddings_of
from milepost.settings import Settings, shipped

app = typer.Typer(no_args_is_help=True, help="Measure what is decided by rules.")


class Part(StrEnum):
    """A part of the corpus."""

    TUNING = "tuning"
    HELD_OUT = "held-out"
    FRESH = "fresh"
    REWORDINGS = "rewordings"
    UNSEEN = "unseen"


@app.callback()
def evaluate() -> None:
    """Measure what is decided by rules."""


@app.command()
def standup(
    part: Annotated[Part | None, typer.Option(help="Only this part; all if none is named.")] = None,
    misses: Annotated[
        bool, typer.Option("--misses", help="List the messages that were read wrongly.")
    ] = False,
    engine: Annotated[
        Engine | None,
        typer.Option(help="By words alone, or by meaning too.", show_default="what is set up here"),
    ] = None,
    as_json: AsJson = False,
) -> None:
    """Read the standup messages that ship, and print precision and recall."""
    chosen = [part] if part else list(Part)
    program = shipped("programs") / "startup-journey"
    embeddings = embeddings_of(Settings())
    if engine is None:
        engine = Engine.HYBRID if embeddings.is_there else Engine.LEXICAL
    understand = evaluation.reader(engine, embeddings)
    try:
        reports = [evaluation.evaluate(str(one), program, understand) for one in chosen]
    except Unusable as error:
        typer.echo(f"Meaning can't be looked at: {error}.", err=True)
        raise typer.Exit(1) from error
    if as_json:
        typer.echo(json.dumps([_as_json(report, engine) for report in reports], indent=2))
        return
    source = f", {embeddings.name} embeddings" if engine is Engine.HYBRID else ""
    typer.echo(f"engine: {engine}{source}")
    for report in reports:
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


def _as_json(report: Report, engine: Engine) -> dict[str, Any]:
    return {
        "engine": str(engine),
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
