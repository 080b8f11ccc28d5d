"""Companies as their members reach them over HTTP, walking the shipped framework."""

from dataclasses import dataclass
from typing import Any

from milepost.contexts.identity import service as identity
from milepost.contexts.identity.types import Capacity, Level, Organization
from tests.api.conftest import Caller, SignIn
from tests.api.walking import Walk, ok
from tests.factories.people import Place

PROGRAM = "startup-journey"
FIRST, LOCKED, LAST = "founder-motivation", "idea-shortlist", "sale-readiness"

# What only a company's journey answers.
OPERATIONS = {
    "add_steps",
    "add_task",
    "capture_outcome",
    "change_journey",
    "change_step",
    "change_task",
    "complete_step",
    "decide_in_standup",
    "get_update",
    "list_open_suggestions",
    "list_outcomes",
    "list_standup_blockers",
    "list_standup_messages",
    "list_tasks",
    "move_step",
    "move_task",
    "propose_outcome",
    "remove_step",
    "remove_task",
    "reopen_step",
    "say_in_standup",
    "take_update",
}


@dataclass(frozen=True, slots=True)
class Company:
    """A company with two members."""

    organization: Organization
    founder: Caller
    cofounder: Caller

    async def begin(self, **more: Any) -> Walk:
        begun = await self.founder.post("/journeys", {"program": PROGRAM, **more})
        return Walk(self.founder, ok(begun, 201)["id"])


async def make_company(place: Place, sign_in: SignIn) -> Company:
    organization = await place.organization()
    people = [
        await place.person(name, organization=organization) for name in ("Nora Lind", "Otto Berg")
    ]
    founder, cofounder = [await sign_in(person) for person in people]
    return Company(organization, founder, cofounder)


async def make_viewer(place: Place, sign_in: SignIn, company: Company, level: Level) -> Caller:
    """Somebody of a firm that the company shows itself to."""
    async with place.db.transaction(place.system) as tx:
        firm = await identity.ensure_organization(
            tx, name=f"Firm {level}", kind="investor", now=place.now
        )
    viewer = await place.person(f"Ida {level}", organization=firm)
    async with place.db.transaction(company.founder.someone.actor) as tx:
        await identity.make_grant(
            tx,
            subject_id=company.organization.id,
            audience=identity.Audience(organization_id=firm.id),
            level=level,
            capacity=Capacity.INVESTOR,
            now=place.now,
        )
    return await sign_in(viewer)
