"""Which source there is, how long anybody waits for it, and that all goes on without one."""

import asyncio
import threading
from collections.abc import Sequence

import numpy as np
import pytest
from structlog.testing import capture_logs

from milepost.platform.embeddings import Embeddings, Unusable, embeddings_of, sources
from milepost.platform.embeddings.nearness import Nearness
from milepost.platform.embeddings.scale import PAIRS
from milepost.platform.embeddings.sources import Source
from milepost.settings import Settings

PAIR_OF = {sentence: place for place, pair in enumerate(PAIRS) for sentence in pair}


class Encoder:
    """A model that knows what is the same by the first word; a test may hold it up."""

    def __init__(self) -> None:
        self.read: list[str] = []
        self.go_on = threading.Event()
        self.go_on.set()

    def encode(self, sentences: Sequence[str]) -> np.ndarray:
        assert self.go_on.wait(10)
        self.read += sentences
        places = [PAIR_OF.get(one, sum(map(ord, one.split()[0])) % 40 + 8) for one in sentences]
        return np.eye(48, dtype=np.float32)[places]


def source(encoder: Encoder, **changed) -> Source:
    given = {
        "name": "test",
        "open": lambda: Nearness(encoder.encode),
        "threads": 1,
        "at_once": 8,
        "queue": 2,
        "patience": 0.2,
        "pause": 60.0,
    }
    return Source(**given | changed)


async def until(condition) -> None:
    for _ in range(500):
        if condition():
            return
        await asyncio.sleep(0.01)
    raise AssertionError("it never came")


async def nearest(embeddings: Embeddings, said: str, among: list[str]):
    """Ask until it is ready."""
    for _ in range(500):
        found = await embeddings.nearest([said], among)
        if found is not None:
            return found[said]
        await asyncio.sleep(0.01)
    raise AssertionError("it never came")


async def test_without_a_source_there_is_no_answer() -> None:
    nothing = embeddings_of(Settings(embeddings="off"))
    assert (nothing.name, nothing.is_there) == ("none", False)
    assert await nothing.nearest(["a"], ["b"]) is None
    with pytest.raises(Unusable, match="neither an endpoint nor a local model"):
        nothing.nearest_now(["a"], ["b"])


def test_what_is_not_installed_is_not_there(monkeypatch: pytest.MonkeyPatch) -> None:
    sources._embeddings.cache_clear()
    monkeypatch.setattr(sources, "find_spec", lambda name: None)
    assert embeddings_of(Settings()).name == "none"
    sources._embeddings.cache_clear()


async def test_the_installed_model_is_found_and_loaded_when_first_asked() -> None:
    sources._embeddings.cache_clear()
    local = embeddings_of(Settings())
    assert (local.name, local.is_there) == ("local", True)
    assert embeddings_of(Settings(port=1234)) is local
    found = local.nearest_now(["The cat sleeps"], ["A kitten is dozing", "Stocks fell sharply"])
    assert found["The cat sleeps"][0].text == "A kitten is dozing"


async def test_texts_are_learnt_in_the_background_a_few_at_a_time() -> None:
    encoder = Encoder()
    embeddings = Embeddings(source(encoder))
    texts = [f"text{number} here" for number in range(50)]
    embeddings.prepare(texts)
    await until(lambda: set(texts) <= set(encoder.read))
    near = await nearest(embeddings, "text7 there", texts)
    assert near[0].likeness == pytest.approx(1)
    assert sorted(encoder.read) == sorted([*PAIR_OF, *texts, "text7 there"])


async def test_who_would_wait_for_long_does_without() -> None:
    encoder = Encoder()
    embeddings = Embeddings(source(encoder))
    await nearest(embeddings, "a", ["b", "c"])
    encoder.go_on.clear()
    with capture_logs() as logs:
        answers = await asyncio.gather(
            *(embeddings.nearest([f"said{number}"], ["b", "c"]) for number in range(5))
        )
        assert answers == [None] * 5
    assert sorted({line["reason"] for line in logs}) == [
        "it took longer than 0.2 seconds",
        "too many ask at once",
    ]
    # Each reason is told once in a while.
    assert len(logs) == 2
    encoder.go_on.set()
    assert await nearest(embeddings, "again", ["b", "c"])
    # What nobody waited for any longer wasn't begun.
    assert len([said for said in encoder.read if said.startswith("said")]) <= 1


async def test_a_source_that_fails_is_tried_again_after_a_pause() -> None:
    encoder = Encoder()
    tries: list[int] = []

    def open_() -> Nearness:
        tries.append(1)
        if len(tries) == 1:
            raise Unusable("it isn't whole")
        return Nearness(encoder.encode)

    embeddings = Embeddings(source(encoder, open=open_, pause=0.3))
    with capture_logs() as logs:
        assert await embeddings.nearest(["a"], ["b"]) is None
        await until(lambda: not embeddings.is_there)
        assert [line["reason"] for line in logs] == ["it isn't whole"]
        assert await nearest(embeddings, "a", ["b"])
    assert len(tries) == 2


async def test_whatever_goes_wrong_stops_nobody() -> None:
    encoder = Encoder()
    embeddings = Embeddings(source(encoder))
    await nearest(embeddings, "a", ["b"])
    encoder.go_on = None  # Breaks it in a way that nobody foresaw.
    with capture_logs() as logs:
        assert await embeddings.nearest(["c"], ["b"]) is None
        await until(lambda: logs)
    assert [line["reason"] for line in logs] == ["AttributeError"]


def test_a_title_that_was_dropped_is_read_again(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("milepost.platform.embeddings.nearness._MOST_BYTES", 3 * 48 * 4)
    encoder = Encoder()
    nearness = Nearness(encoder.encode)
    texts = [f"text{number}" for number in range(5)]
    nearness.learn(texts)
    assert nearness.unknown(texts) == texts[:2]
    ((best, *_),) = nearness.nearest(["text1 said"], texts, 3)
    assert best == (texts[1], pytest.approx(1))
