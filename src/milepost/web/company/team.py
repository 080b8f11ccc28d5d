"""Who acts for a company: what their names are, and whether the person here may write for it."""

from collections.abc import Mapping
from dataclasses import dataclass
from uuid import UUID

from milepost.contexts.identity import service as identity
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
