"""The record of what was asked of models: when, what for, which one, how much; never what."""

from dataclasses import dataclass
from datetime import datetime

from milepost.platform.ai.answers import Tokens
from milepost.platform.db import Transaction


@dataclass(frozen=True, slots=True, kw_only=True)
class Usage:
    """One asking."""

    at: datetime
    purpose: str
    provider: str
    model: str
    tokens: Tokens
    ok: bool
    milliseconds: int


async def sum_tokens(tx: Transaction, *, since: datetime) -> int:
    """Return how many tokens models took for the actor's tenant, failures included."""
    return await tx.value(
        """
        select coalesce(sum(u.input_tokens::bigint + u.output_tokens), 0)::bigint
          from platform.ai_usage u
         where u.tenant_id = %(tenant_id)s
           and u.at > %(since)s
        """,
        {"tenant_id": tx.actor.tenant_id, "since": since},
    )


async def insert_usage(tx: Transaction, usage: Usage) -> None:
    """Write down that a model was asked, for the actor's tenant."""
    await tx.run(
        """
        insert into platform.ai_usage (
          tenant_id, at, purpose, provider, model, input_tokens, output_tokens, outcome,
          milliseconds
        )
        values (
          %(tenant_id)s, %(at)s, %(purpose)s, %(provider)s, %(model)s, %(input_tokens)s,
          %(output_tokens)s, %(outcome)s, %(milliseconds)s
        )
        """,
        {
            "tenant_id": tx.actor.tenant_id,
            "at": usage.at,
            "purpose": usage.purpose,
            "provider": usage.provider,
            "model": usage.model,
            "input_tokens": usage.tokens.into,
            "output_tokens": usage.tokens.out,
            "outcome": "ok" if usage.ok else "failed",
            "milliseconds": usage.milliseconds,
        },
    )
