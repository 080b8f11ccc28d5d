"""The engine `llm`: any model of any provider, through pydantic-ai.

Imported only where a model is asked: it takes up to a second and 60 MB.
"""

import asyncio
from collections.abc import Callable
from typing import Any, TypeVar

import structlog
from pydantic import BaseModel
from pydantic_ai import Agent, ModelRetry
from pydantic_ai.exceptions import (
    ModelAuthenticationError,
    ModelConnectionError,
    ModelHTTPError,
    ModelRateLimitError,
    ModelTimeoutError,
    UnexpectedModelBehavior,
    UsageLimitExceeded,
    UserError,
)
from pydantic_ai.models import Model, infer_model
from pydantic_ai.providers import Provider, infer_provider_class
from pydantic_ai.settings import ModelSettings
from pydantic_ai.usage import RunUsage, UsageLimits

from milepost.platform.ai.answers import Failed, Tokens
from milepost.platform.ai.plain import holds_unseen, texts_of
from milepost.platform.ai.questions import Question, prompt_of
from milepost.settings import Settings

T = TypeVar("T", bound=BaseModel)

# How often a request that failed on its way is sent again, how often a model may correct an
# answer that can't be used, and how much it may say.
_SENT_AGAIN = 1
_CORRECTED = 1
_MOST_TOKENS = 4000

_UNSEEN = "The answer holds control characters, or others that nobody sees. Write plain text."

# OpenAI's own name; behind another address is whoever speaks its older, common protocol.
_OPENAI = ("openai", "openai-chat")

log: structlog.stdlib.BoundLogger = structlog.get_logger("milepost.ai")


class UnknownProvider(Exception):
    """The settings name a provider that there is no client for."""


async def ask(
    settings: Settings,
    question: Question,
    answer_type: type[T],
    *,
    check: Callable[[T], str | None],
) -> tuple[T | Failed, Tokens]:
    """Ask the model; whatever goes wrong comes back as Failed, and never takes longer than said."""
    usage = RunUsage()
    try:
        # Loads the client of the provider the first time, and no answer is late for that.
        model = await asyncio.to_thread(model_of, settings)
        async with asyncio.timeout(settings.ai_timeout):
            value = await _answer(model, settings, question, answer_type, check, usage)
        return value, _tokens(usage)
    # Whatever a library of a library raises: a model that fails must not stop what asked it.
    except Exception as error:
        log.info("model_error", error=type(error).__name__, purpose=question.purpose)
        return Failed(_reason(error, settings)), _tokens(usage)


async def _answer(
    model: Model,
    settings: Settings,
    question: Question,
    answer_type: type[T],
    check: Callable[[T], str | None],
    usage: RunUsage,
) -> T:
    prompt = prompt_of(question)
    agent = Agent(
        model,
        output_type=answer_type,
        instructions=prompt.instructions,
        retries=_CORRECTED,
        model_settings=ModelSettings(
            timeout=settings.ai_timeout, max_retries=_SENT_AGAIN, max_tokens=_MOST_TOKENS
        ),
    )

    @agent.output_validator
    def checked(value: T) -> T:
        if any(holds_unseen(text, asked=prompt.message) for text in texts_of(value)):
            raise ModelRetry(_UNSEEN)
        wrong = check(value)
        if wrong is not None:
            raise ModelRetry(wrong)
        return value

    # Closes the client with it.
    async with agent:
        result = await agent.run(
            prompt.message,
            usage=usage,
            usage_limits=UsageLimits(request_limit=1 + _CORRECTED),
        )
    return result.output


def model_of(settings: Settings) -> Model:
    """Make the model that the settings name. Raises UserError."""
    name, base_url = settings.ai_model, settings.ai_base_url
    key = None if settings.ai_api_key is None else settings.ai_api_key.get_secret_value()
    provider_name, _, model_name = name.partition(":")
    if base_url and provider_name in _OPENAI:
        from pydantic_ai.models.openai import OpenAIChatModel
        from pydantic_ai.providers.openai_compatible import OpenAICompatibleProvider

        return OpenAIChatModel(
            model_name,
            provider=OpenAICompatibleProvider(name=provider_name, base_url=base_url, api_key=key),
        )

    def provider(wanted: str) -> Provider[Any]:
        given = {"api_key": key, "base_url": base_url}
        # What isn't said is read from the provider's own environment variables.
        return _known(wanted)(**{what: value for what, value in given.items() if value})

    return infer_model(name, provider_factory=provider)


def _known(provider: str) -> type[Provider[Any]]:
    try:
        return infer_provider_class(provider)
    except ValueError as error:
        raise UnknownProvider(provider) from error


def _reason(error: Exception, settings: Settings) -> str:
    match error:
        case TimeoutError() | ModelTimeoutError():
            return f"The model took longer than {settings.ai_timeout:g} seconds."
        case ModelAuthenticationError():
            return "The model's provider doesn't accept the key."
        case ModelRateLimitError():
            return "The model's provider wants fewer questions just now."
        case ModelConnectionError():
            return "The model can't be reached."
        case ModelHTTPError():
            return f"The model's provider answered with an error ({error.status_code})."
        case UnexpectedModelBehavior() | UsageLimitExceeded():
            return "The model's answer was not one that can be used."
        case UserError() | ImportError() | UnknownProvider():
            return "The model that the settings name can't be asked."
        case _:
            return "The model's answer can't be read."


def _tokens(usage: RunUsage) -> Tokens:
    return Tokens(into=usage.input_tokens, out=usage.output_tokens)
