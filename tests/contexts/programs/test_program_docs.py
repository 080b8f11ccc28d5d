"""What the how-to and the published schemas say is what `check` does."""

import json
import re

from jsonschema import Draft202012Validator
from tests.contexts.programs.conftest import ROOT

from milepost.contexts.programs import files, scaffold

HOWTO = ROOT / "docs" / "howto" / "add-a-program.md"


def test_the_examples_of_the_how_to_make_a_program(tmp_path, faults_of):
    blocks = re.findall(r"```yaml\n(.*?)```", HOWTO.read_text("utf-8"), re.DOTALL)
    program, step, checklist = (block for block in blocks if block.startswith("slug: "))
    folder = tmp_path / "bakery"
    (folder / "steps").mkdir(parents=True)
    (folder / "program.yaml").write_text(program, "utf-8")
    (folder / "steps" / "00-dream.yaml").write_text(step, "utf-8")
    assert faults_of(folder) == ()

    (folder / "steps" / "007-first-customers.yaml").write_text(checklist, "utf-8")
    assert faults_of(folder) == ()

    scaffold.new_tool(folder, 1, "bread")
    scaffold.new_step(folder, 8, "first-shop")
    assert faults_of(folder) == ()
    written = files.load(folder)
    assert written.requires("sprint-1-bread") == {"sprint-0-dream"}
    assert written.requires("first-customers") == {"sprint-0-dream"}
    assert written.requires("first-shop") == {"first-customers"}


def test_steps_that_nobody_has_written_yet_repeat_each_other(studio, faults_of):
    scaffold.new_step(studio, 8, "first-shop")
    assert faults_of(studio) == ()
    scaffold.new_step(studio, 9, "second-shop")
    found = faults_of(studio)
    assert {fault.file for fault in found} == {"studio/steps/009-second-shop.yaml"}
    assert all("studio/steps/008-first-shop.yaml" in fault.message for fault in found)


def test_the_published_schemas_are_json_schema():
    for name in ("program", "step"):
        file = ROOT / "programs" / "schemas" / f"{name}.schema.json"
        schema = json.loads(file.read_text("utf-8"))
        Draft202012Validator.check_schema(schema)
        assert f"{name}.schema.json" in schema["description"]
        assert f"{name}.schema.json" in HOWTO.read_text("utf-8")
