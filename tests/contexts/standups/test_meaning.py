"""Meaning settles what words leave open, and nothing else; without it, words do."""

import asyncio

import pytest
from structlog.testing import capture_logs

from milepost.contexts.identity.types import Member
from milepost.contexts.standups import evaluation
from milepost.contexts.standups import service as standups
from milepost.contexts.standups.evaluation import Engine, reader
from milepost.contexts.standups.rules import Index, asks, read
from milepost.contexts.standups.types import Candidate, Kind
from milepost.platform import ai, clock
from milepost.platform.embeddings import embeddings_of
from milepost.settings import Settings, shipped
from tests.contexts.standups.conftest import TOLD
from tests.factories.vectors import Sent, fake_vectors, finding_alike

PROGRAM = shipped("programs") / "startup-journey"
RUNWAY = "Calculate how many months your savings last"
INTERVIEWS = "Hold the first ten interviews with customers"
LAWYER = "Meet a lawyer who looks after start-ups"


def task(title: str, step: str = "money") -> Candidate:
    return Candidate(
        kind="task",
        id=title.lower().replace(" ", "-"),
        title=title,
        step_slug=step,
        step_title=f"The step of {step}",
        state="in_progress",
    )


@pytest.fixture(scope="module")
def index() -> Index:
    return Index([task(RUNWAY), task(INTERVIEWS, "talks"), task(LAWYER, "law")])


@pytest.fixture(scope="module")
def hybrid():
    return reader(Engine.HYBRID, embeddings_of(Settings()))


def proposed(understood) -> list[tuple[str, bool]]:
    return [(one.label, one.sure) for one in understood.proposals]


# Nothing in common with the title but what it means.
@pytest.mark.parametrize(
    ("said", "meant"),
    [
        ("Figured out for how long my private money lasts", RUNWAY),
        ("Sat down with an attorney specialised in young companies", LAWYER),
    ],
)
def test_a_paraphrase_is_found_that_words_miss(said, meant, index, hybrid):
    assert proposed(read(said, index)) == []
    assert proposed(hybrid(said, index)) == [(meant, True)]
    (proposal,) = hybrid(said, index).proposals
    assert proposal.kind is Kind.COMPLETE_TASK
    assert 0.6 < proposal.confidence <= 1


@pytest.mark.parametrize(
    "said",
    [
        "Watched a film about penguins with my daughter",
        "Fixed the coffee machine in the kitchen",
        # Not done, not yet, not sure, asked.
        "Did not work out for how long my private money lasts",
        "Tomorrow I work out for how long my private money lasts",
        "Maybe we worked out for how long my private money lasts",
        "Has anybody worked out for how long my private money lasts?",
        "Wir haben ausgerechnet, wie lange die Ersparnisse noch reichen",
    ],
)
def test_what_means_nothing_here_or_was_not_done_is_left(said, index, hybrid):
    assert hybrid(said, index).sure == ()


def test_what_is_only_likely_is_asked_about(index):
    said = "Worked out for how long our reserves carry us"
    assert asks(said, index) == (said,)
    for likeness, next_best, sure in ((0.9, 0.7, True), (0.9, 0.82, False), (0.65, 0.5, False)):
        understood = read(said, index, {said: [(RUNWAY, likeness), (LAWYER, next_best)]})
        assert proposed(understood)[0] == (RUNWAY, sure)
    close = read(said, index, {said: [(RUNWAY, 0.9), (LAWYER, 0.85), (INTERVIEWS, 0.2)]})
    assert proposed(close) == [(RUNWAY, False), (LAWYER, False)]
    assert proposed(read(said, index, {said: [(RUNWAY, 0.5)]})) == []


def test_part_of_it_is_not_enough_and_a_few_words_must_be_nearer(index):
    part = "Worked out some of our reserves lasting for months"
    assert read(part, index, {part: [(RUNWAY, 0.95), (LAWYER, 0.1)]}).sure == ()
    for said, sure in (("Reserves computed", False), ("Our family reserves computed", True)):
        understood = read(said, index, {said: [(RUNWAY, 0.7), (LAWYER, 0.1)]})
        assert proposed(understood) == [(RUNWAY, sure)]


