"""`milepost openapi`: the description of the API, for generating clients. Needs no database."""

import json
from pathlib import Path
from typing import Annotated

import typer

from milepost.main import create_app
from milepost.platform.db import Database
from milepost.settings import Settings


def openapi(
    out: Annotated[
        Path | None, typer.Option("--out", help="Write to this file instead of printing.")
    ] = None,
) -> None:
    """Print the OpenAPI document of the API."""
    # Nothing is opened: the document follows from the routes alone.
    app = create_app(Settings(), Database(""), b"")
    document = json.dumps(app.openapi(), indent=2, ensure_ascii=False) + "\n"
    if out is None:
        typer.echo(document, nl=False)
        return
    try:
        out.write_text(document, encoding="utf-8")
    except OSError as error:
        typer.echo(f"{out} can't be written: {error.strerror}", err=True)
        raise typer.Exit(1) from error
