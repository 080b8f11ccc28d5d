"""What people of a random world do with their grants, by the product; and what then holds.

Each move is one call of a service by somebody who may, and one line in the world beside it.
"""

import random
from collections.abc import Callable, Sequence
from dataclasses import replace
from uuid import UUID

from milepost.contexts.identity import service as identity
from milepost.contexts.identity.service import organizations
from milepost.contexts.identity.types import Capacity, Level, Member, System
from milepost.platform.db import Database
from tests.contexts.insights.portfolio_oracle import LEVELS, Grant, Membership, World

MOVES = ("let in", "ask", "accept", "decline", "change", "revoke", "give back", "join", "leave")


async def move(db: Database, world: World, chance: random.Random) -> str:
    """Make one random move that somebody may make; return which, or nothing."""
    what = chance.choice(MOVES)
    if what == "join":
        return await _join(db, world, chance)
    if what == "leave":
        return await _leave(db, world, chance)
    if what in ("let in", "ask"):
        return await _begin(db, world, chance, what)
    wanted: dict[str, Callable[[Grant], bool]] = {
        "accept": lambda one: one.state == "pending" and one.ends_at is None,
        "decline": lambda one: one.state == "pending",
        "change": lambda one: one.holds(world.now) and one.ends_at is None,
        "revoke": lambda one: one.state in ("pending", "active"),
        "give back": lambda one: one.state in ("pending", "active"),
    }
    fitting = [one for one in world.grants if wanted[what](one)]
    if not fitting:
        return ""
    grant = chance.choice(fitting)
    side = grant.audience if what == "give back" else grant.subject
    actor = _who_acts_for(world, side, chance)
    if actor is None:
        return ""
    made = await _settle(db, actor, what, grant, Level(chance.choice(LEVELS)))
    world.grants[world.grants.index(grant)] = made
    return what


async def _settle(db: Database, actor: Member, what: str, grant: Grant, level: Level) -> Grant:
    """Do it, and say what then holds."""
    async with db.transaction(actor) as tx:
        if what == "accept":
            await identity.accept(tx, grant_id=grant.id, now=actor.now)
            return replace(grant, state="active", starts_at=actor.now)
        if what == "decline":
            await identity.decline(tx, grant_id=grant.id, now=actor.now)
            return replace(grant, state="declined")
        if what == "change":
            await identity.change_level(tx, grant_id=grant.id, level=level, now=actor.now)
            return replace(grant, level=str(level))
        await identity.end(tx, grant_id=grant.id, now=actor.now)
        return replace(grant, state="ended")


async def _begin(db: Database, world: World, chance: random.Random, what: str) -> str:
    """A company lets a firm or a person in; or these ask to be, and see nothing by that."""
    company = chance.choice(world.companies)
    lets_in = what == "let in"
    # A company names firms, coaches and administrators; anybody may ask for themself.
    people = [one for one in world.people if _is_here(world, one)]
    named = [one for one in people if not lets_in or world.people[one] != "user"]
    audience = chance.choice([*world.firms, *named])
    capacity = chance.choice((Capacity.INVESTOR, Capacity.SPONSOR))
    if any(
        one.state in ("pending", "active")
        for one in world.grants
        if (one.subject, one.audience, one.capacity) == (company, audience, capacity)
    ):
        return ""
    actor = _who_acts_for(world, company if lets_in else audience, chance)
    if actor is None or (not lets_in and company in world.writes(actor.user_id)):
        return ""
    level = Level(chance.choice(LEVELS))
    by_id = (
        identity.Audience(organization_id=audience)
        if audience in world.firms
        else identity.Audience(user_id=audience)
    )
    async with db.transaction(actor) as tx:
        made = await identity.make_grant(
            tx, subject_id=company, audience=by_id, level=level, capacity=capacity, now=actor.now
        )
    state = "active" if lets_in else "pending"
    world.grants.append(
        Grant(made.id, company, audience, str(level), str(capacity), state, world.now, None)
    )
    return what


async def _join(db: Database, world: World, chance: random.Random) -> str:
    """Somebody comes to a company or a firm."""
    person = chance.choice(list(world.people))
    organization = chance.choice([*world.companies, *world.firms])
    if organization in world.roles(person):
        return ""
    role = chance.choice(("member", "viewer"))
    async with db.transaction(System(world.tenant)) as tx:
        await identity.join(
            tx, user_id=person, organization_id=organization, role=role, now=world.now
        )
    world.memberships.append(Membership(person, organization, role, ended=False))
    return "join"


async def _leave(db: Database, world: World, chance: random.Random) -> str:
    """Somebody belongs to a company or a firm no more, in whatever role they did."""
    belonging = [one for one in world.memberships if not one.ended]
    if not belonging:
        return ""
    one = chance.choice(belonging)
    async with db.transaction(System(world.tenant)) as tx:
        await organizations.move(
            tx, user_id=one.person, old=one.organization, new=None, now=world.now
        )
    world.memberships[world.memberships.index(one)] = replace(one, ended=True)
    return "leave"


def _who_acts_for(world: World, subject: UUID, chance: random.Random) -> Member | None:
    acting: Sequence[UUID] = [
        one for one in world.people if _is_here(world, one) and subject in world.writes(one)
    ]
    return Member(world.tenant, chance.choice(acting), world.now) if acting else None


def _is_here(world: World, person: UUID) -> bool:
    return person not in world.disabled
