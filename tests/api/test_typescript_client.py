"""The TypeScript client: its types are those of the API today, it compiles, and it works."""

import asyncio
import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from milepost.contexts.identity.types import Role
from tests.api.walking import begin, ok
from tests.factories.people import PASSWORD

CLIENT = Path(__file__).parents[2] / "clients" / "typescript"
TOOLS = CLIENT / "node_modules" / ".bin"
STALE = "clients/typescript/src/schema.ts is not of this API: run `make client`, and commit it"


def run(*command: str | Path, folder: Path = CLIENT, sent: bytes | None = None) -> str:
    """Run a program to its end, and return what it printed."""
    beside = os.environ | {"PATH": f"{Path(sys.executable).parent}:{os.environ['PATH']}"}
    done = subprocess.run(
        command, cwd=folder, env=beside, input=sent, capture_output=True, timeout=120
    )
    assert done.returncode == 0, (done.stdout + done.stderr).decode()
    return done.stdout.decode()


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The client and its example, compiled."""
    folder = tmp_path_factory.mktemp("client")
    run(TOOLS / "tsc", "--outDir", folder / "dist")
    shutil.copy(CLIENT / "package.json", folder)
    (folder / "node_modules").symlink_to(CLIENT / "node_modules")
    return folder


def test_the_types_are_those_of_the_api_today(tmp_path):
    document = run("milepost", "openapi").encode()
    run(TOOLS / "openapi-typescript", "--output", tmp_path / "schema.ts", sent=document)
    assert (tmp_path / "schema.ts").read_text() == (CLIENT / "src" / "schema.ts").read_text(), STALE


def test_one_command_renews_them_and_another_checks_them():
    scripts = json.loads((CLIENT / "package.json").read_text())["scripts"]
    assert scripts["generate"] == "milepost openapi | openapi-typescript -o src/schema.ts"
    run("npm", "run", "--silent", "check")


def test_the_lock_names_no_address():
    lock = (CLIENT / "package-lock.json").read_text()
    assert "://" not in lock
    for name, package in json.loads(lock)["packages"].items():
        assert name == "" or package["integrity"].startswith("sha512-"), name


def test_what_is_typed_wrongly_does_not_compile(tmp_path):
    shutil.copytree(CLIENT / "src", tmp_path / "src")
    (tmp_path / "node_modules").symlink_to(CLIENT / "node_modules")
    shutil.copy(CLIENT / "package.json", tmp_path)
    config = json.loads((CLIENT / "tsconfig.json").read_text()) | {"include": ["src"]}
    (tmp_path / "tsconfig.json").write_text(json.dumps(config))
    (tmp_path / "src" / "wrong.ts").write_text(
        'import { createMilepost } from "./index.js";\n'
        'createMilepost({ baseUrl: "" }).POST("/api/v1/journeys", { body: { programme: "x" } });\n'
    )
    done = subprocess.run(
        [TOOLS / "tsc", "--noEmit"], cwd=tmp_path, capture_output=True, timeout=120
    )
    assert done.returncode != 0
    assert b"programme" in done.stdout


async def test_a_program_built_on_it_signs_in_begins_and_hands_in(
    built, live_server, place, as_caller
):
    someone = await place.person(password=PASSWORD)
    caller = await as_caller(someone)
    for name in ("Gita Guru", "Tom Tutor"):
        await place.grant(someone, await place.person(name, role=Role.GURU))
    printed = await asyncio.to_thread(
        run,
        "node",
        built / "dist" / "examples" / "first-step.js",
        live_server,
        someone.user.email,
        PASSWORD,
    )
    told = json.loads(printed)
    assert told["email"] == someone.user.email
    # Sent twice with one key: one version, told twice.
    assert (told["step"], told["versions"]) == ("sprint-0-woop", [1, 1])
    assert told["refusal"]["code"] == "step_locked"
    assert told["refusal"]["why"]["missing"]
    assert sorted(told["sharing"]) == ["Gita Guru", "Tom Tutor"]
    walk = await begin(caller)
    states = await walk.states()
    assert states["sprint-0-woop"] == "completed"
    assert all(states[slug] == "unlocked" for slug in told["unlocked"])
    listed = ok(await caller.get(walk.step("sprint-0-woop", "/submissions")))["items"]
    assert len(listed) == 1


async def test_a_refused_sign_in_is_a_problem(built, live_server):
    script = built / "refused.mjs"
    script.write_text(
        'import { Problem, signIn } from "./dist/src/index.js";\n'
        "try {\n"
        "  await signIn({ baseUrl: process.argv[2], email: 'nobody@people.milepost.test',"
        " password: 'wrong password' });\n"
        "} catch (error) {\n"
        "  console.log(JSON.stringify([error instanceof Problem, error.status, error.code]));\n"
        "}\n"
    )
    printed = await asyncio.to_thread(run, "node", script, live_server)
    assert json.loads(printed) == [True, 401, "wrong_password"]
