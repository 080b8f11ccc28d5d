"""The three login roles, made and kept ready on any server: owner, app, operator.

The *owner* owns and migrates, the *app* serves and owns nothing, the *operator* sees every row.
Everything an administrator would have to do by hand stands in `_missing`, as the SQL that does it.
"""

from collections.abc import Generator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import LiteralString

import psycopg
from psycopg import sql
from psycopg.conninfo import conninfo_to_dict, make_conninfo
from psycopg.rows import class_row

from milepost.platform.db.datafolder import ServerError, role_password

OWNER = "milepost_owner"
APP = "milepost_app"
OPERATOR = "milepost_operator"
ALL = (OWNER, APP, OPERATOR)

# Run by the owner: the operator's share of whatever the owner makes later, and nobody else's.
SHARED: tuple[LiteralString, ...] = (
    f"alter default privileges grant usage on schemas to {OPERATOR}",
    f"alter default privileges grant all on tables to {OPERATOR}",
    f"alter default privileges grant all on sequences to {OPERATOR}",
    "alter default privileges revoke execute on functions from public",
)
UNSHARED: tuple[LiteralString, ...] = (
    f"alter default privileges revoke all on schemas from {OPERATOR}",
    f"alter default privileges revoke all on tables from {OPERATOR}",
    f"alter default privileges revoke all on sequences from {OPERATOR}",
    "alter default privileges grant execute on functions to public",
)

_VERSION = 18


@dataclass(frozen=True, slots=True)
class Roles:
    """How to connect as each role, and whether the operator needs policies of its own."""

    owner: str
    app: str
    operator: str
    operator_bypasses: bool


@dataclass(frozen=True, slots=True)
class _Found:
    """What one look at a server and its database shows."""

    database: str
    roles: list[str]
    unsafe: list[str]
    operator_bypasses: bool
    may_grant_bypass: bool
    operator_lent: bool
    vector: bool
    public_creates: bool
    public_connects: bool
    roles_connect: bool
    owner_creates: bool


_LOOK = """
select
    current_database()::text as database,
    array(select rolname::text from pg_roles where rolname = any(%(all)s)) as roles,
    array(
        select rolname::text
        from pg_roles
        where rolname = any(%(all)s)
            and (
                rolsuper or rolcreatedb or rolcreaterole or not rolcanlogin
                or (rolbypassrls and rolname <> %(operator)s)
            )
    ) as unsafe,
    exists (select from pg_roles where rolname = %(operator)s and rolbypassrls)
        as operator_bypasses,
    exists (
        select
        from pg_roles
        where rolname = current_user and (rolsuper or (rolcreaterole and rolbypassrls))
    ) as may_grant_bypass,
    exists (
        select
        from pg_auth_members as lent
        join pg_roles as member on member.oid = lent.member
        join pg_roles as role on role.oid = lent.roleid
        where member.rolname = %(owner)s and role.rolname = %(operator)s and lent.set_option
    ) as operator_lent,
    exists (select from pg_extension where extname = 'vector') as vector,
    has_schema_privilege('public', 'public', 'create') as public_creates,
    has_database_privilege('public', current_database(), 'connect') as public_connects,
    3 = (
        select count(*)
        from pg_roles
        where rolname = any(%(all)s) and has_database_privilege(oid, current_database(), 'connect')
    ) as roles_connect,
    exists (
        select
        from pg_roles
        where rolname = %(owner)s and has_database_privilege(oid, current_database(), 'create')
    ) as owner_creates
"""


