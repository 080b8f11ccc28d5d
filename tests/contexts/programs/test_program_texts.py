"""Texts that repeat another step's, word for word or with other nouns, and phrases that say
nothing: found where they stand, and nowhere else."""

import re
import time

import pytest
from tests.contexts.programs.studio import INTERVIEWS, RANKING

from milepost.contexts.programs import files
from milepost.contexts.programs.check import phrases, repetition
from milepost.contexts.programs.check.outline import outline
from milepost.settings import shipped_programs

FIRST = "steps/001-first-interviews.yaml"
SECOND = "steps/002-pain-ranking.yaml"

# The same frames about another subject: every noun that carries it has been replaced.
DESCRIPTION = """\
description: |
  Sit down with ten shops that have the shortage and let them tell how they dealt with it the last
  summer. Nothing is promised and nothing is signed; what counts is the record, with its dates, its
  gaps and the names of those who were asked for credit. It comes before any contract, because a
  contract on the table turns every visit into a visit about the contract, and nobody remembers the
  old supplier any more.
"""
GUIDANCE = """\
guidance: |
  ### In the warehouse
  Ask about March, not about usually. Two of you go: one counts, one writes down the *labels*. Ask
  for the oldest pallet first, and for the person who moved it last; then ask the same of the
  newest one, and put both answers side by side before you leave the building.
"""
GUIDANCE_BEFORE = """\
guidance: |
  ### In the room
  Ask about Tuesday, not about usually. Two of you go: one asks, one writes down the *words*. Ask
  for the oldest invoice first, and for the person who paid it last; then ask the same of the
  newest one, and put both answers side by side before you leave the table.
"""


def put(folder, file, **parts):
    """Put other parts in the place of a file's own."""
    path = folder / file
    text = path.read_text("utf-8")
    for key, part in parts.items():
        text, count = re.subn(rf"^{key}:.*\n(?:[ -].*\n|\n)*", part, text, flags=re.MULTILINE)
        assert count == 1
    path.write_text(text, "utf-8")


def line_of(folder, file, start):
    lines = (folder / file).read_text("utf-8").splitlines()
    return next(number for number, line in enumerate(lines, start=1) if line.startswith(start))


@pytest.mark.parametrize(
    ("key", "before", "after", "words"),
    [
        ("description", None, DESCRIPTION, "and let them tell how they dealt with it the last"),
        ("guidance", GUIDANCE_BEFORE, GUIDANCE, "put both answers side by side before you leave"),
        (
            "purpose",
            None,
            "purpose: Ten visits, written down, that tell what shops do about the shortage now.\n",
            "written down that tell what",
        ),
        (
            "deliverables",
            None,
            "deliverables:\n  - Notes of twelve visits with three photos each\n"
            "  - A list of what shops pay for today\n",
            "list of what",
        ),
        (
            "criteria",
            None,
            "criteria:\n  - At least nine of the ten had the shortage within a year\n"
            "  - Every photo can be traced to a named shop\n",
            "can be traced to a named",
        ),
        (
            "tasks",
            None,
            "tasks:\n  - slug: a\n    title: Book the first six visits for next month\n"
            "  - slug: b\n    title: Rehearse the opening question with a driver\n"
            "  - slug: c\n    title: Hold all ten and write the report the same week\n",
            "rehearse the opening question with a",
        ),
    ],
)
def test_a_text_with_its_nouns_replaced_is_found(studio, faults_of, key, before, after, words):
    if before:
        put(studio, FIRST, **{key: before})
    put(studio, SECOND, **{key: after})
    (fault,) = faults_of(studio)
    assert (fault.file, fault.line) == (f"studio/{SECOND}", line_of(studio, SECOND, key))
    place = f"studio/{FIRST}:{line_of(studio, FIRST, key)}"
    assert re.match(rf"{key} says what {re.escape(place)} says \(\d\d% alike\): “", fault.message)
    assert words in fault.message


