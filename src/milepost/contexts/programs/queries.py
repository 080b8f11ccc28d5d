"""The statements on `programs.programs` and `programs.versions`."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any
from uuid import UUID

from psycopg.types.json import Jsonb

from milepost.contexts.programs.types import TakenTool, VersionRow
from milepost.platform.db import Transaction


async def insert_program(tx: Transaction, *, slug: str, now: datetime) -> None:
    """Make sure that the catalog has a program of that name."""
    await tx.run(
        """
        insert into programs.programs (slug, created_at)
        values (%(slug)s, %(now)s)
        on conflict (slug) do nothing
        """,
        {"slug": slug, "now": now},
    )


async def lock_program(tx: Transaction, *, slug: str) -> UUID:
    """Hold a program's row, so that its versions are numbered one after the other."""
    return await tx.value(
        """
        select id
        from programs.programs
        where slug = %(slug)s
        for update
        """,
        {"slug": slug},
    )


async def find_latest_version(tx: Transaction, *, program_id: UUID) -> VersionRow | None:
    """A program's newest version, if it has one."""
    return await tx.maybe(
        VersionRow,
        """
        select id, program_id, number, content_hash, document, published_at
        from programs.versions
        where program_id = %(program_id)s
        order by number desc
        limit 1
        """,
        {"program_id": program_id},
    )


async def lock_catalog(tx: Transaction) -> None:
    """Let no other program be published until this transaction ends."""
    await tx.run("select pg_advisory_xact_lock(hashtextextended('programs.publish', 0))")


async def list_tools_of_others(tx: Transaction, *, slug: str) -> list[TakenTool]:
    """Every tool that a version of another program has or had: its answers are kept."""
    return await tx.many(
        TakenTool,
        """
        select distinct p.slug as program, s.step ->> 'slug' as step,
          s.step ->> 'tool_schema' as schema
        from programs.versions v
        join programs.programs p on p.id = v.program_id
        cross join lateral jsonb_array_elements(v.document -> 'steps') as s (step)
        where p.slug <> %(slug)s
          and s.step ->> 'tool_schema' <> ''
        order by program, step
        """,
        {"slug": slug},
    )


async def find_fingerprint(tx: Transaction, *, slug: str) -> str | None:
    """The fingerprint of the files that a program was published from last."""
    return await tx.value(
        """
        select files_fingerprint
        from programs.programs
        where slug = %(slug)s
        """,
        {"slug": slug},
    )


async def update_fingerprint(
    tx: Transaction, *, program_id: UUID, files_fingerprint: str | None
) -> None:
    """Note which files a program was published from."""
    await tx.run(
        """
        update programs.programs
        set files_fingerprint = %(files_fingerprint)s
        where id = %(program_id)s
        """,
        {"program_id": program_id, "files_fingerprint": files_fingerprint},
    )


async def insert_version(
    tx: Transaction,
    *,
    program_id: UUID,
    content_hash: str,
    document: Mapping[str, Any],
    now: datetime,
) -> VersionRow:
    """Add a program's next version."""
    return await tx.one(
        VersionRow,
        """
        insert into programs.versions (program_id, number, content_hash, document, published_at)
        select %(program_id)s, coalesce(max(v.number), 0) + 1, %(content_hash)s,
          %(document)s, %(now)s
        from programs.versions v
        where v.program_id = %(program_id)s
        returning id, program_id, number, content_hash, document, published_at
        """,
        {
            "program_id": program_id,
            "content_hash": content_hash,
            "document": Jsonb(document),
            "now": now,
        },
    )


async def get_version(tx: Transaction, *, version_id: UUID) -> VersionRow:
    """One version; NotFound if there is none."""
    return await tx.one(
        VersionRow,
        """
        select id, program_id, number, content_hash, document, published_at
        from programs.versions
        where id = %(version_id)s
        """,
        {"version_id": version_id},
    )


async def find_latest_id(tx: Transaction, *, slug: str) -> UUID | None:
    """The id of a program's newest version."""
    return await tx.value(
        """
        select v.id
        from programs.versions v
        join programs.programs p on p.id = v.program_id
        where p.slug = %(slug)s
        order by v.number desc
        limit 1
        """,
        {"slug": slug},
    )


async def find_version_id(tx: Transaction, *, slug: str, number: int) -> UUID | None:
    """The id of a program's version of that number."""
    return await tx.value(
        """
        select v.id
        from programs.versions v
        join programs.programs p on p.id = v.program_id
        where p.slug = %(slug)s
          and v.number = %(number)s
        """,
        {"slug": slug, "number": number},
    )


async def list_latest_ids(tx: Transaction) -> list[UUID]:
    """The id of every program's newest version."""
    return await tx.values(
        """
        select distinct on (v.program_id) v.id
        from programs.versions v
        order by v.program_id, v.number desc
        """,
    )


async def list_step_slugs(tx: Transaction, *, program_id: UUID) -> list[str]:
    """Every step that a version of a program has or had."""
    return await tx.values(
        """
        select distinct s.step ->> 'slug' as slug
        from programs.versions v
        cross join lateral jsonb_array_elements(v.document -> 'steps') as s (step)
        where v.program_id = %(program_id)s
        order by slug
        """,
        {"program_id": program_id},
    )


async def ever_had_step(tx: Transaction, *, program_id: UUID, step_slug: str) -> bool:
    """Whether any version of a program has a step."""
    return await tx.value(
        """
        select exists (
          select
          from programs.versions v
          where v.program_id = %(program_id)s
            and v.document -> 'steps' @> %(step)s
        )
        """,
        {"program_id": program_id, "step": Jsonb([{"slug": step_slug}])},
    )
