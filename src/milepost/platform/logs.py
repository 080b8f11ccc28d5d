"""Logs: one JSON object a line for machines, coloured lines on a terminal.

Never what people wrote: no bodies, tokens, cookies or query strings, no variables in tracebacks,
and of a database's or a model's error only what went wrong, not with which value.
"""

import logging
import sys
import traceback
from collections.abc import Iterator
from types import TracebackType
from typing import TextIO

import psycopg
import structlog
from pydantic import ValidationError
from structlog.typing import EventDict, ExcInfo, Processor, WrappedLogger

WITHHELD = "[withheld]"

_SECRET_WORDS = frozenset(
    {
        "authorization",
        "body",
        "cookie",
        "cookies",
        "form",
        "headers",
        "password",
        "payload",
        "query",
        "secret",
        "token",
        "tokens",
    }
)
_MOST_CAUSES = 10


def configure(
    level: str = "info", *, stream: TextIO = sys.stderr, json: bool | None = None
) -> None:
    """Send all logs of the process to `stream`: as JSON unless it is a terminal."""
    as_json = not stream.isatty() if json is None else json
    shared: list[Processor] = [
        structlog.contextvars.merge_contextvars,
        structlog.stdlib.add_log_level,
        structlog.stdlib.add_logger_name,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
        withhold,
    ]
    structlog.configure(
        processors=[*shared, structlog.stdlib.ProcessorFormatter.wrap_for_formatter],
        logger_factory=structlog.stdlib.LoggerFactory(),
        wrapper_class=structlog.stdlib.BoundLogger,
        cache_logger_on_first_use=False,
    )
    handler = logging.StreamHandler(stream)
    handler.setFormatter(
        structlog.stdlib.ProcessorFormatter(
            foreign_pre_chain=shared, processors=_rendering(as_json)
        )
    )
    root = logging.getLogger()
    root.handlers[:] = [handler]
    root.setLevel(level.upper())
    _quieten()


def withhold(logger: WrappedLogger, method: str, event: EventDict) -> EventDict:
    """Keep back whatever is named like a secret or like something a person wrote."""
    del logger, method
    for name in event:
        if name != "event" and not _SECRET_WORDS.isdisjoint(name.lower().split("_")):
            event[name] = WITHHELD
    return event


def described(error: BaseException) -> str:
    """An exception with its causes: where it passed, what it is, and of data errors no values."""
    return "\n".join(_lines(error, 0))


def _lines(error: BaseException, depth: int) -> Iterator[str]:
    earlier = error.__cause__ or (None if error.__suppress_context__ else error.__context__)
    if earlier is not None and depth < _MOST_CAUSES:
        yield from _lines(earlier, depth + 1)
        yield "which led to:"
    yield from (line.rstrip("\n") for line in traceback.format_tb(error.__traceback__))
    yield f"{type(error).__module__}.{type(error).__qualname__}: {_message(error)}"
    yield from getattr(error, "__notes__", ())
    if isinstance(error, BaseExceptionGroup) and depth < _MOST_CAUSES:
        for inner in error.exceptions:
            yield from (f"  | {line}" for line in _lines(inner, depth + 1))


def _message(error: BaseException) -> str:
    if isinstance(error, psycopg.Error):
        return error.diag.message_primary or "the database refused"
    if isinstance(error, ValidationError):
        found = error.errors(include_input=False, include_context=False, include_url=False)
        return "; ".join(f"{'.'.join(map(str, one['loc']))}: {one['type']}" for one in found)
    return str(error)


def _rendering(as_json: bool) -> list[Processor]:
    plain: list[Processor] = [structlog.stdlib.ProcessorFormatter.remove_processors_meta]
    if as_json:
        return [
            *plain,
            structlog.processors.ExceptionRenderer(_of_exc_info),
            structlog.processors.JSONRenderer(),
        ]
    return [*plain, structlog.dev.ConsoleRenderer(exception_formatter=_write_exc_info)]


def _of_exc_info(exc_info: ExcInfo | tuple[None, None, None]) -> str:
    return described(exc_info[1]) if exc_info[1] is not None else ""


def _write_exc_info(
    stream: TextIO,
    exc_info: tuple[type[BaseException], BaseException, TracebackType | None],
) -> None:
    stream.write("\n" + described(exc_info[1]))


def _plainly(record: logging.LogRecord) -> bool:
    """Tell in a line of a socket's frame that is no UTF-8: it was closed, and is the client's."""
    error = record.exc_info[1] if record.exc_info else None
    if isinstance(error, UnicodeDecodeError) and record.msg.startswith("Invalid UTF-8"):
        record.exc_info = None
        record.levelno, record.levelname = logging.WARNING, "WARNING"
    return True


def _quieten() -> None:
    """Turn down libraries that would tell each step, or a job's arguments."""
    logging.getLogger("uvicorn.error").addFilter(_plainly)
    for name in ("procrastinate", "uvicorn", "asyncio", "psycopg.pool"):
        logging.getLogger(name).setLevel(logging.WARNING)
    # How a job ended is logged by us, without what it was given.
    logging.getLogger("procrastinate.worker").setLevel(logging.CRITICAL)
    logging.getLogger("procrastinate.worker.worker").setLevel(logging.WARNING)
