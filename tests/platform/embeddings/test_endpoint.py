"""An endpoint is believed as far as its answers can be: whatever else it does, nobody waits."""

import asyncio
import time
from collections.abc import Iterator

import numpy as np
import pytest
from structlog.testing import capture_logs
from tests.factories.vectors import FakeVectors, Sent, fake_vectors, finding_alike

from milepost.platform.embeddings import Embeddings, Unusable, embeddings_of
from milepost.platform.embeddings.endpoint import Endpoint
from milepost.platform.embeddings.minilm import MiniLM
from milepost.settings import Settings

TITLES = ["Interview ten customers", "Open a bank account", "Write the privacy notice"]
SAID = "Spoke with several of our clients about their day"


@pytest.fixture(scope="module")
def minilm() -> MiniLM:
    return MiniLM()


@pytest.fixture
def endpoint(minilm: MiniLM) -> Iterator[FakeVectors]:
    """A good one: a real model is behind it, whose vectors are three times as long as needed."""
    with fake_vectors(lambda texts: Sent(3 * minilm.encode(texts))) as running:
        yield running


async def ready(embeddings: Embeddings) -> None:
    """Wait until the titles are known, or it is clear that they won't be."""
    with capture_logs():
        for _ in range(400):
            if await embeddings.nearest([SAID], TITLES) is not None or not embeddings.is_there:
                return
            await asyncio.sleep(0.02)
    raise AssertionError("neither ready nor given up")


async def test_a_good_one_tells_what_is_near(endpoint, tmp_path) -> None:
    embeddings = embeddings_of(endpoint.settings(Settings(data=tmp_path), timeout=20))
    assert embeddings.name == "endpoint"
    assert await embeddings.nearest([SAID], TITLES) is None  # Not yet: nobody waits for it.
    await ready(embeddings)
    found = await embeddings.nearest([SAID, "Our account at the bank is set up"], TITLES)
    assert found is not None
    assert [near[0].text for near in found.values()] == TITLES[:2]
    assert found[SAID][0].likeness > 0.4 > 0.3 > found[SAID][1].likeness
    assert {asked["model"] for asked in endpoint.asked} == {"a-model"}
    assert {asked["path"] for asked in endpoint.asked} == {"/v1/embeddings"}
    assert endpoint.keys == {"Bearer a key"}


async def test_titles_are_asked_about_once(endpoint, tmp_path) -> None:
    endpoint.reply = finding_alike()
    embeddings = embeddings_of(endpoint.settings(Settings(data=tmp_path)))
    await ready(embeddings)
    endpoint.asked.clear()
    for said in ("one", "two", "three"):
        assert await embeddings.nearest([said], TITLES)
    assert [asked["input"] for asked in endpoint.asked] == [["one"], ["two"], ["three"]]


@pytest.mark.parametrize(
    ("broken", "reason"),
    [
        (Sent(status=500, raw=b"{}"), "answered with status 500"),
        (Sent(status=302, raw=b""), "answered with status 302"),
        (Sent(raw=b"not json"), "answer can't be read"),
        (Sent(raw=b'{"data": [{"index": 0}]}'), "answer can't be read"),
        (Sent(raw=b'{"data": [{"index": 0, "embedding": "none"}]}'), "answer can't be read"),
        (Sent(raw=b"[" * 100_000), "answer can't be read"),
        (Sent([[1.0, 0.0]]), "gave no vector for each sentence"),
        (Sent([]), "gave no vector for each sentence"),
        (Sent([[0.0, 0.0]] * 16), "point nowhere"),
        (Sent([[float("nan"), 1.0]] * 16), "point nowhere"),
        (Sent([[1.0, 1.0]] * 16), "can't tell sentences that mean the same"),
        (Sent(seconds=20), "took longer than 0.5 seconds"),
    ],
)
async def test_what_it_does_wrong_is_told_and_done_without(
    endpoint, tmp_path, broken: Sent, reason: str
) -> None:
    endpoint.reply = lambda texts: broken
    embeddings = embeddings_of(endpoint.settings(Settings(data=tmp_path), timeout=0.5))
    with capture_logs() as logs:
        assert await embeddings.nearest([SAID], TITLES) is None
        for _ in range(500):
            if not embeddings.is_there:
                break
            await asyncio.sleep(0.02)
        # It is left alone for a while.
        assert await embeddings.nearest([SAID], TITLES) is None
    told = [line["reason"] for line in logs if line["event"] == "embeddings_not_used"]
    assert len(told) == 1
    assert reason in told[0]
    assert len(endpoint.asked) == 1


async def test_one_that_turns_slow_keeps_nobody_waiting(endpoint, tmp_path) -> None:
    endpoint.reply = finding_alike()
    embeddings = embeddings_of(endpoint.settings(Settings(data=tmp_path), timeout=2))
    await ready(embeddings)
    endpoint.reply = lambda texts: Sent(seconds=20)
    with capture_logs() as logs:
        began = time.monotonic()
        assert await embeddings.nearest([SAID], TITLES) is None
        assert time.monotonic() - began < 10
    assert any("took longer than 2 seconds" in line["reason"] for line in logs)


async def test_another_length_than_before_is_no_answer(endpoint, tmp_path) -> None:
    endpoint.reply = finding_alike()
    embeddings = embeddings_of(endpoint.settings(Settings(data=tmp_path)))
    await ready(embeddings)
    endpoint.reply = lambda texts: Sent([[1.0, 0.0]] * len(texts))
    with capture_logs() as logs:
        assert await embeddings.nearest([SAID], TITLES) is None
    assert [line["reason"] for line in logs] == [
        "the endpoint gave vectors of 2 numbers, and of 600 before"
    ]


def test_nobody_there_is_told() -> None:
    with pytest.raises(Unusable, match="can't be reached"):
        Endpoint("http://127.0.0.1:9/v1", "a-model", None, timeout=1).encode([SAID])


def test_a_drop_at_a_time_is_too_slow() -> None:
    def drops():
        while True:
            time.sleep(0.05)
            yield b" "

    endpoint = Endpoint("http://127.0.0.1:9/v1", "a-model", None, timeout=0.2)
    with pytest.raises(Unusable, match=r"took longer than 0\.2 seconds"):
        endpoint._read(drops(), time.monotonic() + 0.2)
    with pytest.raises(Unusable, match="too long"):
        endpoint._read([b" " * 2**20] * 40, time.monotonic() + 60)


def test_more_sentences_than_fit_in_one_question(endpoint, minilm) -> None:
    asking = Endpoint(endpoint.address, "a-model", None, timeout=30)
    texts = [f"Sentence {number}" for number in range(70)]
    np.testing.assert_allclose(asking.encode(texts), minilm.encode(texts), atol=1e-5)
    assert [len(asked["input"]) for asked in endpoint.asked] == [64, 6]
    assert endpoint.keys == {None}
