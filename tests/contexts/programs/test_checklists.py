"""Checklists as values: read from files, stored, composed; and what programs of tools keep."""

import json
import time
from dataclasses import replace

import pytest
from typer.testing import CliRunner

from milepost.cli.programs import app
from milepost.contexts.programs import export, files, scaffold, service
from milepost.contexts.programs.errors import CannotAdd
from milepost.contexts.programs.routes import CatalogStep
from milepost.contexts.programs.types import (
    Checklist,
    Difficulty,
    Domain,
    Phase,
    Program,
    Step,
    StepKind,
    Task,
    Walker,
)

runner = CliRunner()

# As published before there were checklists. Versions in people's databases are known by it; it
# changes when the files of the program change, and for no other reason.
FAST_TRACK = "969a4eecd6ff3a2c647eb4298c35b674a9848b2b2246c9d1a5dc147c0e084b1c"
BAKERY = "d9d5834bbdb67cba29af202896635de4e2a58b334beb63427aef4b56e491e64c"


def checklist_step(order, **changes):
    step = Step(
        slug=f"step-{order}",
        title=f"Step {order}",
        kind=StepKind.CHECKLIST,
        order=order,
        phase="one",
        domain="all",
        difficulty=Difficulty.LOW,
        minutes=0,
        skippable=True,
        after=(),
        purpose="Purpose",
        guidance="Guidance " * 150,
        needs=(),
        gives=(),
        form={},
        layout={},
        tool_schema="",
        days=order % 9 + 1,
        checklist=Checklist(
            description="Description " * 100,
            deliverables=("Notes", "A list"),
            criteria=("Eight of ten", "All named"),
            tasks=tuple(Task(f"task-{n}", f"Task {n}") for n in range(5)),
        ),
    )
    return replace(step, **changes)


def checklist_program(*steps):
    return Program(
        slug="p",
        title="P",
        summary="",
        accent=1,
        vocabulary={},
        phases=(Phase("one", "One"),),
        domains=(Domain("all", "All"),),
        steps=steps,
        walker=Walker.COMPANY,
    )


def test_what_was_published_keeps_its_hash(bakery, fast_track):
    assert files.load(bakery).content_hash == BAKERY
    assert files.load(fast_track).content_hash == FAST_TRACK


def test_a_document_of_before_is_read_and_says_nothing_new(bakery):
    program = files.load(bakery)
    document = program.to_document()
    assert set(document) == {
        "slug", "title", "summary", "accent", "vocabulary", "phases", "domains", "steps",
    }  # fmt: skip
    assert document["domains"] == [{"slug": "craft", "title": "Craft"}]
    assert not {"days", "active", "revision", "checklist"} & set(document["steps"][0])
    again = Program.from_document(json.loads(json.dumps(document)))
    assert again == program
    assert (again.walker, again.step("sprint-0-dream").revision) == (Walker.PERSON, "1.0")
    assert again.active_steps == again.tools == again.steps
    assert again.checklists == ()


def test_a_checklist_is_read_from_its_file(studio):
    program = files.load(studio)
    assert program.walker is Walker.COMPANY
    assert program.domain("customers").summary == "What the people you serve do, need and say."
    assert program.phase("start").title == "Start"
    with pytest.raises(KeyError):
        program.phase("nowhere")
    with pytest.raises(KeyError):
        program.domain("nowhere")

    ranking = program.step("pain-ranking")
    assert ranking.kind is StepKind.CHECKLIST
    assert (ranking.days, ranking.minutes, ranking.revision) == (2, 0, "1.2")
    assert (ranking.form, ranking.layout, ranking.tool_schema) == ({}, {}, "")
    assert (ranking.needs, ranking.gives) == ((), ())
    assert ranking.deliverables == (
        "Slips with one complaint each, grouped",
        "Ranked list of five pains with counts and spending",
    )
    assert ranking.criteria[1] == "Both founders signed the same order"
    assert [task.slug for task in ranking.tasks] == [
        "cut-the-notes", "count-and-price", "settle-the-order",
    ]  # fmt: skip
    assert ranking.description.startswith("Ten stories")
    assert ranking.checklist
    assert ranking.checklist.task("count-and-price").title.startswith("Count the mentions")
    assert ranking.checklist.find_task("nothing") is None
    with pytest.raises(KeyError):
        ranking.checklist.task("nothing")
    # A company leaves a step out unless the file says that it may not.
    assert [step.skippable for step in program.steps] == [True, False, True]


def test_a_checklist_survives_its_document(studio):
    program = files.load(studio)
    again = Program.from_document(json.loads(json.dumps(program.to_document())))
    assert again == program
    assert again.content_hash == program.content_hash
    assert hash(again) == hash(program)
    assert not again.step("old-survey").active


