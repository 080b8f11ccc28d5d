"""Working out community benchmarks anew: who is counted from now on, and what is shown.

Some steps at a time, each time in a transaction that holds the program: whoever withdraws
meanwhile is out of the next refresh. The database compares what is shared with what is counted;
only outcomes that stand in no block are read, and only steps whose blocks changed are shown anew.
"""

import asyncio
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from milepost.contexts.identity import service as identity
from milepost.contexts.identity.types import Pool, System
from milepost.contexts.insights import benchmarks as rules
from milepost.contexts.insights.benchmarks import ALL_TENANTS, StepNews
from milepost.contexts.insights.errors import AnotherKey
from milepost.contexts.insights.privacy.values import Block, Cell, Place, Summary
from milepost.contexts.insights.queries import benchmarks as queries
from milepost.contexts.insights.queries import counting
from milepost.contexts.insights.queries.counting import PlaceRow
from milepost.contexts.programs import service as programs
from milepost.contexts.programs.types import Version, Walker
from milepost.platform import jobs
from milepost.platform.db import Database, Transaction

# The job that does all this.
REFRESH_BENCHMARKS = "insights.refresh_benchmarks"
# The first time every outcome is read: of so many steps in a transaction, in so many at once.
FEW = 14
AT_ONCE = 4


@dataclass(frozen=True, slots=True)
class Refreshed:
    """What one refresh of a pool's program did, in steps, companies and blocks."""

    program_slug: str
    pool: UUID
    steps: int
    changed: int
    gone: int
    made: int


async def is_refreshing(tx: Transaction) -> bool:
    """Tell whether benchmarks are being worked out, or about to be."""
    return await jobs.is_under_way(tx, REFRESH_BENCHMARKS)


async def refresh_all(
    db: Database, *, secret: bytes, settle: timedelta, now: datetime
) -> list[Refreshed]:
    """Work out every benchmark of every pool. Raises AnotherKey."""
    async with db.transaction(System()) as tx:
        frameworks, pools, joined = await list_pools(tx)
    done: list[Refreshed] = []
    for version in frameworks:
        for pool, tenant_id in pools:
            found = await refresh(
                db,
                version=version,
                pool=pool,
                tenant_id=tenant_id,
                joined=joined if pool == ALL_TENANTS else (),
                secret=secret,
                settle=settle,
                now=now,
            )
            done += [found] if found else []
    return done


async def list_pools(
    tx: Transaction,
) -> tuple[list[Version], list[tuple[UUID, UUID]], list[UUID]]:
    """Return what companies walk, every pool with a tenant of it, and who joined the common one."""
    tenants = await identity.list_tenants(tx)
    frameworks = [
        version
        for version in await programs.list_programs(tx)
        if version.program.walker is Walker.COMPANY
    ]
    joined = [tenant.id for tenant in tenants if tenant.joins_pool]
    pools = [(tenant.id, tenant.id) for tenant in tenants if not tenant.joins_pool]
    pools += [(ALL_TENANTS, joined[0])] if joined else []
    return frameworks, pools, joined


async def refresh(
    db: Database,
    *,
    version: Version,
    pool: UUID,
    tenant_id: UUID,
    joined: Sequence[UUID],
    secret: bytes,
    settle: timedelta,
    now: datetime,
) -> Refreshed | None:
    """Work out one program's benchmarks of one pool; None where there is nothing to count.

    `tenant_id` is any tenant of the pool, `joined` those whose own figures give way to it.
    """
    program_id = version.program_id
    async with db.transaction(Pool(tenant_id)) as tx:
        if joined:
            await queries.delete_benchmarks(tx, pools=joined, program_id=program_id)
        if not await counting.has_anything(tx, program_id=program_id, pool=pool):
            return None
        key = rules.fingerprint(secret, program_id=program_id)
        if not await counting.ensure_key(tx, program_id=program_id, fingerprint=key):
            raise AnotherKey(
                "Benchmarks were counted with another secret key than this installation has now:"
                " counting again would give companies away. Restore the key from a copy."
            )
        known = await counting.list_worked_out(tx, pool=pool, program_id=program_id)
        # Who has a step that a newer version retired still walks it, writes about it, and looks.
        slugs = await programs.list_step_slugs(tx, program_id=program_id)
    # Later there is little to read, and one look at all outcomes is the cheapest.
    width = max(1, len(slugs)) if known else FEW
    turn = asyncio.Semaphore(AT_ONCE)

    async def some(step_slugs: Sequence[str]) -> _Changes:
        async with turn, db.transaction(Pool(tenant_id)) as tx:
            stretch = _Stretch(tx, program_id, pool, step_slugs)
            return await stretch.refresh(secret=secret, before=now - settle, now=now)

    # While the database looks up some steps, others are counted here.
    found = await asyncio.gather(
        *(some(slugs[at : at + width]) for at in range(0, len(slugs), width))
    )
    return Refreshed(
        program_slug=version.program.slug,
        pool=pool,
        steps=len(slugs),
        changed=sum(changes.changed for changes in found),
        gone=sum(changes.gone for changes in found),
        made=sum(changes.made for changes in found),
    )


