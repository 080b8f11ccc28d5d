"""Who may read what of a company, written down a second time and without any SQL.

A world is people, companies, firms, who belongs where in which role, and grants with levels,
states and times. `may_read` says, from nothing but that, whether somebody reads rows of a level.
"""

import random
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from uuid import UUID, uuid4

LEVELS = ("basic", "detailed", "full")
STATES = ("pending", "active", "active", "active", "ended", "declined")
CAPACITIES = ("investor", "investor", "investor", "sponsor", "coach")


@dataclass(frozen=True)
class Membership:
    person: UUID
    organization: UUID
    role: str
    ended: bool


@dataclass(frozen=True)
class Grant:
    id: UUID
    subject: UUID
    audience: UUID
    level: str
    capacity: str
    state: str
    starts_at: datetime
    ends_at: datetime | None

    def holds(self, now: datetime) -> bool:
        if self.state != "active" or self.starts_at > now:
            return False
        return self.ends_at is None or self.ends_at > now


@dataclass
class World:
    """`companies` and `firms` are organizations; `people` maps to roles; one may be disabled."""

    tenant: UUID
    now: datetime
    companies: list[UUID] = field(default_factory=list)
    firms: list[UUID] = field(default_factory=list)
    people: dict[UUID, str] = field(default_factory=dict)
    disabled: set[UUID] = field(default_factory=set)
    memberships: list[Membership] = field(default_factory=list)
    grants: list[Grant] = field(default_factory=list)

    def roles(self, person: UUID) -> dict[UUID, str]:
        """What somebody is in each organization they belong to now."""
        return {
            m.organization: m.role for m in self.memberships if m.person == person and not m.ended
        }

    def may_read(self, person: UUID, company: UUID, level: str) -> bool:
        """Whether somebody reads rows of that level about a company."""
        if person in self.disabled:
            return False
        belongs = self.roles(person)
        if company in belongs:
            return True
        if level == "basic" and self.people[person] == "admin":
            return True
        for grant in self.grants:
            let_in = grant.audience == person or grant.audience in belongs
            enough = LEVELS.index(grant.level) >= LEVELS.index(level)
            if grant.subject == company and let_in and enough and grant.holds(self.now):
                return True
        return False

    def portfolio(self, person: UUID, holder: UUID) -> dict[UUID, str]:
        """Which companies stand in a holder's portfolio, and at which level."""
        speaks = holder == person or self.roles(person).get(holder, "viewer") != "viewer"
        if not speaks or person in self.disabled:
            return {}
        return {
            grant.subject: grant.level
            for grant in self.grants
            if grant.audience == holder
            and grant.capacity == "investor"
            and grant.subject in self.companies
            and grant.holds(self.now)
        }


def random_world(tenant: UUID, chance: random.Random, *, now: datetime) -> World:
    """Somewhere between nobody let in and everybody, with what is over and what is yet to come."""
    world = World(tenant, now)
    world.companies = [uuid4() for _ in range(chance.randint(6, 12))]
    world.firms = [uuid4() for _ in range(chance.randint(1, 3))]
    for _ in range(chance.randint(8, 11)):
        person = uuid4()
        world.people[person] = chance.choices(("user", "guru", "admin"), (8, 1, 1))[0]
        if chance.random() < 0.06:
            world.disabled.add(person)
    for person in world.people:
        belongs = chance.sample(world.companies, chance.choice((0, 1, 1, 2)))
        if chance.random() < 0.6:
            belongs.append(chance.choice(world.firms))
        for organization in belongs:
            role = chance.choice(("owner", "member", "viewer"))
            world.memberships.append(
                Membership(person, organization, role, ended=chance.random() < 0.2)
            )
    world.grants = list(_grants(world, chance))
    return world


def _grants(world: World, chance: random.Random) -> Iterator[Grant]:
    standing: set[tuple[UUID, UUID, str]] = set()
    audiences = [*world.firms * 4, *world.people]
    for company in world.companies:
        for _ in range(chance.choice((0, 2, 3, 5, 6))):
            audience, capacity = chance.choice(audiences), chance.choice(CAPACITIES)
            state = chance.choice(STATES)
            key = (company, audience, capacity)
            if state in ("pending", "active"):
                if key in standing:
                    continue
                standing.add(key)
            yield Grant(
                uuid4(),
                company,
                audience,
                chance.choice(LEVELS),
                capacity,
                state,
                world.now + timedelta(days=chance.choice((-90, -30, -1, -1, 0, 5))),
                chance.choice(
                    (None, None, world.now - timedelta(seconds=1), world.now + timedelta(days=9))
                ),
            )
