"""Texts that are there and say nothing: not yet written, left open, said twice, or fit for any
step; and those that look like them and say something."""

import copy
import dataclasses
import re
import shutil
from collections import defaultdict

import pytest
from tests.contexts.programs.test_program_texts import FIRST, SECOND, line_of, put

from milepost.contexts.programs import files
from milepost.contexts.programs.check import anywhere, check_folder, phrases, titles
from milepost.contexts.programs.check.outline import outline
from milepost.settings import shipped

# In a program of 168 steps: which text is put into which step, and what is said of it.
WEAK_IN_THE_JOURNEY = {
    "001": ("guidance: TODO\n", "stands for what is still to be written", "says too little"),
    "002": ("guidance: Tbd.\n", "stands for what is still to be written", "says too little"),
    "003": (
        "guidance: Lorem ipsum dolor sit amet, consectetur adipiscing elit, sed do eiusmod tempor"
        " incididunt.\n",
        "stands for what is still to be written",
    ),
    "004": ("purpose: To be written later by somebody who knows.\n", "still to be written"),
    "005": (
        "description: >-\n"
        + "  Do it well and do it now because it is important for your success.\n" * 10,
        "description says “Do it well and do it now because it is important for …” twice",
    ),
    "006": (
        "criteria:\n  - The result is good enough\n  - Everybody is happy with it\n",
        *(["leaves open what is meant"] * 2),
    ),
    "007": (
        "criteria:\n  - Everything went well\n  - The result is good\n",
        *(["leaves open what is meant"] * 2),
    ),
    "008": (
        "deliverables:\n  - Various things as needed, etc.\n  - A document with the results\n",
        *(["leaves open what is meant"] * 3),
        "could stand in any step: name what is in it",
    ),
    "009": (
        "deliverables:\n  - A list of the next steps\n  - A file with the most important points\n",
        *(["could stand in any step: name what is in it"] * 2),
    ),
    "010": (
        "tasks:\n  - slug: a\n    title: Think about what you need here\n"
        "  - slug: b\n    title: Discuss it with your whole team\n"
        "  - slug: c\n    title: Write everything down carefully\n",
        *(["could stand in any step: name what is worked on"] * 3),
    ),
    "063": ("title: Build a cash plan for twelve months\n", "title says what"),
    "064": ("title: Search the trade marks\n",),
    "065": ("title: Search for trade marks\n", "title says what"),
    "066": ("title: Trademark search\n", "title says what"),
}

# Entries by the step that they are put into. None of the first says what its step is about.
WEAK = {
    ("trademark-search", "tasks"): [
        "Brainstorm ideas with your colleagues",
        "Schedule a kickoff meeting with everyone",
        "Take the necessary actions to move on",
        "Collect opinions from people you trust",
        "Celebrate the milestone together",
    ],
    ("cash-plan", "tasks"): [
        "Do some research on the internet",
        "Put everything into practice step by step",
    ],
    ("cash-plan", "deliverables"): [
        "A clear overview of all relevant information",
        "Documentation of the whole process",
        "An action plan with responsibilities and deadlines",
    ],
    ("cash-plan", "criteria"): [
        "The goals of this step were reached",
        "All team members understand the outcome",
    ],
    ("beta-release", "criteria"): [
        "The work is of high quality",
        "There are no open questions left",
        "Feedback has been taken into account",
    ],
    ("beta-release", "deliverables"): ["Notes, slides and other useful material"],
    ("first-ten-interviews", "deliverables"): ["Summary of key learnings for later use"],
    ("first-ten-interviews", "tasks"): ["Share what you found with the rest of the company"],
    ("first-ten-interviews", "criteria"): ["You feel confident enough to go on"],
}
STRONG = {
    ("trademark-search", "tasks"): [
        "Brainstorm six names that no register lists",
        "Schedule an hour with a trademark attorney",
        "Take the two closest matches off the list of names",
        "Collect the register entries of names that sound alike",
        "Celebrate once the filing receipt is in the folder",
    ],
    ("cash-plan", "tasks"): [
        "Do the sums again with payments one month late",
        "Put every invoice into the month in which it is paid",
    ],
    ("cash-plan", "deliverables"): [
        "A clear view of the month in which the account is lowest",
        "Note of what each salary costs with tax",
        "A plan of which bills wait if customers pay late",
    ],
    ("cash-plan", "criteria"): [
        "The balance of each month was checked against the bank",
        "Both founders can name the lowest month without looking",
    ],
    ("beta-release", "criteria"): [
        "The exit criteria were met on two days in a row",
        "There are no open faults that lose a user's data",
        "Everyone who went silent in the beta got a phone call",
        "Twenty users from the waiting list signed in themselves",
    ],
    ("beta-release", "deliverables"): ["Notes of each call with a user who stopped"],
    ("first-ten-interviews", "deliverables"): ["Summary of each conversation with three quotes"],
    ("first-ten-interviews", "tasks"): ["Share the quotes with whoever did not hear the interview"],
    ("first-ten-interviews", "criteria"): ["You can name two answers that proved you wrong"],
}

