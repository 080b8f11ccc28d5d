"""Serves an application on a socket that is bound already, until told to stop.

Whoever calls owns the signals, the socket's address and the loop; uvicorn keeps its hands off.
"""

import asyncio
import contextlib
import socket
from collections.abc import Callable, Coroutine, Generator
from typing import Any, TypeVar

import uvicorn
from starlette.types import ASGIApp

T = TypeVar("T")

GRACE_SECONDS = 10
# What is longer isn't read at all; what a route takes, it says itself.
SOCKET_FRAME_LIMIT = 256 * 1024


class StartFailed(Exception):
    """The application did not come up; the log says why."""


def run(main: Coroutine[Any, Any, T]) -> T:
    """Run a process's main coroutine on uvloop, where there is one."""
    try:
        import uvloop
    except ImportError:
        return asyncio.run(main)
    with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
        return runner.run(main)


async def serve(
    app: ASGIApp,
    sock: socket.socket,
    *,
    stop: asyncio.Event,
    on_ready: Callable[[], None] | None = None,
    on_stop: Callable[[], None] | None = None,
    grace_seconds: int = GRACE_SECONDS,
) -> None:
    """Serve until `stop` is set; then let running requests end, within `grace_seconds`.

    `on_ready` is called when the next request would be answered, `on_stop` before running ones are
    waited for: those that never end by themselves end then. Raises StartFailed.
    """
    config = uvicorn.Config(
        app,
        http="httptools",
        ws="websockets-sansio",
        # Small frames gain nothing from compression, and a window for each socket is memory.
        ws_per_message_deflate=False,
        ws_max_size=SOCKET_FRAME_LIMIT,
        lifespan="on",
        log_config=None,
        access_log=False,
        server_header=False,
        # `middleware.Access` counts proxies; uvicorn would believe any of them.
        proxy_headers=False,
        timeout_graceful_shutdown=grace_seconds,
    )
    server = _Server(config, on_ready)
    watcher = asyncio.create_task(_exit_when(stop, server, on_stop))
    try:
        await server.serve(sockets=[sock])
    except SystemExit as error:
        raise StartFailed("The application did not start.") from error
    finally:
        watcher.cancel()
        with contextlib.suppress(asyncio.CancelledError):
            await watcher


class _Server(uvicorn.Server):
    def __init__(self, config: uvicorn.Config, on_ready: Callable[[], None] | None) -> None:
        super().__init__(config)
        self._on_ready = on_ready

    @contextlib.contextmanager
    def capture_signals(self) -> Generator[None]:
        """Leave signals alone: the process that serves also runs jobs and a database."""
        yield

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        """Start as uvicorn does, and tell."""
        await super().startup(sockets)
        if self.started and self._on_ready is not None:
            self._on_ready()


async def _exit_when(
    stop: asyncio.Event, server: uvicorn.Server, on_stop: Callable[[], None] | None
) -> None:
    await stop.wait()
    if on_stop is not None:
        on_stop()
    server.should_exit = True