def ensure_roles(admin_conninfo: str, *, secret: bytes, dbname: str | None = "milepost") -> Roles:
    """Make what is missing of roles, database, extension and grants; touch nothing else.

    `dbname` is made where it is missing; None means the connection's own database, as it is.
    """
    with _database(admin_conninfo, dbname, secret) as conn:
        found = _look(conn)
        _apply(conn, _missing(conn, found, secret))
        bypasses = found.operator_bypasses or found.may_grant_bypass
        made = {
            role: make_conninfo(
                admin_conninfo,
                user=role,
                password=role_password(secret, role),
                dbname=found.database,
            )
            for role in ALL
        }
        for role in found.roles:
            if not _signs_in(made[role]):
                _apply(conn, [_set_password(conn, role, secret)])
    with connect(made[OWNER]) as owner:
        share_with_operator(owner)
    return Roles(made[OWNER], made[APP], made[OPERATOR], operator_bypasses=bypasses)


def connect(conninfo: str) -> psycopg.Connection:
    """A connection of one's own, outside any pool; ServerError in one line, without a password."""
    try:
        given = conninfo_to_dict(conninfo)
    except psycopg.Error as error:
        # The library's message quotes the address, password and all.
        raise ServerError(
            "MILEPOST_DATABASE_URL is not an address of PostgreSQL: "
            "it looks like postgresql://user:password@host/database"
        ) from error
    try:
        return psycopg.connect(
            make_conninfo(conninfo, application_name="milepost"),
            autocommit=True,
            connect_timeout=10,
        )
    except psycopg.Error as error:
        reason = " ".join(str(error).split())
        if password := given.get("password"):
            reason = reason.replace(str(password), "…")
        raise ServerError(f"Can't reach the database: {reason}") from error


def share_with_operator(owner: psycopg.Connection) -> None:
    """What the owner makes from now on is the operator's to read, repair and restore."""
    known = owner.execute(
        "select count(*) from pg_default_acl where defaclrole = current_user::regrole"
    ).fetchone()
    if known is None or known[0] < len(SHARED):
        for statement in SHARED:
            owner.execute(statement)


def ensure_operator_policies(owner: psycopg.Connection) -> int:
    """Give the operator a policy on each table where it can't bypass them; how many were missing.

    Some servers grant nobody `bypassrls`; there a policy is the only way to see every row.
    """
    missing = owner.execute(
        """
        select space.nspname, rel.relname
        from pg_class as rel
        join pg_namespace as space on space.oid = rel.relnamespace
        where rel.relrowsecurity
            and rel.relkind in ('r', 'p')
            and pg_has_role(rel.relowner, 'usage')
            and not exists (select from pg_roles where rolname = %(operator)s and rolbypassrls)
            and not exists (
                select from pg_policy where polrelid = rel.oid and polname = 'operator'
            )
        order by space.nspname, rel.relname
        """,
        {"operator": OPERATOR},
    ).fetchall()
    with owner.transaction():
        for schema, table in missing:
            owner.execute(
                sql.SQL(
                    "create policy {} on {} for all to {} using (true) with check (true)"
                ).format(
                    sql.Identifier("operator"),
                    sql.Identifier(schema, table),
                    sql.Identifier(OPERATOR),
                )
            )
    return len(missing)


@contextmanager
def _database(
    admin_conninfo: str, dbname: str | None, secret: bytes
) -> Generator[psycopg.Connection]:
    if dbname is None:
        with connect(admin_conninfo) as conn:
            yield conn
        return
    target = make_conninfo(admin_conninfo, dbname=dbname)
    try:
        conn = connect(target)
    except ServerError as error:
        if "does not exist" not in str(error):
            raise
        _create_database(admin_conninfo, dbname, secret)
        conn = connect(target)
    with conn:
        yield conn


def _create_database(admin_conninfo: str, dbname: str, secret: bytes) -> None:
    with connect(admin_conninfo) as conn:
        if OWNER not in _look(conn).roles:
            _apply(conn, [_create_role(conn, OWNER, secret)])
        _apply(
            conn,
            [
                sql.SQL("create database {} owner {}").format(
                    sql.Identifier(dbname), sql.Identifier(OWNER)
                )
            ],
        )


