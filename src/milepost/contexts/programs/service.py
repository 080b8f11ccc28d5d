"""Publishing programs and handing out their versions: this context's public face."""

from collections import OrderedDict
from datetime import datetime
from uuid import UUID

from milepost.contexts.programs import queries
from milepost.contexts.programs.changes import ProgramChanges, compare
from milepost.contexts.programs.errors import ToolTaken
from milepost.contexts.programs.types import (
    Program,
    Published,
    Step,
    Version,
    VersionRow,
)
from milepost.platform.db import Transaction

# Versions never change, so a process reads each of them once. A server with more
# programs in use at a time than this only reads some of them again.
_KEPT = 64
_versions: OrderedDict[UUID, Version] = OrderedDict()


async def publish(
    tx: Transaction, *, program: Program, now: datetime, files_fingerprint: str | None = None
) -> Published:
    """Make this content the program's newest version; an operator's act.

    Content that is the newest already gets no new version, whoever publishes it at the same
    time; going back to older content is a version of its own.

    Raises ToolTaken for a tool that another program has, now or in an older version.
    """
    await queries.lock_catalog(tx)
    await queries.insert_program(tx, slug=program.slug, now=now)
    program_id = await queries.lock_program(tx, slug=program.slug)
    row = await queries.find_latest_version(tx, program_id=program_id)
    created = row is None or row.content_hash != program.content_hash
    if row is None or created:
        await _check_tools(tx, program)
        row = await queries.insert_version(
            tx,
            program_id=program_id,
            content_hash=program.content_hash,
            document=program.to_document(),
            now=now,
        )
    await queries.update_fingerprint(tx, program_id=program_id, files_fingerprint=files_fingerprint)
    return Published(row.id, program_id, row.number, created)


async def _check_tools(tx: Transaction, program: Program) -> None:
    if not program.tools:
        return
    others = await queries.list_tools_of_others(tx, slug=program.slug)
    by_schema = {tool.schema: tool for tool in others}
    by_step = {tool.step: tool for tool in others}
    for step in program.tools:
        taken = by_schema.get(step.tool_schema) or by_step.get(step.slug)
        if taken is not None:
            raise ToolTaken(
                f"{program.title} can't have the step {step.slug}: the database schema"
                f" {taken.schema} belongs to the program {taken.program}. Choose another slug.",
                step=step.slug,
                schema=taken.schema,
                program=taken.program,
            )


async def is_published_from(tx: Transaction, *, slug: str, files_fingerprint: str) -> bool:
    """Tell whether these very files are what was published last."""
    return await queries.find_fingerprint(tx, slug=slug) == files_fingerprint


def tool_steps(program: Program) -> tuple[Step, ...]:
    """The steps whose answers live in a schema of their own."""
    return program.tools


def changes(before: Program, after: Program) -> ProgramChanges:
    """What the one content has that the other has not, step by step."""
    return compare(before, after)


async def get_version(tx: Transaction, *, version_id: UUID) -> Version:
    """A published version; NotFound if there is none."""
    version = _versions.get(version_id)
    if version is None:
        version = _version(await queries.get_version(tx, version_id=version_id))
        _versions[version_id] = version
        while len(_versions) > _KEPT:
            _versions.popitem(last=False)
    else:
        _versions.move_to_end(version_id)
    return version


async def find_latest(tx: Transaction, *, slug: str) -> Version | None:
    """The newest version of a program, or None if it was never published."""
    version_id = await queries.find_latest_id(tx, slug=slug)
    return None if version_id is None else await get_version(tx, version_id=version_id)


async def find_version(tx: Transaction, *, slug: str, number: int) -> Version | None:
    """A program's version of that number, or None."""
    version_id = await queries.find_version_id(tx, slug=slug, number=number)
    return None if version_id is None else await get_version(tx, version_id=version_id)


async def list_programs(tx: Transaction) -> list[Version]:
    """The catalog: every program's newest version, by title."""
    ids = await queries.list_latest_ids(tx)
    versions = [await get_version(tx, version_id=version_id) for version_id in ids]
    return sorted(versions, key=lambda version: (version.program.title, version.program.slug))


async def list_step_slugs(tx: Transaction, *, program_id: UUID) -> list[str]:
    """Every step that a version of a program has or had: journeys keep those that were retired."""
    return await queries.list_step_slugs(tx, program_id=program_id)


async def ever_had_step(tx: Transaction, *, program_id: UUID, step_slug: str) -> bool:
    """Tell whether any version of a program has a step, be it retired by now."""
    return await queries.ever_had_step(tx, program_id=program_id, step_slug=step_slug)


def _version(row: VersionRow) -> Version:
    return Version(
        id=row.id,
        program_id=row.program_id,
        number=row.number,
        content_hash=row.content_hash,
        published_at=row.published_at,
        program=Program.from_document(row.document),
    )
