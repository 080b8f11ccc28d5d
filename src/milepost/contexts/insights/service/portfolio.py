"""A firm's portfolio: the companies that let it in, each at its level, and what they come to."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime, timedelta
from uuid import UUID

from milepost.contexts.identity import service as identity
from milepost.contexts.identity.types import Level
from milepost.contexts.insights import portfolio as rules
from milepost.contexts.insights.portfolio import (
    AtWork,
    Choice,
    Company,
    Confidence,
    Count,
    Details,
    Holder,
    Holding,
    Insights,
    Portfolio,
    Trend,
)
from milepost.contexts.insights.queries import portfolio as queries
from milepost.contexts.insights.queries import portfolio_insights as kept_queries
from milepost.contexts.insights.service import benchmarks
from milepost.contexts.programs import service as programs
from milepost.contexts.programs.types import Domain, Phase, Version
from milepost.platform.db import Transaction
from milepost.platform.errors import NotFound

# Days that a step usually takes in the community, by the step's slug.
Community = Mapping[str, float]

RECOMPUTED = timedelta(hours=1)


async def list_holders(tx: Transaction, *, now: datetime) -> list[Holder]:
    """Return whose portfolios the actor may open: firms they act for, their own, other firms.

    The others are those they look on in: what they have most to do with comes first.
    """
    firms = [
        Holder(id=firm.id, name=firm.name, is_firm=True, acts=firm.acts)
        for firm in await identity.list_joined(tx, kind="investor", looked_on=True)
    ]
    own: list[Holder] = []
    if await queries.has_own_holdings(tx, now=now):
        me = tx.actor
        own.append(Holder(id=me.user_id, name=me.full_name, is_firm=False, acts=True))
    acted_for = [firm for firm in firms if firm.acts]
    return [*acted_for, *own, *(firm for firm in firms if not firm.acts)]


async def get_holder(tx: Transaction, *, holder_id: UUID | None = None, now: datetime) -> Holder:
    """Return one of them, the first unless named. Raises NotFound."""
    holders = await list_holders(tx, now=now)
    if holder_id is not None:
        holders = [holder for holder in holders if holder.id == holder_id]
    if not holders:
        raise NotFound("There is no portfolio of yours: you belong to no firm of investors.")
    return holders[0]


async def list_portfolio(
    tx: Transaction,
    *,
    holder: Holder,
    now: datetime,
    choice: Choice | None = None,
    community: Community | None = None,
) -> Portfolio:
    """Return a holder's companies as chosen, and what all of them come to.

    `community`: instead of what the benchmarks tell.
    """
    rows = await queries.list_holdings(tx, holder_id=holder.id, organization_id=None, now=now)
    holdings = [_holding(row) for row in rows]
    words = await _versions(tx, [holding.version_id for holding in holdings])
    if community is None:
        community = await community_of(tx, words)
    companies = await _companies(tx, holdings, community, now)
    return Portfolio(
        holder=holder,
        accent=words[-1].program.accent if words else None,
        phases=_phases(words),
        domains=_domains(words),
        companies=(choice or Choice()).of(companies),
        insights=await _insights(tx, holder, companies, now),
    )


async def get_insights(
    tx: Transaction, *, holder: Holder, now: datetime, anew: bool = False
) -> Insights:
    """Return what a holder's portfolio comes to: as kept, if it rests on what is granted now."""
    rows = await queries.list_holdings(tx, holder_id=holder.id, organization_id=None, now=now)
    holdings = [_holding(row) for row in rows]
    kept = None if anew else await _kept(tx, holder, holdings, now)
    if kept is not None:
        return kept
    return await _worked_out(tx, holder, await _companies(tx, holdings, {}, now), now)


async def forget_insights(tx: Transaction, *, grant_id: UUID) -> UUID | None:
    """Forget what rests on a grant that was made, changed or ended; name whose it was."""
    try:
        grant = await identity.get_grant(tx, grant_id=grant_id)
    except NotFound:
        return None
    await kept_queries.delete_insights(tx, holder_id=grant.audience_id)
    return grant.audience_id


