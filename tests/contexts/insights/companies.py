"""Companies that walk a framework and wrote how its steps went: rows, as the operator writes."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID, uuid4

import psycopg

from tests.contexts.insights.privacy_portfolios import STAGES
from tests.factories.people import Place


@dataclass(frozen=True)
class Company:
    """A company with a journey, in a tenant."""

    tenant_id: UUID
    id: UUID
    journey_id: UUID


@dataclass(frozen=True)
class Town:
    """Where companies are made: one program, seen by who sees all."""

    operator: psycopg.AsyncConnection[Any]
    program_id: UUID
    version_id: UUID
    now: datetime

    async def company(self, place: Place, *, id: UUID | None = None) -> Company:
        """Make a company with a journey; or give one that is there (its id) a journey."""
        company = Company(place.tenant_id, id or uuid4(), uuid4())
        values = {
            "tenant": company.tenant_id,
            "id": company.id,
            "journey": company.journey_id,
            "slug": f"c-{company.journey_id.hex[:12]}",
            "program": self.program_id,
            "version": self.version_id,
            "now": self.now,
        }
        if id is None:
            await self.operator.execute(
                """
                insert into identity.subjects (tenant_id, id, kind)
                values (%(tenant)s, %(id)s, 'organization')
                """,
                values,
            )
            await self.operator.execute(
                """
                insert into identity.organizations (
                  tenant_id, id, name, slug, created_at, updated_at
                )
                values (%(tenant)s, %(id)s, %(slug)s, %(slug)s, %(now)s, %(now)s)
                """,
                values,
            )
        await self.operator.execute(
            """
            insert into journeys.journeys (
              tenant_id, id, subject_id, program_id, version_id, name, created_at, updated_at
            )
            values (
              %(tenant)s, %(journey)s, %(id)s, %(program)s, %(version)s, %(slug)s, %(now)s, %(now)s
            )
            """,
            values,
        )
        return company

    async def companies(self, place: Place, count: int) -> list[Company]:
        """Make several."""
        return [await self.company(place) for _ in range(count)]

    async def outcome(
        self,
        company: Company,
        *,
        step: str,
        days: int = 10,
        confidence: int = 3,
        finished: bool = True,
        shared: bool = True,
        industry: str = "software",
        stage: str = next(iter(STAGES)),
        at: datetime | None = None,
    ) -> UUID:
        """Write down how a step went."""
        outcome_id = uuid4()
        await self.operator.execute(
            """
            insert into journeys.outcomes (
              tenant_id, id, subject_id, journey_id, program_id, step_slug, author_id, finished,
              time_taken_days, confidence_level, share_anonymously, industry, stage, created_at,
              updated_at
            )
            values (
              %(tenant)s, %(id)s, %(subject)s, %(journey)s, %(program)s, %(step)s, %(author)s,
              %(finished)s, %(days)s, %(confidence)s, %(shared)s, %(industry)s, %(stage)s, %(at)s,
              %(at)s
            )
            """,
            {
                "tenant": company.tenant_id,
                "id": outcome_id,
                "subject": company.id,
                "journey": company.journey_id,
                "program": self.program_id,
                "step": step,
                "author": uuid4(),
                "finished": finished,
                "days": days,
                "confidence": confidence,
                "shared": shared,
                "industry": industry,
                "stage": stage,
                "at": at or self.now,
            },
        )
        return outcome_id

    async def share(self, outcome_id: UUID, *, shared: bool) -> None:
        """Change the consent to share an outcome."""
        await self.operator.execute(
            """
            update journeys.outcomes
               set share_anonymously = %(shared)s
             where id = %(id)s
            """,
            {"id": outcome_id, "shared": shared},
        )