def _look(conn: psycopg.Connection) -> _Found:
    version = conn.info.server_version // 10000
    if version != _VERSION:
        raise ServerError(f"The database server is PostgreSQL {version}; Milepost needs {_VERSION}")
    with conn.cursor(row_factory=class_row(_Found)) as cursor:
        cursor.execute(_LOOK, {"all": list(ALL), "owner": OWNER, "operator": OPERATOR})
        found = cursor.fetchone()
    if found is None:
        raise ServerError("The database server did not describe itself: try again")
    return found


def _missing(conn: psycopg.Connection, found: _Found, secret: bytes) -> list[sql.Composed]:
    """The statements that this server still needs, in order."""
    statements = [_create_role(conn, role, secret) for role in ALL if role not in found.roles]
    statements += [
        sql.SQL("alter role {} login nosuperuser nocreatedb nocreaterole {}").format(
            sql.Identifier(role), sql.SQL("" if role == OPERATOR else "nobypassrls")
        )
        for role in found.unsafe
    ]
    wanted: tuple[tuple[bool, LiteralString], ...] = (
        (
            not found.operator_bypasses and found.may_grant_bypass,
            "alter role {operator} bypassrls",
        ),
        # Lent, not inherited: the owner stays under the tables' policies, and may still give
        # a function to the operator.
        (
            not found.operator_lent,
            "grant {operator} to {owner} with inherit false, set true",
        ),
        # What the roles have through `public` goes with it.
        (
            found.public_connects or not found.roles_connect,
            "grant connect on database {db} to {owner}, {app}, {operator}",
        ),
        (not found.owner_creates, "grant create on database {db} to {owner}"),
        (found.public_connects, "revoke connect on database {db} from public"),
        (found.public_creates, "revoke create on schema public from public"),
        (not found.vector, "create extension if not exists vector"),
    )
    names = {
        "db": sql.Identifier(found.database),
        "owner": sql.Identifier(OWNER),
        "app": sql.Identifier(APP),
        "operator": sql.Identifier(OPERATOR),
    }
    statements += [sql.SQL(text).format(**names) for needed, text in wanted if needed]
    return statements


def _apply(conn: psycopg.Connection, statements: list[sql.Composed]) -> None:
    left = list(statements)
    try:
        while left:
            conn.execute(left[0])
            left.pop(0)
    except psycopg.errors.InsufficientPrivilege as error:
        todo = ";\n  ".join(statement.as_string(conn) for statement in left)
        raise ServerError(
            "The role in MILEPOST_DATABASE_URL may not prepare the database "
            f"({error.diag.message_primary}). Let an administrator run:\n  {todo};"
        ) from error
    except (psycopg.errors.UndefinedFile, psycopg.errors.FeatureNotSupported) as error:
        raise ServerError(
            f"The database server lacks the extension vector ({error.diag.message_primary}): "
            "install pgvector there"
        ) from error


def _create_role(conn: psycopg.Connection, role: str, secret: bytes) -> sql.Composed:
    return sql.SQL(
        "create role {} login nosuperuser nocreatedb nocreaterole nobypassrls password {}"
    ).format(sql.Identifier(role), sql.Literal(_verifier(conn, role, secret)))


def _set_password(conn: psycopg.Connection, role: str, secret: bytes) -> sql.Composed:
    return sql.SQL("alter role {} password {}").format(
        sql.Identifier(role), sql.Literal(_verifier(conn, role, secret))
    )


def _verifier(conn: psycopg.Connection, role: str, secret: bytes) -> str:
    """What the server stores instead of the password: safe in its log and in our messages."""
    hashed = conn.pgconn.encrypt_password(
        role_password(secret, role).encode(), role.encode(), b"scram-sha-256"
    )
    return hashed.decode()


def _signs_in(conninfo: str) -> bool:
    try:
        psycopg.connect(conninfo, connect_timeout=10).close()
    except psycopg.OperationalError:
        return False
    return True
