"""A server on this machine that speaks the OpenAI protocol, and answers as a test wants it to."""

import json
import threading
from collections.abc import Callable, Generator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

from pydantic import SecretStr

from milepost.settings import Settings
from tests.factories.endpoints import Posted, Sent, endpoint

Asked = dict[str, Any]


@dataclass
class Reply:
    """What is sent back: an answer of the wanted type, or something else altogether."""

    answer: Any = None
    status: int = 200
    raw: bytes | None = None
    seconds: float = 0


@dataclass
class FakeModel:
    """The server. `reply` may be swapped at any time; `asked` holds what came in."""

    address: str
    reply: Callable[[Asked], Reply]
    asked: list[Asked] = field(default_factory=list)
    heard: threading.Event = field(default_factory=threading.Event)

    def settings(self, base: Settings, *, timeout: float = 10) -> Settings:
        """Settings that name this model."""
        return base.model_copy(
            update={
                "ai_model": "openai:a-model",
                "ai_base_url": self.address,
                "ai_api_key": SecretStr("a key"),
                "ai_timeout": timeout,
            }
        )

    def said(self) -> str:
        """All that was sent to it last, as one text."""
        return "\n".join(str(message["content"]) for message in self.asked[-1]["messages"])


@contextmanager
def fake_model(reply: Callable[[Asked], Reply]) -> Generator[FakeModel]:
    """Run the server on a free port."""

    def answer(posted: Posted) -> Sent:
        model.asked.append(posted.value)
        model.heard.set()
        made = model.reply(posted.value)
        body = _completion(posted.value, made.answer) if made.raw is None else made.raw
        return Sent(body, made.status, made.seconds)

    with endpoint(answer) as address:
        model = FakeModel(address, reply)
        yield model


def _completion(asked: Asked, answer: Any) -> bytes:
    """An answer as a call of the tool that was offered for it."""
    function = asked["tools"][0]["function"]["name"]
    call = {
        "id": "call_1",
        "type": "function",
        "function": {"name": function, "arguments": json.dumps(answer)},
    }
    return json.dumps(
        {
            "id": "chatcmpl-1",
            "object": "chat.completion",
            "created": 1,
            "model": asked["model"],
            "choices": [
                {
                    "index": 0,
                    "finish_reason": "tool_calls",
                    "message": {"role": "assistant", "content": None, "tool_calls": [call]},
                }
            ],
            "usage": {"prompt_tokens": 120, "completion_tokens": 30, "total_tokens": 150},
        }
    ).encode()
