"""Every table × every verb × everybody who may ask, tried as the application's role.

What should come of each is written in `expectations`; a failure draws the differences.
"""

from collections.abc import Mapping
from fnmatch import fnmatchcase

import psycopg
import pytest

from milepost.contexts.identity.errors import NotSignedIn
from milepost.contexts.identity.types import Member
from tests.architecture.access import Cell, House, ask
from tests.architecture.cast import ACTORS, Persistent
from tests.architecture.catalog import tables
from tests.architecture.expectations import expected, patterns


def differences(outcomes: Mapping[Cell, str]) -> list[str]:
    """Draw the cells that differ: row and verb down, actors across."""
    wrong: dict[tuple[str, str], list[str]] = {}
    for (title, verb, actor), outcome in outcomes.items():
        promised = expected(title, verb, actor)
        if promised != outcome:
            wrong.setdefault((title, verb), []).append(f"{actor}: {promised} → {outcome}")
    return [f"{title:40} {verb:7} {', '.join(cells)}" for (title, verb), cells in wrong.items()]


def test_every_table_has_a_row_to_ask_for(catalog: psycopg.Connection, house: House) -> None:
    planted = {sample.table.name for sample in house.samples}
    without = [table.name for table in tables(catalog) if table.name not in planted]
    assert not without, f"plant a row of these in samples.py or samples_of_people.py: {without}"


def test_every_row_has_a_promise_and_every_promise_a_row(house: House) -> None:
    titles = {sample.title for sample in house.samples}
    tables_asked = {sample.table.name for sample in house.samples}
    unpromised = sorted(t for t in titles if expected(t, "select", "owner") is None)
    assert not unpromised, f"say in expectations.py who may see these: {unpromised}"
    unused = [
        pattern
        for pattern in patterns()
        if not any(fnmatchcase(title, pattern) for title in {*titles, *tables_asked})
    ]
    assert not unused, f"no row is like these lines of expectations.py: {unused}"


async def test_everybody_gets_what_is_promised_and_nothing_else(house: House) -> None:
    outcomes = await ask(house, house.samples, ACTORS)
    rows_and_tables = len(house.samples) * 4 + len({s.table.name for s in house.samples}) * 2
    assert len(outcomes) == rows_and_tables * len(ACTORS)
    wrong = differences(outcomes)
    assert not wrong, "promised → what came of it\n" + "\n".join(wrong)


async def test_nobody_changed_anything_by_asking(house: House) -> None:
    assert differences(await ask(house, house.samples, ["owner", "system"])) == []


async def test_a_disabled_person_is_told_at_the_door(house: House) -> None:
    insistent = house.cast.actor("disabled")
    assert isinstance(insistent, Persistent)
    member: Member = insistent.member
    with pytest.raises(NotSignedIn):
        async with house.app.transaction(member):
            pass


async def test_one_tenant_can_not_name_another_ones_rows(house: House) -> None:
    """A row written with a foreign tenant's id is refused, whoever writes it."""
    cast = house.cast
    for name in ("admin", "system", "owner"):
        async with house.app.transaction(cast.actor(name)) as tx:
            with pytest.raises(psycopg.errors.InsufficientPrivilege):
                async with tx.connection.transaction():
                    await tx.run(
                        """
                        insert into identity.subjects (tenant_id, kind)
                        values (%(tenant_id)s, 'person')
                        """,
                        {"tenant_id": cast.foreign_tenant_id},
                    )
