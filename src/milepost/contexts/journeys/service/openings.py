"""Since when the steps of a company's journey are open, as far as that can still be told."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from milepost.contexts.journeys.queries import audits as queries
from milepost.contexts.journeys.queries.audits import Happened, Planned
from milepost.contexts.journeys.service.walks import Walk
from milepost.contexts.journeys.types import State
from milepost.contexts.programs import service as programs
from milepost.platform.db import Transaction


@dataclass(frozen=True, slots=True)
class Opening:
    """When a step opened: between two moments, which are one where it is known; None: it didn't."""

    since: datetime | None
    until: datetime | None

    def allows(self, at: datetime | None) -> bool:
        """Tell whether it can have been then."""
        if at is None or self.since is None or self.until is None:
            return at is self.since
        return self.since <= at <= self.until

    def __str__(self) -> str:
        if self.since is None or self.until is None:
            return "None"
        if self.since == self.until:
            return self.since.isoformat()
        return f"from {self.since.isoformat()} to {self.until.isoformat()}"


async def derive(
    tx: Transaction, walk: Walk, happened: Sequence[Happened]
) -> Mapping[str, Opening]:
    """Tell of every step of a company's plan since when it is open."""
    planned = {
        item.step_slug: item for item in await queries.list_planned(tx, journey_id=walk.journey.id)
    }
    passed = _first_passed(happened)
    found: dict[str, Opening] = {}
    for slug, standing in walk.standings.items():
        item = planned.get(slug)
        if item is None:
            # Taken out of the plan since it was walked: each statement sees what is there by then.
            continue
        before = walk.program.step(slug).after
        if standing.state is State.LOCKED:
            found[slug] = Opening(None, None)
        elif _as_ever(item, planned, before=before, said=await _said(tx, item)):
            moments = [passed[other] for other in before if other in passed]
            at = max([item.created_at, *moments])
            found[slug] = Opening(at, at)
        else:
            found[slug] = Opening(item.created_at, walk.journey.updated_at)
    return found


def _as_ever(
    item: Planned, planned: Mapping[str, Planned], *, before: Iterable[str], said: Iterable[str]
) -> bool:
    """Whether a step waited for the same steps ever since it is in the plan.

    It did if nobody changed what is said of it, and if all that it is said to come after was
    there before it: then nothing stood in for a step that was taken in later, or left.
    """
    return (
        item.updated_at == item.created_at
        and set(before) == set(said)
        and all(
            other in planned and planned[other].created_at <= item.created_at for other in before
        )
    )


async def _said(tx: Transaction, item: Planned) -> Iterable[str]:
    """Name what a step is said to come after, in the plan or not."""
    if item.after is not None or item.version_id is None:
        return item.after or ()
    version = await programs.get_version(tx, version_id=item.version_id)
    return version.program.step(item.step_slug).after


def _first_passed(happened: Iterable[Happened]) -> dict[str, datetime]:
    """When each step was first done or left out, which is what others wait for."""
    found: dict[str, datetime] = {}
    for fact in happened:
        if fact.kind in ("completed", "skipped"):
            found[fact.step_slug] = min(fact.at, found.get(fact.step_slug, fact.at))
    return found
