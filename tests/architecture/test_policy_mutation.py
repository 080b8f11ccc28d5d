"""The matrix is worth something: whichever policy goes wrong, some cell of it shows that.

Each mutant is committed in this process's own copy, its table's rows are asked for again, and
the policy is put back.
"""

from collections.abc import Iterable, Mapping

import psycopg

from tests.architecture.access import YES, House, ask
from tests.architecture.cast import ACTORS
from tests.architecture.expectations import expected
from tests.architecture.policies import (
    Mutant,
    a_level_lower,
    broken,
    dropped,
    for_any_tenant,
    opened,
    policies,
)

# What is everybody's on purpose, so that opening it further changes nothing.
OPEN = {
    "journeys.tools",
    "platform.migrations",
    "procrastinate.procrastinate_events",
    "procrastinate.procrastinate_jobs",
    "procrastinate.procrastinate_periodic_defers",
    "procrastinate.procrastinate_workers",
    "programs.programs",
    "programs.versions",
}

# An administrator reaches their own tenant, and their own account, at either level.
SAME_AT_A_LOWER_LEVEL = [
    "identity.accounts: change (update), using with sees_all('basic')",
    "identity.tenants: read (select), using with sees_all('basic')",
]


async def changed(house: House, mutant: Mutant) -> Mapping[tuple[str, str, str], str]:
    """Tell the cells in which the mutant shows, with what came of asking."""
    samples = house.of(mutant.policy.table)
    outcomes = await ask(house, samples, ACTORS, verbs=mutant.policy.verbs)
    return {cell: outcome for cell, outcome in outcomes.items() if expected(*cell) != outcome}


async def survivors(
    house: House, owner: psycopg.Connection, mutants: Iterable[Mutant]
) -> list[str]:
    """Name the mutants that no cell shows."""
    unseen = []
    for mutant in mutants:
        with broken(owner, mutant):
            if not await changed(house, mutant):
                unseen.append(mutant.title)
    return unseen


async def test_a_dropped_policy_shuts_somebody_out(
    house: House, catalog: psycopg.Connection
) -> None:
    before = policies(catalog)
    unseen = []
    for policy in before:
        (mutant,) = dropped(policy)
        with broken(catalog, mutant):
            cells = await changed(house, mutant)
        if not cells or YES in cells.values():
            unseen.append(mutant.title)
    assert unseen == []
    assert policies(catalog) == before


async def test_a_policy_that_lets_everything_through_shows(
    house: House, catalog: psycopg.Connection
) -> None:
    before = policies(catalog)
    meant = {policy.table for policy in before if "true" in policy.clauses().values()}
    assert meant == OPEN
    mutants = [mutant for policy in before for mutant in opened(policy)]
    assert len(mutants) > len(before) / 2
    assert await survivors(house, catalog, mutants) == []
    assert policies(catalog) == before


async def test_a_policy_that_forgets_the_tenant_shows(
    house: House, catalog: psycopg.Connection
) -> None:
    before = policies(catalog)
    mutants = [mutant for policy in before for mutant in for_any_tenant(policy)]
    assert mutants
    assert await survivors(house, catalog, mutants) == []
    assert policies(catalog) == before


async def test_a_policy_that_shows_a_level_too_much_shows(
    house: House, catalog: psycopg.Connection
) -> None:
    before = policies(catalog)
    mutants = [mutant for policy in before for mutant in a_level_lower(policy)]
    assert await survivors(house, catalog, mutants) == SAME_AT_A_LOWER_LEVEL
    assert policies(catalog) == before
