"""Options that several words of the command share."""

from pathlib import Path
from typing import Annotated

import typer

DataOption = Annotated[
    Path | None, typer.Option("--data", help="The data folder.", show_default="the user's own")
]
UrlOption = Annotated[
    str | None,
    typer.Option("--url", help="A PostgreSQL 18 server instead.", envvar="MILEPOST_DATABASE_URL"),
]
AsJson = Annotated[bool, typer.Option("--json", help="Print JSON, for scripts.")]
