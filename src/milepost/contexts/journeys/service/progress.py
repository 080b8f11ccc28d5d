"""Many people's progress at once: the team matrix."""

from uuid import UUID

from milepost.contexts.journeys.queries import progress as queries
from milepost.contexts.journeys.types import PersonProgress
from milepost.contexts.programs import service as programs
from milepost.contexts.programs.types import Program
from milepost.platform.db import Transaction
from milepost.platform.errors import NotFound


async def list_progress(
    tx: Transaction,
    *,
    program_slug: str,
    organization_id: UUID | None = None,
    text: str = "",
    after: tuple[str, UUID] | None = None,
    limit: int = 50,
) -> tuple[Program, list[PersonProgress]]:
    """Return the people whose progress the actor sees, by name, from after that one on.

    Raises NotFound for a program that isn't published.
    """
    version = await programs.find_latest(tx, slug=program_slug)
    if version is None:
        raise NotFound(f"There is no program called {program_slug!r}.")
    people = await queries.list_progress(
        tx,
        program_id=version.program_id,
        organization_id=organization_id,
        text=text,
        after_name=after[0] if after else "",
        after_id=after[1] if after else None,
        limit=limit,
    )
    return version.program, people
