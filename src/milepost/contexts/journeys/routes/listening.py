"""Server-sent events of a journey: that something in it changed, and in which step.

An event says no more than that: what is there now is read anew. But when people are at work is
their own business too: only who acts for the subject listens, the person or the company's members.
Before each event, and each minute that nothing happens, the database is asked again, as the caller:
whoever is signed out, or acts for the subject no more, hears no more.
"""

import asyncio
import json
from collections.abc import AsyncGenerator
from typing import Any
from uuid import UUID

from fastapi import APIRouter, Request
from fastapi.sse import format_sse_event
from starlette.responses import StreamingResponse

from milepost.contexts.identity import http
from milepost.contexts.identity import service as identity
from milepost.contexts.identity.http import Tx
from milepost.contexts.journeys import service as journeys
from milepost.platform.db import Transaction
from milepost.platform.errors import AppError
from milepost.platform.http import problems
from milepost.platform.http.json import StrictRoute
from milepost.platform.live import Switchboard

router = APIRouter(tags=["journeys"], route_class=StrictRoute)

# Proxies give up on a connection that says nothing for half a minute or more.
KEEP_ALIVE_SECONDS = 20.0
# After so many silences in a row, it is asked whether the caller may still listen.
SILENCES = 3


_STILL_HERE = format_sse_event(comment="still here")


class EventStream(StreamingResponse):
    """An answer that goes on, event after event."""

    media_type = "text/event-stream"


_STREAM: dict[int | str, dict[str, Any]] = {
    200: {
        "description": "Events, for as long as the caller listens",
        "content": {
            "text/event-stream": {
                "schema": {"type": "string"},
                "example": 'event: changed\ndata: {"step": "first-ten-interviews"}\n\n',
            }
        },
    }
}


@router.get(
    "/journeys/{journey_id}/events",
    operation_id="listen_to_journey",
    response_class=EventStream,
    responses=problems.responses(403, 404) | _STREAM,
)
async def listen(journey_id: UUID, request: Request, tx: Tx) -> EventStream:
    """Say at once when something in a journey changes, as server-sent events.

    For whoever acts for its subject. `changed` comes with `{"step": slug}`; null means that
    anything may have changed. The first one comes as soon as nothing can be missed any more.
    """
    await _require_acting(tx, journey_id)
    switchboard: Switchboard = request.app.state.switchboard
    return EventStream(
        _events(request, journey_id, switchboard),
        headers={"Cache-Control": "no-store", "X-Accel-Buffering": "no"},
    )


async def _events(
    request: Request, journey_id: UUID, switchboard: Switchboard
) -> AsyncGenerator[bytes]:
    async with switchboard.line(journeys.topic(journey_id)) as line:
        yield _changed(None)
        silences = 0
        while not line.is_closed:
            notice = None
            try:
                async with asyncio.timeout(KEEP_ALIVE_SECONDS):
                    notice = await line.next()
                silences = 0
            except TimeoutError:
                silences += 1
                if silences % SILENCES:
                    yield _STILL_HERE
                    continue
            if line.is_closed:
                return
            try:
                async with http.transaction(request) as tx:
                    await _require_acting(tx, journey_id)
            except AppError:
                # Signed out, or no member any more: they will be told when they ask.
                return
            yield _STILL_HERE if silences else _changed(notice.what or None if notice else None)


async def _require_acting(tx: Transaction, journey_id: UUID) -> None:
    """Make sure that the caller may listen. Raises AppError."""
    journey = await journeys.get_journey(tx, journey_id=journey_id)
    await identity.require_acting(tx, subject_id=journey.subject_id)


def _changed(step: str | None) -> bytes:
    return format_sse_event(event="changed", data_str=json.dumps({"step": step}))