TASK = "Settle the order of the five heaviest groups"
CRITERION = "Both founders signed the same order"


@pytest.fixture(scope="module")
def journey():
    return files.read(shipped("programs") / "startup-journey", demos=False)


def test_each_is_named_where_it_stands_in_a_large_program(tmp_path, schemas):
    folder = tmp_path / "startup-journey"
    shutil.copytree(shipped("programs") / "startup-journey", folder)
    expected = []
    for number, (part, *said) in WEAK_IN_THE_JOURNEY.items():
        (path,) = (folder / "steps").glob(f"{number}-*.yaml")
        put(folder, f"steps/{path.name}", **{part.split(":")[0]: part})
        expected += [(f"startup-journey/steps/{path.name}", words) for words in said]
    found = check_folder(files.read(folder), schemas)
    for file, words in dict.fromkeys(expected):
        told = [fault for fault in found if fault.file == file and words in fault.message]
        assert len(told) == expected.count((file, words)), (file, words, found)
    assert len(found) == len(expected)


def named(journey, cases):
    """Which of these entries are named, each list put in the place of its step's own."""
    steps = []
    for source in journey.steps:
        content = copy.deepcopy(source.content)
        for (slug, key), entries in cases.items():
            if slug == content["slug"]:
                titled = [{"slug": f"t{n}", "title": one} for n, one in enumerate(entries)]
                content[key] = titled if key == "tasks" else list(entries)
        anew = dataclasses.replace(source, content=content)
        steps.append(outline(journey.slug, anew, sound=True))
    worded = defaultdict(set)
    for step in steps:
        for fault in phrases.check(step):
            worded[step.slug].add(re.sub(r".*says “(.*?)” \(.*", r"\1", fault.message))
    light = " ".join(fault.message for fault in anywhere.check(steps, ()))
    return [
        one
        for (slug, _), entries in cases.items()
        for one in entries
        if f"“{one}”" in light or any(phrase in one for phrase in worded[slug])
    ]


def test_entries_that_could_stand_in_any_step_are_named(journey):
    assert named(journey, WEAK) == [one for entries in WEAK.values() for one in entries]


def test_entries_that_look_like_them_and_are_about_their_step_are_not(journey):
    assert named(journey, STRONG) == []


@pytest.mark.parametrize(
    ("text", "phrase"),
    [
        ("Cut the slips, TBC with both founders", "TBC"),
        ("FIXME: sort the slips by what was paid", "FIXME"),
        ("Sort the xxx complaints into five groups", "xxx"),
        ("Sort the slips by [insert name of measure]", "[insert name of measure]"),
        ("Slips to be added once the talks are over", "to be added once"),
        ("Count the complaints in the same way as above", "as above"),
        ("Sort the slips by spending and then …", "..."),
        ("Blah blah about the complaints and slips", "Blah blah"),
        ("Talk to customers and...", "..."),
        ("Talk to customers and…", "..."),
        ("Talk to customers ...", "..."),
        ("What do these customers want??", "??"),
        ("Sort the slips by[insert name of measure]first", "[insert name of measure]"),
        ("To do: sort the slips by money", "To do:"),
        ("To-do: sort the slips by money", "To-do:"),
        ("The order is still to be decided", "The order is still to be decided"),
        ("Count the slips. Prices are yet to be added.", "Prices are yet to be added"),
        ("Which slips count is still to be decided.", "Which slips count is still to be decided"),
        ("That order will be described later", "That order will be described later"),
        ("More on the complaints will follow soon.", "More on the complaints will follow soon"),
        ("List of complaints to be added", "List of complaints to be added"),
        ("Complaints and slips: explain this later", "explain this later"),
        ("Complaints on slips, this is a sample", "this is a sample"),
    ],
)
def test_words_that_stand_for_a_text_are_told(studio, faults_of, text, phrase):
    path = studio / SECOND
    path.write_text(path.read_text("utf-8").replace(TASK, f"'{text}'"), "utf-8")
    (fault,) = faults_of(studio)
    assert fault.line == line_of(studio, SECOND, f"    title: '{text}'")
    assert f"says “{phrase}”" in fault.message
    assert "stands for what is still to be written" in fault.message


