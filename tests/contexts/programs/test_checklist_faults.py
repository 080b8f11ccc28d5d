"""Each fault that a checklist can have is reported, once, at the line it stands in."""

import pytest

INTERVIEWS = "steps/001-first-interviews.yaml"
RANKING = "steps/002-pain-ranking.yaml"
SURVEY = "steps/003-old-survey.yaml"

# id: file, text, what replaces it, a text in the line that is blamed, the message
FAULTS = {
    "key of a tool": (
        RANKING,
        "days: 2\n",
        "days: 2\nminutes: 30\n",
        "minutes",
        "minutes is not for a step of kind checklist",
    ),
    "form of a tool": (
        RANKING,
        "days: 2\n",
        "days: 2\nform: {type: object}\n",
        "form",
        "form is not for a step of kind checklist",
    ),
    "unknown key": (
        RANKING,
        "deliverables:",
        "deliverable:",
        "deliverable:",
        "unknown key deliverable; did you mean deliverables?",
    ),
    "unknown key of a task": (
        RANKING,
        "    title: Cut the notes",
        "    due: tomorrow\n    title: Cut the notes",
        "due",
        "unknown key due",
    ),
    "key missing": (RANKING, "days: 2\n", "", "slug: pain-ranking", "days is missing"),
    "one deliverable": (
        RANKING,
        "  - Slips with one complaint each, grouped\n",
        "",
        "deliverables:",
        "deliverables must have at least 2 entries",
    ),
    "six deliverables": (
        RANKING,
        "  - Slips with one complaint each, grouped\n",
        "".join(f"  - A sheet for group {letter} of complaints\n" for letter in "ABCDE"),
        "deliverables:",
        "deliverables must have at most 5 entries",
    ),
    "colon in an entry": (
        RANKING,
        "  - Slips with one complaint each, grouped\n",
        "  - Slips: one complaint each, grouped\n",
        "Slips:",
        "entry 1 of deliverables must be text; put it in quotes",
    ),
    "one criterion": (
        RANKING,
        "  - Both founders signed the same order\n",
        "",
        "criteria:",
        "criteria must have at least 2 entries",
    ),
    "six criteria": (
        RANKING,
        "  - Both founders signed the same order\n",
        "".join(f"  - Sheet {letter} is signed by both\n" for letter in "ABCDE"),
        "criteria:",
        "criteria must have at most 5 entries",
    ),
    "same criterion twice": (
        RANKING,
        "  - Both founders signed the same order\n",
        "  - The top pain was raised by four people or more\n",
        "criteria:",
        "criteria holds the same entry twice",
    ),
    "two tasks": (
        RANKING,
        "  - slug: cut-the-notes\n    title: Cut the notes into slips with one complaint each\n",
        "",
        "tasks:",
        "tasks must have at least 3 entries",
    ),
    "eight tasks": (
        RANKING,
        "tasks:\n",
        "tasks:\n"
        + "".join(
            f"  - {{slug: group-{letter}, title: Read the slips of group {letter} aloud}}\n"
            for letter in "abcde"
        ),
        "tasks:",
        "tasks must have at most 7 entries",
    ),
    "task twice": (
        RANKING,
        "slug: count-and-price",
        "slug: cut-the-notes",
        "  - slug: cut-the-notes",
        "The task cut-the-notes is here twice",
    ),
    "task slug misspelt": (
        RANKING,
        "slug: count-and-price",
        "slug: Count_and_price",
        "Count_and_price",
        "slug of entry 2 of tasks must be written with lower-case letters",
    ),
    "task without an object": (
        RANKING,
        "Cut the notes into slips with one complaint each",
        "Review the results carefully",
        "Review the results carefully",
        "“Review the results carefully” could stand in any step",
    ),
    "task too short": (
        RANKING,
        "Cut the notes into slips with one complaint each",
        "Cut the notes",
        "title: Cut the notes",
        "title of entry 1 of tasks is too short to say anything",
    ),
    "description too short": (
        RANKING,
        "  Ten stories are too many to act on. Cut the notes into single complaints, lay them on a"
        " table and\n  sort them by two measures only: how many people brought them up unasked, and"
        " what each of them\n",
        "  Sort what\n",
        "description",
        "description has 40 words: write at least 50",
    ),
    "link in a description": (
        RANKING,
        "Ten stories are",
        "[Ten](https://example.org) stories are",
        "description",
        "description has a link in its line 1",
    ),
    "unknown step": (
        RANKING,
        "after: [first-interviews]",
        "after: [first-interview]",
        "after",
        "no step first-interview; did you mean first-interviews?",
    ),
    "cycle": (
        INTERVIEWS,
        "days: 10\n",
        "days: 10\nafter: [pain-ranking]\n",
        "after",
        "first-interviews → pain-ranking → first-interviews",
    ),
    "after a retired step": (
        RANKING,
        "after: [first-interviews]",
        "after: [first-interviews, old-survey]",
        "after",
        "old-survey is retired (active: false), so only retired steps may wait for it",
    ),
    "version as a number": (
        RANKING,
        'version: "1.2"',
        "version: 1.2",
        "version",
        "version must be text; put it in quotes",
    ),
    "version misspelt": (
        RANKING,
        'version: "1.2"',
        "version: second",
        "version",
        "version must be written with two numbers with a dot between, like 1.0",
    ),
    "no days": (RANKING, "days: 2", "days: 0", "days", "days must be 1 or more"),
}


