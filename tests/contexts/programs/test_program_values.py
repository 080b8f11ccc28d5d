"""Programs as values: lookups, the stored document and its hash, layouts, exports."""

import json
import random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from milepost.contexts.programs import export, files, layout, names, service
from milepost.contexts.programs.errors import FaultyFiles, UnsoundProgram
from milepost.contexts.programs.fingerprint import fingerprint
from milepost.contexts.programs.types import (
    Difficulty,
    Domain,
    Give,
    Need,
    Phase,
    Program,
    Step,
    StepKind,
    canonical_json,
)


def make_step(order, *, needs=(), after=(), gives=None, slug=None):
    return Step(
        slug=slug or f"sprint-{order}-s",
        title=f"Step {order}",
        kind=StepKind.TOOL,
        order=order,
        phase="one",
        domain="all",
        difficulty=Difficulty.LOW,
        minutes=10,
        skippable=False,
        after=tuple(after),
        purpose="Purpose",
        guidance="Guidance",
        needs=tuple(Need(field, "Why") for field in needs),
        gives=tuple(
            Give(field, "a", "A") for field in ([f"s{order}.a"] if gives is None else gives)
        ),
        form={"type": "object", "properties": {"a": {"type": "string", "maxLength": 9}}},
        layout={"sections": [{"title": "", "description": "", "fields": ["a"]}]},
        tool_schema=f"sprint_{order:02d}_s",
    )


def make_program(*steps):
    return Program(
        slug="p",
        title="P",
        summary="",
        accent=1,
        vocabulary={"step": "step"},
        phases=(Phase("one", "One"),),
        domains=(Domain("all", "All"),),
        steps=steps,
    )


def test_lookups():
    program = make_program(
        make_step(2, needs=["s0.a"], after=["sprint-1-s"]), make_step(0), make_step(1)
    )
    assert [step.order for step in program.steps] == [0, 1, 2]
    assert program.step("sprint-1-s").order == 1
    assert program.find_step("nope") is None
    assert program.producer_of("s0.a").slug == "sprint-0-s"
    assert program.consumers_of("s0.a") == ("sprint-2-s",)
    assert program.requires("sprint-2-s") == {"sprint-0-s", "sprint-1-s"}
    assert program.dependents_of("sprint-1-s") == ("sprint-2-s",)
    assert set(program.fields) == {"s0.a", "s1.a", "s2.a"}
    assert len(service.tool_steps(program)) == 3
    with pytest.raises(KeyError):
        program.step("nope")


def test_the_topological_order_keeps_to_the_numbers_where_it_may():
    program = make_program(make_step(0, needs=["s3.a"]), make_step(1), make_step(2), make_step(3))
    assert [step.order for step in program.topological] == [1, 2, 3, 0]


@pytest.mark.parametrize(
    ("steps", "message"),
    [
        ([make_step(0, needs=["s1.a"]), make_step(1, needs=["s0.a"])], "wait for each other"),
        ([make_step(0, needs=["s0.a"])], "wait for each other"),
        ([make_step(0, needs=["x.y"])], "which no step gives"),
        ([make_step(0, after=["x"])], "does not exist"),
        ([make_step(0), make_step(1, gives=["s0.a"])], "Two steps give"),
        ([make_step(0), make_step(0, slug="other", gives=[])], "used twice"),
        ([make_step(0), make_step(1, slug="sprint-0-s")], "used twice"),
    ],
)
def test_what_is_not_sound_is_no_program(steps, message):
    with pytest.raises(UnsoundProgram, match=message):
        make_program(*steps)


words = st.text(st.characters(exclude_categories=["Cs", "Cc"]), max_size=12)
values = st.recursive(
    st.none() | st.booleans() | st.integers(-(2**53), 2**53) | words,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(words, inner, max_size=3),
    max_leaves=6,
)


@st.composite
def programs(draw):
    count = draw(st.integers(0, 6))
    steps = []
    for order in range(count):
        needed = draw(st.sets(st.integers(0, order - 1))) if order else set()
        after = draw(st.sets(st.integers(0, order - 1))) if order else set()
        plain = make_step(
            order,
            needs=[f"s{one}.a" for one in sorted(needed)],
            after=[f"sprint-{one}-s" for one in sorted(after)],
        )
        document = plain.to_document() | {
            "title": draw(words),
            "guidance": draw(words),
            "skippable": draw(st.booleans()),
            "difficulty": draw(st.sampled_from(list(Difficulty))),
            "form": draw(st.dictionaries(words, values, max_size=3)),
        }
        steps.append(Step.from_document(document))
    return make_program(*steps)


