"""A server on this machine that gives vectors as the OpenAI protocol has it, or something else."""

import json
import zlib
from collections.abc import Callable, Generator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

from pydantic import SecretStr

from milepost.platform.embeddings.scale import PAIRS
from milepost.settings import Settings
from tests.factories import endpoints

Vectors = Sequence[Sequence[float]]


@dataclass
class Sent:
    """What is sent back: vectors, or something else altogether."""

    vectors: Vectors = ()
    status: int = 200
    raw: bytes | None = None
    seconds: float = 0


_WIDTH = 600


def finding_alike(*pairs: tuple[str, str]) -> Callable[[list[str]], Sent]:
    """Make a model to which these pairs mean the same, and nothing else has anything in common."""
    place_of = {text: place for place, pair in enumerate((*PAIRS, *pairs)) for text in pair}

    def reply(texts: list[str]) -> Sent:
        places = [place_of.get(text, 50 + zlib.crc32(text.encode()) % 550) for text in texts]
        return Sent([[float(at == place) for at in range(_WIDTH)] for place in places])

    return reply


@dataclass
class FakeVectors:
    """The server. `reply` may be swapped at any time; `asked` holds what came in."""

    address: str
    reply: Callable[[list[str]], Sent]
    asked: list[dict[str, Any]] = field(default_factory=list)
    keys: set[str | None] = field(default_factory=set)

    def settings(self, base: Settings, *, timeout: float = 5) -> Settings:
        """Settings that name this server."""
        return base.model_copy(
            update={
                "embeddings_url": self.address,
                "embeddings_model": "a-model",
                "embeddings_key": SecretStr("a key"),
                "embeddings_timeout": timeout,
            }
        )


@contextmanager
def fake_vectors(reply: Callable[[list[str]], Sent]) -> Generator[FakeVectors]:
    """Run the server on a free port."""

    def answer(posted: endpoints.Posted) -> endpoints.Sent:
        server.asked.append(posted.value | {"path": posted.path})
        server.keys.add(posted.authorization)
        sent = server.reply(posted.value["input"])
        body = _embeddings(sent.vectors) if sent.raw is None else sent.raw
        return endpoints.Sent(body, sent.status, sent.seconds)

    with endpoints.endpoint(answer) as address:
        server = FakeVectors(address, reply)
        yield server


def _embeddings(vectors: Vectors) -> bytes:
    """List the last first: the protocol has a number for each, and promises no order."""
    data = [
        {"object": "embedding", "index": place, "embedding": list(map(float, vector))}
        for place, vector in enumerate(vectors)
    ]
    return json.dumps({"object": "list", "model": "a-model", "data": data[::-1]}).encode()
