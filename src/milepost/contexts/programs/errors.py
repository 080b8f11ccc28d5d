"""What can be wrong with a program, as errors an author's command can act on."""

from typing import TYPE_CHECKING

from milepost.platform.errors import Conflict

if TYPE_CHECKING:
    from milepost.contexts.programs.types import Fault, Step


class UnsoundProgram(ValueError):
    """Steps that do not make a program: a need without a giver, a cycle, a name used twice."""


class WaitingInCircle(UnsoundProgram):
    """Steps that wait for each other: each of `circle` for the next, and the last for the first."""

    def __init__(self, circle: "tuple[Step, ...]") -> None:
        self.circle = circle
        chain = " → ".join(step.title for step in (*circle, circle[0]))
        super().__init__(f"These steps wait for each other: {chain}.")


class FaultyFiles(ValueError):
    """A folder that cannot be read as a program, with every fault that was found."""

    def __init__(self, faults: "tuple[Fault, ...]") -> None:
        self.faults = faults
        super().__init__("\n".join(f"{f.file}:{f.line}: {f.message}" for f in faults))


class ToolTaken(Conflict):
    """Another program has a tool of that name, or one whose answers live in that schema."""

    code = "tool_taken"


class CannotAdd(ValueError):
    """A new step that would overwrite a file or repeat a slug or an order."""
