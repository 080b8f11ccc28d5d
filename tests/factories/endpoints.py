"""A server on this machine that is posted JSON and answers it, late or wrongly if a test says so.

It stands in for services of the outside world; what they are posted and answer, others know.
"""

import json
import threading
from collections.abc import Callable, Generator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any


@dataclass(frozen=True, slots=True)
class Posted:
    """What came in."""

    value: dict[str, Any]
    path: str
    authorization: str | None


@dataclass(frozen=True, slots=True)
class Sent:
    """What goes out, after some seconds."""

    body: bytes
    status: int = 200
    seconds: float = 0


@contextmanager
def endpoint(answer: Callable[[Posted], Sent]) -> Generator[str]:
    """Run the server on a free port; gives its address. Who is still made to wait is let go."""
    stopping = threading.Event()

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            value = json.loads(self.rfile.read(int(self.headers["content-length"])))
            sent = answer(Posted(value, self.path, self.headers["authorization"]))
            if sent.seconds and stopping.wait(sent.seconds):
                self.close_connection = True
                return
            self.send_response(sent.status)
            self.send_header("content-type", "application/json")
            self.send_header("content-length", str(len(sent.body)))
            self.end_headers()
            # Whoever asked may have tired of waiting.
            with suppress(ConnectionError):
                self.wfile.write(sent.body)

        def log_message(self, format: str, *args: object) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05})
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_address[1]}/v1"
    finally:
        stopping.set()
        server.shutdown()
        server.server_close()
        thread.join()
