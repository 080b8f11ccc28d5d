"""What a person has to do with here: what they walk, the companies they act for, their firms."""

from collections.abc import Sequence
from dataclasses import dataclass

from milepost.contexts.identity import service as identity
from milepost.contexts.identity.types import Organization
from milepost.contexts.journeys import service as journeys
from milepost.contexts.journeys.types import Journey
from milepost.platform.db import Transaction


@dataclass(frozen=True, slots=True)
class Belongings:
    """A person's own journeys, the companies they act for with those of each, their firms.

    Who looks on in a firm reads its portfolio, and so has something to do with it.
    """

    own_journeys: Sequence[Journey] = ()
    company_journeys: Sequence[Journey] = ()
    companies: Sequence[Organization] = ()
    firms: Sequence[Organization] = ()

    def company_of(self, journey: Journey) -> Organization:
        """The company that walks a journey."""
        return next(one for one in self.companies if one.id == journey.subject_id)


async def belongings(tx: Transaction) -> Belongings:
    """Read what the actor has."""
    joined = await identity.list_joined(tx, looked_on=True)
    walked = await journeys.list_my_journeys(tx)
    companies = [one for one in joined if one.kind == "company" and one.acts]
    ids = {one.id for one in companies}
    return Belongings(
        own_journeys=[one for one in walked if one.subject_id == tx.actor.user_id],
        company_journeys=[one for one in walked if one.subject_id in ids],
        companies=companies,
        firms=[one for one in joined if one.kind == "investor"],
    )
