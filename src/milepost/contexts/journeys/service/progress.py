"""Many people's progress at once: the team matrix."""

from uuid import UUID

from milepost.contexts.journeys.queries import progress as queries
from milepost.contexts.journeys.types import PersonProgress
from milepost.contexts.programs import service as programs
from milepost.contexts.programs.types import Program, Walker
from milepost.platform.db import Transaction
from milepost.platform.errors import NotFound


async def find_team_program(
    tx: Transaction, *, organization_id: UUID | None = None
) -> Program | None:
    """Return the program to show people in when none is named: the one most of them walk.

    Where as many walk another, or nobody walks any, the first by title; None before there is one.
    """
    walkers = await queries.count_walkers(tx, organization_id=organization_id)
    counted = {one.program_id: one.people for one in walkers}
    offered = [
        version
        for version in await programs.list_programs(tx)
        if version.program.walker is Walker.PERSON
    ]
    # The first of the largest; the catalog is in the order of the titles.
    most = max(offered, key=lambda one: counted.get(one.program_id, 0), default=None)
    return most.program if most else None


async def list_progress(
    tx: Transaction,
    *,
    program_slug: str = "",
    organization_id: UUID | None = None,
    text: str = "",
    after: tuple[str, UUID] | None = None,
    limit: int = 50,
) -> tuple[Program, list[PersonProgress]]:
    """Return the people whose progress the actor sees, by name, from after that one on.

    Without a program it is the one of `find_team_program`. Raises NotFound for one that isn't
    published.
    """
    if not program_slug:
        chosen = await find_team_program(tx, organization_id=organization_id)
        if chosen is None:
            raise NotFound("No program is published here yet.")
        program_slug = chosen.slug
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
