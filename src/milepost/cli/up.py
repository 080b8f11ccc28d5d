"""The options of `milepost up`; what it does is in `serving`."""

import gc
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
    # Loads the whole application, which the other words of the command don't need. All of that
    # stays: looking for garbage in it takes a tenth of the time, and would later touch memory
    # that the forked processes share.
    gc.disable()
    from milepost.cli import serving

    gc.freeze()
    gc.enable()
    serving.up(demo=demo, host=host, port=port, data=data, url=url, workers=workers)
