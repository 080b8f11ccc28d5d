"""What the board is narrowed to, as its form and its address say it."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from urllib.parse import urlencode

from milepost.contexts.journeys import service as journeys
from milepost.contexts.journeys.types import State
from milepost.contexts.programs.types import Difficulty, Program, Step

STATES: Mapping[str, str] = {
    State.IN_PROGRESS: "In progress",
    State.UNLOCKED: "Open",
    State.LOCKED: "Locked",
    State.COMPLETED: "Completed",
    State.SKIPPED: "Skipped",
}
DIFFICULTIES: Mapping[str, str] = {
    Difficulty.LOW: "Low",
    Difficulty.MEDIUM: "Medium",
    Difficulty.HIGH: "High",
}


@dataclass(frozen=True, slots=True)
class Filters:
    """Empty strings leave the board as it is; so does what is no phase, domain or state."""

    text: str = ""
    status: str = ""
    phase: str = ""
    domain: str = ""
    difficulty: str = ""

    @property
    def any(self) -> bool:
        """Tell whether anything is filtered out at all."""
        return any(asdict(self).values())

    def address(self) -> str:
        """The company's home with these filters."""
        query = urlencode({name: value for name, value in asdict(self).items() if value})
        return f"/company?{query}#board" if query else "/company#board"

    def known(self, program: Program) -> "Filters":
        """Leave out what names nothing of this program."""
        return Filters(
            text=self.text.strip(),
            status=self.status if self.status in STATES else "",
            phase=self.phase if self.phase in {one.slug for one in program.phases} else "",
            domain=self.domain if self.domain in {one.slug for one in program.domains} else "",
            difficulty=self.difficulty if self.difficulty in DIFFICULTIES else "",
        )

    def let_through(self, step: Step, state: State) -> bool:
        """Tell whether a step stays on the board."""
        return (
            self.status in ("", state)
            and self.phase in ("", step.phase)
            and self.domain in ("", step.domain)
            and self.difficulty in ("", step.difficulty)
            and journeys.says(step, self.text)
        )
