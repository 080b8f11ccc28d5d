"""The stamp of a forecast: by it a company that takes an update says what it was shown.

It is a digest of all that is told, followed by which choice it was told of. With that it can be
told again, of the same choice, when the update is taken: other words of a step that doesn't
change, another order or a tick that makes no difference leave the stamp as it is.
"""

import hashlib
from collections.abc import Collection, Mapping, Sequence
from uuid import UUID

from milepost.contexts.journeys.types import PlanStep, StepUpdate, Update
from milepost.contexts.programs.types import Program

_DIGEST = 16


def stamp(
    update: Update,
    *,
    settled: UUID,
    plan: Sequence[PlanStep],
    program: Program,
    take: Collection[str] | None,
    restore: Collection[str],
) -> str:
    """Make the stamp of what is foretold of taking these steps (all for None).

    `settled` is the version that was answered last, `plan` and `program` what is walked now.
    """
    by_slug = {item.step_slug: item for item in plan}
    now_after = {
        step.slug: program.step(step.slug).after for step in update.steps if "after" in step.parts
    }
    named = {*update.moves, *(slug for step in update.steps for slug in step.after)}
    named |= {slug for after in now_after.values() for slug in after}
    # None of this holds a set: written out, the same is always the same.
    told = (
        update.version_id,
        settled,
        sorted((step.slug, step, _beside(step, by_slug)) for step in update.steps),
        sorted(now_after.items()),
        sorted(update.moves.items()),
        sorted((slug, update.titles.get(slug)) for slug in named),
        update.conflict,
    )
    digest = hashlib.blake2b(repr(told).encode(), digest_size=_DIGEST).hexdigest()
    if take is None and not restore:
        return digest
    order = _order(update)
    chosen = order if take is None else take
    return f"{digest}-{_mask(order, chosen):x}-{_mask(order, restore):x}"


def shown_choice(stamp: str, update: Update) -> tuple[frozenset[str] | None, frozenset[str]]:
    """Say of which choice a stamp was made, if just this is on offer: what to take and restore.

    Raises ValueError for what is no stamp of it.
    """
    _, *masks = stamp.split("-")
    if not masks:
        return None, frozenset()
    take, restore = (int(mask, 16) for mask in masks)
    order = _order(update)
    if max(take, restore) >> len(order):
        raise ValueError(stamp)
    return _chosen(order, take), _chosen(order, restore)


def _beside(
    step: StepUpdate, plan: Mapping[str, PlanStep]
) -> tuple[UUID | None, tuple[object, ...]]:
    """What is shown beside what is new: as the step is now, in the company's own words."""
    item = plan.get(step.slug)
    if item is None:
        return None, ()
    return item.version_id, tuple(getattr(item, part) for part in step.collides)


def _order(update: Update) -> Sequence[str]:
    return sorted(update.takeable)


def _mask(order: Sequence[str], chosen: Collection[str]) -> int:
    return sum(1 << place for place, slug in enumerate(order) if slug in chosen)


def _chosen(order: Sequence[str], mask: int) -> frozenset[str]:
    return frozenset(slug for place, slug in enumerate(order) if mask >> place & 1)
