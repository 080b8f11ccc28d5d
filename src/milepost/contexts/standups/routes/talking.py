"""A standup without a socket: what was said, saying something, deciding."""

from datetime import datetime
from typing import Annotated, Any, Literal, Self
from uuid import UUID

from fastapi import APIRouter, Query, Request, Response
from pydantic import BaseModel, Field

from milepost.contexts.identity import http as caller
from milepost.contexts.identity import service as identity
from milepost.contexts.identity.http import Caller, Tx, once
from milepost.contexts.identity.types import System
from milepost.contexts.journeys import service as journeys
from milepost.contexts.standups import service as standups
from milepost.contexts.standups.types import Action, Decided, Reply
from milepost.platform import ai, clock
from milepost.platform.db import Transaction
from milepost.platform.errors import Invalid
from milepost.platform.http import problems
from milepost.platform.http.json import Body, StrictRoute
from milepost.platform.http.pages import Cursor, Limit, Page, decode, encode

router = APIRouter(tags=["standups"], route_class=StrictRoute)

_RESPONSES = problems.responses(403, 404, 409)


class ActionOut(BaseModel):
    """Something the bot proposes; done only once it is confirmed."""

    id: UUID
    kind: str = Field(examples=["complete_task"])
    target: str = Field(
        description="a task's id, or a step's name", examples=["first-ten-interviews"]
    )
    step: str = Field(examples=["first-ten-interviews"])
    label: str = Field(examples=["Hold the first three interviews"])
    confidence: float = Field(examples=[0.82])
    sure: bool = Field(description="false: one of several that the bot asks back about")
    state: str = Field(examples=["proposed"])

    @classmethod
    def of(cls, action: Action) -> Self:
        """Show an action."""
        return cls(
            id=action.id,
            kind=action.kind,
            target=action.target,
            step=action.step_slug,
            label=action.label,
            confidence=round(action.confidence, 2),
            sure=action.sure,
            state=action.state,
        )


class MessageOut(BaseModel):
    """Something said, by a person or by the bot."""

    id: UUID
    number: int = Field(description="the id of its frame, in the talk of `user_id`", examples=[2])
    user_id: UUID = Field(description="whose talk it is")
    speaker: str = Field(examples=["bot"])
    text: str = Field(examples=["Shall I mark “Hold the first three interviews” complete?"])
    at: datetime
    extracted: dict[str, Any] = Field(examples=[{"done": ["Held three interviews"]}])
    actions: list[ActionOut]

    @classmethod
    def of(cls, entry: standups.Entry) -> Self:
        """Show what was said, with what was proposed in it."""
        message = entry.message
        return cls(
            id=message.id,
            number=message.seq,
            user_id=message.user_id,
            speaker=message.speaker,
            text=message.text,
            at=message.at,
            extracted=dict(message.extracted),
            actions=[ActionOut.of(action) for action in entry.actions],
        )


class Say(Body):
    """Something to say."""

    text: str = Field(examples=["Held the first three interviews. Next: typing the notes."])
    client_id: Annotated[
        str | None,
        Field(min_length=1, max_length=100, description="sent again with the same: said once"),
    ] = None


class ReplyOut(BaseModel):
    """What the bot replied."""

    number: int = Field(examples=[2])
    text: str = Field(examples=["Shall I mark “Hold the first three interviews” complete?"])
    actions: list[ActionOut]

    @classmethod
    def of(cls, reply: Reply) -> Self:
        """Show a reply."""
        return cls(
            number=reply.seq,
            text=reply.reply.text,
            actions=[ActionOut.of(action) for action in reply.actions],
        )


class Decide(Body):
    """Whether a proposed action is to be done."""

    decision: Literal["confirm", "dismiss"]


class DecidedOut(BaseModel):
    """What became of an action; `changed` when it could no longer be done."""

    number: int = Field(examples=[3])
    action: ActionOut
    changed: bool
    detail: str = Field(examples=["Marked “Hold the first three interviews” complete."])

    @classmethod
    def of(cls, decided: Decided) -> Self:
        """Show a decision."""
        return cls(
            number=decided.seq,
            action=ActionOut.of(decided.action),
            changed=decided.action.outcome == "changed",
            detail=standups.verdict(decided.action),
        )


class BlockerOut(BaseModel):
    """What keeps a company from a step, as somebody said it."""

    id: UUID
    step: str = Field(examples=["company-formation"])
    label: str = Field(examples=["Form the company"])
    said: str = Field(examples=["The notary is on holiday"])
    user_id: UUID
    at: datetime | None

    @classmethod
    def of(cls, action: Action) -> Self:
        """Show what was noted."""
        return cls(
            id=action.id,
            step=action.step_slug,
            label=action.label,
            said=action.said,
            user_id=action.user_id,
            at=action.decided_at,
        )


