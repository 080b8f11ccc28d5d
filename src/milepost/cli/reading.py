"""Reads the programs that ship while something else is waited for."""

import multiprocessing
from collections.abc import Generator, Iterable
from contextlib import contextmanager, suppress
from multiprocessing.connection import Connection
from multiprocessing.process import BaseProcess
from pathlib import Path

from milepost.contexts.programs.errors import FaultyFiles
from milepost.contexts.programs.types import Program


@contextmanager
def reading_ahead(folders: Iterable[Path], *, wanted: bool) -> Generator[dict[str, Program]]:
    """Read programs while something else is waited for, where they will be `wanted`.

    A first start publishes all that ship, and most of it waits for PostgreSQL to make its files:
    meanwhile other processes read them. What they found is there after the block. They are forked,
    so there may be no second thread yet.
    """
    found: dict[str, Program] = {}
    if not wanted:
        yield found
        return
    forking = multiprocessing.get_context("fork")
    reading: list[tuple[BaseProcess, Connection]] = []
    for path in folders:
        here, there = forking.Pipe(duplex=False)
        reader = forking.Process(target=_read, args=(path, here, there), daemon=True)
        reader.start()
        there.close()
        reading.append((reader, here))
    try:
        yield found
        for _, here in reading:
            # Whoever publishes what can't be read reads it again, and tells its faults.
            with suppress(EOFError):
                program: Program = here.recv()
                found[program.slug] = program
    finally:
        for reader, here in reading:
            # After a refusal nobody takes what they found: they would wait with it for ever, deaf
            # to the gentler signals, which `up` has blocked.
            reader.kill()
            here.close()
            reader.join()


def _read(folder: Path, here: Connection, there: Connection) -> None:
    from milepost.contexts.programs import files

    # The other end came along: with it open, a reader whose parent is gone would wait for ever.
    here.close()
    with there, suppress(FaultyFiles, BrokenPipeError):
        there.send(files.load(folder))
