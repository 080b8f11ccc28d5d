"""The values of a program: its steps, what they need and give, and how they hang together.

A `Program` that exists is sound: every need has exactly one giver, every step can be reached, and
its lookups are computed once. Files with faults never become a `Program`; see `check`.
"""

from milepost.contexts.programs.types.graph import Graph
from milepost.contexts.programs.types.program import (
    Domain,
    Phase,
    Program,
    Walker,
    canonical_json,
)
from milepost.contexts.programs.types.step import (
    FIRST_REVISION,
    Checklist,
    Difficulty,
    Give,
    Need,
    Step,
    StepKind,
    Task,
)
from milepost.contexts.programs.types.version import (
    Fault,
    Published,
    TakenTool,
    Version,
    VersionRow,
)

__all__ = [
    "FIRST_REVISION",
    "Checklist",
    "Difficulty",
    "Domain",
    "Fault",
    "Give",
    "Graph",
    "Need",
    "Phase",
    "Program",
    "Published",
    "Step",
    "StepKind",
    "TakenTool",
    "Task",
    "Version",
    "VersionRow",
    "Walker",
    "canonical_json",
]