def test_what_a_form_asks_is_to_be_written_too(bakery, faults_of):
    path = bakery / "steps" / "00-dream.yaml"
    text = path.read_text("utf-8").replace("description: One sentence.", "description: TODO")
    path.write_text(text, "utf-8")
    (fault,) = faults_of(bakery)
    assert fault.line == line_of(bakery, "steps/00-dream.yaml", "      description: TODO")
    assert "description says “TODO”" in fault.message


def test_a_last_sentence_that_breaks_off_in_a_block_is_told_at_its_line(studio, faults_of):
    text = "Sort the slips with both founders in one room, then count them all and…"
    put(studio, SECOND, guidance=f"guidance: |\n  Vote apart, then compare.\n\n  {text}\n")
    (fault,) = faults_of(studio)
    assert fault.line == line_of(studio, SECOND, f"  {text}")
    assert "guidance says “...” (… count them all and... …)" in fault.message
    assert "end the sentence" in fault.message


def test_only_the_title_of_a_field_may_be_a_sentence_to_finish(bakery, faults_of):
    path = bakery / "steps" / "00-dream.yaml"
    text = path.read_text("utf-8").replace("title: What do you wish?", "title: I would like…")
    path.write_text(text, "utf-8")
    assert faults_of(bakery) == ()
    path.write_text(text.replace("like…", "like??").replace("One sentence.\n", "Say…\n"), "utf-8")
    assert ["end the sentence" in fault.message for fault in faults_of(bakery)] == [True, True]


@pytest.mark.parametrize(
    "text",
    [
        "Keep a todo list of the complaints to sort",
        "List the complaints still to be written down",
        "Finish the sentence “I pay to be rid of …” for each group",
        "Sort the slips before the coming weekend",
        "Put no filler text on the slips",
    ],
)
def test_a_text_that_speaks_of_what_is_to_be_written_is_left_alone(studio, faults_of, text):
    path = studio / SECOND
    path.write_text(path.read_text("utf-8").replace(TASK, text), "utf-8")
    assert faults_of(studio) == ()


@pytest.mark.parametrize(
    "text",
    [
        "Here is what to do: call ten of them.",
        "Note what is still to be decided and by whom.",
        "Note what is to be decided. Note what is still to be decided.",
        "Note what is to be decided later and what is still to be decided later.",
        "Say which part is still to be confirmed by the lawyer.",
        "Say which part is still to be confirmed. List complaints to be confirmed.",
        "List customers who will come later.",
        "The certificate will follow soon after the filing.",
        "Tell them what will be announced soon.",
        "Tell them which price will be announced soon. You can add the rest later.",
        "Finish it soon after the call. Remember that this is a sample of ten people.",
        "Finish the sentence *I pay to be rid of…*",
    ],
)
@pytest.mark.parametrize("before", ["Vote apart, then compare all that you wrote. ", ""])
def test_guidance_may_tell_of_what_is_still_open(studio, faults_of, before, text):
    after = "" if before else " Vote apart, then compare with each other all that you wrote."
    put(studio, SECOND, guidance=f"guidance: |\n  {before}{text}{after}\n")
    assert faults_of(studio) == ()


@pytest.mark.parametrize(
    ("text", "phrase"),
    [
        ("Complaints, prices, spending, etc. are counted", "etc"),
        ("The complaints are sorted where appropriate", "where appropriate"),
        ("All founders are satisfied with the slips", "All founders are satisfied"),
        ("The ranking of the pains is good", "is good"),
        ("The sorting of complaints went really well", "went really well"),
        ("The complaints were grouped properly", "properly"),
        ("Several things about complaints are noted", "Several things"),
        ("There is buy-in for the top complaint", "buy-in"),
    ],
)
def test_a_criterion_that_leaves_open_what_is_meant_is_told(studio, faults_of, text, phrase):
    path = studio / SECOND
    path.write_text(path.read_text("utf-8").replace(CRITERION, text), "utf-8")
    (fault,) = faults_of(studio)
    assert fault.line == line_of(studio, SECOND, f"  - {text}")
    assert f"criteria says “{phrase}”" in fault.message
    assert "leaves open what is meant" in fault.message