@pytest.mark.parametrize(
    ("old", "new", "blamed"),
    [
        (
            "  - Both founders signed the same order",
            "  - Both founders signed the same order, and neither changed it overnight\n"
            "  - No group holds fewer than three slips, and the loudest is not above the dearest\n"
            "  - Every quote can be traced to a named founder",
            "  - Every quote",
        ),
        (
            "title: Settle the order of the five heaviest groups",
            "title: Book the first five conversations for next month",
            "    title: Book the first five",
        ),
    ],
)
def test_one_entry_that_repeats_another_steps_is_found(studio, faults_of, old, new, blamed):
    path = studio / SECOND
    text = path.read_text("utf-8")
    assert old in text
    path.write_text(text.replace(old, new), "utf-8")
    (fault,) = faults_of(studio)
    assert (fault.file, fault.line) == (f"studio/{SECOND}", line_of(studio, SECOND, blamed))
    assert f"studio/{FIRST}:" in fault.message


def test_tools_are_compared_too(bakery, faults_of):
    for file, noun in (("01-bread", "flour"), ("02-shop", "street")):
        put(
            bakery,
            f"steps/{file}.yaml",
            purpose=f"purpose: One clear choice of {noun}, with the two that you turned down.\n",
        )
    (fault,) = faults_of(bakery)
    assert fault.file == "bakery/steps/02-shop.yaml"
    assert fault.line == line_of(bakery, "steps/02-shop.yaml", "purpose")
    assert "one clear choice of" in fault.message


def test_many_copies_are_told_once_each(studio, faults_of):
    for number in range(4, 9):
        text = INTERVIEWS.replace("first-interviews", f"copy-{number}")
        text = text.replace("order: 1\n", f"order: {number}\n")
        (studio / "steps" / f"00{number}-copy.yaml").write_text(text, "utf-8")
    found = [fault for fault in faults_of(studio) if fault.message.startswith("description")]
    assert [fault.file for fault in found] == [
        f"studio/steps/00{number}-copy.yaml" for number in range(4, 9)
    ]
    assert "and 4 more says" in found[-1].message
    assert "100% alike" in found[-1].message


def test_a_retired_step_may_read_like_the_one_that_took_its_place(studio, faults_of):
    text = RANKING.replace("slug: pain-ranking", "slug: pains-by-cost").replace(
        "order: 2", "order: 9"
    )
    (studio / "steps" / "009-pains-by-cost.yaml").write_text(text, "utf-8")
    assert len(faults_of(studio)) > 3
    path = studio / SECOND
    path.write_text(RANKING.replace("days: 2", "days: 2\nactive: false"), "utf-8")
    assert faults_of(studio) == ()


def test_texts_written_apart_are_left_alone_and_quickly():
    """All that ships, as one program: neither repetition nor an empty phrase in any step."""
    read = [files.read(folder, demos=False) for folder in shipped_programs()]
    outlines = [outline(one.slug, source, sound=True) for one in read for source in one.steps]
    assert len(outlines) >= 31
    began = time.process_time()
    assert list(repetition.check(outlines)) == []
    assert time.process_time() - began < 2
    assert [fault for step in outlines for fault in phrases.check(step)] == []


def test_a_program_of_copies_is_told_quickly(studio):
    read = files.read(studio, demos=False)
    outlines = [outline("studio", source, sound=True) for source in read.steps[:2]] * 84
    began = time.process_time()
    found = list(repetition.check(outlines))
    assert time.process_time() - began < 2
    # Each part of each step but the first two, told once for all that it repeats; the guidance
    # of the second one is too short to tell.
    assert len(found) == 83 * (7 + 6)


