"""Each fault that a program's files can have is reported, once, at the line it stands in."""

import shutil
from pathlib import Path

import pytest

from milepost.contexts.programs import files
from milepost.contexts.programs.check import check_folders

DREAM, BREAD, SHOP = "steps/00-dream.yaml", "steps/01-bread.yaml", "steps/02-shop.yaml"
PROGRAM = "program.yaml"
PURPOSE = "You know where you sell, by street."
GUIDANCE = (
    "Sell where people pass on foot before eight; count them on three mornings before you sign."
)

# id: file, text, what replaces it, a text in the line that is blamed, the message
FAULTS = {
    "syntax": (BREAD, "title: Bread\n", "title: Bread: rye\n", "Bread: rye", "YAML: mapping"),
    "key twice": (SHOP, "order: 2\n", "order: 2\norder: 7\n", "order: 7", "written twice"),
    "key not text": (SHOP, "order: 2\n", "order: 2\n3: x\n", "3: x", "A key must be text"),
    "alias": (
        SHOP,
        f"purpose: {PURPOSE}\nguidance: {GUIDANCE}\n",
        "purpose: &same Sell.\nguidance: *same\n",
        "purpose: &same",
        "anchors and aliases",
    ),
    "character that no table holds": (
        SHOP,
        "title: Shop\n",
        'title: "a\\0"\n',
        'title: "a',
        "cannot be stored",
    ),
    "infinite number": (SHOP, "minutes: 90", "minutes: .inf", "minutes", "not a number"),
    "unknown key": (
        SHOP,
        "minutes: 90",
        "minutes: 90\nskipable: true",
        "skipable",
        "did you mean skippable?",
    ),
    "wrong type": (
        SHOP,
        "minutes: 90",
        "minutes: long",
        "minutes",
        "minutes must be a whole number",
    ),
    "key without value": (SHOP, "minutes: 90", "minutes:", "minutes", "minutes is empty"),
    "key missing": (SHOP, "domain: craft\n", "", "slug: sprint-2-shop", "domain is missing"),
    "not one of": (SHOP, "kind: tool", "kind: quiz", "kind", "must be one of tool, checklist"),
    "key of a checklist in a tool": (
        SHOP,
        "minutes: 90",
        "minutes: 90\ndays: 3",
        "days: 3",
        "days is not for a step of kind tool",
    ),
    "number for text": (
        SHOP,
        "minutes: 90",
        "minutes: 90\nversion: 1.1",
        "version",
        "version must be text; put it in quotes",
    ),
    "slug misspelt": (SHOP, "slug: sprint-2-shop", "slug: Sprint_2", "slug", "lower-case letters"),
    "unknown field needed": (
        SHOP,
        "field: bread.loaves",
        "field: bread.loafs",
        "bread.loafs",
        "no step gives bread.loafs; did you mean bread.loaves?",
    ),
    "unknown step": (
        SHOP,
        "after: [sprint-0-dream]",
        "after: [sprint-0-dreams]",
        "sprint-0-dreams",
        "no step sprint-0-dreams; did you mean sprint-0-dream?",
    ),
    "cycle": (
        DREAM,
        "after: []",
        "after: [sprint-1-bread]",
        "after",
        "sprint-0-dream → sprint-1-bread → sprint-0-dream",
    ),
    "needs itself": (
        SHOP,
        "field: bread.loaves",
        "field: shop.street",
        "- field: shop.street",
        "needs shop.street, which it gives itself",
    ),
    "comes after itself": (
        SHOP,
        "after: [sprint-0-dream]",
        "after: [sprint-2-shop]",
        "after",
        "comes after itself",
    ),
    "two producers": (
        SHOP,
        "field: shop.street",
        "field: bread.motto",
        "bread.motto",
        "bread.motto is given in bakery/steps/01-bread.yaml too",
    ),
    "given twice by one step": (
        SHOP,
        "    title: Street\nform",
        "    title: Street\n  - {field: shop.street, from: street, title: A}\nform",
        "- {field: shop.street",
        "given twice",
    ),
    "needed twice": (
        SHOP,
        "    why: They fill the shelf.",
        "    why: They fill it.\n  - {field: bread.loaves, why: Twice}",
        "why: Twice",
        "needed twice",
    ),
    "slug twice": (
        SHOP,
        "sprint-2-shop",
        "sprint-1-bread",
        "slug",
        "is used in bakery/steps/01-bread.yaml",
    ),
    "order twice": (SHOP, "order: 2", "order: 1", "order", "The order 1 is used in"),
    "unknown phase": (
        SHOP,
        "phase: grow",
        "phase: growth",
        "phase",
        "no phase growth; did you mean grow?",
    ),
    "unknown domain": (
        SHOP,
        "domain: craft",
        "domain: money",
        "domain",
        "There is no domain money.",
    ),
    "guidance empty": (
        SHOP,
        f"guidance: {GUIDANCE}",
        "guidance: ''",
        "guidance",
        "guidance is empty",
    ),
    "guidance blank": (
        SHOP,
        f"guidance: {GUIDANCE}",
        "guidance: ' '",
        "guidance",
        "guidance is empty",
    ),
    "purpose empty": (
        SHOP,
        f"purpose: {PURPOSE}",
        "purpose: ''",
        "purpose",
        "purpose is empty",
    ),
    "HTML in guidance": (
        DREAM,
        "Write it *down*.",
        "Write\n  it <b>down</b>.",
        "guidance",
        "HTML in its line 3",
    ),
    "HTML block in guidance": (
        DREAM,
        "Write it *down*.",
        "\n  <div>x</div>",
        "guidance",
        "HTML in its line 3",
    ),
    "link in guidance": (
        DREAM,
        "Write it *down*.",
        "[x](https://example.org)",
        "guidance",
        "a link in its line 2",
    ),
    "great heading in guidance": (DREAM, "### Dream", "## Dream", "guidance", "heading above ###"),
    "schema name too long": (
        SHOP,
        "sprint-2-shop",
        "sprint-2-" + "shop" * 15,
        "slug",
        "more than 63 characters",
    ),
    "schema name taken": (
        SHOP,
        "sprint-2-shop",
        "sprint-01-bread",
        "slug",
        "sprint_01_bread belongs to sprint-1-bread",
    ),
    "program key missing": (PROGRAM, "accent: 30\n", "", "slug: bakery", "accent is missing"),
    "unknown walker": (
        PROGRAM,
        "accent: 30",
        "accent: 30\nwalker: team",
        "walker",
        "walker must be one of person, company",
    ),
    "program slug is not its folder": (
        PROGRAM,
        "slug: bakery",
        "slug: bakers",
        "slug: bakers",
        "the folder is called bakery",
    ),
    "phase twice": (
        PROGRAM,
        "slug: grow",
        "slug: grow\n    title: G\n  - slug: grow",
        "  - slug: grow",
        "grow is used twice",
    ),
    "hue out of range": (PROGRAM, "accent: 30", "accent: 400", "accent", "must be 359 or less"),
}


