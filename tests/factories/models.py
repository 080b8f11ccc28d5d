"""A server on this machine that speaks the OpenAI protocol, and answers as a test wants it to."""

import json
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

from pydantic import SecretStr

from milepost.settings import Settings

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
    stopping: threading.Event = field(default_factory=threading.Event)

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
def fake_model(reply: Callable[[Asked], Reply]) -> Iterator[FakeModel]:
    """Run the server on a free port."""

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            asked = json.loads(self.rfile.read(int(self.headers["content-length"])))
            model.asked.append(asked)
            model.heard.set()
            made = model.reply(asked)
            if made.seconds and model.stopping.wait(made.seconds):
                self.close_connection = True
                return
            body = _completion(asked, made.answer) if made.raw is None else made.raw
            self.send_response(made.status)
            self.send_header("content-type", "application/json")
            self.send_header("content-length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_: object) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    model = FakeModel(f"http://127.0.0.1:{server.server_address[1]}/v1", reply)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05})
    thread.start()
    try:
        yield model
    finally:
        model.stopping.set()
        server.shutdown()
        server.server_close()
        thread.join()


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