async def get_holding(tx: Transaction, *, organization_id: UUID, now: datetime) -> Holding:
    """Return how a company lets in whoever the actor belongs to, at the highest level.

    Raises NotFound.
    """
    rows = await queries.list_holdings(tx, holder_id=None, organization_id=organization_id, now=now)
    found: Holding | None = None
    for row in rows:
        holding = _holding(row)
        if found is None or not found.shows(holding.level):
            found = holding
    if found is None:
        raise NotFound("There is nothing here, or it is not shown to you.")
    return found


async def list_working_holders(tx: Transaction, *, now: datetime) -> list[tuple[UUID, UUID]]:
    """Return every portfolio of the tenant with somebody who may open it, for the system."""
    return await kept_queries.list_holders(tx, now=now)


async def list_holders_of(tx: Transaction, *, subject_id: UUID, now: datetime) -> list[UUID]:
    """Return in whose portfolios a company stands, for the system."""
    return await kept_queries.list_holders_of(tx, subject_id=subject_id, now=now)


async def community_of(tx: Transaction, walked: Sequence[Version]) -> Community:
    """Return how many days the steps of programs take in the community, where that is told."""
    found: dict[str, float] = {}
    for program_id in dict.fromkeys(version.program_id for version in walked):
        typical = await benchmarks.list_typical(tx, program_id=program_id)
        found |= {slug: step.median for slug, step in typical.items()}
    return found


async def companies_of(
    tx: Transaction, *, holdings: Sequence[Holding], community: Community, now: datetime
) -> list[Company]:
    """Return the lines of companies, each at its level."""
    return await _companies(tx, holdings, community, now)


async def _companies(
    tx: Transaction, holdings: Sequence[Holding], community: Community, now: datetime
) -> list[Company]:
    walking = [h.journey_id for h in holdings if h.journey_id is not None]
    shown = [h for h in holdings if h.journey_id is not None and h.shows(Level.DETAILED)]
    progress = {row.journey_id: row for row in await queries.list_progress(tx, journey_ids=walking)}
    details = await _details(tx, shown, community, now)
    companies: list[Company] = []
    for holding in holdings:
        found = None if holding.journey_id is None else progress.get(holding.journey_id)
        companies.append(
            Company(
                holding=holding,
                domains={} if found is None else _counts(found.domains),
                phases={} if found is None else _counts(found.phases),
                details=(
                    (details.get(holding.journey_id) if holding.journey_id else None) or Details()
                    if holding.shows(Level.DETAILED)
                    else None
                ),
            )
        )
    return companies


async def _details(
    tx: Transaction, holdings: Sequence[Holding], community: Community, now: datetime
) -> dict[UUID, Details]:
    walked = {h.journey_id: h for h in holdings if h.journey_id is not None}
    ids = list(walked)
    if not ids:
        return {}
    completed = {
        row.journey_id: row for row in await queries.list_completed(tx, journey_ids=ids, now=now)
    }
    at_work: dict[UUID, list[AtWork]] = defaultdict(list)
    companies = [holding.organization_id for holding in holdings]
    last: dict[UUID, datetime] = {}
    quiet_since = now - rules.PATIENCE
    for row in await queries.list_at_work(tx, subject_ids=companies, before=quiet_since):
        last[row.journey_id] = max(row.last_at, last.get(row.journey_id, row.last_at))
        if row.last_at < quiet_since:
            at_work[row.journey_id].append(await _at_work(tx, row))
    confidences = {
        row.journey_id: tuple(row.newest)
        for row in await queries.list_confidences(tx, journey_ids=ids, newest=rules.NEWEST)
    }
    paces = await _paces(tx, ids, community)
    return {
        journey_id: Details(
            stalled=rules.stalled(at_work[journey_id], now=now),
            confidence=Confidence(confidences.get(journey_id, ())),
            trend=Trend.of(completed[journey_id].ages if journey_id in completed else ()),
            last_activity=max(
                (
                    *([holding.changed_at] if holding.changed_at else ()),
                    *([completed[journey_id].last_at] if journey_id in completed else ()),
                    *([last[journey_id]] if journey_id in last else ()),
                ),
                default=None,
            ),
            pace=paces.get(journey_id),
        )
        for journey_id, holding in walked.items()
    }


