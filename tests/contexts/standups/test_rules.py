"""What a message tells, by the rules alone."""

import re
import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from milepost.contexts.standups import rules
from milepost.contexts.standups.rules.clauses import Intent, cut
from milepost.contexts.standups.types import Candidate, Kind, Proposal, Understood


def _step(slug: str, title: str, state: str) -> Candidate:
    return Candidate(
        kind="step",
        id=slug,
        title=title,
        step_slug=slug,
        step_title=title,
        state=state,
        aliases=(slug.replace("-", " "),),
    )


def _task(task_id: str, title: str, step: Candidate) -> Candidate:
    return Candidate(
        kind="task",
        id=task_id,
        title=title,
        step_slug=step.id,
        step_title=step.title,
        state=step.state,
    )


TALKS = _step("customer-interviews", "Interview ten customers", "in_progress")
PLAN = _step("cash-plan", "Build a twelve-month cash plan", "unlocked")
INDEX = rules.Index(
    [
        TALKS,
        _task("script", "Write the interview script on one page", TALKS),
        _task("three", "Hold the first three interviews with one founder writing", TALKS),
        _task("four", "Hold four more interviews at people's place of work", TALKS),
        _task("notes", "Type the notes within a day", TALKS),
        PLAN,
        _task("costs", "List every payment of the next twelve months", PLAN),
        _task("taxes", "Add taxes after asking an accountant", PLAN),
    ]
)


def sure(text: str) -> set[tuple[Kind, str]]:
    return {(one.kind, one.target) for one in rules.read(text, INDEX).sure}


@pytest.mark.parametrize(
    ("text", "target"),
    [
        ("Wrote the interview script.", "script"),
        ("interview scirpt is written, one page", "script"),
        ("Held the first three interviews, Ana was writing.", "three"),
        ("Done: typed the notes.", "notes"),
        ("listed all the payments of the next 12 months", "costs"),
        ("✅ taxes added, asked our accountant", "taxes"),
        ("- typed notes within a day\n- nothing else", "notes"),
    ],
)
def test_what_was_done_is_proposed(text, target):
    assert sure(text) == {(Kind.COMPLETE_TASK, target)}


@pytest.mark.parametrize(
    "text",
    [
        "I will write the interview script tomorrow.",
        "Did anybody write the interview script?",
        "The interview script isn't written yet.",
        "I didn't write the interview script",
        "Almost finished writing the interview script.",
        "If I had time I would have written the interview script.",
        "Maybe the interview script is written, not sure.",
        "We should write the interview script.",
        "I wanted to write the interview script.",
        "Only half of the interview script is written.",
        "Heute habe ich das Interview-Script geschrieben und die Notizen getippt.",
        "Hi all!",
        "",
        "…",
    ],
)
def test_what_was_not_done_is_not(text):
    assert sure(text) == set()


def test_a_whole_step_is_completed_only_when_said_so():
    nearly = rules.Index([TALKS, _task("notes", "Type the notes within a day", TALKS), PLAN])
    told = rules.read("The customer interviews are done.", nearly)
    assert [(one.kind, one.target) for one in told.sure] == [
        (Kind.COMPLETE_STEP, "customer-interviews")
    ]
    assert not rules.read("We had customer interviews.", nearly).sure
    assert not rules.read("Interviews done.", nearly).sure


def test_a_whole_step_with_most_of_its_tasks_open_is_asked_about():
    told = rules.read("The customer interviews are done.", INDEX)
    assert not told.sure
    assert [(one.kind, one.target) for one in told.options] == [
        (Kind.COMPLETE_STEP, "customer-interviews")
    ]
    assert "did you mean the whole step “Interview ten customers”?" in rules.reply(told)


