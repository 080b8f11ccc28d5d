"""The server on a socket of ours: tells when it is ready, ends politely, leaves signals alone."""

import asyncio
import io
import json
import signal
import socket
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import pytest
from fastapi import FastAPI
from httpx2 import AsyncClient, ConnectError
from starlette.requests import Request
from starlette.websockets import WebSocket

from milepost.platform.http import middleware, server
from milepost.platform.http.server import StartFailed


def bound() -> socket.socket:
    sock = socket.socket()
    sock.bind(("127.0.0.1", 0))
    return sock


def make_app() -> FastAPI:
    app = FastAPI()
    middleware.install(app)

    @app.get("/slow")
    async def slow(seconds: float) -> str:
        await asyncio.sleep(seconds)
        return "done"

    @app.post("/form")
    async def form(request: Request) -> int:
        return len(await request.body())

    return app


@asynccontextmanager
async def serving(
    app: Any, grace_seconds: int = 5
) -> AsyncIterator[tuple[str, asyncio.Event, asyncio.Task[None]]]:
    stop, ready = asyncio.Event(), asyncio.Event()
    sock = bound()
    port = sock.getsockname()[1]
    running = asyncio.create_task(
        server.serve(app, sock, stop=stop, on_ready=ready.set, grace_seconds=grace_seconds)
    )
    try:
        async with asyncio.timeout(5):
            await ready.wait()
        yield f"http://127.0.0.1:{port}", stop, running
    finally:
        stop.set()
        async with asyncio.timeout(grace_seconds + 5):
            await running


async def test_it_answers_once_ready_and_ends_when_told() -> None:
    before = [signal.getsignal(number) for number in (signal.SIGINT, signal.SIGTERM)]
    async with serving(make_app()) as (address, stop, running), AsyncClient() as client:
        answer = await client.get(f"{address}/slow?seconds=0")
        assert answer.json() == "done"
        assert "server" not in answer.headers
        assert [signal.getsignal(n) for n in (signal.SIGINT, signal.SIGTERM)] == before
        stop.set()
        await asyncio.wait_for(running, 3)
        with pytest.raises(ConnectError):
            await client.get(f"{address}/slow?seconds=0")


async def test_a_running_request_is_finished() -> None:
    async with serving(make_app()) as (address, stop, running), AsyncClient() as client:
        asked = asyncio.create_task(client.get(f"{address}/slow?seconds=0.8"))
        await asyncio.sleep(0.3)
        stop.set()
        assert (await asked).json() == "done"
        await asyncio.wait_for(running, 3)


async def test_grace_ends() -> None:
    async with (
        serving(make_app(), grace_seconds=1) as (address, stop, running),
        AsyncClient(timeout=30) as client,
    ):
        asked = asyncio.create_task(client.get(f"{address}/slow?seconds=30"))
        await asyncio.sleep(0.3)
        started = time.monotonic()
        stop.set()
        await asyncio.wait_for(running, 5)
        assert time.monotonic() - started < 3
        await asyncio.gather(asked, return_exceptions=True)


@pytest.mark.parametrize("announced", [True, False])
async def test_a_client_that_sends_too_much_reads_the_refusal(announced: bool) -> None:
    body = b"x" * 4_000_000

    async def parts() -> AsyncIterator[bytes]:
        for start in range(0, len(body), 65536):
            yield body[start : start + 65536]

    async with serving(make_app()) as (address, _, _), AsyncClient() as client:
        headers = {"Accept": "application/json"}
        content = body if announced else parts()
        answer = await client.post(f"{address}/form", content=content, headers=headers)
        assert (answer.status_code, answer.json()["code"]) == (413, "too_large")
        assert (await client.post(f"{address}/form", content=b"abc")).json() == 3


async def test_an_application_that_does_not_start_is_told() -> None:
    @asynccontextmanager
    async def lifespan(app: FastAPI) -> AsyncIterator[None]:
        raise RuntimeError("no")
        yield

    stop = asyncio.Event()
    sock = bound()
    with pytest.raises(StartFailed):
        await server.serve(FastAPI(lifespan=lifespan), sock, stop=stop)
    sock.close()


def masked(opcode: int, payload: bytes) -> bytes:
    """A frame as a client writes it; with a mask of zeros, its payload stays as it is."""
    return bytes((0x80 | opcode, 0x80 | len(payload))) + bytes(4) + payload


async def test_a_frame_that_is_no_text_closes_its_socket_and_is_told_in_a_line(
    stream: io.StringIO,
) -> None:
    app = make_app()
    heard: list[str] = []

    @app.websocket("/talk")
    async def talk(websocket: WebSocket) -> None:
        await websocket.accept()
        async for text in websocket.iter_text():
            heard.append(text)

    async with serving(app) as (address, _, _):
        host, port = address.removeprefix("http://").split(":")
        reader, writer = await asyncio.open_connection(host, int(port))
        writer.write(
            b"GET /talk HTTP/1.1\r\nHost: here\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n"
            b"Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==\r\n\r\n"
        )
        async with asyncio.timeout(5):
            assert (await reader.readuntil(b"\r\n\r\n")).startswith(b"HTTP/1.1 101")
            writer.write(masked(1, "Grüß Gott".encode()) + masked(1, "Grüß".encode("latin-1")))
            first, length = await reader.readexactly(2)
            closing = await reader.readexactly(length)
            assert await reader.read() == b""
        writer.close()
    assert heard == ["Grüß Gott"]
    assert first == 0x88
    assert int.from_bytes(closing[:2]) == 1007
    told = [json.loads(line) for line in stream.getvalue().splitlines()]
    assert [(line["level"], line["event"], "exception" in line) for line in told] == [
        ("warning", "Invalid UTF-8 sequence received from client.", False)
    ]


def test_the_loop_is_the_fast_one() -> None:
    async def loop_module() -> str:
        return type(asyncio.get_running_loop()).__module__

    assert server.run(loop_module()).startswith("uvloop")
