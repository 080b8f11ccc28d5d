"""The program that a journey walks: a published version, or what a company's plan makes of it."""

from collections import OrderedDict
from uuid import UUID

from milepost.contexts.journeys import rules
from milepost.contexts.journeys.queries import plans as queries
from milepost.contexts.journeys.types import Journey
from milepost.contexts.programs import service as programs
from milepost.contexts.programs.types import Program, Version, Walker
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
        found = await _compose(tx, journey, version)
        _composed[journey.plan_stamp] = found
        while len(_composed) > _KEPT:
            _composed.popitem(last=False)
    elif not await queries.has_plan(tx, journey_id=journey.id):
        # Kept for somebody else: whoever sees only how far the company is sees no steps.
        raise _not_shown()
    _composed.move_to_end(journey.plan_stamp)
    return found


async def _compose(tx: Transaction, journey: Journey, settled: Version) -> Program:
    plan = await queries.list_plan(tx, journey_id=journey.id)
    if not plan:
        raise _not_shown()
    versions = {
        version_id: await programs.get_version(tx, version_id=version_id)
        for version_id in {item.version_id for item in plan if item.version_id is not None}
    }
    # Not that of an answer: who stayed away from a version walks the one before it.
    walked = rules.settled_base(plan, settled=settled, versions=versions)
    offered = {step.slug for step in walked.program.active_steps}
    older = {version.id for version in versions.values() if version.number < walked.number}
    return rules.compose(
        plan,
        base=walked.program,
        versions={version.id: version.program for version in versions.values()},
        # What the version that the company walks doesn't offer, and an older one did.
        retired=frozenset(
            item.step_slug
            for item in plan
            if item.version_id in older and item.step_slug not in offered
        ),
    )


def _not_shown() -> NotFound:
    return NotFound("There is nothing here, or it is not shown to you.")
