"""Frames of the socket: what a client may send, and what it is sent.

What happened in a talk has a number; its frame's `id` is that number, and `?after=` goes on behind
it. Frames that only this connection gets (errors) are numbered within it: `7.1` comes after `7`,
and going on behind it is going on behind `7`.
"""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Annotated, Any, Literal
from uuid import UUID

from pydantic import Field, TypeAdapter, ValidationError

from milepost.contexts.standups.service import verdict
from milepost.contexts.standups.types import Action, Decided, Reply, Turn
from milepost.platform.errors import AppError, Invalid
from milepost.platform.http import field_errors, json
from milepost.platform.http.problems import Refused

CHANGED = "changed"
Titles = Mapping[str, str]
_NONE: Titles = MappingProxyType({})


class _Frame(json.Body):
    id: Annotated[
        str | None,
        Field(min_length=1, max_length=100, description="sent again with the same id: once"),
    ] = None


class Said(_Frame):
    """A message to the bot."""

    type: Literal["message"]
    text: str


class Confirm(_Frame):
    """A proposed action is to be done."""

    type: Literal["confirm"]
    action: json.Id


class Dismiss(_Frame):
    """A proposed action is not to be done."""

    type: Literal["dismiss"]
    action: json.Id


Incoming = Said | Confirm | Dismiss
_incoming: TypeAdapter[Incoming] = TypeAdapter(Annotated[Incoming, Field(discriminator="type")])


class BadFrame(Invalid):
    """The frame is none that is known here."""

    code = "bad_frame"


def parse(raw: str) -> Incoming:
    """Read a frame. Raises BadFrame."""
    try:
        return _incoming.validate_python(json.parse(raw.encode("utf-8", "replace")))
    except Refused as error:
        raise BadFrame(str(error.detail)) from error
    except ValidationError as error:
        raise BadFrame(_wrong(error)) from error


def _wrong(error: ValidationError) -> str:
    """Say what is wrong with a frame, in the words in which the API says it of a body."""
    (first, *_) = error.errors(include_url=False, include_input=False)
    if not first["loc"] and first["type"].startswith("union_tag"):
        return "A frame has a `type`: message, confirm or dismiss."
    if not first["loc"]:
        return 'A frame is a JSON object, like {"type": "message", "text": "…"}.'
    (told,) = field_errors.described([{**first, "loc": first["loc"][1:]}])
    return f"{told['path']}: {told['message']}"


def client_id(raw: str) -> str | None:
    """Read what the client called a frame that can't be used, to say which one it was."""
    try:
        value = json.parse(raw.encode("utf-8", "replace"))
    except Refused:
        return None
    found = value.get("id") if isinstance(value, dict) else None
    return found if isinstance(found, str) and len(found) <= 100 else None


def of_turn(turn: Turn, *, re: str | None = None, titles: Titles = _NONE) -> dict[str, Any]:
    """Make the frame of what happened; `re` is what the client called its cause.

    `titles` is what steps are called, by their names.
    """
    if isinstance(turn, Reply):
        return of_reply(turn, re=re, titles=titles)
    return of_decided(turn, re=re)


def of_reply(turn: Reply, *, re: str | None = None, titles: Titles = _NONE) -> dict[str, Any]:
    """Make the frame of a reply; `said` is what it replies to, for the person's other pages.

    `engine` is who read that: `llm` a language model, `offline` fixed rules.
    """
    return _named(
        {
            "id": str(turn.seq),
            "type": "reply",
            "text": turn.reply.text,
            "said": turn.said.text,
            "engine": turn.said.extracted.get("engine", ""),
            "actions": [of_action(action, titles) for action in turn.actions],
        },
        re or turn.said.client_key,
    )


def of_decided(turn: Decided, *, re: str | None = None) -> dict[str, Any]:
    """Make the frame of a decision, or of one that came to nothing as things had changed."""
    action = turn.action
    told = {"id": str(turn.seq), "action": str(action.id), "detail": verdict(action)}
    if action.outcome == CHANGED:
        return _named({**told, "type": "error", "code": "target_changed"}, re)
    return _named({**told, "type": "done", "state": action.state}, re)


def of_action(action: Action, titles: Titles = _NONE) -> dict[str, Any]:
    """Show an action; `sure` is false where it is one of several to choose from."""
    return {
        "id": str(action.id),
        "kind": action.kind,
        "target": action.target,
        "label": action.label,
        "confidence": round(action.confidence, 2),
        "step": action.step_slug,
        "step_title": titles.get(action.step_slug, ""),
        "sure": action.sure,
        "state": action.state,
    }


def of_error(error: AppError, *, frame_id: str, re: str | None = None) -> dict[str, Any]:
    """Make the frame that says why something was refused."""
    frame: dict[str, Any] = {
        "id": frame_id,
        "type": "error",
        "code": error.code,
        "detail": error.message,
    }
    if "retry_after" in error.data:
        frame["retry_after"] = error.data["retry_after"]
    return _named(frame, re)


def after(value: str | None) -> int | None:
    """Read `?after=`. Raises BadFrame."""
    if value is None or value == "":
        return None
    whole = value.partition(".")[0]
    if not whole.isdecimal() or not whole.isascii() or len(whole) > 18:
        raise BadFrame("`after` is the id of a frame that was received before.")
    return int(whole)


def journey(value: str | None) -> UUID:
    """Read `?journey=`. Raises BadFrame."""
    try:
        return UUID(value or "")
    except ValueError as error:
        raise BadFrame("`journey` is the id of a journey.") from error


def speaker(value: str | None) -> UUID | None:
    """Read `?as=`: whose page it is that talks here. Raises BadFrame."""
    if not value:
        return None
    try:
        return UUID(value)
    except ValueError as error:
        raise BadFrame("`as` is the id of the person who talks here.") from error


def _named(frame: dict[str, Any], re: str | None) -> dict[str, Any]:
    return frame if re is None else {**frame, "re": re}