@dataclass(frozen=True, slots=True)
class _Changes:
    changed: int
    gone: int
    made: int


@dataclass(frozen=True, slots=True)
class _Stretch:
    """Some steps of a program in one pool, held for the length of a transaction."""

    tx: Transaction
    program_id: UUID
    pool: UUID
    step_slugs: Sequence[str]

    async def refresh(self, *, secret: bytes, before: datetime, now: datetime) -> _Changes:
        """Take away what fell, add what came, show what changed."""
        tx, program_id = self.tx, self.program_id
        await counting.hold(tx, program_id=program_id, step_slugs=self.step_slugs)
        found = await counting.list_news(
            tx,
            program_id=program_id,
            step_slugs=self.step_slugs,
            common=self.pool == ALL_TENANTS,
            before=before,
        )
        fallen = list({block for news in found for block in news.fallen})
        gone = await counting.delete_blocks(tx, block_ids=fallen) if fallen else 0
        places = await self._places(self.step_slugs)
        begun = set(
            await counting.list_begun(tx, program_id=program_id, step_slugs=self.step_slugs)
        )
        made = 0
        grown: list[str] = []
        for news in found:
            added = await self._add(
                news, places[news.step_slug], begun=news.step_slug in begun, secret=secret, now=now
            )
            made += added
            grown += [news.step_slug] if added else []
        places |= await self._places(grown) if grown else {}
        changed = await self._show(places, now)
        return _Changes(changed, gone, made)

    async def _places(self, step_slugs: Sequence[str]) -> dict[str, list[PlaceRow]]:
        found: dict[str, list[PlaceRow]] = {slug: [] for slug in step_slugs}
        for row in await counting.list_places(
            self.tx,
            program_id=self.program_id,
            step_slugs=step_slugs,
            common=self.pool == ALL_TENANTS,
        ):
            found[row.step_slug].append(row)
        return found

    async def _add(
        self,
        news: StepNews,
        places: Sequence[PlaceRow],
        *,
        begun: bool,
        secret: bytes,
        now: datetime,
    ) -> int:
        """Make blocks of those who were never counted for this step; return how many."""
        tx, program_id, step_slug = self.tx, self.program_id, news.step_slug
        key = rules.step_secret(secret, program_id=program_id, step_slug=step_slug)
        waiting = rules.waiting_of(news, secret=key)
        counted = {Place(row.industry, row.stage): row.companies for row in places}
        made = rules.make_blocks(waiting, counted, secret=key)
        # Without those who were counted before there would be fewer, so none then either.
        if made and begun:
            known = await counting.list_known(
                tx, program_id=program_id, step_slug=step_slug, companies=list(waiting.records)
            )
            if known:
                waiting.forget(known)
                made = rules.make_blocks(waiting, counted, secret=key)
        if made:
            await counting.insert_blocks(
                tx, program_id=program_id, step_slug=step_slug, blocks=made, now=now
            )
        return len(made)

    async def _show(self, places: Mapping[str, Sequence[PlaceRow]], now: datetime) -> int:
        """Show the steps whose blocks are others than before; return how many those are."""
        tx, pool, program_id = self.tx, self.pool, self.program_id
        stamps = {slug: stamp_of(rows) for slug, rows in places.items()}
        kept = await queries.list_stamps(
            tx, pool=pool, program_id=program_id, step_slugs=list(places)
        )
        await queries.upsert_benchmarks(
            tx, pool=pool, program_id=program_id, stamps=stamps, now=now
        )
        changed = [slug for slug, stamp in stamps.items() if stamp != kept.get(slug, "")]
        if changed:
            await queries.replace_cells(
                tx,
                pool=pool,
                program_id=program_id,
                cells={slug: shown_of(places[slug]) for slug in changed},
            )
        return len(changed)


def stamp_of(rows: Sequence[PlaceRow]) -> str:
    """Name the blocks of a step: another one as soon as one comes or goes."""
    return ",".join(f"{row.industry}/{row.stage} {row.stamp}" for row in rows)


def shown_of(rows: Sequence[PlaceRow]) -> Mapping[Place, Cell]:
    """Work out what is shown of a step from its blocks."""
    return rules.cells_of(map(_sum, rows))


def _sum(row: PlaceRow) -> Block:
    """All blocks of a place as one: who is in them is nobody's business here."""
    return Block(
        Place(row.industry, row.stage),
        (),
        Summary(row.companies, tuple(row.days), tuple(row.confidence), row.finished),
    )
