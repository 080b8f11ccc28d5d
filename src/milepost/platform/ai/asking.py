"""One interface to both engines, the fall-back between them, and the record of what it cost."""

import asyncio
import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, TypeVar

import structlog
from pydantic import BaseModel

from milepost.platform.ai.answers import Answer, Engine, Failed, Tokens
from milepost.platform.ai.questions import Question
from milepost.platform.ai.usage import Usage, insert_usage, sum_tokens
from milepost.platform.db import Actor, Database
from milepost.settings import Settings

T = TypeVar("T", bound=BaseModel)

# Tells what is wrong with an answer of the right shape, in words for the model; None: nothing.
Check = Callable[[T], str | None]

_DAY = timedelta(hours=24)

log: structlog.stdlib.BoundLogger = structlog.get_logger("milepost.ai")


@dataclass(frozen=True, slots=True, kw_only=True)
class Means:
    """What asking needs. `actor` is of the tenant whose usage it is.

    `overseer` may read what all of the tenant's asking cost, as most actors may not.
    """

    settings: Settings
    db: Database
    actor: Actor
    overseer: Actor
    now: Callable[[], datetime]

    @property
    def has_model(self) -> bool:
        """Whether the settings name a model."""
        return bool(self.settings.ai_model)


async def answer(
    means: Means,
    question: Question,
    answer_type: type[T],
    *,
    offline: Callable[[], T],
    check: Check[T] | None = None,
) -> Answer[T]:
    """Answer a question: by the model, if there is one that can be relied on, or else by rules."""
    if not means.has_model:
        return Answer(value=offline(), engine=Engine.OFFLINE)
    found = await ask(means, question, answer_type, check=check)
    if isinstance(found, Failed):
        return Answer(value=offline(), engine=Engine.OFFLINE, note=found.reason)
    return found


async def ask(
    means: Means,
    question: Question,
    answer_type: type[T],
    *,
    check: Check[T] | None = None,
) -> Answer[T] | Failed:
    """Ask the model that the settings name, within their time; write down what it cost."""
    if not means.has_model:
        return Failed("No model is set up here.")
    if await _is_spent(means):
        spent = _spent(means.settings.ai_daily_tokens)
        log.warning("model_not_asked", reason=spent.reason, purpose=question.purpose)
        return spent
    # In a thread: whoever else this process serves need not wait.
    models = await asyncio.to_thread(_load)
    began, at = time.monotonic(), means.now()
    found: T | Failed
    tokens: Tokens
    found, tokens = await models.ask(
        means.settings, question, answer_type, check=check or _nothing_wrong
    )
    provider, _, model = means.settings.ai_model.partition(":")
    usage = Usage(
        at=at,
        purpose=question.purpose,
        provider=provider,
        model=model,
        tokens=tokens,
        ok=not isinstance(found, Failed),
        milliseconds=round(1000 * (time.monotonic() - began)),
    )
    async with means.db.transaction(means.actor) as tx:
        await insert_usage(tx, usage)
    _tell(usage, found)
    if isinstance(found, Failed):
        return found
    return Answer(value=found, engine=Engine.LLM)


async def _is_spent(means: Means) -> bool:
    """Tell whether the tenant has had what models may take in a day.

    Only what was answered is counted: questions asked at the same time may go over it together.
    """
    limit = means.settings.ai_daily_tokens
    if not limit:
        return False
    async with means.db.transaction(means.overseer) as tx:
        return await sum_tokens(tx, since=means.now() - _DAY) >= limit


def _spent(limit: int) -> Failed:
    tokens, are = ("token", "is") if limit == 1 else ("tokens", "are")
    return Failed(f"The {limit:,} {tokens} that models may take in a day {are} used up.")


def _load() -> Any:
    """Load what asks models: a second or more, and 60 MB, so only where one is asked."""
    from milepost.platform.ai import models

    return models


def _nothing_wrong(_: BaseModel) -> None:
    return None


def _tell(usage: Usage, found: object) -> None:
    told = {
        "purpose": usage.purpose,
        "model": f"{usage.provider}:{usage.model}",
        "milliseconds": usage.milliseconds,
    }
    if isinstance(found, Failed):
        log.warning("model_failed", reason=found.reason, **told)
    else:
        log.info("model_answered", **told)
