"""What the how-to and the published schemas say is what `check` does."""

import json
import re

from jsonschema import Draft202012Validator
from tests.contexts.programs.conftest import ROOT

from milepost.contexts.programs import files, scaffold

HOWTO = ROOT / "docs" / "howto" / "add-a-program.md"


def test_the_examples_of_the_how_to_make_a_program(tmp_path, faults_of):
    blocks = re.findall(r"```yaml\n(.*?)```", HOWTO.read_text("utf-8"), re.DOTALL)
    program, step = (block for block in blocks if block.startswith("slug: "))
    folder = tmp_path / "bakery"
    (folder / "steps").mkdir(parents=True)
    (folder / "program.yaml").write_text(program, "utf-8")
    (folder / "steps" / "00-dream.yaml").write_text(step, "utf-8")
    assert faults_of(folder) == ()

    scaffold.new_tool(folder, 1, "bread")
    assert faults_of(folder) == ()
    assert files.load(folder).requires("sprint-1-bread") == {"sprint-0-dream"}


def test_the_published_schemas_are_json_schema():
    for name in ("program", "step"):
        file = ROOT / "programs" / "schemas" / f"{name}.schema.json"
        schema = json.loads(file.read_text("utf-8"))
        Draft202012Validator.check_schema(schema)
        assert f"{name}.schema.json" in schema["description"]
        assert f"{name}.schema.json" in HOWTO.read_text("utf-8")
