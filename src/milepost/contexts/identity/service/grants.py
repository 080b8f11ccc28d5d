"""Who lets whom see what: given, asked for, answered, ended; and what was read."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID
from zoneinfo import ZoneInfo

from milepost.contexts.identity import rules
from milepost.contexts.identity.errors import NoSuchAudience
from milepost.contexts.identity.events import GrantEnded, GrantMade
from milepost.contexts.identity.queries import grants as queries
from milepost.contexts.identity.queries import organizations
from milepost.contexts.identity.service.pages import page_of, parse_time_cursor
from milepost.contexts.identity.types import (
    Capacity,
    Grant,
    GrantState,
    Level,
    ListedGrant,
    Page,
    Read,
)
from milepost.platform import events
from milepost.platform.db import Transaction
from milepost.platform.db.violations import register
from milepost.platform.errors import Forbidden, Invalid, NotFound

register(
    "grants_tenant_id_subject_id_fkey",
    lambda: NotFound("There is nobody whom you could ask under this id."),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Audience:
    """Who is let in, named in one of four ways; an organization's name is its slug."""

    user_id: UUID | None = None
    organization_id: UUID | None = None
    organization: str | None = None
    email: str | None = None


async def make_grant(
    tx: Transaction,
    *,
    level: Level,
    now: datetime,
    audience: Audience | None = None,
    subject_id: UUID | None = None,
    capacity: Capacity = Capacity.COACH,
    ends_at: datetime | None = None,
) -> Grant:
    """Let an audience see a subject or, from the audience's side, ask to be let in.

    Without a subject it is the actor, without an audience too. The subject's own side makes
    a grant that holds at once, and again a new level and end for one that stands; anybody
    else asks, and asking twice is asking once. Raises NoSuchAudience, and LevelHeld when less
    is shown already than is asked for.
    """
    if ends_at is not None and ends_at <= now:
        raise Invalid("This would end before it begins.")
    speaks_for = await queries.list_writes(tx)
    subject: UUID = subject_id or tx.actor.user_id
    audience_id = tx.actor.user_id if audience is None else await _audience(tx, audience)
    if audience_id == subject:
        raise Invalid("You see everything of yourself already.")
    if subject in speaks_for:
        grant = await queries.upsert_grant(
            tx,
            subject_id=subject,
            audience_id=audience_id,
            level=level,
            capacity=capacity,
            ends_at=ends_at,
            now=now,
        )
        await _tell_made(tx, grant, now)
        return grant
    if audience_id not in speaks_for:
        raise Forbidden("You can share what is yours, or ask for yourself.")
    await _clear_the_way(tx, subject, audience_id, capacity, level, now)
    await queries.insert_pending_grant(
        tx,
        subject_id=subject,
        audience_id=audience_id,
        level=level,
        capacity=capacity,
        ends_at=ends_at,
        now=now,
    )
    standing = await queries.find_standing_grant(
        tx, subject_id=subject, audience_id=audience_id, capacity=capacity
    )
    if standing is None:
        raise NotFound("It was answered at this very moment. Look again.")
    if standing.state == GrantState.ACTIVE:
        company = await queries.find_audience_organization(tx, organization_id=subject)
        rules.require_enough(standing, level, of_a_company=company is not None)
    return standing


async def change_level(tx: Transaction, *, grant_id: UUID, level: Level, now: datetime) -> Grant:
    """Show an audience more or less from now on, as the subject. Raises GrantClosed, Forbidden."""
    grant = await _as_subject(tx, grant_id)
    rules.require_active(grant.state)
    changed = await queries.upsert_grant(
        tx,
        subject_id=grant.subject_id,
        audience_id=grant.audience_id,
        level=level,
        capacity=grant.capacity,
        ends_at=grant.ends_at,
        now=now,
    )
    await _tell_made(tx, changed, now)
    return changed


