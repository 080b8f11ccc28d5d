"""Publishing programs: the version, and the schemas and policies of the tools it brings."""

import multiprocessing
from collections.abc import Generator, Iterable, Mapping
from contextlib import contextmanager, suppress
from multiprocessing.connection import Connection
from multiprocessing.process import BaseProcess
from pathlib import Path

import psycopg

from milepost.cli.database import transaction_of
from milepost.contexts.identity.types import Nobody
from milepost.contexts.journeys import service as journeys
from milepost.contexts.programs import service as programs
from milepost.contexts.programs.errors import FaultyFiles
from milepost.contexts.programs.fingerprint import fingerprint
from milepost.contexts.programs.types import Program, Published
from milepost.platform import clock
from milepost.platform.db import roles
from milepost.platform.db.connect import DatabaseAccess
from milepost.settings import shipped_programs


async def publish(access: DatabaseAccess, chosen: Iterable[Program]) -> list[Published]:
    """Publish each program with its tools' tables, all or none.

    What is published over a program that ships stays until the files that ship change: the
    next start finds these noted as published.
    """
    known = {path.name: fingerprint(path) for path in shipped_programs()}
    async with transaction_of(access.roles.owner, Nobody()) as tx:
        done: list[Published] = []
        for program in chosen:
            done.append(
                await programs.publish(
                    tx,
                    program=program,
                    now=clock.now(),
                    files_fingerprint=known.get(program.slug),
                )
            )
            await journeys.ensure_tool_schemas(tx, program=program)
    _share_with_operator(access)
    return done


@contextmanager
def reading_ahead(folders: Iterable[Path], *, wanted: bool) -> Generator[dict[str, Program]]:
    """Read programs while something else is waited for, where they will be `wanted`.

    A first start publishes all that ship, and most of it waits for PostgreSQL to make its files:
    meanwhile other processes read them. What they found is there after the block.
    """
    found: dict[str, Program] = {}
    if not wanted:
        yield found
        return
    forking = multiprocessing.get_context("fork")
    reading: list[tuple[BaseProcess, Connection]] = []
    for path in folders:
        here, there = forking.Pipe(duplex=False)
        reader = forking.Process(target=_read, args=(path, there), daemon=True)
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


def _read(folder: Path, there: Connection) -> None:
    from milepost.contexts.programs import files

    with there, suppress(FaultyFiles):
        there.send(files.load(folder))


async def publish_shipped(
    access: DatabaseAccess,
    folders: Iterable[Path],
    *,
    ahead: Mapping[str, Program] | None = None,
) -> None:
    """Publish the programs that ship and have changed since they were published last.

    `ahead` holds those that were read already.
    """
    async with transaction_of(access.roles.owner, Nobody()) as tx:
        made = False
        for path in folders:
            found = fingerprint(path)
            if await programs.is_published_from(tx, slug=path.name, files_fingerprint=found):
                continue
            # A start that finds nothing new needs no YAML reader.
            from milepost.contexts.programs import files

            program = (ahead or {}).get(path.name) or files.load(path)
            await programs.publish(tx, program=program, now=clock.now(), files_fingerprint=found)
            await journeys.ensure_tool_schemas(tx, program=program)
            made = True
    if made:
        _share_with_operator(access)


def _share_with_operator(access: DatabaseAccess) -> None:
    """Let an operator who can't bypass row-level security see the new tables' rows too."""
    if not access.roles.operator_bypasses:
        with psycopg.connect(access.roles.owner) as owner:
            roles.ensure_operator_policies(owner)
