"""The proof before serving: nothing to say of the real catalog, and each fault it names found.

A fault is made in a transaction that never commits; the proof looks from inside it.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import LiteralString

import psycopg
import pytest
from psycopg.conninfo import make_conninfo

from milepost.platform.db import proof
from milepost.platform.db.datafolder import ServerError
from milepost.platform.db.roles import APP, OPERATOR, OWNER, Roles


@dataclass(frozen=True, slots=True)
class Fault:
    """What goes wrong, and what the proof has to say of it."""

    title: str
    made: LiteralString
    said: str


FAULTS = (
    Fault(
        "row-level security switched off",
        "alter table identity.users disable row level security",
        "identity.users: row-level security is not enabled and forced",
    ),
    Fault(
        "the owner let off",
        "alter table journeys.steps no force row level security",
        "journeys.steps: row-level security is not enabled and forced",
    ),
    Fault(
        "a tool's partition open",
        "alter table sprint_07_energy.submissions disable row level security",
        "sprint_07_energy.submissions: row-level security is not enabled and forced",
    ),
    Fault(
        "a new table without any of it",
        "create table journeys.notes (tenant_id uuid, text text)",
        "journeys.notes: row-level security is not enabled and forced",
    ),
    Fault(
        "a table in a new schema",
        "create schema rewards create table points (tenant_id uuid)",
        "rewards.points: row-level security is not enabled and forced",
    ),
    Fault(
        "a policy for reading gone",
        "drop policy read on identity.users",
        "identity.users: milepost_app may SELECT but no policy says which rows",
    ),
    Fault(
        "a policy for some columns gone",
        "drop policy change on journeys.steps",
        "journeys.steps: milepost_app may UPDATE but no policy says which rows",
    ),
    Fault(
        "a policy for somebody else",
        "alter policy read on identity.users to milepost_owner",
        "identity.users: milepost_app may SELECT but no policy says which rows",
    ),
    Fault(
        "a verb granted without a policy",
        "grant delete on journeys.facts to milepost_app",
        "journeys.facts: milepost_app may DELETE but no policy says which rows",
    ),
    Fault(
        "a verb granted to everybody",
        "grant delete on journeys.reviews to public",
        "journeys.reviews: milepost_app may DELETE but no policy says which rows",
    ),
    Fault(
        "one column granted without a policy",
        "grant update (text) on journeys.reviews to milepost_app",
        "journeys.reviews: milepost_app may UPDATE but no policy says which rows",
    ),
    Fault(
        "truncate granted",
        "grant truncate on journeys.submissions to milepost_app",
        "journeys.submissions: milepost_app may TRUNCATE, which no policy restrains",
    ),
    Fault(
        "the application owning a table",
        "alter table identity.reads owner to milepost_app",
        "identity.reads: milepost_app owns it",
    ),
    Fault(
        "a restrictive policy",
        "create policy also on identity.grants as restrictive for select using (true)",
        "identity.grants: the policy also is RESTRICTIVE",
    ),
    Fault(
        "a view with its owner's rights",
        "create view shared.everybody as select id from identity.users",
        "shared.everybody: a view with its owner's rights",
    ),
    Fault(
        "a view that stopped asking for the caller's rights",
        "alter view shared.users set (security_invoker = false)",
        "shared.users: a view with its owner's rights",
    ),
    Fault(
        "a stored view",
        "create materialized view shared.ranks as select id from identity.users",
        "shared.ranks: a view with its owner's rights",
    ),
    Fault(
        "a function without a search path",
        "create function identity.peek() returns integer language sql as 'select 1'",
        "identity.peek(): no fixed search_path",
    ),
    Fault(
        "a function that lost its search path",
        "alter function identity.erase_me() reset search_path",
        "identity.erase_me(): no fixed search_path",
    ),
    Fault(
        "the application above policies",
        "alter role milepost_app bypassrls",
        "the role milepost_app may bypass row-level security",
    ),
    Fault(
        "the application a superuser",
        "alter role milepost_app superuser",
        "the role milepost_app may bypass row-level security",
    ),
    Fault(
        "the application able to become the operator",
        "grant milepost_operator to milepost_app with inherit false, set true",
        "the role milepost_app is a member of milepost_operator",
    ),
    Fault(
        "the application inheriting the owner",
        "grant milepost_owner to milepost_app",
        "the role milepost_app is a member of milepost_owner",
    ),
)


@pytest.fixture
def look(copy: Roles, superuser: str, catalog: psycopg.Connection) -> Iterator[psycopg.Connection]:
    """An administrator's transaction in the copy, undone at the end."""
    with psycopg.connect(make_conninfo(superuser, dbname=catalog.info.dbname)) as connection:
        yield connection
        connection.rollback()


def test_the_shipped_database_has_no_fault(look: psycopg.Connection) -> None:
    assert proof.faults(look, app_role=APP) == []
    proof.require(look, app_role=APP)


def test_the_other_roles_would_not_pass(look: psycopg.Connection) -> None:
    """The proof tells roles apart: whoever sees or owns everything is noticed."""
    assert f"identity.users: {OWNER} owns it" in proof.faults(look, app_role=OWNER)
    assert f"the role {OPERATOR} may bypass row-level security" in proof.faults(
        look, app_role=OPERATOR
    )


@pytest.mark.parametrize("fault", FAULTS, ids=lambda fault: fault.title)
def test_each_fault_is_found_and_named(look: psycopg.Connection, fault: Fault) -> None:
    look.execute(fault.made)
    assert fault.said in proof.faults(look, app_role=APP)
    with pytest.raises(ServerError, match="Refusing to serve"):
        proof.require(look, app_role=APP)


def test_names_bound_when_a_function_was_made_need_no_search_path(
    look: psycopg.Connection,
) -> None:
    look.execute("create function identity.peek() returns integer language sql return 1")
    assert proof.faults(look, app_role=APP) == []


def test_the_refusal_stays_readable(look: psycopg.Connection) -> None:
    look.execute("grant truncate on all tables in schema journeys to milepost_app")
    with pytest.raises(ServerError, match=r"and \d+ more\)$"):
        proof.require(look, app_role=APP)