async def accept(tx: Transaction, *, grant_id: UUID, now: datetime) -> Grant:
    """Say yes, as the subject, to what was asked. Raises GrantClosed when it is over."""
    grant = await _as_subject(tx, grant_id)
    state = rules.after_accepting(grant.state)
    if state == grant.state:
        return grant
    accepted = await queries.update_grant_state(
        tx, grant_id=grant_id, state=state, ends_at=grant.ends_at, now=now
    )
    await _tell_made(tx, accepted, now)
    return accepted


async def decline(tx: Transaction, *, grant_id: UUID, now: datetime) -> Grant:
    """Say no, as the subject, to what was asked. Raises GrantClosed when it was answered."""
    grant = await _as_subject(tx, grant_id)
    return await queries.update_grant_state(
        tx,
        grant_id=grant_id,
        state=rules.after_declining(grant.state),
        ends_at=grant.ends_at,
        now=now,
    )


async def end(tx: Transaction, *, grant_id: UUID, now: datetime) -> Grant:
    """End a grant, as either side; holds from the next transaction on. Raises Forbidden."""
    grant = await _hold(tx, grant_id)
    state = rules.after_ending(grant.state)
    if state == grant.state:
        return grant
    ends_at = now if grant.ends_at is None else min(now, grant.ends_at)
    ended = await queries.update_grant_state(
        tx, grant_id=grant_id, state=state, ends_at=ends_at, now=now
    )
    if grant.state == GrantState.ACTIVE:
        await events.emit(
            tx,
            GrantEnded(ended.id, ended.capacity),
            subject_id=ended.subject_id,
            now=now,
        )
    return ended


async def take_back(
    tx: Transaction,
    *,
    subject_id: UUID,
    audience_id: UUID,
    capacity: Capacity,
    now: datetime,
) -> None:
    """Take back what an audience of the actor's asked of a subject; nothing, if it didn't ask."""
    standing = await queries.find_standing_grant(
        tx, subject_id=subject_id, audience_id=audience_id, capacity=capacity
    )
    if standing is not None and standing.state == GrantState.PENDING:
        await end(tx, grant_id=standing.id, now=now)


async def list_given(
    tx: Transaction, *, subject_id: UUID | None = None, cursor: str | None = None, limit: int = 50
) -> Page[ListedGrant]:
    """List who sees the actor, saw them, or asked to; the newest first.

    With a subject only what was given of that one: the actor, or who they act for.
    """
    return await _list(tx, given=True, side_id=subject_id, cursor=cursor, limit=limit)


async def list_received(
    tx: Transaction, *, audience_id: UUID | None = None, cursor: str | None = None, limit: int = 50
) -> Page[ListedGrant]:
    """List whom the actor sees, saw, or asked; the newest first.

    With an audience only what was given to that one: the actor, or who they act for.
    """
    return await _list(tx, given=False, side_id=audience_id, cursor=cursor, limit=limit)


async def get_grant(tx: Transaction, *, grant_id: UUID) -> Grant:
    """Return a grant that the actor is a side of. Raises NotFound."""
    return await queries.get_grant(tx, grant_id=grant_id)


async def is_audience(
    tx: Transaction, *, subject_id: UUID, capacities: Sequence[Capacity], now: datetime
) -> bool:
    """Tell whether a subject lets the actor in, in one of these capacities."""
    return await queries.is_audience(tx, subject_id=subject_id, capacities=capacities, now=now)


async def require_acting(tx: Transaction, *, subject_id: UUID) -> None:
    """Make sure that the actor acts for a subject: what is among its own people is theirs alone.

    Raises NotFound, in the words for what isn't there: what is kept from somebody doesn't exist.
    """
    if subject_id not in await queries.list_writes(tx):
        raise NotFound("There is nothing here, or it is not shown to you.")


async def record_read(tx: Transaction, *, subject_id: UUID, what: str, now: datetime) -> None:
    """Write down, where the subject sees it, that the actor read something of theirs."""
    await record_reads(tx, subject_ids=[subject_id], what=what, now=now)


