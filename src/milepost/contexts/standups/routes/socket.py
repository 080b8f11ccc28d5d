"""The socket of a standup: one person, one journey, from wherever they left off.

Every page of a person gets all frames of their talk: what one of them caused, the others hear of
through the switchboard, and read. Whether the person is still signed in, and still one of the
company, is asked anew with each message, each notice, and once a minute.
"""

import asyncio
import json
from collections.abc import Mapping, Sequence
from contextlib import AsyncExitStack, suppress
from typing import Any
from uuid import UUID
from weakref import WeakKeyDictionary

import structlog
from fastapi import APIRouter
from starlette.websockets import WebSocket, WebSocketDisconnect, WebSocketState

from milepost.contexts.identity.errors import ForeignRequest
from milepost.contexts.identity.http import check_scope
from milepost.contexts.identity.types import Bearer, System, Token
from milepost.contexts.standups import service as standups
from milepost.contexts.standups.routes import frames, handshake, titles
from milepost.contexts.standups.routes.pace import Pace
from milepost.contexts.standups.types import Turn
from milepost.platform import ai, clock
from milepost.platform.db import Database, Transaction
from milepost.platform.errors import (
    AppError,
    Forbidden,
    NotFound,
    TooLarge,
    TooMany,
    Unauthenticated,
    Unavailable,
)
from milepost.platform.live import Line, Switchboard

router = APIRouter()

# Nothing longer can be a message of 8 kB, however it is written.
LONGEST_FRAME = 64 * 1024
CHECKED_EVERY = 60.0
# After a restart all come back at once: they wait in line here, however long, so that whoever
# already talks finds a connection to the database.
_BEGINNING, _PREPARING = 3, 2

GONE, REFUSED, BROKEN = 1001, 4400, 1011
SIGNED_OUT, FORBIDDEN, NOT_FOUND, CONFLICT, FLOODED = 4401, 4403, 4404, 4409, 4429

log: structlog.stdlib.BoundLogger = structlog.get_logger("milepost.standups")


class _Over(Exception):
    """The line is to be closed, with this code."""

    def __init__(self, code: int) -> None:
        super().__init__(code)
        self.code = code


class _Gates:
    """What the lines of one application pass through as they begin."""

    def __init__(self) -> None:
        self.beginning = asyncio.Semaphore(_BEGINNING)
        self.preparing = asyncio.Semaphore(_PREPARING)


_gates: WeakKeyDictionary[Switchboard, _Gates] = WeakKeyDictionary()


@router.websocket("/ws/standup")
async def standup(socket: WebSocket) -> None:
    """Hold the line until one side hangs up."""
    line = _Connection(socket)
    try:
        await line.run()
    except _Over as over:
        await _close(socket, over.code)
    except WebSocketDisconnect:
        return
    except Exception:
        log.exception("standup_failed")
        await _close(socket, BROKEN)


