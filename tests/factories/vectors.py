"""A server on this machine that gives vectors as the OpenAI protocol has it, or something else."""

import json
import threading
import zlib
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

from pydantic import SecretStr

from milepost.platform.embeddings.scale import PAIRS
from milepost.settings import Settings

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
    stopping: threading.Event = field(default_factory=threading.Event)

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
def fake_vectors(reply: Callable[[list[str]], Sent]) -> Iterator[FakeVectors]:
    """Run the server on a free port."""

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            asked = json.loads(self.rfile.read(int(self.headers["content-length"])))
            server_side.asked.append(asked | {"path": self.path})
            server_side.keys.add(self.headers["authorization"])
            sent = server_side.reply(asked["input"])
            if sent.seconds and server_side.stopping.wait(sent.seconds):
                self.close_connection = True
                return
            body = _embeddings(sent.vectors) if sent.raw is None else sent.raw
            self.send_response(sent.status)
            self.send_header("content-type", "application/json")
            self.send_header("content-length", str(len(body)))
            self.end_headers()
            # Whoever asked may have tired of waiting.
            with suppress(ConnectionError):
                self.wfile.write(body)

        def log_message(self, *_: object) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    server_side = FakeVectors(f"http://127.0.0.1:{server.server_address[1]}/v1", reply)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05})
    thread.start()
    try:
        yield server_side
    finally:
        server_side.stopping.set()
        server.shutdown()
        server.server_close()
        thread.join()


def _embeddings(vectors: Vectors) -> bytes:
    """List the last first: the protocol has a number for each, and promises no order."""
    data = [
        {"object": "embedding", "index": place, "embedding": list(map(float, vector))}
        for place, vector in enumerate(vectors)
    ]
    return json.dumps({"object": "list", "model": "a-model", "data": data[::-1]}).encode()