def test_the_small_program_has_no_fault(bakery, faults_of):
    assert faults_of(bakery) == ()


@pytest.mark.parametrize("name", FAULTS)
def test_a_fault_is_reported_where_it_stands(name, blames):
    blamed = blames(*FAULTS[name])
    assert len(blamed.places) == 1
    assert blamed.expected.issuperset(blamed.places)


def test_a_step_behind_one_that_never_opens_is_named_too(bakery, faults_of):
    path = bakery / BREAD
    path.write_text(path.read_text("utf-8").replace("- field: dream.wish", "- field: no.such", 1))
    messages = {(f.file, f.line): f.message for f in faults_of(bakery)}
    assert "no step gives no.such" in messages["bakery/steps/01-bread.yaml", 12]
    assert "waits for sprint-1-bread" in messages["bakery/steps/02-shop.yaml", 13]


def test_nobody_new_gets_past_a_need_that_a_retired_step_gives(bakery, faults_of):
    path = bakery / BREAD
    path.write_text(path.read_text("utf-8").replace("minutes: 60", "minutes: 60\nactive: false"))
    assert [(fault.file, fault.line, fault.message) for fault in faults_of(bakery)] == [
        (
            "bakery/steps/02-shop.yaml",
            13,
            "sprint-1-bread is retired (active: false), so only retired steps may wait for it.",
        )
    ]


