"""What the engine asks across all tools, against the spec's own query per schema.

Two questions, as the application's role with row-level security, one connection:
the values of the fields that the tool with the most needs takes in (30, from 30 tools), and
which tools are open once one was completed. The engine asks the first in one statement, of the
tools that gave something by what the journey keeps of that (every use of it has read the
journey before); the second in two short ones, the journey's among them, and a pure function.
The spec asks each tool's schema in turn, with its "Batch Field Query", to which only the version
is added, so that the newest value is found. Both sides have the product's own connection
settings, so that statements are prepared, and both must find the same.
"""

import asyncio
import random
from collections.abc import Awaitable, Callable
from time import perf_counter
from uuid import UUID

from benchmarks import population, report, world
from milepost.contexts.identity.types import Member
from milepost.contexts.journeys.service import Walk, desk, walks
from milepost.contexts.journeys.types import State
from milepost.contexts.programs.types import Program, Step
from milepost.platform import clock
from milepost.platform.db import Database, Transaction

WARM_UP = 20
ROUNDS = 300
PROMISED = 8.0

Ask = Callable[[Transaction, Walk], Awaitable[object]]


class SpecQueries:
    """The spec's batch query for each tool's schema."""

    def __init__(self, program: Program) -> None:
        self._fields = {
            step.tool_schema: [give.field for give in step.gives] for step in program.steps
        }
        self._sql = {tool: _batch_query(tool) for tool in self._fields}

    async def values(
        self, tx: Transaction, user_id: UUID, fields: dict[str, list[str]]
    ) -> dict[str, object]:
        """Ask each of those schemas for those fields; the newest version of a value counts."""
        found: dict[str, object] = {}
        async with tx.connection.cursor() as cursor:
            for tool, wanted in fields.items():
                await cursor.execute(self._sql[tool], [user_id, wanted])
                for field_id, value, _ in await cursor.fetchall():
                    found.setdefault(field_id, value)
        return found

    async def all_values(self, tx: Transaction, user_id: UUID) -> dict[str, object]:
        """Ask every schema for all that it gives."""
        return await self.values(tx, user_id, self._fields)


def _batch_query(tool: str) -> bytes:
    return f"""
        select fo.field_id, fo.field_value, s.version
          from {tool}.field_outputs fo
         inner join {tool}.submissions s on fo.submission_id = s.id
         where s.user_id = %s and fo.field_id = any (%s)
         order by s.version desc
        """.encode()


async def measure(conninfo: str, people: int) -> list[report.Promise]:
    """Ask both ways, person after person, and compare the medians."""
    program = world.fast_track()
    spec = SpecQueries(program)
    widest = max(program.steps, key=lambda step: len(step.needs))
    needed = _by_tool(program, widest)

    async def our_fields(tx: Transaction, walk: Walk) -> object:
        found = await desk.needed_fields(tx, walk=walk, step=widest)
        return {field: value.value for field, value in found.items()}

    async def spec_fields(tx: Transaction, walk: Walk) -> object:
        return await spec.values(tx, walk.journey.subject_id, needed)

    async def our_unlocking(tx: Transaction, walk: Walk) -> object:
        again = await walks.get_walk(tx, journey_id=walk.journey.id)
        return {slug for slug, found in again.standings.items() if found.state is not State.LOCKED}

    async def spec_unlocking(tx: Transaction, walk: Walk) -> object:
        held = (await spec.all_values(tx, walk.journey.subject_id)).keys()
        return {step.slug for step in program.steps if all(n.field in held for n in step.needs)}

    print(f"{people:,} people, {len(needed)} tools give what {widest.slug} needs\n")
    database = Database(conninfo, max_size=1)
    await database.open()
    try:
        faster_fields = await _compare(database, people, "needed fields", our_fields, spec_fields)
        faster_opened = await _compare(
            database, people, "what is unlocked", our_unlocking, spec_unlocking
        )
    finally:
        await database.close()
    return [
        report.Promise(
            "needed fields: times as fast as per schema", faster_fields, PROMISED, "×", True
        ),
        report.Promise("unlocked: times as fast as per schema", faster_opened, PROMISED, "×", True),
    ]


def _by_tool(program: Program, step: Step) -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    for need in step.needs:
        found.setdefault(program.producer_of(need.field).tool_schema, []).append(need.field)
    return found


async def _compare(database: Database, people: int, what: str, ours: Ask, theirs: Ask) -> float:
    """Let both answer for the same people, taking turns in who is first."""
    dice = random.Random(5)
    times: dict[Ask, list[float]] = {ours: [], theirs: []}
    for turn in range(WARM_UP + ROUNDS):
        number = dice.randint(1, people)
        actor = Member(population.TENANT, population.user_id(number), clock.now())
        answers: list[object] = []
        async with database.transaction(actor) as tx:
            walk = await walks.get_walk(tx, journey_id=population.journey_id(number))
            for ask in (ours, theirs) if turn % 2 else (theirs, ours):
                started = perf_counter()
                answers.append(await ask(tx, walk))
                if turn >= WARM_UP:
                    times[ask].append((perf_counter() - started) * 1000)
        if answers[0] != answers[1]:
            raise SystemExit(f"{what}: the two ways disagree about person {number}")
    middles = [report.middle(times[ask]) for ask in (ours, theirs)]
    print(f"{what:20} p50 {middles[0]:7.3f} ms; per schema {middles[1]:7.3f} ms")
    return middles[1] / middles[0]


def main() -> None:
    """Build the world, ask, report."""
    given = world.arguments(__doc__ or "", people=10_000).parse_args()
    with (
        world.folder(given.data, people=given.people) as data,
        world.opened(data) as access,
    ):
        promises = asyncio.run(measure(access.roles.app, given.people))
    report.finish(promises)


if __name__ == "__main__":
    main()
