"""`milepost programs`: a new tool goes from a file to the API without a line of code."""

import json
import re
import shutil
from dataclasses import replace
from pathlib import Path

from milepost.settings import shipped
from tests.cli import visits
from tests.cli.commands import Running, Spot
from tests.cli.conftest import Up
from tests.cli.places import ROOT

NEW = "sprint-31-next-horizon"


def test_a_new_tool_is_published_with_its_tables_and_walked(
    data: Path, spot: Spot, start: Up
) -> None:
    folder = _copied(spot)
    told = spot.run("programs", "new-tool", "fast-track", 31, "next-horizon")
    assert told.startswith("Wrote fast-track/steps/31-next-horizon.yaml\n")
    spot.run("programs", "check", folder)
    running = start(data, "--demo")
    publish = ("programs", "publish", folder, "--data", data, "--json")
    assert json.loads(spot.run(*publish)) == [
        {"program": "fast-track", "version": 2, "created": True}
    ]
    assert json.loads(spot.run(*publish)) == [
        {"program": "fast-track", "version": 2, "created": False}
    ]
    _check_catalog(data)
    assert running.stop() == 0

    again = start(data, "--demo")
    with visits.sign_in(again.url, visits.LEARNER) as learner:
        program = visits.ask(learner, "/programs/fast-track")
        assert NEW in [step["slug"] for step in program["steps"]]
        begun = learner.post("/journeys", json={"program": "fast-track"})
        journey = begun.json()["id"]
        steps = visits.ask(learner, f"/journeys/{journey}/steps")["items"]
        assert [step["slug"] for step in steps][-1] == NEW
    # Who had begun stays on the version of that day.
    with visits.sign_in(again.url, visits.MAYA) as maya:
        steps = visits.ask(maya, f"/journeys/{visits.journey_of(maya)}/steps")["items"]
        assert len(steps) == 31
    told = spot.run("verify", "--data", data)
    assert told.startswith(f"{visits.JOURNEYS_OF_THE_DEMO + 1} journeys derived anew: 0 stale")


def test_check_names_file_and_line_of_a_fault(spot: Spot) -> None:
    told = spot.run("programs", "check")
    assert "No faults in fast-track, " in told
    assert "Meanings: compared, with the model on this machine." in told
    file = _copied(spot) / "steps" / "02-vision.yaml"
    text = file.read_text("utf-8")
    assert "field: identity.personal_dream" in text
    file.write_text(text.replace("field: identity.personal_dream", "field: identity.dreamt"))
    lines = file.read_text("utf-8").splitlines()
    line = next(n for n, text in enumerate(lines, start=1) if "identity.dreamt" in text)
    told = spot.run("programs", "check", "fast-track", code=1)
    assert f"fast-track/steps/02-vision.yaml:{line}: " in told
    refused = spot.finish("programs", "publish", "fast-track", "--data", spot.folder / "own")
    assert refused.returncode == 1
    assert f"02-vision.yaml:{line}: " in refused.stderr
    assert not (spot.folder / "own").exists()


def test_check_names_the_other_step_as_the_terminal_opens_it(spot: Spot) -> None:
    place = spot.folder / "mine" / "startup-journey"
    shutil.copytree(shipped("programs") / "startup-journey", place)
    first, second, *_ = sorted((place / "steps").glob("*.yaml"))
    title = re.search(r"^title: .*$", first.read_text("utf-8"), re.MULTILINE)
    assert title is not None
    text = re.sub(r"^title: .*$", title[0], second.read_text("utf-8"), flags=re.MULTILINE)
    second.write_text(text, "utf-8")
    told = spot.run("programs", "check", "mine/startup-journey", "--no-meaning", code=1)
    here = "mine/startup-journey/steps"
    assert f"{here}/{second.name}:2: title says what {here}/{first.name}:2 says" in told
    assert "Meanings: not compared, as you asked." in told
    found = json.loads(spot.run("programs", "check", place, "--no-meaning", "--json", code=1))
    assert found["meanings"] == "not compared, as you asked"
    assert f"says what {here}/{first.name}:2 says" in found["faults"][0]["message"]


def test_check_says_so_where_no_model_compares_meanings(spot: Spot) -> None:
    bare = replace(spot, environment={**spot.environment, "MILEPOST_EMBEDDINGS": "off"})
    told = bare.run("programs", "check", "startup-journey")
    assert "Meanings: not compared, as no model is set up here" in told


