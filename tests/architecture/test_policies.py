"""The form that every policy keeps: columns compared with what `identity` worked out once.

A policy that read a table would recurse, or crawl; one that is restrictive, or a second one for
the same verb, would have to be read together with another.
"""

import re

import psycopg
import pytest

from tests.architecture.catalog import OURS, rows, tables
from tests.architecture.policies import policies

_CALL = re.compile(
    r"\( SELECT identity\.(\w+)\((?:'(?:known|basic|detailed|full)'::text)?\) AS \1\)"
)
_LIST = re.compile(
    r"\w+ IN \( SELECT unnest\(identity\.(?:writes\(\)|belongs\(\)|pool\(\)|"
    r"sees\('(?:known|basic|detailed|full)'::text\))\) AS unnest\)"
)
_TEST = re.compile(
    r"\w+ = ANY \(ARRAY\['\w+'::text(?:, '\w+'::text)*\]\)|"
    r"\w+ (?:=|<>) \w+|\w+ IS (?:NOT )?NULL|\w+ (?:=|<>) '\w+'::text|"
    r"share_anonymously|\w+ = '[0-]+'::uuid|\w+ <> '\{\}'::uuid\[\]"
)
_FUNCTIONS = {"tenant", "actor", "account", "pool", "sees_all", "manages"}


def test_every_table_forces_row_level_security(catalog: psycopg.Connection) -> None:
    found = rows(
        catalog,
        f"""
        select c.oid::regclass::text
          from pg_class c
          join pg_namespace n
            on n.oid = c.relnamespace
         where c.relkind in ('r', 'p')
           and {OURS}
           and not (c.relrowsecurity and c.relforcerowsecurity)
        """,
    )
    assert found == []


def test_partitions_are_read_as_their_parents_are(catalog: psycopg.Connection) -> None:
    parents = {table.name: table.partition_of for table in tables(catalog) if table.partition_of}
    reading = {p.table: p.using for p in policies(catalog) if p.command == "select"}
    wrong = [
        name
        for name, parent in parents.items()
        if name in reading and reading[name] != reading[parent]
    ]
    assert wrong == []
    assert {p.command for p in policies(catalog) if p.table in parents} == {"select"}


def test_policies_keep_the_form_of_the_house(catalog: psycopg.Connection) -> None:
    wrong = []
    for policy in policies(catalog):
        if not policy.permissive:
            wrong.append(f"{policy.title} is restrictive")
        for words, text in policy.clauses().items():
            if not well_formed(text):
                wrong.append(f"{policy.title} {words}: {text}")
    assert wrong == []


def test_one_policy_a_verb_for_the_application(catalog: psycopg.Connection) -> None:
    seen: set[tuple[str, str]] = set()
    twice = []
    for policy in policies(catalog):
        if not {"public", "milepost_app"} & set(policy.roles):
            continue
        for verb in policy.verbs:
            if (policy.table, verb) in seen:
                twice.append(policy.title)
            seen.add((policy.table, verb))
    assert twice == []


def well_formed(text: str) -> bool:
    """Whether a clause only compares columns with what identity's functions return."""
    if text == "true":
        return True
    if any(call not in _FUNCTIONS for call in _CALL.findall(text)):
        return False
    left = _LIST.sub("ok", text)
    left = _CALL.sub("ok", left)
    left = _TEST.sub("ok", left)
    return re.fullmatch(r"(?:ok|AND|OR|[() ])+", left) is not None


@pytest.mark.parametrize(
    "text",
    [
        "subject_id = ANY (identity.sees('full'::text))",
        "tenant_id = identity.tenant()",
        "EXISTS ( SELECT 1 FROM identity.memberships m WHERE m.subject_id = subject_id)",
        "subject_id IN ( SELECT g.subject_id FROM identity.grants g)",
        "( SELECT identity.enter(id) AS enter)",
        "(tenant_id = ( SELECT identity.tenant() AS tenant)) AND lower(name) = name",
    ],
)
def test_the_form_of_the_house_excludes_what_crawls_or_recurses(text: str) -> None:
    assert not well_formed(text)
