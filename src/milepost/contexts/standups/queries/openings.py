"""Statements that open a talk: all there is to know before a message is taken, asked at once."""

from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from milepost.contexts.standups.types import Session
from milepost.platform.db import Transaction


@dataclass(frozen=True, slots=True)
class Stamp:
    """What changes whenever the open tasks and steps of a journey do."""

    plan: UUID | None
    steps_at: datetime | None
    tasks_at: datetime | None
    tasks_open: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Opening:
    """Whose journey it is, whether the actor writes for it, and their newest session about it."""

    journey_id: UUID
    subject_id: UUID
    writes: bool
    user_id: UUID
    session_id: UUID | None
    day: date | None
    last_seq: int | None
    started_at: datetime | None

    @property
    def session(self) -> Session | None:
        """The newest session, if there was one."""
        if (
            self.session_id is None
            or self.day is None
            or self.last_seq is None
            or self.started_at is None
        ):
            return None
        return Session(
            id=self.session_id,
            subject_id=self.subject_id,
            journey_id=self.journey_id,
            user_id=self.user_id,
            day=self.day,
            last_seq=self.last_seq,
            started_at=self.started_at,
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Desk(Opening):
    """An opening with what else a message needs; `said` counts the actor's latest messages."""

    said: int
    plan: UUID | None
    steps_at: datetime | None
    tasks_at: datetime | None
    tasks_open: int

    @property
    def stamp(self) -> Stamp:
        """The stamp of the journey's open tasks and steps."""
        return Stamp(self.plan, self.steps_at, self.tasks_at, self.tasks_open)


async def get_opening(tx: Transaction, *, journey_id: UUID) -> Opening:
    """Return how far the actor's talk about a journey has come. Raises NotFound."""
    return await tx.one(
        Opening,
        """
        select j.id as journey_id,
               j.subject_id,
               j.subject_id in (select unnest(identity.writes())) as writes,
               %(user_id)s::uuid as user_id,
               s.id as session_id,
               s.day,
               s.last_seq,
               s.started_at
          from journeys.journeys j
          left join lateral (
            select n.id,
                   n.day,
                   n.last_seq,
                   n.started_at
              from standups.sessions n
             where n.tenant_id = %(tenant_id)s
               and n.journey_id = %(journey_id)s
               and n.user_id = %(user_id)s
             order by n.day desc
             limit 1
          ) s on true
         where j.tenant_id = %(tenant_id)s
           and j.id = %(journey_id)s
        """,
        {
            "tenant_id": tx.actor.tenant_id,
            "user_id": tx.actor.user_id,
            "journey_id": journey_id,
        },
    )


async def get_desk(tx: Transaction, *, journey_id: UUID, since: datetime) -> Desk:
    """Return the same, with the stamp, and how much the actor has said since. Raises NotFound.

    What they said counts about whatever journey.
    """
    return await tx.one(
        Desk,
        """
        select j.id as journey_id,
               j.subject_id,
               j.subject_id in (select unnest(identity.writes())) as writes,
               %(user_id)s::uuid as user_id,
               s.id as session_id,
               s.day,
               s.last_seq,
               s.started_at,
               (
                 select count(*)
                   from standups.messages m
                  where m.tenant_id = %(tenant_id)s
                    and m.user_id = %(user_id)s
                    and m.speaker = 'user'
                    and m.at > %(since)s
               ) as said,
               j.plan_stamp as plan,
               (
                 select max(p.updated_at)
                   from journeys.steps p
                  where p.tenant_id = %(tenant_id)s
                    and p.journey_id = %(journey_id)s
               ) as steps_at,
               t.last as tasks_at,
               t.open as tasks_open
          from journeys.journeys j
          left join lateral (
            select n.id,
                   n.day,
                   n.last_seq,
                   n.started_at
              from standups.sessions n
             where n.tenant_id = %(tenant_id)s
               and n.journey_id = %(journey_id)s
               and n.user_id = %(user_id)s
             order by n.day desc
             limit 1
          ) s on true
         cross join lateral (
           select max(k.updated_at) as last,
                  count(*) filter (where k.completed_at is null) as open
             from journeys.tasks k
            where k.tenant_id = %(tenant_id)s
              and k.journey_id = %(journey_id)s
         ) t
         where j.tenant_id = %(tenant_id)s
           and j.id = %(journey_id)s
        """,
        {
            "tenant_id": tx.actor.tenant_id,
            "user_id": tx.actor.user_id,
            "journey_id": journey_id,
            "since": since,
        },
    )
