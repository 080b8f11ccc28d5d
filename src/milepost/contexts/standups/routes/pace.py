"""How fast a line may talk: bursts are fine, a flood is told, who goes on is hung up on."""

import time

from milepost.contexts.standups.errors import Flood

BURST = 30
PER_SECOND = 3.0
# So many refusals in a row end the line.
PATIENCE = 60


class Pace:
    """A bucket that fills with time, and empties with each frame."""

    def __init__(self) -> None:
        self._left = float(BURST)
        self._at = time.monotonic()
        self._refused = 0

    @property
    def is_spent(self) -> bool:
        """Whether the line was told often enough."""
        return self._refused >= PATIENCE

    def check(self) -> None:
        """Count a frame. Raises Flood."""
        now = time.monotonic()
        self._left = min(float(BURST), self._left + (now - self._at) * PER_SECOND)
        self._at = now
        if self._left < 1:
            self._refused += 1
            raise Flood("This is faster than anybody types. Go on in a few seconds.", retry_after=5)
        self._left -= 1
        self._refused = 0