def test_the_small_program_has_no_fault(studio, faults_of):
    assert faults_of(studio) == ()


@pytest.mark.parametrize("name", FAULTS)
def test_a_fault_is_reported_where_it_stands(name, studio_blames):
    blamed = studio_blames(*FAULTS[name])
    assert len(blamed.places) == 1
    assert blamed.expected.issuperset(blamed.places)


def test_a_description_of_blanks_is_empty(studio, faults_of):
    file = studio / SURVEY
    text = file.read_text("utf-8")
    before, after = text.index("description: |"), text.index("guidance: |")
    file.write_text(f"{text[:before]}description: ' '\n{text[after:]}")
    assert [(fault.line, fault.message) for fault in faults_of(studio)] == [
        (12, "description is empty.")
    ]


def test_a_retired_step_may_wait_for_a_retired_one(studio, faults_of):
    file = studio / RANKING
    text = file.read_text("utf-8").replace("[first-interviews]", "[old-survey]\nactive: false")
    file.write_text(text, "utf-8")
    assert faults_of(studio) == ()


def test_a_step_behind_one_that_never_opens_is_named_too(studio, faults_of):
    file = studio / INTERVIEWS
    file.write_text(file.read_text("utf-8").replace("days: 10", "days: 10\nafter: [nothing]"))
    messages = {fault.file.rsplit("/")[-1]: fault.message for fault in faults_of(studio)}
    assert "there is no step nothing" in messages["001-first-interviews.yaml"]
    assert "waits for first-interviews" in messages["002-pain-ranking.yaml"]
    assert "waits for first-interviews" in messages["003-old-survey.yaml"]


def test_a_checklist_takes_no_demo_answers(studio, faults_of):
    (studio / "demo").mkdir()
    (studio / "demo" / "002-pain-ranking.yaml").write_text("a: 1\n")
    assert [(fault.file, fault.message) for fault in faults_of(studio)] == [
        (
            "studio/demo/002-pain-ranking.yaml",
            "steps/002-pain-ranking.yaml is a checklist, which takes no answers.",
        )
    ]


@pytest.mark.parametrize("content", ["tasks: none", "tasks: [1, {slug: 2}]", "after: {a: b}"])
def test_content_of_any_type_is_a_fault_and_not_a_crash(studio, faults_of, content):
    (studio / RANKING).write_text(f"slug: x\nkind: checklist\n{content}\n")
    assert any(fault.file.endswith("002-pain-ranking.yaml") for fault in faults_of(studio))


def test_checklists_take_no_schema_of_the_database(studio, faults_of):
    file = studio / RANKING
    file.write_text(file.read_text("utf-8").replace("pain-ranking", "identity" * 9))
    assert faults_of(studio) == ()
