"""Telling open pages of a journey that something in it changed."""

from uuid import UUID

from milepost.platform import live
from milepost.platform.db import Transaction


def topic(journey_id: UUID) -> str:
    """Name what pages of a journey wait for."""
    return f"journey:{journey_id}"


async def announce(tx: Transaction, *, journey_id: UUID, step_slug: str) -> None:
    """Tell the pages of a journey that this step changed."""
    await live.announce(tx, topic=topic(journey_id), what=step_slug)
