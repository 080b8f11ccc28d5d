"""`milepost programs`, and the file that it writes for a new tool."""

import json
import shutil

import pytest
from typer.testing import CliRunner

from milepost.cli.programs import app
from milepost.contexts.programs import files, scaffold
from milepost.contexts.programs.errors import CannotAdd, FaultyFiles

runner = CliRunner()


@pytest.mark.parametrize(("order", "slug"), [(3, "oven"), (12, "second-hand-flour"), (99, "24-7")])
def test_a_new_tool_is_sound_as_it_is_written(bakery, faults_of, order, slug):
    path = scaffold.new_tool(bakery, order, slug)
    assert path.name == f"{order:02d}-{slug}.yaml"
    assert faults_of(bakery) == ()
    step = files.load(bakery).step(f"sprint-{order}-{slug}")
    assert [need.field for need in step.needs] == ["shop.street"]
    assert len(step.gives) == 1


def test_a_new_tool_before_all_others_needs_nothing(bakery, faults_of):
    for name in ("00-dream", "01-bread", "02-shop"):
        path = bakery / "steps" / f"{name}.yaml"
        number = int(name[:2])
        path.write_text(path.read_text("utf-8").replace(f"order: {number}", f"order: {number + 1}"))
    scaffold.new_tool(bakery, 0, "first")
    assert faults_of(bakery) == ()
    assert files.load(bakery).step("sprint-0-first").needs == ()


def test_a_program_with_unreadable_files_takes_no_new_tool(bakery):
    (bakery / "steps" / "02-shop.yaml").write_text("a: [")
    with pytest.raises(FaultyFiles):
        scaffold.new_tool(bakery, 3, "oven")


@pytest.mark.parametrize(
    ("order", "slug", "message"),
    [
        (2, "oven", "The order 2 is used in"),
        (1, "bread", "The slug sprint-1-bread is used"),
        (3, "Oven", "is no slug"),
        (3, "../oven", "is no slug"),
        (-1, "oven", "from 0 to 9999"),
    ],
)
def test_a_new_tool_never_takes_a_place_that_is_taken(bakery, order, slug, message):
    before = sorted(bakery.rglob("*"))
    with pytest.raises(CannotAdd, match=message):
        scaffold.new_tool(bakery, order, slug)
    assert sorted(bakery.rglob("*")) == before


def test_a_new_tool_never_overwrites_a_file(bakery):
    file = bakery / "steps" / "03-oven.yaml"
    shutil.move(bakery / "steps" / "02-shop.yaml", file)
    with pytest.raises(CannotAdd, match="exists already"):
        scaffold.new_tool(bakery, 3, "oven")
    assert "sprint-2-shop" in file.read_text("utf-8")


def test_a_new_tool_names_the_published_schema_where_there_is_one(bakery):
    assert "yaml-language-server" not in scaffold.new_tool(bakery, 3, "oven").read_text("utf-8")
    (bakery.parent / "schemas").mkdir()
    (bakery.parent / "schemas" / "step.schema.json").write_text("{}")
    assert scaffold.new_tool(bakery, 4, "mill").read_text("utf-8").startswith("# yaml-language")


def test_check_says_that_all_is_well(bakery):
    result = runner.invoke(app, ["check", str(bakery)])
    assert result.exit_code == 0
    assert "No faults in bakery: 3 steps." in result.output


def test_check_names_file_and_line_and_fails(bakery, monkeypatch):
    path = bakery / "steps" / "02-shop.yaml"
    path.write_text(path.read_text("utf-8").replace("minutes: 90", "minutes: [long]"))
    monkeypatch.chdir(bakery)
    result = runner.invoke(app, ["check", "."])
    assert result.exit_code == 1
    assert "steps/02-shop.yaml:8: minutes must be a whole number." in result.output

    result = runner.invoke(app, ["check", "--json", "."])
    assert result.exit_code == 1
    assert json.loads(result.output) == {
        "programs": ["bakery"],
        # No two of its steps say enough to be compared.
        "meanings": None,
        "faults": [
            {"file": "steps/02-shop.yaml", "line": 8, "message": "minutes must be a whole number."}
        ],
    }


def test_check_takes_all_that_ships_by_default():
    # With meanings, which takes ten times as long, the command's own tests check them.
    result = runner.invoke(app, ["check", "--no-meaning", "--json"])
    told = json.loads(result.output)
    assert "fast-track" in told["programs"]
    assert told["faults"] == []


def test_new_tool_and_export_from_the_command_line(bakery, tmp_path):
    assert runner.invoke(app, ["new-tool", str(bakery), "3", "oven"]).exit_code == 0
    assert (bakery / "steps" / "03-oven.yaml").is_file()
    assert runner.invoke(app, ["new-tool", str(bakery), "3", "oven"]).exit_code == 1

    out = tmp_path / "out"
    assert runner.invoke(app, ["export", str(bakery), "--out", str(out)]).exit_code == 0
    dependencies = json.loads((out / "config" / "dependencies.json").read_text("utf-8"))
    assert dependencies["tools"]["sprint-3-oven"] == {
        "dependencies": ["shop.street"],
        "outputs": ["oven.decision"],
    }
    registry = json.loads((out / "tool-registry.json").read_text("utf-8"))
    assert [tool["schema"] for tool in registry["tools"]][-1] == "sprint_03_oven"


def test_a_program_that_does_not_exist(tmp_path):
    result = runner.invoke(app, ["export", str(tmp_path / "nowhere")])
    assert result.exit_code == 1
    assert "There is no program" in result.output


def test_the_shipped_program_takes_a_new_tool(tmp_path, faults_of, fast_track):
    folder = tmp_path / "fast-track"
    shutil.copytree(fast_track, folder)
    scaffold.new_tool(folder, 31, "next-horizon")
    assert [fault for fault in faults_of(folder) if "31-" in fault.file] == []