def test_check_counts_one_step_as_one(spot: Spot) -> None:
    howto = (ROOT / "docs" / "howto" / "add-a-program.md").read_text("utf-8")
    blocks = re.findall(r"```yaml\n(.*?)```", howto, re.DOTALL)
    program, step, _ = (block for block in blocks if block.startswith("slug: "))
    (spot.folder / "bakery" / "steps").mkdir(parents=True)
    (spot.folder / "bakery" / "program.yaml").write_text(program, "utf-8")
    (spot.folder / "bakery" / "steps" / "00-dream.yaml").write_text(step, "utf-8")
    assert spot.run("programs", "check", "bakery") == "No faults in bakery: 1 step.\n"


def test_the_export_has_the_shape_that_the_specification_shows(spot: Spot) -> None:
    spot.run("programs", "export", "fast-track", "--out", spot.folder / "out")
    config = json.loads((spot.folder / "out" / "config" / "dependencies.json").read_text("utf-8"))
    assert list(config) == ["tools"]
    assert len(config["tools"]) == 31
    vision = config["tools"]["sprint-2-vision"]
    assert list(vision) == ["dependencies", "outputs"]
    assert {"identity.personal_dream", "identity.core_values"} <= set(vision["dependencies"])
    assert "vision.statement" in vision["outputs"]
    registry = json.loads((spot.folder / "out" / "tool-registry.json").read_text("utf-8"))
    schemas = {tool["slug"]: tool["schema"] for tool in registry["tools"]}
    assert schemas["sprint-0-woop"] == "sprint_00_woop"
    assert schemas["sprint-30-program-overview"] == "sprint_30_program_overview"


def test_people_are_added_and_imported_beside_the_running_server(demo: Running, spot: Spot) -> None:
    where = ("--data", demo.data)
    added = json.loads(
        spot.run(
            "users",
            "add",
            "ines@school.test",
            "--name",
            "Ines",
            "--role",
            "guru",
            "--password-stdin",
            "--json",
            *where,
            typed="a fine long password\n",
        )
    )
    assert (added["role"], added["tenant"]) == ("guru", "demo")
    with visits.sign_in(demo.url, "ines@school.test", "a fine long password") as ines:
        assert visits.ask(ines, "/me")["full_name"] == "Ines"

    file = spot.folder / "people.csv"
    file.write_text(
        "id,email,name,organization,role\n"
        "lw-1,olga@school.test,Olga,Bakery,user\n"
        "lw-2,pim@school.test,Pim,Bakery,admin\n"
    )
    plan = spot.run("users", "import", file, "--plan", *where)
    assert "2 new, 0 changed, 0 unchanged, 0 refused." in plan
    done = json.loads(spot.run("users", "import", file, "--json", *where))
    assert done["applied"] is True
    assert [row["email"] for row in done["new"]] == ["olga@school.test", "pim@school.test"]
    repeated = spot.run("users", "import", file, *where)
    assert "0 new, 0 changed, 2 unchanged, 0 refused." in repeated
    file.write_text("email,name\nolga@school.test,Olga B.\nnot an address,Q\n")
    refused = spot.finish("users", "import", file, *where)
    assert refused.returncode == 1
    assert "Nothing was changed" in refused.stderr
    with visits.as_operator(demo.data) as operator:
        names = operator.execute(
            "select full_name from shared.users where lms_user_id like 'lw-%' order by 1"
        ).fetchall()
    assert names == [("Olga",), ("Pim",)]


def _copied(spot: Spot) -> Path:
    target = spot.folder / "fast-track"
    shutil.copytree(shipped("programs") / "fast-track", target)
    return target


def _check_catalog(data: Path) -> None:
    """The new tool's tables are partitions, closed like all others, with policies of their own."""
    with visits.as_operator(data) as operator:
        tables = operator.execute(
            """
            select relname, relkind::text, relispartition, relrowsecurity, relforcerowsecurity
            from pg_class
            where relnamespace = 'sprint_31_next_horizon'::regnamespace and relkind in ('r', 'p')
            order by relname
            """
        ).fetchall()
        policies = operator.execute(
            """
            select tablename, cmd
            from pg_policies
            where schemaname = %s
            order by tablename, cmd
            """,
            ("sprint_31_next_horizon",),
        ).fetchall()
        like = operator.execute(
            """
            select tablename, cmd
            from pg_policies
            where schemaname = %s
            order by tablename, cmd
            """,
            ("sprint_00_woop",),
        ).fetchall()
    assert tables == [
        ("field_outputs", "r", True, True, True),
        ("submissions", "r", True, True, True),
    ]
    assert policies == like
    assert ("submissions", "SELECT") in policies