@pytest.mark.parametrize(
    "text",
    [
        "We finished the customer interviews step completely.",
        "The whole customer interviews step is done!",
        "The customer interviews are done, all of it.",
        "The customer interviews are done. All of it.",
        "Customer interviews: entirely finished.",
    ],
)
def test_a_whole_step_said_to_be_whole_is_not_asked_about(text):
    told = rules.ask_first(rules.read(text, INDEX), INDEX, text)
    assert [(one.kind, one.target) for one in told.sure] == [
        (Kind.COMPLETE_STEP, "customer-interviews")
    ]
    assert rules.reply(told) == "Shall I complete the whole step “Interview ten customers”?"


@pytest.mark.parametrize(
    "text",
    [
        "The customer interviews are not completely done.",
        "Are the customer interviews completely done?",
        "Maybe the whole customer interviews step is done.",
        "The customer interviews are done. Fully booked out for lunch.",
    ],
)
def test_to_speak_of_the_whole_is_not_to_say_it_is_done(text):
    assert not rules.read(text, INDEX).sure


def test_a_model_does_not_say_for_a_person_that_all_is_done():
    step = Proposal(Kind.COMPLETE_STEP, "customer-interviews", TALKS.title, 0.9, True, "all of it")
    told = Understood(proposals=(step,))
    assert not rules.ask_first(told, INDEX, "The interviews are done.").sure
    assert rules.ask_first(told, INDEX, "The interviews are done, all of it.").sure


@pytest.mark.parametrize(
    ("text", "done", "blocked"),
    [
        (
            "Sized the gap: 61,000 euros, the first paid brewery.",
            ["Sized the gap: 61,000 euros, the first paid brewery."],
            [],
        ),
        (
            "Done: typed the notes (all) and called Ana",
            ["typed the notes (all) and called Ana"],
            [],
        ),
        ("Wrote the script (on one page)", ["Wrote the script (on one page)"], []),
        (
            "Paid the fee. Met Ana & Bo, the bank is stuck",
            ["Paid the fee.", "Met Ana & Bo"],
            ["the bank is stuck"],
        ),
        ("Met Ana, stuck on the visa, called Bo", ["Met Ana", "called Bo"], ["stuck on the visa"]),
    ],
)
def test_what_is_kept_is_whole_clauses_as_they_were_said(text, done, blocked):
    told = rules.read(text, INDEX)
    assert ([*told.done], [*told.blocked]) == (done, blocked)


def test_what_belongs_to_no_step_is_said_back():
    stuck = rules.reply(rules.read("We are blocked by the bank", INDEX))
    assert stuck.startswith("I noted what blocks you: “We are blocked by the bank”.")
    assert "say it again with the step's name" in stuck
    done = rules.reply(rules.read("Got two letters of intent signed.", INDEX))
    assert done.startswith("I heard that this is done: “Got two letters of intent signed”.")
    assert "no open step or task" in done
    both = rules.reply(rules.read("Typed the notes. We are blocked by the bank.", INDEX))
    assert both.startswith("Shall I mark “Type the notes within a day” complete? I noted what")
    many = rules.reply(rules.read("Fed the cat. Sold a boat. Met Bo. Rang Flo.", INDEX))
    assert "“Fed the cat”, “Sold a boat” and 2 more." in many


def test_what_has_its_place_is_not_said_back():
    told = rules.read("The cash plan is stuck, our accountant doesn't answer.", INDEX)
    assert rules.reply(told) == "Shall I note that “Build a twelve-month cash plan” is blocked?"


@pytest.mark.parametrize(
    ("text", "intent"),
    [
        ("ten selling hours are blocked in my calendar", Intent.DONE),
        ("While I was waiting for the bank I fixed the printer", Intent.NONE),
        ("not-now list opened", Intent.DONE),
        ("I rewrote the script but I'm not happy with it", Intent.DOUBT),
        ("hold ten long talks - done", Intent.DONE),
        ("the bank account is blocked", Intent.BLOCKED),
    ],
)
def test_what_a_clause_tells(text, intent):
    assert cut(text)[0].intent is intent


def test_to_have_talked_about_it_is_not_to_have_done_it():
    assert not sure("We talked for an hour about the interview script on one page.")
    assert sure("The interview script on one page is written.") == {(Kind.COMPLETE_TASK, "script")}