def reordered(value, seed):
    """The same JSON with the keys of every object in another order."""
    if isinstance(value, dict):
        items = [(key, reordered(item, seed)) for key, item in value.items()]
        random.Random(seed).shuffle(items)
        return dict(items)
    if isinstance(value, list):
        return [reordered(item, seed) for item in value]
    return value


@settings(deadline=None)
@given(programs())
def test_a_document_gives_the_program_back(program):
    again = Program.from_document(json.loads(json.dumps(program.to_document())))
    assert again == program
    assert again.content_hash == program.content_hash
    assert hash(again) == hash(program)


@settings(deadline=None)
@given(programs(), st.integers())
def test_the_hash_does_not_depend_on_the_order_of_keys(program, seed):
    shuffled = Program.from_document(reordered(program.to_document(), seed))
    assert shuffled.content_hash == program.content_hash


def test_the_hash_depends_on_the_content():
    assert make_program(make_step(0)).content_hash != make_program(make_step(1)).content_hash
    assert canonical_json({"b": 1.0, "a": [0.5]}) == '{"a":[0.5],"b":1}'


@pytest.mark.parametrize(
    ("program", "slug", "schema"),
    [
        ("fast-track", "sprint-1-identity", "sprint_01_identity"),
        ("fast-track", "sprint-30-program-overview", "sprint_30_program_overview"),
        ("fast-track", "sprint-007-bond", "sprint_07_bond"),
        ("fast-track", "sprint-100-late", "sprint_100_late"),
        ("startup-journey", "first-sale", "startup_journey_first_sale"),
    ],
)
def test_schema_names(program, slug, schema):
    assert names.tool_schema(program, slug) == schema
    assert names.schema_fault(schema) is None


@pytest.mark.parametrize("name", ["pg_x", "shared", "journeys", "3d_x", "a" * 64, "pg_catalog"])
def test_schema_names_that_are_refused(name):
    assert names.schema_fault(name)


def test_a_layout_is_complete_and_keeps_the_order_that_was_written(bakery):
    program = files.load(bakery)
    assert program.step("sprint-2-shop").layout == {
        "sections": [{"title": "", "description": "", "fields": ["street"]}],
        "widgets": {"street": "text"},
        "columns": {},
        "column_widgets": {},
        "scale_labels": {},
        "prefill": {},
    }
    bread = program.step("sprint-1-bread").layout
    assert bread["widgets"] == {
        "loaves": "rows", "motto": "text", "trust": "scale", "grains": "choices",
    }  # fmt: skip
    assert bread["columns"] == {"loaves": ["name", "grade", "since"]}
    assert bread["column_widgets"] == {
        "loaves": {"name": "text", "grade": "scale", "since": "date"}
    }
    assert bread["prefill"] == {"motto": "dream.wish"}
    assert program.step("sprint-0-dream").layout["widgets"] == {"wish": "long", "budget": "money"}
    assert set(bread["widgets"].values()) <= set(layout.WIDGETS)


def test_the_demo_answers_by_step(bakery):
    assert files.load_demo(bakery) == {
        "sprint-1-bread": {"loaves": [{"name": "Spelt", "grade": 5}], "motto": "Slow bread"}
    }


def test_the_fingerprint_follows_the_bytes(bakery):
    before = fingerprint(bakery)
    assert fingerprint(bakery) == before
    with (bakery / "steps" / "02-shop.yaml").open("a") as file:
        file.write("# a note\n")
    assert fingerprint(bakery) != before


def test_a_folder_that_cannot_be_read_tells_why(bakery):
    (bakery / "steps" / "02-shop.yaml").write_text("a: [")
    with pytest.raises(FaultyFiles, match=r"02-shop.yaml:1: YAML"):
        files.load(bakery)


def test_fast_track_is_sound_and_exports_as_its_specification_says(fast_track):
    program = files.load(fast_track)
    assert len(program.steps) == 31
    vision = export.dependencies(program)["tools"]["sprint-2-vision"]
    assert set(vision) == {"dependencies", "outputs"}
    assert vision["dependencies"] == ["identity.personal_dream", "identity.core_values"]
    assert vision["outputs"][0] == "vision.statement"
    registry = export.tool_registry(program)["tools"]
    assert [tool["order"] for tool in registry] == list(range(31))
    assert registry[0]["schema"] == "sprint_00_woop"
    assert registry[30]["schema"] == "sprint_30_program_overview"
    assert set(files.load_demo(fast_track)) == {step.slug for step in program.steps}
