"""The policies as the catalog holds them; broken on purpose, and put back as they were."""

import re
from collections.abc import Generator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import LiteralString, cast

import psycopg
from psycopg import sql
from psycopg.rows import class_row

from tests.architecture.catalog import OURS

_POLICIES = f"""
select n.nspname as schema,
       c.relname as relation,
       p.polname as name,
       case p.polcmd
         when 'r' then 'select' when 'a' then 'insert' when 'w' then 'update'
         when 'd' then 'delete' else 'all'
       end as command,
       p.polpermissive as permissive,
       array(
         select case when r.oid is null then 'public' else r.rolname::text end
           from unnest(p.polroles) as named (oid)
           left join pg_roles r
             on r.oid = named.oid
          order by 1
       ) as roles,
       pg_get_expr(p.polqual, p.polrelid) as using,
       pg_get_expr(p.polwithcheck, p.polrelid) as checked
  from pg_policy p
  join pg_class c
    on c.oid = p.polrelid
  join pg_namespace n
    on n.oid = c.relnamespace
 where {OURS}
 order by n.nspname, c.relname, p.polname
"""

_TENANT = re.compile(r"tenant_id = \( SELECT identity\.tenant\(\) AS tenant\)")


@dataclass(frozen=True, slots=True)
class Policy:
    """One policy; `using` says which rows are reached, `checked` which may be written."""

    schema: str
    relation: str
    name: str
    command: str
    permissive: bool
    roles: list[str]
    using: str | None
    checked: str | None

    @property
    def table(self) -> str:
        """The table it stands on."""
        return f"{self.schema}.{self.relation}"

    @property
    def title(self) -> str:
        """Its name in a failure."""
        return f"{self.table}: {self.name} ({self.command})"

    @property
    def verbs(self) -> tuple[str, ...]:
        """The verbs of the matrix that it is about."""
        every = ("select", "insert", "update", "delete")
        named = every if self.command == "all" else (self.command,)
        return (*named, *(f"{verb}*" for verb in named if verb in ("update", "delete")))

    def clauses(self) -> dict[str, str]:
        """Its expressions, by the words that introduce them."""
        both = {"using": self.using, "with check": self.checked}
        return {words: text for words, text in both.items() if text is not None}


@dataclass(frozen=True, slots=True)
class Mutant:
    """A policy gone wrong: `clauses` in place of its own, or (None) the policy gone."""

    policy: Policy
    what: str
    clauses: dict[str, str] | None

    @property
    def title(self) -> str:
        """Its name in a failure."""
        return f"{self.policy.title}, {self.what}"


def policies(connection: psycopg.Connection) -> list[Policy]:
    """Every policy on a table of ours, as it stands."""
    with connection.cursor(row_factory=class_row(Policy)) as cursor:
        return cursor.execute(_POLICIES).fetchall()


def dropped(policy: Policy) -> list[Mutant]:
    """The policy forgotten."""
    return [Mutant(policy, "dropped", None)]


def opened(policy: Policy) -> list[Mutant]:
    """Each of its clauses in turn letting everything through, unless it means to."""
    return [
        Mutant(policy, f"{words} (true)", {words: "true"})
        for words, text in policy.clauses().items()
        if text != "true"
    ]


def for_any_tenant(policy: Policy) -> list[Mutant]:
    """The tenant forgotten, where the rest of the clause names no person of it."""
    return [
        Mutant(policy, f"{words} of any tenant", {words: _TENANT.sub("true", text)})
        for words, text in policy.clauses().items()
        if _TENANT.search(text) and ("sees_all(" in text or "manages(" in text)
    ]


# A level that somebody in the matrix has, in place of the next one up that they lack.
_LOWER = (
    ("sees('full'", "sees('detailed'"),
    ("sees('basic'", "sees('known'"),
    ("sees_all('full'", "sees_all('basic'"),
)


def a_level_lower(policy: Policy) -> list[Mutant]:
    """Content shown to who may see results, or progress to who knows no more than the name."""
    return [
        Mutant(policy, f"{words} with {lower})", {words: text.replace(level, lower)})
        for words, text in policy.clauses().items()
        for level, lower in _LOWER
        if level in text
    ]


@contextmanager
def broken(owner: psycopg.Connection, mutant: Mutant) -> Generator[None]:
    """Have the mutant in place of the policy for a while."""
    policy = mutant.policy
    if mutant.clauses is None:
        owner.execute(_on(policy, "drop policy {} on {}"))
    else:
        owner.execute(_altered(policy, mutant.clauses))
    try:
        yield
    finally:
        if mutant.clauses is None:
            owner.execute(_created(policy))
        else:
            owner.execute(_altered(policy, policy.clauses()))


def _on(policy: Policy, text: LiteralString) -> sql.Composed:
    return sql.SQL(text).format(
        sql.Identifier(policy.name), sql.Identifier(policy.schema, policy.relation)
    )


def _altered(policy: Policy, clauses: dict[str, str]) -> sql.Composed:
    return sql.SQL("{} {}").format(_on(policy, "alter policy {} on {}"), _written(clauses))


def _created(policy: Policy) -> sql.Composed:
    roles = sql.SQL(", ").join(
        sql.SQL("public") if role == "public" else sql.Identifier(role) for role in policy.roles
    )
    return sql.SQL("{} for {} to {} {}").format(
        _on(policy, "create policy {} on {}"),
        _trusted(policy.command),
        roles,
        _written(policy.clauses()),
    )


def _written(clauses: dict[str, str]) -> sql.Composed:
    return sql.SQL(" ").join(
        sql.SQL("{} ({})").format(_trusted(words), _trusted(text))
        for words, text in clauses.items()
    )


def _trusted(text: str) -> sql.SQL:
    """What the catalog itself wrote."""
    return sql.SQL(cast("LiteralString", text))
