"""The three roles and the way in, on the embedded server and on one that others administer."""

import socket
from collections.abc import Generator
from pathlib import Path

import psycopg
import pytest

from milepost.platform.db import backup, embedded, roles
from milepost.platform.db.connect import open_database
from milepost.platform.db.datafolder import ServerError, role_password

SECRET = bytes(range(32))
OTHER_SECRET = b"another secret, of thirty-two bytes and more"


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Generator[embedded.EmbeddedServer]:
    settings = {"listen_addresses": "127.0.0.1", "port": str(free_port())}
    with embedded.claim(tmp_path_factory.mktemp("roles")) as folder:
        server = embedded.start(folder, secret=SECRET, settings=settings)
        try:
            yield server
        finally:
            server.stop()


@pytest.fixture
def admin(server: embedded.EmbeddedServer) -> Generator[psycopg.Connection]:
    """The superuser of a server on which nobody has prepared anything."""
    with roles.connect(server.conninfo("postgres", "postgres")) as conn:
        yield conn
        for (database,) in conn.execute(
            "select datname from pg_database where datname in ('milepost', 'theirs')"
        ).fetchall():
            conn.execute(f"drop database {database} with (force)".encode())
        for (role,) in conn.execute(
            "select rolname from pg_roles where rolname like 'milepost%' or rolname = 'keeper'"
        ).fetchall():
            conn.execute(f"drop owned by {role}; drop role {role}".encode())


def url(server: embedded.EmbeddedServer, user: str, password: str, database: str) -> str:
    return f"postgresql://{user}:{password}@127.0.0.1:{server.port}/{database}"


@pytest.fixture
def theirs(server: embedded.EmbeddedServer, admin: psycopg.Connection) -> str:
    """A database whose keeper may create roles, and is no superuser."""
    admin.execute("create role keeper login createrole password 'kept'")
    admin.execute("create database theirs owner keeper")
    return url(server, "keeper", "kept", "theirs")


def one(conninfo: str, query: str) -> object:
    with roles.connect(conninfo) as conn:
        row = conn.execute(query.encode()).fetchone()
    return row[0] if row else None


def attributes(conn: psycopg.Connection) -> list[tuple[object, ...]]:
    return conn.execute(
        """
        select rolname, rolsuper or rolcreatedb or rolcreaterole, rolbypassrls
        from pg_roles
        where rolname like 'milepost%'
        order by rolname
        """
    ).fetchall()


def test_roles_are_made_once_and_can_do_no_more_than_they_should(
    server: embedded.EmbeddedServer, admin: psycopg.Connection
) -> None:
    conninfo = server.conninfo("postgres", "postgres")
    made = roles.ensure_roles(conninfo, secret=SECRET)
    assert made == roles.ensure_roles(conninfo, secret=SECRET)
    assert made.operator_bypasses
    assert attributes(admin) == [
        ("milepost_app", False, False),
        ("milepost_operator", False, True),
        ("milepost_owner", False, False),
    ]
    assert one(made.app, "select current_database()::text") == "milepost"
    assert one(made.app, "select '[1,2]'::vector <-> '[1,2]'::vector") == 0
    with roles.connect(made.app) as app:
        for forbidden in ("create table public.t ()", "create schema s", "set role milepost_owner"):
            with pytest.raises(psycopg.errors.InsufficientPrivilege):
                app.execute(forbidden.encode())
    with roles.connect(made.owner) as owner:
        owner.execute("create schema s create table t (id integer)")
        owner.execute("set role milepost_operator")
    assert one(made.operator, "select count(*) from s.t") == 0


def test_what_was_taken_away_comes_back(
    server: embedded.EmbeddedServer, admin: psycopg.Connection
) -> None:
    conninfo = server.conninfo("postgres", "postgres")
    made = roles.ensure_roles(conninfo, secret=SECRET)
    admin.execute("alter role milepost_app superuser createdb bypassrls")
    admin.execute("alter role milepost_operator nobypassrls")
    admin.execute("revoke milepost_operator from milepost_owner")
    admin.execute("revoke connect on database milepost from milepost_app")
    admin.execute("grant connect on database milepost to public")
    assert roles.ensure_roles(conninfo, secret=SECRET) == made
    assert ("milepost_app", False, False) in attributes(admin)
    assert ("milepost_operator", False, True) in attributes(admin)
    assert one(made.app, "select 1") == 1
    admin.execute("create role keeper login password 'kept'")
    with pytest.raises(ServerError, match="permission denied"):
        roles.connect(url(server, "keeper", "kept", "milepost"))