class _Connection:
    """One line: what it was sent last, and what its frames are numbered by."""

    def __init__(self, socket: WebSocket) -> None:
        self._socket = socket
        self._db: Database = socket.app.state.db
        self._switchboard: Switchboard = socket.app.state.switchboard
        self._sending = asyncio.Lock()
        self._pace = Pace()
        self._last = 0
        self._heard = 0
        self._answering = False
        self._errors = 0

    async def run(self) -> None:
        """Answer for the whole line. Raises _Over, WebSocketDisconnect."""
        try:
            self._token: Token = handshake.token(self._socket)
            self._journey_id: UUID = frames.journey(self._socket.query_params.get("journey"))
            after = frames.after(self._socket.query_params.get("after"))
            self._speaker = frames.speaker(self._socket.query_params.get("as"))
        except AppError as error:
            await self._accept()
            await self._refuse(error)
            raise _Over(_code(error)) from error
        async with AsyncExitStack() as lines:
            try:
                gates = _gates.setdefault(self._switchboard, _Gates())
                async with gates.beginning:
                    notices, turns = await self._begin(lines, after)
            except AppError as error:
                await self._accept()
                await self._refuse(error)
                raise _Over(_code(error)) from error
            # Only now: what is said once a client is on the line is never missed.
            await self._accept()
            await self._tell(turns)
            await self._prepare(gates.preparing)
            await self._both(notices)

    async def _prepare(self, gate: asyncio.Semaphore) -> None:
        """Do before the first message what would keep it, and others', waiting. Raises _Over."""
        await self._make_ready(gate)
        standups.warm_up(self._socket.app.state.settings, journey_id=self._journey_id)

    async def _make_ready(self, gate: asyncio.Semaphore) -> None:
        if standups.is_ready(self._journey_id):
            return
        async with gate:
            # Most often, a colleague had it made meanwhile.
            if standups.is_ready(self._journey_id):
                return
            try:
                async with self._transaction() as tx:
                    await standups.prepare(tx, journey_id=self._journey_id, now=clock.now())
            except AppError as error:
                await self._end_if_over(error, told=False)

    async def _accept(self) -> None:
        await self._socket.accept(subprotocol=handshake.subprotocol(self._socket))

    async def _begin(self, lines: AsyncExitStack, after: int | None) -> tuple[Line, list[Turn]]:
        """Listen, and then read what the client has missed: so nothing falls in between."""
        async with self._transaction() as tx:
            if self._speaker not in (None, tx.actor.user_id):
                # A page that stayed open while somebody else signed in: nothing that was written
                # there is said in their name.
                raise Forbidden(
                    "Somebody else is signed in in this browser now. What you wrote is kept on"
                    " this device: sign in as yourself again and load this page, and it is sent."
                )
            topic = standups.topic(self._journey_id, tx.actor.user_id)
            notices = await lines.enter_async_context(self._switchboard.line(topic))
            talk = await standups.open_talk(tx, journey_id=self._journey_id)
            self._last = talk.last_seq if after is None else min(after, talk.last_seq)
            if self._last == talk.last_seq:
                return notices, []
            return notices, await standups.list_turns(
                tx, journey_id=self._journey_id, after=self._last
            )

    async def _both(self, notices: Line) -> None:
        """Hear the client and the switchboard until one of them ends."""
        tasks = [
            asyncio.create_task(self._hear_client()),
            asyncio.create_task(self._hear_notices(notices)),
        ]
        try:
            done, _ = await asyncio.wait(tasks, return_when=asyncio.FIRST_COMPLETED)
        finally:
            for task in tasks:
                task.cancel()
            await asyncio.gather(*tasks, return_exceptions=True)
        for task in done:
            task.result()

    async def _hear_client(self) -> None:
        while True:
            message = await self._socket.receive()
            if message["type"] == "websocket.disconnect":
                raise WebSocketDisconnect(message.get("code", 1005))
            raw: str | None = message.get("text")
            try:
                self._pace.check()
                if raw is None:
                    raise frames.BadFrame("A frame is text, and the text is JSON.")
                if len(raw) > LONGEST_FRAME:
                    raise TooLarge("A message holds at most 8 kB. Send it in parts.")
                await self._answer_once(frames.parse(raw))
            except AppError as error:
                await self._refuse(error, re=None if raw is None else frames.client_id(raw))
                if isinstance(error, TooMany) and self._pace.is_spent:
                    raise _Over(FLOODED) from error
                await self._end_if_over(error)

    async def _answer_once(self, frame: frames.Incoming) -> None:
        """Answer, and only then look at what was heard meanwhile: most often, one's own news."""
        self._answering = True
        try:
            await self._answer(frame)
        finally:
            self._answering = False
            if self._heard > self._last:
                await self._catch_up()

    async def _answer(self, frame: frames.Incoming) -> None:
        before = self._last
        if isinstance(frame, frames.Said):
            means = ai.Means(
                settings=self._socket.app.state.settings,
                db=self._db,
                actor=Bearer(self._token, clock.now()),
                overseer=System(self._token.tenant_id),
                now=clock.now,
            )
            turn: Turn = await standups.converse(
                means, journey_id=self._journey_id, text=frame.text, client_key=frame.id
            )
            span = 2
        else:
            decide = standups.confirm if isinstance(frame, frames.Confirm) else standups.dismiss
            async with self._transaction() as tx:
                turn = await decide(
                    tx, journey_id=self._journey_id, action_id=frame.action, now=clock.now()
                )
            span = 1
        called = await self._titles([turn])
        async with self._sending:
            if turn.seq <= before:
                # Said before, and sent again: whoever asks has missed the answer.
                await self._send(frames.of_turn(turn, re=frame.id, titles=called))
                return
            if turn.seq <= self._last:
                # A notice was faster, and it went out with what it told of.
                return
            if turn.seq - span == self._last:
                self._last = turn.seq
                await self._send(frames.of_turn(turn, re=frame.id, titles=called))
                return
        # Another page said something first: in order, then.
        await self._catch_up()

    async def _hear_notices(self, notices: Line) -> None:
        while True:
            try:
                async with asyncio.timeout(CHECKED_EVERY):
                    notice = await notices.next()
            except TimeoutError:
                await self._check()
                continue
            if notices.is_closed:
                raise _Over(GONE)
            if notice is None or not notice.what.isdecimal():
                await self._catch_up()
                continue
            self._heard = max(self._heard, int(notice.what))
            if self._heard > self._last and not self._answering:
                await self._catch_up()

    async def _check(self) -> None:
        """See whether the person may still be on this line. Raises _Over."""
        try:
            async with self._transaction() as tx:
                await standups.open_talk(tx, journey_id=self._journey_id)
        except AppError as error:
            await self._end_if_over(error, told=False)

    async def _catch_up(self) -> None:
        """Send what happened since the last frame. Raises _Over."""
        async with self._sending:
            try:
                async with self._transaction() as tx:
                    await standups.open_talk(tx, journey_id=self._journey_id)
                    turns = await standups.list_turns(
                        tx, journey_id=self._journey_id, after=self._last
                    )
            except AppError as error:
                turns = []
                await self._end_if_over(error, told=False)
            await self._tell(turns)

    async def _tell(self, turns: Sequence[Turn]) -> None:
        called = await self._titles(turns)
        for turn in turns:
            self._last = turn.seq
            await self._send(frames.of_turn(turn, titles=called))

    async def _titles(self, turns: Sequence[Turn]) -> Mapping[str, str]:
        return await titles.of_steps(turns, journey_id=self._journey_id, open_tx=self._transaction)

    async def _end_if_over(self, error: AppError, *, told: bool = True) -> None:
        """Close the line after an error that won't pass. Raises _Over."""
        if isinstance(error, Unavailable | TooLarge | TooMany):
            return
        if isinstance(error, NotFound | Forbidden):
            # Of the action, or of the whole journey?
            found = await self._standing()
            if found is None:
                return
            if type(found) is not type(error):
                told = False
            error = found
        elif not isinstance(error, Unauthenticated):
            return
        if not told:
            await self._refuse(error)
        raise _Over(_code(error)) from error

    async def _standing(self) -> AppError | None:
        """Return why the person may no longer be on this line, if so."""
        try:
            async with self._transaction() as tx:
                await standups.open_talk(tx, journey_id=self._journey_id)
        except (NotFound, Forbidden, Unauthenticated) as error:
            return error
        except AppError:
            return None
        return None

    def _transaction(self) -> Any:
        return _Checked(self._db, self._token)

    async def _refuse(self, error: AppError, *, re: str | None = None) -> None:
        self._errors += 1
        frame_id = f"{self._last}.{self._errors}"
        await self._send(frames.of_error(error, frame_id=frame_id, re=re))

    async def _send(self, frame: dict[str, Any]) -> None:
        await self._socket.send_text(json.dumps(frame, ensure_ascii=False, separators=(",", ":")))


class _Checked:
    """A transaction of whoever holds the token, good for writing."""

    def __init__(self, db: Database, token: Token) -> None:
        self._opened = db.transaction(Bearer(token, clock.now()))

    async def __aenter__(self) -> Transaction:
        tx = await self._opened.__aenter__()
        try:
            check_scope(tx.actor, "POST")
        except AppError as error:
            await self._opened.__aexit__(type(error), error, error.__traceback__)
            raise
        return tx

    async def __aexit__(self, *raised: Any) -> bool | None:
        return await self._opened.__aexit__(*raised)


def _code(error: AppError) -> int:
    match error:
        case Unauthenticated():
            return SIGNED_OUT
        case ForeignRequest() | Forbidden():
            return FORBIDDEN
        case NotFound():
            return NOT_FOUND
        case frames.BadFrame():
            return REFUSED
        case Unavailable():
            return BROKEN
        case _:
            return CONFLICT


async def _close(socket: WebSocket, code: int) -> None:
    if socket.application_state is WebSocketState.CONNECTED:
        with suppress(RuntimeError, WebSocketDisconnect):
            await socket.close(code)