@router.get(
    "/journeys/{journey_id}/standup",
    operation_id="list_standup_messages",
    responses=problems.responses(403, 404),
)
async def list_messages(
    journey_id: UUID,
    tx: Tx,
    user_id: Annotated[UUID | None, Query(description="only one person's talk")] = None,
    cursor: Cursor = None,
    limit: Limit = 50,
) -> Page[MessageOut]:
    """List what was said about a company's journey, the latest first, with what was proposed."""
    await _require_own(tx, journey_id)
    before: UUID | None = decode(cursor, UUID)[0] if cursor else None
    entries = await standups.list_messages(
        tx,
        journey_id=journey_id,
        now=clock.now(),
        user_id=user_id,
        before_id=before,
        limit=limit + 1,
    )
    shown = entries[:limit]
    return Page[MessageOut](
        items=[MessageOut.of(entry) for entry in shown],
        next_cursor=encode(shown[-1].message.id) if len(entries) > limit else None,
    )


@router.get(
    "/journeys/{journey_id}/standup/blockers",
    operation_id="list_standup_blockers",
    responses=problems.responses(403, 404),
)
async def list_blockers(journey_id: UUID, tx: Tx) -> Page[BlockerOut]:
    """List what was confirmed to block steps that are still open, the latest first."""
    await _require_own(tx, journey_id)
    return Page[BlockerOut](
        items=[
            BlockerOut.of(action)
            for action in await standups.list_blockers(tx, journey_id=journey_id, now=clock.now())
        ],
        next_cursor=None,
    )


@router.post(
    "/journeys/{journey_id}/standup/blockers/{blocker_id}/lift",
    response_model=BlockerOut,
    operation_id="lift_standup_blocker",
    responses=_RESPONSES,
)
async def lift_blocker(journey_id: UUID, blocker_id: UUID, request: Request, tx: Tx) -> Response:
    """Say that what blocked a step is out of the way. A repeat changes nothing."""

    async def work() -> BlockerOut:
        return BlockerOut.of(
            await standups.lift(tx, journey_id=journey_id, action_id=blocker_id, now=clock.now())
        )

    return await once(tx, request, 200, work)


@router.post(
    "/journeys/{journey_id}/standup/messages",
    status_code=201,
    response_model=ReplyOut,
    operation_id="say_in_standup",
    responses=_RESPONSES | problems.responses(413, 429),
)
async def say(journey_id: UUID, body: Say, request: Request, actor: Caller) -> Response:
    """Tell the bot what was done, what is next, what blocks; nothing is done until confirmed."""
    key = _client_key(body, request)
    means = ai.Means(
        settings=request.app.state.settings,
        db=request.app.state.db,
        actor=actor,
        overseer=System(actor.token.tenant_id),
        now=clock.now,
    )
    async with request.app.state.db.transaction(actor) as tx:
        caller.check_scope(tx.actor, request.method)
    reply = await standups.converse(means, journey_id=journey_id, text=body.text, client_key=key)
    return Response(
        ReplyOut.of(reply).model_dump_json(), status_code=201, media_type="application/json"
    )


@router.post(
    "/journeys/{journey_id}/standup/actions/{action_id}",
    response_model=DecidedOut,
    operation_id="decide_in_standup",
    responses=_RESPONSES,
)
async def decide(
    journey_id: UUID, action_id: UUID, body: Decide, request: Request, tx: Tx
) -> Response:
    """Confirm what was proposed, and have it done; or dismiss it. A repeat changes nothing."""

    async def work() -> DecidedOut:
        act = standups.confirm if body.decision == "confirm" else standups.dismiss
        return DecidedOut.of(
            await act(tx, journey_id=journey_id, action_id=action_id, now=clock.now())
        )

    return await once(tx, request, 200, work)


async def _require_own(tx: Transaction, journey_id: UUID) -> None:
    """Make sure that the caller may read what is said. Raises NotFound."""
    journey = await journeys.get_journey(tx, journey_id=journey_id)
    await identity.require_acting(tx, subject_id=journey.subject_id)


def _client_key(body: Say, request: Request) -> str | None:
    """An Idempotency-Key does the same as the client's own id for the message."""
    key = caller.idempotency_key(request)
    if key is not None and len(key) > 100:
        raise Invalid("Here, an Idempotency-Key has at most 100 characters.")
    return body.client_id or key
