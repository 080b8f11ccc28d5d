"""Who acts for a company: what their names are, and whether the person here may write for it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from uuid import UUID

from milepost.contexts.identity import service as identity
from milepost.contexts.identity.types import Colleague
from milepost.contexts.journeys.types import Task
from milepost.platform.db import Transaction
from milepost.web.company.here import Here

_LOOKS_ON = "viewer"


@dataclass(frozen=True, slots=True)
class Team:
    """The people of a company by id, and whether the person here is one who writes."""

    names: Mapping[UUID, str]
    writes: bool
    me: UUID

    def name(self, user_id: UUID | None) -> str:
        """Name somebody as a colleague would; those who left have no name any more."""
        if user_id == self.me:
            return "you"
        return self.names.get(user_id, "somebody who left") if user_id else "nobody"


async def read_team(tx: Transaction, here: Here) -> Team:
    """Read who acts for the company of a page."""
    members = await identity.list_members(tx, organization_id=here.company.id)
    me = tx.actor.user_id
    return Team(
        names={member.user_id: member.full_name for member in members},
        writes=any(one.user_id == me and one.role != _LOOKS_ON for one in members),
        me=me,
    )


def acting(members: Sequence[Colleague]) -> list[Colleague]:
    """Leave those who act for the company, and so can be given something to do."""
    return [one for one in members if one.role != _LOOKS_ON]


def ticked_by(
    tasks: Sequence[Task], members: Sequence[Colleague], *, me: UUID
) -> Mapping[UUID, str]:
    """Name the colleague who ticked each task: not oneself, and nobody who has left."""
    names = {one.user_id: one.full_name for one in members if one.user_id != me}
    return {
        task.id: name
        for task in tasks
        if task.completed_by and (name := names.get(task.completed_by))
    }
