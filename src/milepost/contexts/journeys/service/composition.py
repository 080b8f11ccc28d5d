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

# A composed program is the same until its plan changes, which stamps it anew, for everybody who
# sees the company's words in it, and for everybody who doesn't.
_KEPT = 256
_composed: OrderedDict[tuple[UUID, bool], Program] = OrderedDict()


async def program_of(tx: Transaction, *, journey: Journey) -> Program:
    """Return the program of a journey the actor sees the steps of. Raises NotFound.

    To whom the company's own words aren't shown, each step says what the framework says.
    """
    version = await programs.get_version(tx, version_id=journey.version_id)
    if version.program.walker is not Walker.COMPANY:
        return version.program
    if journey.plan_stamp is None:
        return rules.compose([], base=version.program, versions={})
    # Asked each time: what is kept was composed for somebody else.
    in_words = await queries.find_sight(tx, journey_id=journey.id)
    if in_words is None:
        raise NotFound("There is nothing here, or it is not shown to you.")
    key = (journey.plan_stamp, in_words)
    found = _composed.get(key)
    if found is None:
        found = await _compose(tx, journey, version)
        _composed[key] = found
        while len(_composed) > _KEPT:
            _composed.popitem(last=False)
    _composed.move_to_end(key)
    return found


async def _compose(tx: Transaction, journey: Journey, settled: Version) -> Program:
    plan = await queries.list_plan(tx, journey_id=journey.id)
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
