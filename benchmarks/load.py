"""A client with many kept-alive connections, in a process of its own: raw HTTP/1.1.

Closed: a connection asks again as soon as it is answered. Paced: every connection asks at fixed
moments, and time counts from the moment at which it should have asked.
"""

import asyncio
import multiprocessing
from collections.abc import Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass, field
from time import perf_counter
from typing import cast

import httptools

from milepost.platform.http.server import run as run_loop


@dataclass(slots=True)
class Outcome:
    """What came of it: seconds per answer after the warm-up, and bodies of the first few."""

    seconds: float = 0.0
    latencies: list[float] = field(default_factory=list)
    statuses: dict[int, int] = field(default_factory=dict)
    bodies: list[bytes] = field(default_factory=list)

    @property
    def rate(self) -> float:
        """Answers a second."""
        return len(self.latencies) / self.seconds


@dataclass(frozen=True, slots=True)
class Plan:
    """What to ask on each connection, for how long, and how often in all (None: at once)."""

    port: int
    requests: Sequence[Sequence[bytes]]
    warm_up: float
    seconds: float
    rate: float | None = None


def ask(plan: Plan) -> Outcome:
    """Carry out a plan in a process of its own."""
    spawned = multiprocessing.get_context("spawn")
    with ProcessPoolExecutor(1, mp_context=spawned) as pool:
        return pool.submit(_carry_out, plan).result()


def request(method: str, path: str, *, token: str, body: bytes | None = None) -> bytes:
    """Write a request as it goes over the wire."""
    head = f"{method} {path} HTTP/1.1\r\nHost: localhost\r\nAuthorization: Bearer {token}\r\n"
    if body is None:
        return f"{head}\r\n".encode()
    head += f"Content-Type: application/json\r\nContent-Length: {len(body)}\r\n\r\n"
    return head.encode() + body


def _carry_out(plan: Plan) -> Outcome:
    return run_loop(_all(plan))


async def _all(plan: Plan) -> Outcome:
    outcome = Outcome(seconds=plan.seconds)
    loop = asyncio.get_running_loop()
    begin = perf_counter()
    connections: list[_Connection] = []
    for place, requests in enumerate(plan.requests):
        connection = _Connection(plan, place, iter(requests), begin, outcome)
        connections.append(connection)
        await loop.create_connection(lambda made=connection: made, "127.0.0.1", plan.port)
    await asyncio.gather(*(connection.done for connection in connections))
    return outcome


class _Connection(asyncio.Protocol):
    def __init__(
        self, plan: Plan, place: int, requests: Iterator[bytes], begin: float, outcome: Outcome
    ) -> None:
        self.done: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self._plan = plan
        self._requests = requests
        self._begin = begin
        self._outcome = outcome
        self._parser = httptools.HttpResponseParser(self)
        self._every = None if plan.rate is None else len(plan.requests) / plan.rate
        self._due = begin + (place / plan.rate if plan.rate else 0.0)
        self._body: list[bytes] = []

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        # uvloop's streams don't descend from asyncio's.
        self._transport = cast("asyncio.Transport", transport)
        self._next()

    def data_received(self, data: bytes) -> None:
        self._parser.feed_data(data)

    def connection_lost(self, exc: Exception | None) -> None:
        if not self.done.done():
            self.done.set_exception(exc or ConnectionError("the server hung up"))

    def on_message_begin(self) -> None:
        self._body = []

    def on_body(self, body: bytes) -> None:
        self._body.append(body)

    def on_message_complete(self) -> None:
        now = perf_counter()
        status = self._parser.get_status_code()
        if now - self._begin >= self._plan.warm_up:
            self._outcome.latencies.append(now - self._due)
        self._outcome.statuses[status] = self._outcome.statuses.get(status, 0) + 1
        if len(self._outcome.bodies) < 100:
            self._outcome.bodies.append(b"".join(self._body))
        # The parser is still inside its call: a new message needs a new one.
        self._parser = httptools.HttpResponseParser(self)
        asyncio.get_running_loop().call_soon(self._next)

    def _next(self) -> None:
        now = perf_counter()
        if now - self._begin >= self._plan.warm_up + self._plan.seconds:
            self._finish()
            return
        if self._every is None:
            self._due = now
            self._send()
            return
        self._due += self._every
        asyncio.get_running_loop().call_later(max(0.0, self._due - now), self._send)

    def _send(self) -> None:
        asked = next(self._requests, None)
        if asked is None:
            self.done.set_exception(RuntimeError("there is nothing left to ask: take more people"))
        else:
            self._transport.write(asked)

    def _finish(self) -> None:
        self.done.set_result(None)
        self._transport.close()
