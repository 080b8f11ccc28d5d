"""What of a row each level shows, read through the views that say so, beside the oracle's word.

The policies say which rows somebody reads; of some of these a level shows only a part.
"""

from collections.abc import Mapping, Sequence
from typing import LiteralString
from uuid import UUID

from psycopg.rows import dict_row

from milepost.contexts.identity.types import Member
from milepost.platform.db import Database
from tests.contexts.insights.portfolio_oracle import OF_IT, World

# (what is shown, the level it begins at), by the view.
PARTS: Mapping[LiteralString, Sequence[tuple[LiteralString, str]]] = {
    "journeys.shown_journeys": (
        ("status = 'active'", "basic"),
        ("created_at is not null and status = 'active'", "basic"),
        ("name = 'Our first journey'", "detailed"),
        ("updated_at is not null and status = 'active'", "detailed"),
        ("status = 'archived'", OF_IT),
        ("name = 'What we gave up'", OF_IT),
    ),
    "journeys.shown_plan_steps": (
        ("title is not null", "detailed"),
        ("place is not null", "detailed"),
        ("description is not null", "full"),
        ("deliverables is not null", "full"),
        ("criteria is not null", "full"),
        ("revision is not null", "full"),
        ("has_words", "full"),
    ),
    "journeys.shown_tasks": (
        ("title is not null", "full"),
        ("assignee_id is not null", OF_IT),
    ),
    "journeys.shown_outcomes": (
        ("confidence_level is not null", "detailed"),
        ("author_id is not null", OF_IT),
        ("share_anonymously is not null", OF_IT),
    ),
}


async def check_parts(db: Database, world: World, person: UUID) -> tuple[int, int]:
    """Compare part by part; count what was allowed and what wasn't."""
    if person in world.disabled:
        return 0, 0
    seen, hidden = 0, 0
    async with db.transaction(Member(world.tenant, person, world.now)) as tx:
        for view, parts in PARTS.items():
            counted: LiteralString = ", ".join(
                [f"count(*) filter (where {what})" for what, _ in parts]
            )
            cursor = tx.connection.cursor(row_factory=dict_row)
            await cursor.execute(
                f"select r.subject_id, array[{counted}] as parts from {view} r group by 1"
            )
            found = {row["subject_id"]: row["parts"] for row in await cursor.fetchall()}
            for company in world.companies:
                got = found.pop(company, [0] * len(parts))
                for (what, level), count in zip(parts, got, strict=True):
                    allowed = world.may_read(person, company, level)
                    expected = _expected(world, person, company, view) if allowed else 0
                    assert count == expected, (view, what, level, world.roles(person))
                    seen, hidden = seen + allowed, hidden + (not allowed)
            assert not found
    return seen, hidden


def _expected(world: World, person: UUID, company: UUID, view: str) -> int:
    match view:
        case "journeys.shown_journeys":
            return 1
        case "journeys.shown_outcomes":
            return world.read_outcomes(person, company)
        case _:
            return 3
