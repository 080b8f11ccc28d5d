"""The options of `milepost up`; what it does is in `starting` and `serving`."""

from typing import Annotated

import typer

from milepost.cli.options import DataOption, UrlOption


def up(
    demo: Annotated[bool, typer.Option("--demo", help="Fill an empty folder with a demo.")] = False,
    host: Annotated[str | None, typer.Option(help="The address to listen on.")] = None,
    port: Annotated[int | None, typer.Option(min=0, max=65535, help="0: any free one.")] = None,
    data: DataOption = None,
    url: UrlOption = None,
    workers: Annotated[
        int | None, typer.Option(min=1, max=64, help="How many server processes.")
    ] = None,
) -> None:
    """Start Milepost: database, server and worker. Ctrl-C stops all three in order."""
    from milepost.cli import starting

    starting.up(demo=demo, host=host, port=port, data=data, url=url, workers=workers)
