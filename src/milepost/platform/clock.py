"""The one place that reads the time, so that everything else takes it as an argument."""

from datetime import UTC, datetime


def now() -> datetime:
    """Tell the present moment, in UTC."""
    return datetime.now(UTC)
