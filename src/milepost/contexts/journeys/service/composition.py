"""The program that a journey walks: a published version, or what a company's plan makes of it."""

from collections import OrderedDict
from uuid import UUID

from milepost.contexts.journeys import rules
from milepost.contexts.journeys.queries import plans as queries
from milepost.contexts.journeys.types import Journey
from milepost.contexts.programs import service as programs
from milepost.contexts.programs.types import Program, Walker
from milepost.platform.db import Transaction
from milepost.platform.errors import NotFound

# A composed program is the same for everybody until its plan changes, which stamps it anew.
_KEPT = 256
_composed: OrderedDict[UUID, Program] = OrderedDict()


async def program_of(tx: Transaction, *, journey: Journey) -> Program:
    """Return the program of a journey the actor sees the steps of. Raises NotFound."""
    version = await programs.get_version(tx, version_id=journey.version_id)
    if version.program.walker is not Walker.COMPANY:
        return version.program
    if journey.plan_stamp is None:
        return rules.compose([], base=version.program, versions={})
    found = _composed.get(journey.plan_stamp)
    if found is None:
        found = await _compose(tx, journey, version.program)
        _composed[journey.plan_stamp] = found
        while len(_composed) > _KEPT:
            _composed.popitem(last=False)
    elif not await queries.has_plan(tx, journey_id=journey.id):
        # Kept for somebody else: whoever sees only how far the company is sees no steps.
        raise _not_shown()
    _composed.move_to_end(journey.plan_stamp)
    return found


async def _compose(tx: Transaction, journey: Journey, base: Program) -> Program:
    plan = await queries.list_plan(tx, journey_id=journey.id)
    if not plan:
        raise _not_shown()
    versions = {
        version_id: (await programs.get_version(tx, version_id=version_id)).program
        for version_id in {item.version_id for item in plan if item.version_id is not None}
    }
    return rules.compose(plan, base=base, versions=versions)


def _not_shown() -> NotFound:
    return NotFound("There is nothing here, or it is not shown to you.")
