"""Why a plan can't be taken: which of its steps would wait for each other, and what to do."""

from collections.abc import Collection, Sequence

from milepost.contexts.journeys.types import Collision, PlanStep, StepUpdate, UpdateKind
from milepost.contexts.programs.errors import WaitingInCircle


def told(error: WaitingInCircle) -> str:
    """Name the steps of a circle by title, in the order in which they would wait."""
    titles = [f"“{step.title}”" for step in error.circle]
    pairs = [
        f"{one} after {other}" for one, other in zip(titles, [*titles[1:], titles[0]], strict=True)
    ]
    pairs[0] = pairs[0].replace(" after ", " would come after ", 1)
    listed = f"{', '.join(pairs[:-1])}, and {pairs[-1]}" if len(pairs) > 1 else pairs[0]
    return f"These steps would wait for each other: {listed}."


def explain(
    error: WaitingInCircle,
    *,
    plan: Sequence[PlanStep],
    taken: Collection[StepUpdate],
    left: Collection[StepUpdate],
    restore: Collection[str],
) -> Collision:
    """Tell why these updates can't be taken, and what the company can do about it.

    `plan` is as it is now; `left` are the updates that could be taken, too.
    """
    titles = {step.slug: f"“{step.title}”" for step in error.circle}
    circle = tuple(titles)
    by_slug = {item.step_slug: item for item in plan}
    choice = {step.slug: step for step in taken}
    given_up = {slug for slug in restore if slug in choice and "after" in choice[slug].collides}
    own = tuple(
        slug
        for slug in circle
        if (item := by_slug.get(slug)) is not None
        and (item.is_own or item.after is not None)
        and slug not in given_up
    )
    ways = [
        f"take the new “comes after” of {titles[slug]} instead of yours"
        for slug in own
        if slug in choice and "after" in choice[slug].collides
    ]
    ways += [f"change what {titles[slug]} comes after in your plan" for slug in own]
    ways += [
        f"take what is new in {titles[step.slug]} as well"
        for step in left
        if step.slug in titles and "after" in step.parts and step.slug not in own
    ]
    ways += [
        f"leave out {titles[slug]}"
        for slug in circle
        if slug in choice and slug not in own and _waits_anew(choice[slug])
    ]
    because = ""
    if own:
        whose = " and ".join(titles[slug] for slug in own)
        because = f" You said yourselves what {whose} comes after, and that stands against it."
    todo = f" What helps: {', or '.join(ways)}." if ways else ""
    return Collision(told(error) + because + todo, circle, own)


def _waits_anew(step: StepUpdate) -> bool:
    return step.kind is UpdateKind.NEW or "after" in step.parts