@pytest.mark.parametrize(
    ("text", "phrase", "advice"),
    [
        ("Leverage the notes of the talks", "Leverage", "write “use”, and what for"),
        ("Make sure to call the two largest ones", "Make sure to", "say what is to be done"),
        ("Show the page to all stakeholders on Friday", "stakeholders", "name the people meant"),
        ("Define a pricing strategy for the first year", "Define a pricing strategy", "choice"),
        ("Collect best practices for the first call", "best practices", "which practice"),
        ("Note why it's important to ask early", "it's important to", "what happens otherwise"),
        ("List what counts in today's busy world", "in today's busy world", "leave it out"),
        ("Build a robust table of complaints", "robust", "in what way"),
        ("Do a deep-dive into the complaints", "deep-dive", "how closely"),
        ("Pick the low-hanging fruit of the list", "low-hanging fruit", "why it is quick"),
        ("Add value to each of the five groups", "Add value", "who gains what"),
        ("Ask how each member adds value to the list", "adds value", "who gains what"),
        ("Foster collaboration between both founders", "Foster", "what is done, and by whom"),
        ("Drive growth with the five top pains", "Drive growth", "which number it changes"),
        ("Streamline workflows for the five groups", "Streamline", "which part goes away"),
        ("Stay ahead of the curve with this list", "Stay ahead of the curve", "before others do"),
        ("Empower your team to settle the order", "Empower", "what they can do"),
        ("Harness the slips for the first offer", "Harness", "write “use”"),
        ("Maximize the impact of the top five", "Maximize the impact", "in what way"),
        ("Note a wide range of complaints on slips", "a wide range of", "how many, or which"),
        ("Show why it is **important** to ask early", "it is important to", "otherwise"),
        ("Make *sure* to call the two largest ones", "Make sure to", "what is to be done"),
        ("Make __sure__ to call both large ones", "Make sure to", "what is to be done"),
        ("Lever\u00adage the notes of all the talks", "Leverage", "write “use”"),
        ("Lever\u200bage the notes of all the talks", "Leverage", "write “use”"),
        ("Make&nbsp;sure to call the two largest", "Make sure to", "what is to be done"),
        ("Do a deep\u2011dive into the complaints", "deep-dive", "how closely"),
    ],
)
def test_an_empty_phrase_is_named_with_what_to_write_instead(
    studio, faults_of, text, phrase, advice
):
    path = studio / SECOND
    old = "Settle the order of the five heaviest groups"
    path.write_text(path.read_text("utf-8").replace(old, text), "utf-8")
    (fault,) = faults_of(studio)
    assert (fault.file, fault.line) == (
        f"studio/{SECOND}",
        line_of(studio, SECOND, f"    title: {text}"),
    )
    assert f"tasks says “{phrase}”" in fault.message
    assert advice in fault.message


def test_a_phrase_is_found_across_a_line_and_shown_with_what_stands_around_it(studio, faults_of):
    path = studio / SECOND
    text = path.read_text("utf-8").replace(
        "are too many to act on.", "are, at the\n  end of the day, too many."
    )
    path.write_text(text, "utf-8")
    (fault,) = faults_of(studio)
    assert fault.line == line_of(studio, SECOND, "description") + 1
    assert (
        "“at the end of the day” (… Ten stories are, at the end of the day, too many. Cut …)"
        in fault.message
    )


@pytest.mark.parametrize(
    "text",
    [
        "Ask what each member adds to the value of the list",
        "Ask what drives the price of a long delay",
        "Get ahead of the queue at the town hall",
        "Say what unlocks the next step for a beginner",
        "Write a three-year strategy on six pages",
        "Find the end of the day's longest queue",
        "Ask which crucible the smelter uses",
        "Add value-added tax to the invoice",
    ],
)
def test_words_that_say_something_are_left_alone(studio, faults_of, text):
    path = studio / SECOND
    old = "Settle the order of the five heaviest groups"
    path.write_text(path.read_text("utf-8").replace(old, text.replace("'", "\u2019")), "utf-8")
    assert faults_of(studio) == ()