def test_what_words_found_is_questioned_or_replaced():
    wrong, right = "Repair every finding that blocks a path", "Invite somebody to break in"
    index = Index([task(wrong, "a"), task(right, "b"), task(LAWYER, "c")])
    said = "two findings blocked the path and I repaired them"
    for clause in asks(said, index):
        assert clause in said
    settled = "repaired all findings that block anything"
    found = read(settled, index)
    assert proposed(found) == [(wrong, True)]
    assert asks(settled, index) == ((settled,) if found.proposals[0].confidence < 0.85 else ())
    if found.proposals[0].confidence < 0.85:
        agreed = read(settled, index, {settled: [(wrong, 0.7), (right, 0.3)]})
        assert proposed(agreed) == [(wrong, True)]
        other = read(settled, index, {settled: [(right, 0.9), (wrong, 0.3)]})
        assert proposed(other) == [(right, True)]
        unclear = read(settled, index, {settled: [(right, 0.7), (LAWYER, 0.66), (wrong, 0.3)]})
        assert proposed(unclear) == [(wrong, False), (right, False)]


def test_a_title_that_is_gone_is_no_answer(index):
    said = "Worked out for how long our reserves carry us"
    assert proposed(read(said, index, {said: [("Of yesterday", 0.99)]})) == []


def test_what_words_are_certain_of_is_not_asked(index):
    assert asks(f"{INTERVIEWS}: done", index) == ()
    assert asks("Wir haben heute nichts gemacht und sind nicht weiter", index) == ()
    assert (
        len(asks(". ".join(f"Wrote number {n} of my odd letters" for n in range(90)), index)) == 8
    )


@pytest.mark.parametrize("part", evaluation.PARTS)
def test_meaning_costs_no_precision_and_no_recall(part, hybrid):
    words, both = (evaluation.evaluate(part, PROGRAM, by).total for by in (read, hybrid))
    assert both.precision >= 0.85
    assert both.recall >= words.recall


def means(company, settings: Settings) -> ai.Means:
    actor = Member(company.place.tenant_id, company.founder.id, company.place.now)
    return ai.Means(
        settings=settings,
        db=company.db,
        actor=actor,
        overseer=company.place.system,
        now=clock.now,
    )


PARAPHRASE = "Agreed at which point we would give up for good"
STOP = "Fix two stop conditions in months, money or health"
like = finding_alike((STOP, PARAPHRASE))


async def say(company, settings: Settings, text: str):
    return await standups.converse(
        means(company, settings), journey_id=company.journey_id, text=text
    )


async def once_ready(settings: Settings) -> None:
    """Wait until the tasks' titles are known, or it is clear that they won't be."""
    embeddings = embeddings_of(settings)
    for _ in range(400):
        if not embeddings.is_there or await embeddings.nearest(["x"], [STOP]) is not None:
            return
        await asyncio.sleep(0.02)
    raise AssertionError("neither ready nor given up")


async def test_the_bot_finds_a_paraphrase_once_an_endpoint_tells(company, tmp_path):
    with fake_vectors(like) as endpoint:
        settings = endpoint.settings(Settings(data=tmp_path))
        with capture_logs():
            first = await say(company, settings, PARAPHRASE)
            await once_ready(settings)
        assert first.actions == []  # Words answered: nobody waits for a model to be loaded.
        told = await say(company, settings, PARAPHRASE)
    labels = [(one.label, one.sure) for one in told.actions]
    assert labels == [(STOP, True)]


@pytest.mark.parametrize("broken", [Sent(status=500), Sent(raw=b"no"), Sent(seconds=20)])
async def test_an_endpoint_that_fails_leaves_words(company, tmp_path, broken):
    with fake_vectors(lambda texts: broken) as endpoint:
        settings = endpoint.settings(Settings(data=tmp_path), timeout=1)
        with capture_logs() as logs:
            await say(company, settings, PARAPHRASE)
            await once_ready(settings)
            told = await say(company, settings, TOLD)
    assert [one.label for one in told.actions] == [STOP]
    assert "embeddings_not_used" in [line["event"] for line in logs]


async def test_without_embeddings_words_answer(company, tmp_path):
    told = await say(company, Settings(data=tmp_path, embeddings="off"), TOLD)
    assert [one.label for one in told.actions] == [STOP]


async def test_no_transaction_is_open_while_meaning_is_looked_up(company, tmp_path):
    """With the pool's connections all free: the endpoint sees how many are in use."""
    in_use: list[int] = []

    def reply(texts: list[str]) -> Sent:
        stats = company.db.stats()
        in_use.append(stats["pool_size"] - stats["pool_available"])
        return like(texts)

    with fake_vectors(reply) as endpoint:
        settings = endpoint.settings(Settings(data=tmp_path))
        with capture_logs():
            await say(company, settings, PARAPHRASE)
            await once_ready(settings)
        in_use.clear()
        await say(company, settings, PARAPHRASE)
    # However often it was asked: what is not cached yet is looked up again.
    assert in_use
    assert set(in_use) == {0}