def test_a_start_that_fits_two_steps_is_asked_about():
    wages = _step("wage-plan", "Build a wage plan", "unlocked")
    told = rules.read("Starting with the plan tomorrow.", rules.Index([PLAN, wages, TALKS]))
    assert not told.sure


def test_a_step_not_begun_is_started_by_whoever_begins_it():
    assert sure("Starting with the cash plan today.") == {(Kind.START_STEP, "cash-plan")}
    assert sure("Starting with the customer interviews today.") == set()


def test_what_blocks_is_noted_at_its_step():
    told = rules.read("The cash plan is stuck, our accountant doesn't answer.", INDEX)
    assert {(one.kind, one.target) for one in told.sure} == {(Kind.NOTE_BLOCKER, "cash-plan")}
    assert told.blocked == ("The cash plan is stuck, our accountant doesn't answer.",)


def test_several_things_in_one_message_stay_apart():
    told = rules.read(
        "done with the interview script, tomorrow the first three interviews,"
        " stuck on the cash plan",
        INDEX,
    )
    assert {(one.kind, one.target) for one in told.sure} == {
        (Kind.COMPLETE_TASK, "script"),
        (Kind.NOTE_BLOCKER, "cash-plan"),
    }
    assert told.done == ("done with the interview script",)
    assert told.next == ("tomorrow the first three interviews",)
    assert told.blocked == ("stuck on the cash plan",)


def test_the_bot_asks_back_when_two_are_close():
    told = rules.read("Held some interviews.", INDEX)
    assert not told.sure
    assert {one.target for one in told.options} == {"three", "four"}
    asked = rules.reply(told)
    assert "did you mean" in asked
    assert "Hold four more interviews" in asked


def test_another_language_is_said_not_to_be_understood():
    told = rules.read("Wir haben das Interview-Script heute geschrieben.", INDEX)
    assert told.foreign
    assert "English" in rules.reply(told)
    assert rules.read("昨日、スクリプトを書きました。", INDEX).foreign
    clipped = "event dictionary's written. one line per event. watching raw stream w/ Mia"
    assert not rules.read(clipped, INDEX).foreign
    assert not rules.read("I met the Müller family in Zürich, they said yes.", INDEX).foreign


def test_a_reply_names_what_it_proposes():
    told = Understood(proposals=(Proposal(Kind.START_STEP, "cash-plan", PLAN.title, 0.8),))
    assert rules.reply(told) == "Shall I start “Build a twelve-month cash plan”?"
    assert rules.reply(Understood()).startswith("I found nothing")


def test_a_heading_holds_for_its_list_and_no_longer():
    told = cut("Done:\n- script\n- notes\nLunch was good.\nBlocked: accountant")
    assert [clause.intent for clause in told] == [
        Intent.DONE,
        Intent.DONE,
        Intent.DONE,
        Intent.BLOCKED,
    ]


@settings(max_examples=300, deadline=None)
@given(st.text(max_size=400))
def test_no_text_breaks_it(text):
    told = rules.read(text, INDEX)
    assert rules.reply(told)
    assert all(0 <= one.confidence <= 1 for one in told.proposals)
    assert all(INDEX.find(one.target) for one in told.proposals)


_SAID = "done held the interviews not script and, but stuck with notes ? . \n - Done: 3 will"
_WORDS = re.split(" ", _SAID)


@settings(max_examples=300, deadline=None)
@given(st.lists(st.sampled_from(_WORDS), max_size=60))
def test_no_order_of_words_breaks_it(parts):
    told = rules.read(" ".join(parts), INDEX)
    assert len({(one.kind, one.target) for one in told.proposals}) == len(told.proposals)


@pytest.mark.parametrize(
    "text", ["a " * 4096, "held " * 1600, "a, " * 2700, "(" * 8192, "x" * 8192]
)
def test_the_longest_message_takes_no_time(text):
    began = time.process_time()
    rules.read(text, INDEX)
    assert time.process_time() - began < 0.5
