"""Who may read what of a company, written down a second time and without any SQL.

A world is people, companies, firms, who belongs where in which role, and grants with levels,
states and times. `may_read` says, from nothing but that, whether somebody reads rows of a level.
And companies write how steps went, some of them more than once: what was written last holds.
"""

import random
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from uuid import UUID, uuid4

LEVELS = ("basic", "detailed", "full")
STATES = ("pending", "active", "active", "active", "ended", "declined")
# What a company says among its own people is of no level: no grant leads to it.
OWN = "own"
# Nor what only those are told who belong to the company, if only to look on.
OF_IT = "of it"
STEPS = ("founder-motivation", "personal-runway", "shared-workspace")
# Every company put one journey away in which it had written one outcome.
PUT_AWAY = 1
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


@dataclass(frozen=True)
class Written:
    """How a step went, as it was written down then."""

    step: str
    days: int
    confidence: int
    finished: bool
    at: datetime


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
    written: dict[UUID, list[Written]] = field(default_factory=dict)

    def roles(self, person: UUID) -> dict[UUID, str]:
        """What somebody is in each organization they belong to now."""
        return {
            m.organization: m.role for m in self.memberships if m.person == person and not m.ended
        }

    def writes(self, person: UUID) -> set[UUID]:
        """For whom somebody acts: themself, and where they are more than a viewer."""
        return {person} | {one for one, role in self.roles(person).items() if role != "viewer"}

    def may_read(self, person: UUID, company: UUID, level: str) -> bool:
        """Whether somebody reads rows of that level about a company."""
        if person in self.disabled:
            return False
        belongs = self.roles(person)
        if level == OWN:
            return belongs.get(company, "viewer") != "viewer"
        if company in belongs:
            return True
        if level == OF_IT:
            return False
        if level == "basic" and self.people[person] == "admin":
            return True
        for grant in self.grants:
            let_in = grant.audience == person or grant.audience in belongs
            enough = LEVELS.index(grant.level) >= LEVELS.index(level)
            if grant.subject == company and let_in and enough and grant.holds(self.now):
                return True
        return False

    def holders(self, person: UUID) -> set[UUID]:
        """Whose portfolios somebody reads: their own, and of firms, in whatever role."""
        if person in self.disabled:
            return set()
        return {person} | (set(self.firms) & set(self.roles(person)))

    def portfolio(self, person: UUID, holder: UUID) -> dict[UUID, str]:
        """Which companies stand in a holder's portfolio, and at which level."""
        if holder not in self.holders(person):
            return {}
        return {
            grant.subject: grant.level
            for grant in self.grants
            if grant.audience == holder
            and grant.capacity == "investor"
            and grant.subject in self.companies
            and grant.holds(self.now)
        }

    def held(self, company: UUID) -> list[Written]:
        """What holds of each step that was written about, the newest first."""
        newest: dict[str, Written] = {}
        for one in sorted(self.written[company], key=lambda one: one.at):
            newest[one.step] = one
        return sorted(newest.values(), key=lambda one: one.at, reverse=True)

    def read_outcomes(self, person: UUID, company: UUID) -> int:
        """How many outcomes somebody reads: others than the company's own, one of each step."""
        if self.may_read(person, company, OF_IT):
            return len(self.written[company]) + PUT_AWAY
        return len(self.held(company)) if self.may_read(person, company, "detailed") else 0

    def confidence(self, company: UUID) -> tuple[int, ...]:
        """How sure it is of the steps it wrote about last."""
        return tuple(one.confidence for one in self.held(company)[:5])

    def pace(self, company: UUID, community: Mapping[str, float]) -> float | None:
        """Its days over the community's, in the steps that both have finished."""
        both = [one for one in self.held(company) if one.finished and one.step in community]
        return sum(o.days for o in both) / sum(community[o.step] for o in both) if both else None


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
        if chance.random() < 0.85:
            belongs.append(chance.choice(world.firms))
        for organization in belongs:
            role = chance.choice(("owner", "member", "viewer"))
            world.memberships.append(
                Membership(person, organization, role, ended=chance.random() < 0.2)
            )
    world.grants = list(_grants(world, chance))
    world.written = {company: _written(world, chance) for company in world.companies}
    return world


def _written(world: World, chance: random.Random) -> list[Written]:
    """One outcome or several, often of the same step, in the order of no clock."""
    ages = chance.sample(range(1, 50_000), chance.choice((1, 1, 2, 4, 8)))
    return [
        Written(
            chance.choice(STEPS),
            chance.randint(0, 60),
            chance.randint(1, 5),
            chance.random() < 0.8,
            world.now - timedelta(minutes=age),
        )
        for age in ages
    ]


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