def test_a_new_secret_gives_new_passwords(
    server: embedded.EmbeddedServer, admin: psycopg.Connection
) -> None:
    conninfo = server.conninfo("postgres", "postgres")
    old = roles.ensure_roles(conninfo, secret=SECRET)
    new = roles.ensure_roles(conninfo, secret=OTHER_SECRET)
    assert one(new.app, "select current_user::text") == "milepost_app"
    with pytest.raises(ServerError, match="password authentication failed"):
        roles.connect(old.app)


def test_a_keeper_without_superuser_can_prepare_a_server(
    server: embedded.EmbeddedServer, theirs: str, tmp_path: Path
) -> None:
    with pytest.raises(ServerError, match=r"run:\n  create extension if not exists vector;$"):
        roles.ensure_roles(theirs, secret=SECRET, dbname=None)
    with roles.connect(server.conninfo("postgres", "theirs")) as administrator:
        administrator.execute("create extension vector")
    with open_database(data_dir=tmp_path, url=theirs) as db:
        assert db.server is None
        assert not db.roles.operator_bypasses
        assert one(db.roles.operator, "select current_database()::text") == "theirs"
        with roles.connect(db.roles.owner) as owner:
            owner.execute(
                """
                create schema s;
                grant usage on schema s to milepost_operator;
                create table s.t (id integer, word text);
                alter table s.t enable row level security;
                alter table s.t force row level security;
                """
            )
            assert roles.ensure_operator_policies(owner) == 1
            assert roles.ensure_operator_policies(owner) == 0
        with roles.connect(db.roles.operator) as operator:
            operator.execute("insert into s.t (id, word) values (1, 'one')")
        backup.backup(db.roles.operator, tmp_path / "file")
        backup.restore(db.roles.owner, tmp_path / "file", force=True)
        assert one(db.roles.operator, "select word from s.t") == "one"
        assert one(db.roles.owner, "select count(*) from s.t") == 0
    with open_database(data_dir=tmp_path, url=theirs) as again:
        assert again.roles == db.roles


def test_a_role_that_may_not_prepare_is_given_the_sql_for_someone_who_may(
    server: embedded.EmbeddedServer, admin: psycopg.Connection, theirs: str
) -> None:
    admin.execute("alter role keeper nocreaterole")
    with pytest.raises(ServerError, match="may not prepare the database") as refusal:
        roles.ensure_roles(theirs, secret=SECRET, dbname=None)
    statements = str(refusal.value).split("run:\n")[1]
    assert 'create role "milepost_owner"' in statements
    assert role_password(SECRET, "milepost_owner") not in statements
    with roles.connect(server.conninfo("postgres", "theirs")) as administrator:
        administrator.execute(statements.encode())
    made = roles.ensure_roles(theirs, secret=SECRET, dbname=None)
    assert one(made.app, "select current_user::text") == "milepost_app"


@pytest.mark.parametrize(
    ("address", "complaint"),
    [
        ("postgresql://keeper:wr0ng@127.0.0.1:{port}/postgres", "password authentication failed"),
        ("postgresql://keeper:wr0ng@127.0.0.1:1/postgres", "Connection refused"),
        ("postgres//keeper:wr0ng@127.0.0.1", "not an address of PostgreSQL"),
        ("postgresql://keeper:wr0ng@127.0.0.1:{port}/postgres?colour=red", "not an address"),
    ],
)
def test_a_wrong_address_is_told_in_one_line_without_its_password(
    server: embedded.EmbeddedServer, address: str, complaint: str
) -> None:
    with pytest.raises(ServerError, match=complaint) as refusal:
        roles.ensure_roles(address.format(port=server.port), secret=SECRET, dbname=None)
    assert "\n" not in str(refusal.value)
    assert "wr0ng" not in str(refusal.value)


def test_a_folder_s_database_opens_beside_its_server_and_alone(tmp_path: Path) -> None:
    with open_database(data_dir=tmp_path, url=None, exclusive=True) as serving:
        assert serving.server is not None
        with open_database(data_dir=tmp_path, url=None) as beside:
            assert beside.server is not None
            assert beside.server.pid == serving.server.pid
            assert beside.roles == serving.roles
        assert serving.server.alive()
        with (
            pytest.raises(ServerError, match="in use by another Milepost"),
            open_database(data_dir=tmp_path, url=None, exclusive=True),
        ):
            pass
    with open_database(data_dir=tmp_path, url=None) as alone:
        assert one(alone.roles.operator, "select current_user::text") == "milepost_operator"
    assert embedded.find_running(tmp_path) is None
