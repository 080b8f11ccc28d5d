"""Who is in the demo: those who can sign in, and those behind the companies they see."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from milepost.contexts.identity import service as identity
from milepost.contexts.identity.types import Organization, Role, System
from milepost.platform.db import Database, Transaction

SIGN_IN_WITH = "milepost-demo"

KESTREL = "Kestrel Cargo Bikes"
NORTHLIGHT = "Northlight Ventures"
HARBOR = "Harbor & Field Capital"


@dataclass(frozen=True, slots=True)
class DemoPerson:
    """Somebody of the demo; `works_at` names the organization they belong to."""

    email: str
    full_name: str
    role: Role
    what: str
    works_at: str | None = None
    time_zone: str = "Europe/Amsterdam"


def _person(
    name: str, full_name: str, what: str, works_at: str | None = None, zone: str = "Europe/Berlin"
) -> DemoPerson:
    return DemoPerson(
        f"{name}@demo.milepost.test", full_name, Role.USER, what, works_at, time_zone=zone
    )


ADMIN = DemoPerson(
    "admin@demo.milepost.test", "Iris de Groot", Role.ADMIN, "administers the program"
)
GURU = DemoPerson("guru@demo.milepost.test", "Daniel Osei", Role.GURU, "coaches Maya, asks Lotte")
LEARNER = DemoPerson(
    "learner@demo.milepost.test", "Lotte Brouwer", Role.USER, "has not started", KESTREL
)
MAYA = DemoPerson(
    "maya@demo.milepost.test", "Maya Verbeek", Role.USER, "is half way through", KESTREL
)
FOUNDER = _person("founder", "Nadia Lindqvist", "founded Ferment Lab", "Ferment Lab")
COFOUNDER = _person(
    "cofounder", "Tomasz Zieliński", "founded it with her", "Ferment Lab", "Europe/Warsaw"
)
INVESTOR = _person(
    "investor", "Helen Marchetti", "invests at Northlight Ventures", NORTHLIGHT, "Europe/London"
)
ANALYST = _person("analyst", "Arjun Rao", "reads along with her", NORTHLIGHT, "Europe/London")
# Who can sign in.
PEOPLE = (ADMIN, GURU, LEARNER, MAYA, FOUNDER, COFOUNDER, INVESTOR, ANALYST)

SCOUT = _person("scout", "Yusuf Adeyemi", "invests at Harbor & Field", HARBOR, "Europe/London")
ELIN = _person("elin", "Elin Sørby", "founded Stitchback", "Stitchback", "Europe/Oslo")
RUTH = _person("ruth", "Ruth Okafor", "founded Kadera", "Kadera", "Europe/Dublin")
PIETER = _person("pieter", "Pieter Smit", "founded it with her", "Kadera", "Europe/Dublin")
CATARINA = _person(
    "catarina", "Catarina Lopes", "founded Tidewright", "Tidewright", "Europe/Lisbon"
)
HENRIK = _person("henrik", "Henrik Dahl", "founded it with her", "Tidewright", "Europe/Copenhagen")
# Keeps what companies of earlier cohorts left behind.
KEEPER = _person("records", "Noor Haddad", "keeps the records of alumni")
# They have no password: nobody signs in as them.
OTHERS = (SCOUT, ELIN, RUTH, PIETER, CATARINA, HENRIK, KEEPER)

FIRMS = (NORTHLIGHT, HARBOR)


def short(person: DemoPerson) -> str:
    """What a person is called in the files of the companies: their address, without the rest."""
    return person.email.partition("@")[0]


async def ensure(db: Database, tenant_id: UUID, *, start: datetime) -> Mapping[str, UUID]:
    """Add whoever is missing; return all of them by address."""
    everybody = (*PEOPLE, *OTHERS)
    async with db.transaction(System(tenant_id)) as tx:
        found = await _found(tx, everybody)
    if len(found) == len(everybody):
        return found
    password_hash = await identity.hash_password(SIGN_IN_WITH, email=ADMIN.email)
    async with db.transaction(System(tenant_id)) as tx:
        places: dict[str, Organization] = {}
        for person in everybody:
            if person.email in found:
                continue
            place = person.works_at
            if place is not None and place not in places:
                kind = "investor" if place in FIRMS else "company"
                places[place] = await identity.ensure_organization(
                    tx, name=place, now=start, kind=kind
                )
            user = await identity.add_user(
                tx,
                email=person.email,
                full_name=person.full_name,
                now=start,
                role=person.role,
                organization_id=None if place is None else places[place].id,
                time_zone=person.time_zone,
                password_hash=password_hash if person in PEOPLE else None,
            )
            found[person.email] = user.id
    return found


async def _found(tx: Transaction, people: Iterable[DemoPerson]) -> dict[str, UUID]:
    found: dict[str, UUID] = {}
    for person in people:
        user = await identity.find_user_by_email(tx, email=person.email)
        if user is not None:
            found[person.email] = user.id
    return found
