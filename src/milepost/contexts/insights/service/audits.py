"""Holds the benchmarks that are shown against the blocks of companies that they are figures of.

Blocks are what is kept for good; what is shown of them is worked out each night. Where blocks came
or went since, which a tenant brings about that joins the common pool, the next night says more.
"""

from collections import defaultdict
from collections.abc import AsyncIterator, Mapping
from dataclasses import dataclass, fields
from uuid import UUID

from milepost.contexts.identity.types import Pool, System
from milepost.contexts.insights.benchmarks import ALL_TENANTS
from milepost.contexts.insights.privacy.values import Cell, Place
from milepost.contexts.insights.queries import benchmarks as queries
from milepost.contexts.insights.queries import counting
from milepost.contexts.insights.queries.counting import PlaceRow
from milepost.contexts.insights.service import refreshing
from milepost.contexts.insights.service.benchmarks import cell_of
from milepost.contexts.programs.types import Version
from milepost.platform.db import Database, Transaction


@dataclass(frozen=True, slots=True)
class StaleFigure:
    """A figure of a benchmark that its blocks don't bear out."""

    what: str
    shown: str
    derived: str


async def verify_benchmarks(db: Database) -> AsyncIterator[tuple[int, list[StaleFigure]]]:
    """Derive what is shown anew, pool by pool; give how many steps were seen, and what was stale.

    `db` signs in as the operator, who sees every row.
    """
    async with db.transaction(System()) as tx:
        frameworks, pools, _ = await refreshing.list_pools(tx)
    for version in frameworks:
        for pool, tenant_id in pools:
            async with db.transaction(Pool(tenant_id)) as tx:
                yield await _compare(tx, version, pool)


async def _compare(tx: Transaction, version: Version, pool: UUID) -> tuple[int, list[StaleFigure]]:
    program_id = version.program_id
    slugs = await counting.list_worked_out(tx, pool=pool, program_id=program_id)
    if not slugs:
        return 0, []
    stamps = await queries.list_stamps(tx, pool=pool, program_id=program_id, step_slugs=slugs)
    # Before the blocks, which take long: where a night's counting comes between, the stamps differ.
    shown: defaultdict[str, dict[Place, Cell]] = defaultdict(dict)
    for cell in await queries.list_cells(tx, pool=pool, program_id=program_id):
        shown[cell.step_slug][Place(cell.industry or None, cell.stage or None)] = cell_of(cell)
    places: dict[str, list[PlaceRow]] = {slug: [] for slug in slugs}
    for row in await counting.list_places(
        tx, program_id=program_id, step_slugs=slugs, common=pool == ALL_TENANTS
    ):
        places[row.step_slug].append(row)
    stale: list[StaleFigure] = []
    for slug, rows in places.items():
        if refreshing.stamp_of(rows) == stamps.get(slug):
            named = f"{version.program.slug} {slug}"
            stale += _differences(named, shown[slug], refreshing.shown_of(rows))
    return len(slugs), stale


def _differences(
    step: str, shown: Mapping[Place, Cell], derived: Mapping[Place, Cell]
) -> list[StaleFigure]:
    found: list[StaleFigure] = []
    for place in sorted({*shown, *derived}, key=str):
        view = f"{step} {place.industry or 'all'}/{place.stage or 'all'}"
        was, becomes = shown.get(place), derived.get(place)
        if was is None or becomes is None:
            found.append(StaleFigure(view, _told(was), _told(becomes)))
            continue
        found += [
            StaleFigure(f"{view} {part.name}", str(old), str(new))
            for part in fields(Cell)
            if (old := getattr(was, part.name)) != (new := getattr(becomes, part.name))
        ]
    return found


def _told(cell: Cell | None) -> str:
    return "not shown" if cell is None else f"at least {cell.companies} companies"
