"""Steps that say in other words what another says: found by meaning, unlike those on one matter."""

import time
from collections.abc import Mapping, Sequence

import pytest

from milepost.contexts.programs import files
from milepost.contexts.programs.check import meanings
from milepost.contexts.programs.check.outline import Outline, outline
from milepost.contexts.programs.files import Source
from milepost.platform.embeddings import embeddings_of
from milepost.settings import Settings, shipped

# Descriptions that ship, written anew throughout by somebody who was told to share no word.
REWRITTEN = {
    "cash-plan": """\
A firm dies once its bank balance hits nil, frequently while clients are in the queue and bills
are outstanding. A liquidity forecast sets out per month what truly comes in and goes out, so
the trough is visible early enough to shift it. The initial budget dealt with half a year of
outgoings of a handful of founders. This is something else: it brings in revenue from the draft
unit calculations, late payers, tax and the earliest salaries, and gets checked against the
account each month. Do it prior to deciding on funding, since that decision without a sum and a
deadline is guesswork. Leave it and your bank will be first to tell you.
""",
    "first-salesperson": """\
It is tougher to pass on sales than programming, since clients are accustomed to the founder.
Seek a good listener who has sold things as costly and as slow to close as yours; expect to
search a month and a half. After that schedule three months: watching you, pitching jointly,
going solo. Your handbook is there and recruiting has been practised; lacking them, the first
seller is a lottery ticket. Too soon, and you fund another person's search for what you do not
know yet. Too late, and founders lose most of the week to demonstrations whilst product and
investors are neglected. You are ready when a quarter of serious leads sign and you have to
decline appointments.
""",
    "beta-release": """\
The idea of a trial is a small crowd that has no reason to be nice to you. Pilot partners built
it with you and overlook its flaws; the newcomers are taken from the waiting list, find their
own way, and disappear without a word when it is of no use. Deliberately keep it tiny. With a
score of people you can remember everyone, phone those who went missing and fix bugs before
others meet them. With ten times as many you merely have numbers. Skip it and outsiders meet the
awkward bugs in the open and all at once. Holding out for perfection is the reverse mistake:
what is still wrong shows only in use.
""",
    "first-ten-interviews": """\
Time to get out of the office. Talk with ten people following your question sheet, ideally as a
pair, so that one leads and the other takes notes. Go to where they work if allowed: a slip
stuck on the screen reveals more than a reply. Being mistaken will never cost less than it does
at this point. Nothing has been programmed or printed and a surprise sets you back a few hours.
All that follows, sorting complaints, locating the money, phrasing the promise, depends on these
records. Sending out a questionnaire yields polite averages, and constructing first means
showing a demonstration and being flattered.
""",
    # In these, sentences were merged and turned around as well.
    "technology-choice": """\
Nobody who buys from you looks at the tools underneath, and still they settle the speed of your
work, the people you are able to recruit and the price of serving one account. A slow
programming language is seldom the costly error; an unusual and sophisticated one that a single
partner masters is. Decide as soon as you know what will be in version one but before anybody
begins on it, since any sooner the thing may still become something else, and any later
whatever happened to be installed on a colleague's machine has decided in your place. In the
case of programs this covers hosting, the data store, the language and purchased pieces, for
hardware the processor line, the moulds and the factory, and where people do the work the
handful of applications that carry it.
""",
    "onboarding-journey": """\
Whether somebody comes back is mostly settled by the opening sixty minutes. The visitor brings
a trouble, very little time and none of your terms, so each form entry, blank page and
automatic message pushes them closer to success or further off. Pilot users skipped all this as
you had prepared everything on their behalf. Since a score of trial users is about to arrive
without that help, shape it at this moment, with the main route still in your mind. Put it off
and disappointing trial figures look like a judgment on what you built when hardly anybody got
as far as seeing it. This is the first draft of that route; it gets improved by research
afterwards.
""",
}


@pytest.fixture(scope="module")
def shipped_steps() -> list[Outline]:
    read = files.read(shipped("programs") / "startup-journey", demos=False)
    return [outline("startup-journey", source, sound=True) for source in read.steps]


@pytest.fixture
def nearest(tmp_path) -> meanings.Nearest:
    embeddings = embeddings_of(Settings(data=tmp_path))

    def found(texts: Sequence[str]) -> Mapping[str, Sequence[tuple[str, float]]]:
        return embeddings.nearest_now(texts, texts)

    return found


def step(slug: str, description: str, **more: object) -> Outline:
    content = {"slug": slug, "kind": "checklist", "description": description, **more}
    return outline("p", Source(f"p/steps/{slug}.yaml", content=content), sound=True)


def test_a_step_rewritten_throughout_is_found_and_no_honest_one(shipped_steps, nearest):
    anew = [step(slug, description) for slug, description in REWRITTEN.items()]
    began = time.process_time()
    faults = list(meanings.check([*shipped_steps, *anew], nearest))
    assert time.process_time() - began < 40
    assert [fault.file for fault in faults] == [one.source.file for one in anew]
    files_of = {one.slug: one.source for one in shipped_steps}
    for fault, slug in zip(faults, REWRITTEN, strict=True):
        source = files_of[slug]
        place = f"{source.file}:{source.line('description')}"
        assert fault.message.startswith(f"description means what {place} means, in other words (")


def test_in_a_small_program_too(shipped_steps, nearest):
    finance = [one for one in shipped_steps if one.content["domain"] == "finance"]
    anew = step("anew", REWRITTEN["cash-plan"])
    (fault,) = meanings.check([anew, *finance], nearest)
    assert fault.file == next(o.source.file for o in finance if o.slug == "cash-plan")
    assert "p/steps/anew.yaml:" in fault.message


def pairs(texts: Sequence[str]) -> Mapping[str, Sequence[tuple[str, float]]]:
    """Sentences mean the same that begin alike."""
    return {
        text: [(text, 1.0), *((o, 0.9) for o in texts if o[:4] == text[:4] and o != text)]
        for text in texts
    }


ONE = "Bake the first loaf. Sell it on the street. Note who came back. Ask them why they did."
OTHER = "Bake what you like. Sell all of it there. Note every name. Ask for a reason twice."


@pytest.mark.parametrize(
    ("other", "more", "told"),
    [
        (OTHER, {}, True),
        (OTHER, {"active": False}, False),
        (OTHER.replace("Bake", "Cook").replace("Sell", "Give"), {}, False),
        ("Bake what you like. Sell all of it there.", {}, False),
    ],
)
def test_most_sentences_have_to_mean_the_same(other, more, told):
    faults = list(meanings.check([step("one", ONE), step("two", other, **more)], pairs))
    assert [fault.file for fault in faults] == (["p/steps/two.yaml"] if told else [])
    for fault in faults:
        assert "p/steps/one.yaml:1" in fault.message
        assert "100% of their sentences" in fault.message


def test_what_is_far_from_everything_is_like_nothing():
    def far(texts: Sequence[str]) -> Mapping[str, Sequence[tuple[str, float]]]:
        return {text: [(other, 0.3) for other, _ in near] for text, near in pairs(texts).items()}

    assert list(meanings.check([step("one", ONE), step("two", OTHER)], far)) == []
    assert not meanings.can_tell([step("one", ONE)])
    assert meanings.can_tell([step("one", ONE), step("two", OTHER)])