def test_a_long_cycle_is_told_once_with_its_path(bakery, faults_of):
    path = bakery / DREAM
    path.write_text(
        path.read_text("utf-8").replace("needs: []", "needs:\n  - {field: shop.street, why: Why}")
    )
    cycles = [fault for fault in faults_of(bakery) if "→" in fault.message]
    assert [(fault.file, fault.line) for fault in cycles] == [("bakery/steps/00-dream.yaml", 16)]
    assert "sprint-0-dream → sprint-2-shop → sprint-0-dream" in cycles[0].message


def test_an_unreadable_file_does_not_make_others_faulty(bakery, faults_of):
    (bakery / DREAM).write_bytes(b"slug: a\ntitle: \xff\n")
    found = faults_of(bakery)
    assert [(fault.file, fault.line) for fault in found] == [("bakery/steps/00-dream.yaml", 2)]
    assert "UTF-8" in found[0].message


def test_all_faults_are_told_at_once(bakery, faults_of):
    for name in (PROGRAM, DREAM, BREAD, SHOP):
        path = bakery / name
        path.write_text(path.read_text("utf-8") + "colour: red\n")
    assert {fault.file for fault in faults_of(bakery)} == {
        f"bakery/{name}" for name in (PROGRAM, DREAM, BREAD, SHOP)
    }


def test_missing_files_are_told(tmp_path: Path, faults_of):
    (tmp_path / "empty").mkdir()
    messages = [fault.message for fault in faults_of(tmp_path / "empty")]
    assert any("Cannot read this file" in message for message in messages)
    assert any("no files in steps/" in message for message in messages)


def test_a_demo_file_belongs_to_a_step(bakery, faults_of):
    (bakery / "demo" / "09-other.yaml").write_text("a: 1\n")
    found = faults_of(bakery)
    assert [(fault.file, fault.line) for fault in found] == [("bakery/demo/09-other.yaml", 1)]


def test_nesting_without_end_is_a_fault_and_not_a_crash(bakery, faults_of):
    (bakery / SHOP).write_text("a: " + "[" * 2000)
    assert [fault.file for fault in faults_of(bakery)] == ["bakery/steps/02-shop.yaml"]


def test_two_programs_do_not_share_a_schema(bakery, schemas):
    shutil.copytree(bakery, bakery.parent / "bistro")
    program = bakery.parent / "bistro" / "program.yaml"
    program.write_text(program.read_text("utf-8").replace("slug: bakery", "slug: bistro"))
    folders = [files.read(bakery), files.read(bakery.parent / "bistro")]
    found = check_folders(folders, schemas)
    assert [(fault.file, fault.line) for fault in found] == [
        (f"bistro/{name}", 1) for name in (DREAM, BREAD, SHOP)
    ]
    assert "belongs to the program bakery" in found[0].message


def test_a_program_is_held_against_those_that_lie_beside_it(bakery, schemas):
    bistro = bakery.parent / "bistro"
    shutil.copytree(bakery, bistro)
    program = bistro / "program.yaml"
    program.write_text(program.read_text("utf-8").replace("slug: bakery", "slug: bistro"))
    found = check_folders([files.read(bakery)], schemas)
    assert [(fault.file, fault.line) for fault in found] == [
        (f"bakery/{name}", 1) for name in (DREAM, BREAD, SHOP)
    ]
    assert found[0].message == "The database schema sprint_00_dream belongs to the program bistro."
    # One that can't be read takes no names; a checklist takes none either.
    (bistro / DREAM).write_text("slug: [")
    step = bistro / BREAD
    step.write_text(step.read_text("utf-8").replace("kind: tool", "kind: checklist"))
    (fault,) = check_folders([files.read(bakery)], schemas)
    assert fault.file == f"bakery/{SHOP}"


def test_two_programs_beside_each_other_name_their_tools_differently(bakery, schemas):
    bistro = bakery.parent / "bistro"
    for folder in (bakery, bistro):
        if folder == bistro:
            shutil.copytree(bakery, bistro)
            program = bistro / "program.yaml"
            program.write_text(program.read_text("utf-8").replace("slug: bakery", "slug: bistro"))
        step = folder / DREAM
        step.write_text(step.read_text("utf-8").replace("slug: sprint-0-dream", "slug: dream"))
    for name in (BREAD, SHOP):
        (bistro / name).unlink()
    found = check_folders([files.read(bakery)], schemas)
    assert "The program bistro has a tool called dream already." in [
        fault.message for fault in found
    ]
