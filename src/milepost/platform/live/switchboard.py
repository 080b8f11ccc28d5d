"""One listening connection for a process, and a line to everybody who waits.

The connection is made when somebody first waits. When it is lost, it is made anew, and
everybody is told that something may have changed meanwhile.
"""

import asyncio
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager, suppress

import psycopg
import structlog
from psycopg import sql

from milepost.platform.live.notices import CHANNEL, Notice

# A reader this far behind is told once that it must read everything anew.
_BACKLOG = 100
_RETRY_SECONDS = (0.2, 1.0, 5.0)

_log = structlog.get_logger(__name__)


class Line:
    """What one reader has yet to hear about its topic, in order."""

    def __init__(self) -> None:
        self._queue: asyncio.Queue[Notice | None] = asyncio.Queue(_BACKLOG)
        self.is_closed = False

    async def next(self) -> Notice | None:
        """Wait for a notice. None: some were missed, read everything anew; or the line closed."""
        return await self._queue.get()

    def close(self) -> None:
        """Say that nothing comes any more, at once to whoever waits."""
        self.is_closed = True
        self.put(None)

    def put(self, notice: Notice | None) -> None:
        """Hand a notice on; who doesn't keep up loses the details, not the news."""
        if self._queue.full():
            while not self._queue.empty():
                self._queue.get_nowait()
            notice = None
        self._queue.put_nowait(notice)


class Switchboard:
    """Connects readers with the topics they wait for."""

    def __init__(self, conninfo: str) -> None:
        self._conninfo = conninfo
        self._lines: dict[str, set[Line]] = {}
        self._listening: asyncio.Task[None] | None = None
        self._connected = asyncio.Event()
        self._is_ending = False

    @asynccontextmanager
    async def line(self, topic: str) -> AsyncGenerator[Line]:
        """Give a line to a topic, connected before it is handed out."""
        if self._listening is None and not self._is_ending:
            self._listening = asyncio.create_task(self._listen())
        if not self._is_ending:
            await self._connected.wait()
        line = Line()
        if self._is_ending:
            line.close()
        self._lines.setdefault(topic, set()).add(line)
        try:
            yield line
        finally:
            lines = self._lines[topic]
            lines.discard(line)
            if not lines:
                del self._lines[topic]

    def hang_up(self) -> None:
        """Close every line at once: a server that stops waits for who still listens."""
        self._is_ending = True
        for lines in self._lines.values():
            for line in lines:
                line.close()
        # Whoever waits for the connection waits no longer.
        self._connected.set()

    async def close(self) -> None:
        """Stop listening."""
        self.hang_up()
        if self._listening is not None:
            self._listening.cancel()
            with suppress(asyncio.CancelledError):
                await self._listening
            self._listening = None
            self._connected.clear()

    async def _listen(self) -> None:
        failures = 0
        while True:
            try:
                async with await psycopg.AsyncConnection.connect(
                    self._conninfo, autocommit=True
                ) as connection:
                    await connection.execute(sql.SQL("listen {}").format(sql.Identifier(CHANNEL)))
                    self._tell_all()
                    self._connected.set()
                    failures = 0
                    async for received in connection.notifies():
                        self._hand_on(Notice.parse(received.payload))
            except psycopg.OperationalError as error:
                self._connected.clear()
                _log.warning("live.connection_lost", error=str(error))
                await asyncio.sleep(_RETRY_SECONDS[min(failures, len(_RETRY_SECONDS) - 1)])
                failures += 1

    def _hand_on(self, notice: Notice) -> None:
        for line in self._lines.get(notice.topic, ()):
            line.put(notice)

    def _tell_all(self) -> None:
        """Whatever happened before the connection stood was heard by nobody."""
        if self._connected.is_set():
            return
        for lines in self._lines.values():
            for line in lines:
                line.put(None)
