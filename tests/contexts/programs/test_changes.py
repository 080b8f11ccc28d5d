"""What differs between two contents of a program is told whole, and nothing else is."""

from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.contexts.programs.test_checklists import checklist_program, checklist_step

from milepost.contexts.programs import files, service
from milepost.contexts.programs.changes import (
    Part,
    ProgramChanges,
    Renamed,
    StepChange,
    TaskChanges,
    compare,
)
from milepost.contexts.programs.types import Checklist, Difficulty, StepKind, Task

BEFORE = checklist_program(*(checklist_step(order) for order in range(3)))
STEP = BEFORE.step("step-1")


def with_step(**changes):
    return checklist_program(*(replace(s, **changes) if s == STEP else s for s in BEFORE.steps))


def with_checklist(**changes):
    assert STEP.checklist
    return with_step(checklist=replace(STEP.checklist, **changes))


def test_the_same_content_changes_nothing():
    assert service.changes(BEFORE, checklist_program(*BEFORE.steps)) == ProgramChanges()
    assert not service.changes(BEFORE, BEFORE)


def test_steps_come_and_go():
    after = checklist_program(BEFORE.step("step-0"), checklist_step(7), checklist_step(9))
    changes = compare(BEFORE, after)
    assert changes == ProgramChanges(
        added=("step-7", "step-9"), retired=("step-1", "step-2"), gone=("step-1", "step-2")
    )
    assert changes
    assert compare(after, BEFORE).added == ("step-1", "step-2")


def test_a_step_retires_and_returns():
    retired = with_step(active=False)
    assert compare(BEFORE, retired) == ProgramChanges(retired=("step-1",))
    assert compare(retired, BEFORE) == ProgramChanges(added=("step-1",), restored=("step-1",))


def test_a_retired_step_that_vanishes_is_gone_and_not_retired_again():
    after = checklist_program(BEFORE.step("step-0"), BEFORE.step("step-2"))
    assert compare(with_step(active=False), after) == ProgramChanges(gone=("step-1",))


def test_a_step_that_is_new_and_retired_is_for_nobody():
    after = checklist_program(*BEFORE.steps, checklist_step(5, active=False))
    assert not compare(BEFORE, after)


@pytest.mark.parametrize(
    ("change", "part"),
    [
        ({"title": "Other"}, Part.TITLE),
        ({"kind": StepKind.TOOL}, Part.KIND),
        ({"purpose": "Other"}, Part.PURPOSE),
        ({"guidance": "Other"}, Part.GUIDANCE),
        ({"phase": "two"}, Part.PHASE),
        ({"domain": "other"}, Part.DOMAIN),
        ({"order": 50}, Part.ORDER),
        ({"after": ("step-0",)}, Part.AFTER),
        ({"difficulty": Difficulty.HIGH}, Part.DIFFICULTY),
        ({"days": 50}, Part.DAYS),
        ({"minutes": 50}, Part.MINUTES),
        ({"skippable": False}, Part.SKIPPABLE),
        ({"revision": "2.0"}, Part.REVISION),
        ({"form": {"type": "object"}}, Part.FORM),
    ],
)
def test_each_part_is_told_by_its_name(change, part):
    assert compare(BEFORE, with_step(**change)).changed == (StepChange("step-1", (part,)),)


@pytest.mark.parametrize(
    ("change", "part"),
    [
        ({"description": "Other"}, Part.DESCRIPTION),
        ({"deliverables": ("Notes",)}, Part.DELIVERABLES),
        ({"criteria": ("All named", "Eight of ten")}, Part.CRITERIA),
    ],
)
def test_each_part_of_a_checklist_too(change, part):
    changes = compare(BEFORE, with_checklist(**change))
    assert changes.changed == (StepChange("step-1", (part,)),)
    assert changes.of("step-1") == changes.changed[0]
    assert changes.of("step-0") is None


def test_fields_of_a_tool(bakery):
    before = files.load(bakery)
    shop = before.step("sprint-2-shop")
    other = replace(shop, needs=(), gives=(), minutes=5)
    after = replace(before, steps=(*before.steps[:2], other))
    assert compare(before, after).changed == (
        StepChange("sprint-2-shop", (Part.NEEDS, Part.GIVES, Part.MINUTES)),
    )


def test_the_order_in_which_waiting_is_written_changes_nothing():
    one = checklist_program(*BEFORE.steps[:2], replace(BEFORE.steps[2], after=("step-0", "step-1")))
    other = checklist_program(
        *BEFORE.steps[:2], replace(BEFORE.steps[2], after=("step-1", "step-0"))
    )
    assert not compare(one, other)


@pytest.mark.parametrize(
    ("slugs", "expected"),
    [
        (["task-0", "task-1", "task-2"], {"removed": ["task-3", "task-4"]}),
        (["task-0", "new", "task-1", "task-2", "task-3", "task-4"], {"added": ["new"]}),
        (["task-1", "task-0", "task-2", "task-3", "task-4"], {"reordered": True}),
        (
            ["new", "task-4", "task-0", "task-1"],
            {"added": ["new"], "removed": ["task-2", "task-3"], "reordered": True},
        ),
    ],
)
def test_tasks_are_told_by_their_slugs(slugs, expected):
    known = {task.slug: task for task in STEP.tasks}
    tasks = tuple(known.get(slug, Task(slug, "New")) for slug in slugs)
    (change,) = compare(BEFORE, with_checklist(tasks=tasks)).changed
    assert change.parts == (Part.TASKS,)
    assert [task.slug for task in change.tasks.added] == expected.get("added", [])
    assert [task.slug for task in change.tasks.removed] == expected.get("removed", [])
    assert change.tasks.renamed == ()
    assert change.tasks.reordered is expected.get("reordered", False)
    assert change.tasks


def test_a_task_reworded_is_the_same_task():
    tasks = (Task("task-0", "Reworded"), *STEP.tasks[1:])
    (change,) = compare(BEFORE, with_checklist(tasks=tasks)).changed
    assert change.tasks == TaskChanges(renamed=(Renamed("task-0", "Task 0", "Reworded"),))


steps_of_any_kind = st.builds(
    lambda order, title, active, tasks: checklist_step(
        order,
        title=title,
        active=active,
        checklist=Checklist("D", ("a",), ("b",), tuple(Task(t, t) for t in tasks)),
    ),
    st.integers(0, 6),
    st.sampled_from(["One", "Two"]),
    st.booleans(),
    st.lists(st.sampled_from("abc"), unique=True),
)
contents = st.lists(steps_of_any_kind, unique_by=lambda step: step.order).map(
    lambda steps: checklist_program(*steps)
)


@settings(deadline=None)
@given(contents, contents)
def test_what_is_told_accounts_for_every_step(before, after):
    changes = compare(before, after)
    can_get = {step.slug for step in before.active_steps}
    assert (can_get | set(changes.added)) - set(changes.retired) == {
        step.slug for step in after.active_steps
    }
    assert set(changes.restored) <= set(changes.added)
    untouched = {step.slug for step in before.steps} - set(changes.gone)
    for slug in untouched:
        same = replace(before.step(slug), active=True) == replace(after.step(slug), active=True)
        assert same == (changes.of(slug) is None)
    back = compare(after, before)
    assert set(back.added) == set(changes.retired)
    assert {one.slug for one in back.changed} == {one.slug for one in changes.changed}