async def _paces(
    tx: Transaction, journey_ids: Sequence[UUID], community: Community
) -> dict[UUID, float]:
    if not community:
        return {}
    rows = await queries.list_paces(
        tx,
        journey_ids=journey_ids,
        steps=list(community),
        medians=list(community.values()),
    )
    return {row.journey_id: row.days / row.community_days for row in rows if row.community_days}


async def _at_work(tx: Transaction, row: queries.AtWorkRow) -> AtWork:
    """What the company doesn't say of a step itself, the framework it was taken from says."""
    step = None
    if row.version_id is not None:
        version = await programs.get_version(tx, version_id=row.version_id)
        step = version.program.find_step(row.step_slug)
    days = row.days if row.days is not None else step.days if step else 0
    return AtWork(
        step_slug=row.step_slug,
        title=row.title or (step.title if step else row.step_slug),
        days=days,
        last_at=row.last_at,
    )


async def _insights(
    tx: Transaction, holder: Holder, companies: Sequence[Company], now: datetime
) -> Insights:
    kept = await _kept(tx, holder, [company.holding for company in companies], now)
    return await _worked_out(tx, holder, companies, now) if kept is None else kept


async def _worked_out(
    tx: Transaction, holder: Holder, companies: Sequence[Company], now: datetime
) -> Insights:
    holdings = [company.holding for company in companies]
    made = rules.insights(companies, now=now)
    # Whoever only looks on changes nothing: for them it is worked out anew each time, until
    # somebody looks who acts for the firm. The job does; of a firm without such people, it is
    # never kept.
    if not holder.acts:
        return made
    await kept_queries.upsert_insights(
        tx, holder_id=holder.id, rests_on=rules.digest(holdings), insights=made
    )
    return made


async def _kept(
    tx: Transaction, holder: Holder, holdings: Sequence[Holding], now: datetime
) -> Insights | None:
    """What was worked out lately; not when a company has come, gone, or shows less or more."""
    row = await kept_queries.find_insights(tx, holder_id=holder.id)
    if row is None or row.rests_on != rules.digest(holdings):
        return None
    if not timedelta() <= now - row.calculated_at < RECOMPUTED:
        return None
    return Insights(
        total_companies=row.total_companies,
        average_progress_by_domain=row.average_progress_by_domain,
        risk_indicators=row.risk_indicators,
        calculated_at=row.calculated_at,
        companies=tuple(holding.organization_id for holding in holdings),
    )


async def _versions(tx: Transaction, ids: Iterable[UUID | None]) -> list[Version]:
    found = [
        await programs.get_version(tx, version_id=version_id)
        for version_id in dict.fromkeys(ids)
        if version_id is not None
    ]
    return sorted(found, key=lambda version: version.number)


def _phases(walked: Sequence[Version]) -> list[Phase]:
    return list({phase.slug: phase for v in walked for phase in v.program.phases}.values())


def _domains(walked: Sequence[Version]) -> list[Domain]:
    return list({domain.slug: domain for v in walked for domain in v.program.domains}.values())


def _counts(found: Mapping[str, Sequence[int]]) -> dict[str, Count]:
    return {slug: Count(*counts) for slug, counts in found.items()}


def _holding(row: queries.HoldingRow) -> Holding:
    return Holding(
        organization_id=row.organization_id,
        name=row.name,
        industry=row.settings.get("industry"),
        stage=row.settings.get("stage"),
        level=Level(row.level),
        since=row.since,
        until=row.until,
        journey_id=row.journey_id,
        version_id=row.version_id,
        changed_at=row.changed_at,
    )
