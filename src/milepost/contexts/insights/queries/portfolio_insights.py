"""Statements about what portfolios come to, as it is kept, and whose portfolios there are."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from psycopg.types.json import Jsonb

from milepost.contexts.insights.portfolio import Insights
from milepost.platform.db import Transaction


@dataclass(frozen=True, slots=True, kw_only=True)
class InsightsRow:
    """What was worked out before, and what it rests on."""

    rests_on: str
    total_companies: int
    average_progress_by_domain: Mapping[str, float]
    risk_indicators: Mapping[str, int]
    calculated_at: datetime


async def find_insights(tx: Transaction, *, holder_id: UUID) -> InsightsRow | None:
    """Return what was worked out of a holder's portfolio last."""
    return await tx.maybe(
        InsightsRow,
        """
        select i.rests_on,
               i.total_companies,
               i.average_progress_by_domain,
               i.risk_indicators,
               i.calculated_at
          from insights.portfolio_insights i
         where i.tenant_id = %(tenant_id)s
           and i.subject_id = %(holder_id)s
        """,
        {"tenant_id": tx.actor.tenant_id, "holder_id": holder_id},
    )


async def upsert_insights(
    tx: Transaction, *, holder_id: UUID, rests_on: str, insights: Insights
) -> None:
    """Keep what was worked out of a holder's portfolio, unless something newer is kept."""
    await tx.run(
        """
        insert into insights.portfolio_insights as i (
          tenant_id, subject_id, rests_on, total_companies, average_progress_by_domain,
          risk_indicators, calculated_at
        )
        values (
          %(tenant_id)s, %(holder_id)s, %(rests_on)s, %(total)s, %(progress)s, %(risks)s, %(now)s
        )
        on conflict (tenant_id, subject_id)
        do update
           set rests_on = excluded.rests_on,
               total_companies = excluded.total_companies,
               average_progress_by_domain = excluded.average_progress_by_domain,
               risk_indicators = excluded.risk_indicators,
               calculated_at = excluded.calculated_at
         where i.calculated_at <= excluded.calculated_at
        """,
        {
            "tenant_id": tx.actor.tenant_id,
            "holder_id": holder_id,
            "rests_on": rests_on,
            "total": insights.total_companies,
            "progress": Jsonb(dict(insights.average_progress_by_domain)),
            "risks": Jsonb(dict(insights.risk_indicators)),
            "now": insights.calculated_at,
        },
    )


async def delete_insights(tx: Transaction, *, holder_id: UUID) -> int:
    """Forget what was worked out of a holder's portfolio."""
    return await tx.run(
        """
        delete from insights.portfolio_insights i
         where i.tenant_id = %(tenant_id)s
           and i.subject_id = %(holder_id)s
        """,
        {"tenant_id": tx.actor.tenant_id, "holder_id": holder_id},
    )


async def list_holders(tx: Transaction, *, now: datetime) -> list[tuple[UUID, UUID]]:
    """Return every holder of the tenant with somebody who acts for it, as (holder, person)."""
    rows = await tx.many(
        _HolderRow,
        """
        select distinct on (g.audience_id)
               g.audience_id as holder_id,
               coalesce(m.subject_id, g.audience_id) as user_id
          from identity.grants g
          left join identity.organizations f
            on f.tenant_id = g.tenant_id
           and f.id = g.audience_id
          left join identity.memberships m
            on m.tenant_id = g.tenant_id
           and m.organization_id = g.audience_id
           and m.role <> 'viewer'
           and m.ended_at is null
          join identity.users u
            on u.tenant_id = g.tenant_id
           and u.id = coalesce(m.subject_id, g.audience_id)
           and u.disabled_at is null
         where g.tenant_id = %(tenant_id)s
           and g.capacity = 'investor'
           and g.state = 'active'
           and g.starts_at <= %(now)s
           and (g.ends_at is null or g.ends_at > %(now)s)
         order by g.audience_id, u.id
        """,
        {"tenant_id": tx.actor.tenant_id, "now": now},
    )
    return [(row.holder_id, row.user_id) for row in rows]


async def list_holders_of(tx: Transaction, *, subject_id: UUID, now: datetime) -> list[UUID]:
    """Return whom a company lets in as investors."""
    return await tx.values(
        """
        select distinct g.audience_id
          from identity.grants g
         where g.tenant_id = %(tenant_id)s
           and g.subject_id = %(subject_id)s
           and g.capacity = 'investor'
           and g.state = 'active'
           and g.starts_at <= %(now)s
           and (g.ends_at is null or g.ends_at > %(now)s)
         order by g.audience_id
        """,
        {"tenant_id": tx.actor.tenant_id, "subject_id": subject_id, "now": now},
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class _HolderRow:
    holder_id: UUID
    user_id: UUID
