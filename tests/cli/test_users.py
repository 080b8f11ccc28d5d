"""`milepost users`, against the tests' own server named by its address."""

import asyncio
import json
from uuid import uuid4

import pytest
from psycopg.conninfo import make_conninfo
from typer.testing import CliRunner

from milepost.cli import users
from milepost.contexts.identity import service as identity
from milepost.contexts.identity.types import System
from milepost.platform import clock
from milepost.platform.db import Database
from milepost.platform.errors import AppError

SECRET = "a secret that only the tests know"


@pytest.fixture(scope="module")
def command_database(new_database, superuser, request):
    """A database of the command's own: which tenants there are is part of what it does."""
    worker = getattr(request.config, "workerinput", {"workerid": "main"})["workerid"]
    made = new_database(f"users_{worker}")
    return made, make_conninfo(superuser, dbname=f"users_{worker}")


@pytest.fixture
def run(command_database, monkeypatch):
    monkeypatch.setenv("MILEPOST_DATABASE_URL", command_database[1])
    monkeypatch.setenv("MILEPOST_SECRET_KEY", SECRET)

    def run(*words, **more):
        return CliRunner().invoke(users.app, [str(word) for word in words], **more)

    return run


def in_database(command_database, work):
    """Do something as the application, in a loop of its own as a command has."""

    async def opened():
        db = Database(command_database[0].app, max_size=2)
        await db.open()
        try:
            return await work(db)
        finally:
            await db.close()

    return asyncio.run(opened())


def address():
    return f"{uuid4().hex}@people.milepost.test"


def test_a_person_is_added_with_a_link_to_choose_a_password(run, command_database):
    email = address()
    done = run("add", email, "--name", "Ada Admin", "--role", "admin", "--json")
    assert done.exit_code == 0, done.output
    added = json.loads(done.stdout)
    assert (added["email"], added["role"], added["tenant"]) == (email, "admin", "main")
    token = added["invitation"].rsplit("/", 1)[1]

    async def accept(db):
        await identity.set_password_by_link(
            db, token=token, kind="invitation", password="a new password", now=clock.now()
        )
        return await identity.sign_in(
            db,
            email=email,
            password="a new password",
            kind="bearer",
            address="",
            user_agent="",
            now=clock.now(),
            secret=b"x" * 32,
        )

    assert in_database(command_database, accept).user.full_name == "Ada Admin"


def test_a_password_comes_by_standard_input(run, command_database):
    email = address()
    done = run("add", email, "--name", "Nora", "--password-stdin", input="a good password\n")
    assert done.exit_code == 0
    assert "invitation" not in done.stdout.lower()

    async def sign_in(db):
        return await identity.sign_in(
            db,
            email=email,
            password="a good password",
            kind="bearer",
            address="",
            user_agent="",
            now=clock.now(),
            secret=b"x" * 32,
        )

    assert in_database(command_database, sign_in).user.email == email


def test_the_same_address_twice_is_an_error_in_one_line(run):
    email = address()
    assert run("add", email, "--name", "Nora").exit_code == 0
    again = run("add", email, "--name", "Nora")
    # The command's frame turns this into one line and exit code 1.
    assert isinstance(again.exception, AppError)
    assert "address" in str(again.exception)


def test_a_file_is_planned_applied_and_repeated(run, tmp_path):
    file = tmp_path / "people.csv"
    a, b = address(), address()
    file.write_text(
        f"id,email,name,organization,role\n{a},{a},Anna [b],Acme,user\n,{b},Bert,,guru\n"
    )
    plan = run("import", file, "--plan")
    assert plan.exit_code == 0
    assert "2 new, 0 changed, 0 unchanged, 0 refused." in plan.stdout
    assert "Anna [b]" in plan.stdout
    assert "nothing was changed" in plan.stdout
    done = json.loads(run("import", file, "--json").stdout)
    assert done["applied"] is True
    assert [row["email"] for row in done["new"]] == [a, b]
    again = json.loads(run("import", file, "--apply", "--json").stdout)
    assert (again["new"], again["changed"], again["unchanged"]) == ([], [], 2)
    file.write_text(f"email,name\n{a},Anna Changed\nnonsense,Carl\n")
    refused = run("import", file, "--json")
    assert refused.exit_code == 1
    said = json.loads(refused.stdout)
    assert said["applied"] is False
    assert said["refused"] == [{"row": 3, "why": "This is not an e-mail address."}]
    assert run("import", file).exit_code == 1
    file.write_text(f"email,name\n{a},Anna [b]\n")
    assert json.loads(run("import", file, "--plan", "--json").stdout)["unchanged"] == 1


def test_of_several_tenants_one_has_to_be_named(run, command_database):
    assert run("add", address(), "--name", "Nora").exit_code == 0

    async def second(db):
        async with db.transaction(System()) as tx:
            await identity.ensure_tenant(tx, slug="second", name="Second", now=clock.now())

    in_database(command_database, second)
    unnamed = run("add", address(), "--name", "Nora")
    assert "--tenant" in str(unnamed.exception)
    named = run("add", address(), "--name", "Nora", "--tenant", "second", "--json")
    assert json.loads(named.stdout)["tenant"] == "second"
    assert isinstance(run("add", address(), "--name", "N", "--tenant", "no").exception, AppError)