async def record_reads(
    tx: Transaction, *, subject_ids: Sequence[UUID], what: str, now: datetime
) -> None:
    """Write down, where each of them sees it, that the actor read something of theirs."""
    others = {subject_id for subject_id in subject_ids if subject_id != tx.actor.user_id}
    if not others:
        return
    today = now.astimezone(ZoneInfo(tx.actor.time_zone)).date()
    await queries.upsert_reads(tx, subject_ids=sorted(others), what=what, read_on=today, now=now)


async def list_reads(
    tx: Transaction, *, subject_id: UUID | None = None, cursor: str | None = None, limit: int = 50
) -> Page[Read]:
    """List what others read of the actor, or of one they act for, the latest first."""
    before_at, before_id = parse_time_cursor(cursor)
    rows = await queries.list_reads(
        tx, subject_id=subject_id, before_at=before_at, before_id=before_id, limit=limit + 1
    )
    return page_of(rows, limit, lambda read: (read.last_at.isoformat(), read.id))


async def _list(
    tx: Transaction, *, given: bool, side_id: UUID | None, cursor: str | None, limit: int
) -> Page[ListedGrant]:
    before_at, before_id = parse_time_cursor(cursor)
    rows = await queries.list_grants(
        tx,
        given=given,
        side_id=side_id,
        before_at=before_at,
        before_id=before_id,
        limit=limit + 1,
    )
    return page_of(rows, limit, lambda grant: (grant.created_at.isoformat(), grant.id))


async def _clear_the_way(
    tx: Transaction,
    subject_id: UUID,
    audience_id: UUID,
    capacity: Capacity,
    level: Level,
    now: datetime,
) -> None:
    """End what would swallow a new request: one for another level, or what ran out by itself."""
    standing = await queries.find_standing_grant(
        tx, subject_id=subject_id, audience_id=audience_id, capacity=capacity
    )
    if standing is None:
        return
    # Held first: it may be answered at this very moment.
    standing = await queries.lock_grant(tx, grant_id=standing.id)
    if rules.is_overtaken(standing, level, now=now):
        await queries.update_grant_state(
            tx,
            grant_id=standing.id,
            state=GrantState.ENDED,
            ends_at=standing.ends_at or now,
            now=now,
        )


async def _hold(tx: Transaction, grant_id: UUID) -> Grant:
    """Hold a grant that the actor may change. Whoever only looks on in its audience is told so."""
    seen = await queries.get_grant(tx, grant_id=grant_id)
    looks_on = seen.audience_id in await queries.list_looked_on(tx)
    if looks_on and seen.subject_id not in await queries.list_writes(tx):
        raise Forbidden("You look on here: only those who act for the firm may change this.")
    return await queries.lock_grant(tx, grant_id=grant_id)


async def _as_subject(tx: Transaction, grant_id: UUID) -> Grant:
    grant = await _hold(tx, grant_id)
    if grant.subject_id not in await queries.list_writes(tx):
        raise Forbidden("Only the one who was asked can answer.")
    return grant


async def _audience(tx: Transaction, audience: Audience) -> UUID:
    named = (audience.user_id, audience.organization_id, audience.organization, audience.email)
    match tuple(name for name in named if name is not None):
        case (UUID() as user_id,) if audience.user_id is not None:
            found = await queries.find_audience_by_id(tx, user_id=user_id)
        case (UUID() as organization_id,):
            found = await queries.find_audience_organization(tx, organization_id=organization_id)
        case (str() as email,) if audience.email is not None:
            found = await queries.find_audience_by_email(tx, email=rules.email(email))
        case (str() as slug,):
            organization = await organizations.find_organization(tx, slug=slug)
            found = None if organization is None else organization.id
        case _:
            raise Invalid("Name the audience once: by id, by organization, or by e-mail.")
    if found is None:
        # The same words for an address nobody has and for one that is not a coach's.
        raise NoSuchAudience("There is no coach, administrator or firm of that name here.")
    return found


async def _tell_made(tx: Transaction, grant: Grant, now: datetime) -> None:
    await events.emit(
        tx,
        GrantMade(grant.id, grant.level, grant.capacity),
        subject_id=grant.subject_id,
        now=now,
    )