@pytest.mark.parametrize(
    "text",
    [
        "Four people rated the goodness of the ranking 8 or more",
        "The list fits the property of each complaint",
        "Five customers are counted at the top pain",
        "Every complaint was paid for on time",
        "Each kind of complaint has a slip",
    ],
)
def test_a_criterion_that_can_be_looked_at_is_left_alone(studio, faults_of, text):
    path = studio / SECOND
    path.write_text(path.read_text("utf-8").replace(CRITERION, text), "utf-8")
    assert faults_of(studio) == ()


@pytest.mark.parametrize(
    ("key", "part", "message"),
    [
        ("purpose", "purpose: Five pains at most.\n", "purpose says too little: write at least 6"),
        ("guidance", "guidance: Vote apart.\n", "guidance says too little: write at least 12"),
        (
            "guidance",
            "guidance: |\n  Vote apart, then compare.\n\n  A tie is settled by money spent.\n\n"
            "  Vote apart, *then* compare.\n",
            "guidance says “Vote apart, *then* compare” twice",
        ),
        (
            "guidance",
            "guidance: |\n  First you vote apart and then you compare what each of you wrote on the"
            " back,\n  since then you compare what each of you wrote on the back without a word.\n",
            "guidance says “then you compare what each of you wrote” twice",
        ),
        (
            "guidance",
            "guidance: |\n  Vote and vote, and vote on that vote, and then vote on the vote that"
            " you vote on,\n  and on that one vote that you vote on then vote, and vote on.\n",
            "guidance says the same few words over and over",
        ),
        (
            "guidance",
            "guidance: |\n  Vote apart. Sort them by two measures only, how many people brought"
            " them up unasked, and what each of them already spends.\n",
            "guidance says what description says: “",
        ),
        (
            "criteria",
            "criteria:\n  - The top pain was raised by four people or more\n"
            "  - The slips with one complaint each are grouped and finished\n",
            "entry 1 of deliverables says no less: “Slips with one complaint each, grouped”",
        ),
        (
            "deliverables",
            "deliverables:\n  - Ranked list of five pains with counts and spending\n"
            "  - List of 5 ranked pains, with spending and counts\n",
            "entry 1 of deliverables says no less",
        ),
    ],
)
def test_a_text_too_short_or_said_twice_is_told(studio, faults_of, key, part, message):
    put(studio, SECOND, **{key: part})
    (fault,) = faults_of(studio)
    assert fault.file == f"studio/{SECOND}"
    assert fault.line >= line_of(studio, SECOND, key)
    assert message in fault.message


@pytest.mark.parametrize(
    ("title", "other", "told"),
    [
        ("Build a cash plan for twelve months", "Build a twelve-month cash plan", True),
        ("Draft a 12-month cash plan", "Build a cash plan for twelve months", True),
        ("Search the trade marks", "Search for trade marks", True),
        ("Search the trade-marks", "Trademark search", True),
        ("Answer e-mails of twenty-five customers", "Answer emails of 25 customers", True),
        ("Call ten customers", "Call twenty customers", False),
        ("Design the product", "Build the product", False),
        ("Hire the first salesperson", "Hire the first engineer", False),
        ("Plan the cash of a year", "Plan the stock of a year", False),
    ],
)
def test_titles_of_the_same_words_are_told(studio, faults_of, title, other, told):
    put(studio, FIRST, title=f"title: {title}\n")
    put(studio, SECOND, title=f"title: {other}\n")
    found = [(fault.file, fault.message.split(" says what ")[0]) for fault in faults_of(studio)]
    assert found == ([(f"studio/{SECOND}", "title")] if told else [])


def test_no_two_steps_that_ship_are_called_the_same(journey):
    steps = [outline(journey.slug, source, sound=True) for source in journey.steps]
    assert list(titles.check(steps, ())) == []
