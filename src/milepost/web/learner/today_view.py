"""What Today shows: what is next and why now, how far the path is walked, what changed."""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from milepost.contexts.journeys.service import Walk
from milepost.contexts.journeys.types import Outdated, Review, State, StepRow
from milepost.contexts.programs.types import Program, Step
from milepost.web.learner.answers import field_property
from milepost.web.templating import plural

LATELY = timedelta(days=7)
REVIEWS_STAY = timedelta(days=14)
MOST_REVIEWS = 5
AT_A_GLANCE = 80


@dataclass(frozen=True, slots=True)
class OpenStep:
    """A step that can be done now, and what speaks for doing it."""

    step: Step
    state: State
    percent: int
    started_at: datetime | None
    unlocked_at: datetime | None
    opens: tuple[Step, ...]
    leads_to: tuple[Step, ...]


@dataclass(frozen=True, slots=True)
class PhasePath:
    """A phase as a stretch of the path; `here` is the one with the next step in it."""

    title: str
    summary: str
    stops: tuple[tuple[Step, State], ...]
    done: int
    here: bool


@dataclass(frozen=True, slots=True)
class Change:
    """A value that was used and is another by now."""

    step: Step
    origin: Step
    field: str
    title: str
    prop: Mapping[str, Any]
    used: Any
    current: Any
    changed_at: datetime

    @property
    def short(self) -> bool:
        """Tell whether both values can be read at a glance."""
        return not isinstance(self.used, list) and all(
            len(str(value)) <= AT_A_GLANCE for value in (self.used, self.current)
        )


def open_steps(walk: Walk, rows: Mapping[str, StepRow]) -> list[OpenStep]:
    """List what can be done now, the first to do first."""
    return [_open_step(walk, step, rows.get(step.slug)) for step in walk.next_steps()]


def phase_paths(walk: Walk, next_slug: str | None) -> list[PhasePath]:
    """Show the path by phase."""
    paths: list[PhasePath] = []
    for phase in walk.program.phases:
        stops = tuple(
            (step, walk.standings[step.slug].state)
            for step in walk.program.steps
            if step.phase == phase.slug
        )
        paths.append(
            PhasePath(
                title=phase.title,
                summary=phase.summary,
                stops=stops,
                done=sum(state.done for _, state in stops),
                here=any(step.slug == next_slug for step, _ in stops),
            )
        )
    return [path for path in paths if path.stops]


def changes(walk: Walk, outdated: Sequence[Outdated]) -> list[Change]:
    """Show each outdated value with both its values."""
    program = walk.program
    return [
        Change(
            step=program.step(item.step_slug),
            origin=program.producer_of(item.field_id),
            field=item.field_id,
            title=program.give_of(item.field_id).title,
            prop=field_property(program, item.field_id),
            used=item.used,
            current=item.current,
            changed_at=item.changed_at,
        )
        for item in outdated
    ]


def lately_opened(
    walk: Walk, rows: Mapping[str, StepRow], now: datetime, besides: str | None
) -> list[tuple[Step, datetime]]:
    """List what opened in the last days and was not begun, the newest first."""
    found = [
        (walk.program.step(slug), row.unlocked_at)
        for slug, row in rows.items()
        if slug != besides
        and walk.standings[slug].state is State.UNLOCKED
        and row.unlocked_at is not None
        and walk.journey.created_at < row.unlocked_at
        and now - row.unlocked_at < LATELY
    ]
    return sorted(found, key=lambda item: item[1], reverse=True)


def fresh_reviews(
    walk: Walk, reviews: Sequence[Review], now: datetime
) -> list[tuple[Step, Review]]:
    """List the reviews of the last two weeks, the newest first."""
    return [
        (walk.program.step(review.step_slug), review)
        for review in reviews
        if now - review.created_at < REVIEWS_STAY
    ][:MOST_REVIEWS]


def time_left(walk: Walk) -> str:
    """Say how long what is not done yet takes; nothing where that is unknown, or done."""
    return _duration(
        sum(step.minutes for step in walk.program.steps if not walk.standings[step.slug].state.done)
    )


def time_needed(program: Program) -> str:
    """Say how long a program takes, and in pieces of which size; nothing where that is unknown."""
    pieces = [step.minutes for step in program.steps if step.minutes]
    if len(pieces) < 2:
        return _duration(sum(pieces))
    least, most = min(pieces), max(pieces)
    each = plural(most, "minute") if least == most else f"{least} to {plural(most, 'minute')}"
    return f"{_duration(sum(pieces))} in all, in pieces of {each}"


def _duration(minutes: int) -> str:
    """Minutes below an hour; above it hours, rounded up: nobody counts on the minute."""
    if minutes < 60:
        return plural(minutes, "minute") if minutes else ""
    return f"about {plural(math.ceil(minutes / 60), 'hour')}"


def _open_step(walk: Walk, step: Step, row: StepRow | None) -> OpenStep:
    waiting = [
        walk.standings[slug]
        for slug in walk.program.dependents_of(step.slug)
        if walk.standings[slug].state is State.LOCKED
    ]
    return OpenStep(
        step=step,
        state=walk.standings[step.slug].state,
        percent=row.percent if row else 0,
        started_at=row.started_at if row else None,
        unlocked_at=row.unlocked_at if row else None,
        opens=tuple(walk.program.step(one.slug) for one in waiting if one.way == (step.slug,)),
        leads_to=tuple(walk.program.step(one.slug) for one in waiting if one.way != (step.slug,)),
    )
