"""A notice, and how one is sent."""

import json
from dataclasses import dataclass
from typing import Self

from milepost.platform.db import Transaction

CHANNEL = "milepost_live"


@dataclass(frozen=True, slots=True)
class Notice:
    """Something about `topic` changed; `what` names the part, for who wants to read only that."""

    topic: str
    what: str

    @classmethod
    def parse(cls, payload: str) -> Self:
        """Read what `announce` sent."""
        topic, what = json.loads(payload)
        return cls(topic, what)


async def announce(tx: Transaction, *, topic: str, what: str) -> None:
    """Tell those who wait for a topic, once this transaction has committed."""
    await tx.run(
        "select pg_notify(%(channel)s, %(payload)s)",
        {"channel": CHANNEL, "payload": json.dumps([topic, what])},
    )