def test_a_retired_step_is_kept_and_not_given(studio):
    program = files.load(studio)
    assert [step.slug for step in program.steps] == [
        "first-interviews", "pain-ranking", "old-survey",
    ]  # fmt: skip
    assert [step.slug for step in program.active_steps] == ["first-interviews", "pain-ranking"]


@pytest.mark.parametrize(
    "change",
    [
        {"days": 99},
        {"active": False},
        {"revision": "2.0"},
        {"checklist": Checklist("Other", ("a", "b"), ("c", "d"), ())},
    ],
)
def test_the_hash_covers_what_a_checklist_says(change):
    step = checklist_step(1)
    changed = checklist_program(replace(step, **change))
    assert changed != checklist_program(step)
    assert changed.content_hash != checklist_program(step).content_hash


def test_a_program_is_put_together_for_one_journey_in_no_time():
    steps = [checklist_step(0)]
    for order in range(1, 168):
        earlier = {order - 1, order // 2}
        steps.append(checklist_step(order, after=tuple(f"step-{one}" for one in earlier)))
    framework = checklist_program(*steps)
    own = checklist_step(999, slug="own", after=("step-167",))

    def composed():
        began = time.process_time()
        renamed = replace(steps[5], title="Renamed")
        program = replace(framework, steps=(*steps[:5], renamed, *steps[6:], own))
        return time.process_time() - began, program

    seconds, program = min((composed() for _ in range(30)), key=lambda pair: pair[0])
    assert seconds < 0.003
    assert program.step("step-5").title == "Renamed"
    assert program.topological[-1].slug == "own"
    assert program != framework
    assert program.content_hash != framework.content_hash


def test_only_tools_have_tables_and_stand_in_what_others_read(studio, bakery):
    program = files.load(studio)
    assert service.tool_steps(program) == ()
    assert export.dependencies(program) == {"tools": {}}
    assert export.tool_registry(program) == {"program": "studio", "tools": []}
    assert len(service.tool_steps(files.load(bakery))) == 3


def test_the_catalog_shows_all_that_a_checklist_asks_for(studio, bakery):
    shown = CatalogStep.of(files.load(studio).step("pain-ranking"))
    assert (shown.kind, shown.estimated_days, shown.version) == ("checklist", 2, "1.2")
    assert shown.is_active
    assert shown.description
    assert shown.guidance_notes == "Vote apart, then compare. A tie is settled by money spent," + (
        " never by taste."
    )
    assert shown.success_criteria[0] == "The top pain was raised by four people or more"
    assert shown.tasks[0].model_dump() == {
        "slug": "cut-the-notes",
        "title": "Cut the notes into slips with one complaint each",
    }
    tool = CatalogStep.of(files.load(bakery).step("sprint-1-bread"))
    assert (tool.estimated_days, tool.description, tool.guidance_notes) == (None, None, None)
    assert (tool.deliverables, tool.success_criteria, tool.tasks) == ([], [], [])


@pytest.mark.parametrize(("order", "slug"), [(4, "first-price"), (2030, "24-7")])
def test_a_new_step_is_sound_as_it_is_written(studio, faults_of, order, slug):
    path = scaffold.new_step(studio, order, slug)
    assert path.name == f"{order:03d}-{slug}.yaml"
    assert faults_of(studio) == ()
    step = files.load(studio).step(slug)
    assert step.kind is StepKind.CHECKLIST
    # The retired step before it is none to wait for.
    assert step.after == ("pain-ranking",)
    assert len(step.tasks) == 3


def test_a_first_step_is_added_to_a_program_without_any(studio, faults_of):
    for file in (studio / "steps").iterdir():
        file.unlink()
    (studio / "steps").rmdir()
    path = scaffold.new_step(studio, 1, "first-price")
    assert faults_of(studio) == ()
    assert "after: []" in path.read_text("utf-8")


@pytest.mark.parametrize(
    ("order", "slug", "message"),
    [
        (2, "first-price", "The order 2 is used in"),
        (9, "pain-ranking", "The slug pain-ranking is used"),
        (9, "First price", "is no slug"),
    ],
)
def test_a_new_step_never_takes_a_place_that_is_taken(studio, order, slug, message):
    before = sorted(studio.rglob("*"))
    with pytest.raises(CannotAdd, match=message):
        scaffold.new_step(studio, order, slug)
    assert sorted(studio.rglob("*")) == before


def test_a_program_of_checklists_takes_no_tool_and_says_what_it_takes(studio):
    refused = runner.invoke(app, ["new-tool", str(studio), "4", "first-price"])
    assert refused.exit_code == 1
    assert "milepost programs new-step studio 4 first-price" in refused.output
    assert runner.invoke(app, ["new-step", str(studio), "4", "first-price"]).exit_code == 0
    assert (studio / "steps" / "004-first-price.yaml").is_file()
    checked = runner.invoke(app, ["check", str(studio)])
    assert "No faults in studio: 4 steps." in checked.output