def test_every_phrase_is_told_with_the_line_it_stands_in(studio, faults_of):
    path = studio / SECOND
    text = path.read_text("utf-8")
    text = text.replace("Do this within days", "Make *sure*\n  to leverage this within days")
    text = text.replace(
        "Vote apart, then compare.", "Vote apart.\n\n  Foster *trust*, then compare."
    )
    path.write_text(text, "utf-8")
    lines = text.splitlines()
    expected = [
        (next(n for n, line in enumerate(lines, start=1) if part in line), phrase)
        for part, phrase in (
            ("Make *sure*", "Make sure to"),
            ("to leverage", "leverage"),
            ("Foster", "Foster"),
        )
    ]
    found = faults_of(studio)
    assert [(fault.line, fault.message.split("“")[1].split("”")[0]) for fault in found] == expected


def test_a_phrase_that_the_file_writes_in_another_way_is_told_at_its_key(studio, faults_of):
    path = studio / SECOND
    old = "title: Settle the order of the five heaviest groups"
    text = path.read_text("utf-8").replace(old, 'title: "\\x4Ceverage \\\n      the five groups"')
    path.write_text(text, "utf-8")
    (fault,) = faults_of(studio)
    assert fault.line == line_of(studio, SECOND, '    title: "')
    assert "says “Leverage”" in fault.message


@pytest.mark.parametrize(
    ("title", "told"),
    [
        ("Interview the first ten people", True),
        ("Interview the first ten people again", True),
        ("interview the *first* ten people!", True),
        ("Inter\u00adview the fi\u200brst ten people", True),
        ("Interview the people who said no", False),
    ],
)
def test_two_steps_with_one_title_are_told(studio, faults_of, title, told):
    path = studio / SECOND
    text = path.read_text("utf-8").replace("Rank the pains you heard", f"'{title}'")
    path.write_text(text, "utf-8")
    faults = faults_of(studio)
    assert [(fault.file, fault.line) for fault in faults] == (
        [(f"studio/{SECOND}", line_of(studio, SECOND, "title"))] if told else []
    )
    for fault in faults:
        place = f"studio/{FIRST}:{line_of(studio, FIRST, 'title')}"
        assert f"title says what {place} says" in fault.message


def test_a_title_of_one_word_is_told_as_well(bakery, faults_of):
    for file in ("01-bread", "02-shop"):
        put(bakery, f"steps/{file}.yaml", title="title: Bread\n")
    (fault,) = faults_of(bakery)
    assert fault.message.startswith("title says what bakery/steps/01-bread.yaml:")


def test_what_the_program_says_of_itself_is_looked_at_too(studio, faults_of):
    path = studio / "program.yaml"
    text = path.read_text("utf-8")
    assert "summary: From a hunch to a first price." in text
    text = text.replace(
        "From a hunch to a first price.", ">-\n  From a hunch,\n  seamlessly, to a price."
    )
    text = text.replace("title: Start\n", "title: Start\n    summary: Leverage what you know.\n")
    text += """\
  - slug: people
    title: People
    summary: What the people you work with do, need and say.
"""
    path.write_text(text, "utf-8")
    lines = text.splitlines()
    found = [(lines[fault.line - 1].strip(), fault.message) for fault in faults_of(studio)]
    assert [line for line, _ in found] == [
        "seamlessly, to a price.",
        "summary: Leverage what you know.",
        "summary: What the people you work with do, need and say.",
    ]
    assert found[0][1].startswith("summary says “seamlessly”")
    assert found[1][1].startswith("summary of the phase start says “Leverage”")
    assert found[2][1].startswith("summary of the domain people says what studio/program.yaml:")


def test_every_phrase_comes_with_advice_and_can_be_read_back():
    assert len(phrases.INSTEAD) > 30
    for phrase, advice in phrases.INSTEAD.items():
        assert advice
        assert not re.compile(phrase).groups, phrase
