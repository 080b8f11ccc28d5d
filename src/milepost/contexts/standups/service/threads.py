"""Reading without keeping others waiting: what takes long is done in a thread beside them."""

import asyncio
from collections.abc import Sequence

from milepost.contexts.standups import rules
from milepost.contexts.standups.rules import Free, Index
from milepost.contexts.standups.types import Candidate, Senses, Understood

# What people type in a standup is read in a few milliseconds. Eight kilobytes of task titles, put
# together to fit as much as they can, take a second; so many characters never a tenth of one.
_LONG_TEXT = 300
# A whole framework takes a tenth of a second to be made ready for the first time.
_MANY_CANDIDATES = 300


async def read(text: str, index: Index, senses: Senses | None) -> Understood:
    """Read a message by rules."""
    if len(text) <= _LONG_TEXT:
        return rules.read(text, index, senses)
    return await asyncio.to_thread(rules.read, text, index, senses)


async def asks(text: str, index: Index) -> tuple[str, ...]:
    """Name what of a message the words alone leave open."""
    if len(text) <= _LONG_TEXT:
        return rules.asks(text, index)
    return await asyncio.to_thread(rules.asks, text, index)


async def lifted(text: str) -> Sequence[Free]:
    """List what of a message says that something is out of the way."""
    if len(text) <= _LONG_TEXT:
        return rules.lifted(text)
    return await asyncio.to_thread(rules.lifted, text)


async def make_index(candidates: Sequence[Candidate]) -> Index:
    """Make candidates ready to be asked."""
    if len(candidates) <= _MANY_CANDIDATES:
        return Index(candidates)
    return await asyncio.to_thread(Index, candidates)
