"""People × steps, worked out for drawing: bands over columns, a row per person, a mark per cell."""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from milepost.contexts.journeys.types import PersonProgress, State
from milepost.contexts.programs.types import Program

NOT_STARTED = "not_started"
UNDER_WAY = "under_way"
FINISHED = "finished"
STANDINGS: Mapping[str, str] = {
    NOT_STARTED: "Not started",
    UNDER_WAY: "Under way",
    FINISHED: "Finished",
}


@dataclass(frozen=True, slots=True)
class Band:
    """A stretch of neighbouring columns that belong to one phase."""

    title: str
    width: int


@dataclass(frozen=True, slots=True)
class Row:
    """A person with a state for every step of the program, in order."""

    user_id: UUID
    full_name: str
    organization: str
    done: int
    standing: str
    updated_at: datetime | None
    cells: tuple[str, ...]
    begun: bool


def bands(program: Program) -> list[Band]:
    """Put neighbouring steps of one phase under one head."""
    titles = {phase.slug: phase.title for phase in program.phases}
    found: list[Band] = []
    last = None
    for step in program.steps:
        if step.phase == last:
            found[-1] = Band(found[-1].title, found[-1].width + 1)
        else:
            found.append(Band(titles[step.phase], 1))
        last = step.phase
    return found


def row(person: PersonProgress, program: Program, organizations: Mapping[UUID, str]) -> Row:
    """Make a person's row; whoever has not begun has nothing in any cell."""
    begun = person.journey_id is not None
    cells = tuple(
        person.states.get(step.slug, State.LOCKED) if begun else "" for step in program.steps
    )
    counted = Counter(cells)
    done = counted[State.COMPLETED] + counted[State.SKIPPED]
    return Row(
        user_id=person.user_id,
        full_name=person.full_name,
        organization=organizations.get(person.organization_id, "")
        if person.organization_id
        else "",
        done=done,
        standing=standing(cells, done),
        updated_at=person.updated_at,
        cells=cells,
        begun=begun,
    )


def standing(cells: Iterable[str], done: int) -> str:
    """Tell how far somebody is, in one word."""
    found = list(cells)
    if done and done == len(found):
        return FINISHED
    if done or State.IN_PROGRESS in found:
        return UNDER_WAY
    return NOT_STARTED
