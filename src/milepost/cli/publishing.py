"""Publishing programs: the version, and the schemas and policies of the tools it brings."""

from collections.abc import Iterable, Mapping
from pathlib import Path

import psycopg

from milepost.cli.database import transaction_of
from milepost.contexts.identity.types import Nobody
from milepost.contexts.journeys import service as journeys
from milepost.contexts.programs import service as programs
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
