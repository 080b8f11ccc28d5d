"""The name of the database schema that a step's submissions live in."""

import re

# A schema of that name holds something else, now or by plan.
RESERVED = frozenset(
    {
        "coaching",
        "events",
        "goals",
        "identity",
        "information_schema",
        "insights",
        "jobs",
        "journeys",
        "lessons",
        "platform",
        "procrastinate",
        "programs",
        "public",
        "rewards",
        "search",
        "shared",
        "spaces",
        "storage",
    }
)
# PostgreSQL cuts longer names off without a word, and two of them could become one.
LONGEST = 63

_SPRINT = re.compile(r"sprint-(\d+)-(.+)")
_IDENTIFIER = re.compile(r"[a-z][a-z0-9_]*")


def tool_schema(program: str, step: str) -> str:
    """The schema for a step: sprint-1-identity -> sprint_01_identity, others get the program's
    name in front."""
    sprint = _SPRINT.fullmatch(step)
    if sprint:
        return f"sprint_{int(sprint[1]):02d}_{sprint[2]}".replace("-", "_")
    return f"{program}_{step}".replace("-", "_")


def schema_fault(name: str) -> str | None:
    """Why a schema cannot be called that, or None."""
    if len(name.encode()) > LONGEST:
        return f"the database schema {name} would have more than {LONGEST} characters"
    if not _IDENTIFIER.fullmatch(name):
        return f"the database schema {name} would not begin with a letter"
    if name in RESERVED or name.startswith("pg_"):
        return f"the database schema {name} is reserved"
    return None
