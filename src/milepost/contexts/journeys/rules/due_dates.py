"""Days until which a task is to be done: which of them can be meant."""

from datetime import date

from milepost.contexts.journeys.errors import WrongPlan

EARLIEST = date(2000, 1, 1)
YEARS_AHEAD = 50


def require_sensible(due: date | None, *, today: date) -> None:
    """Refuse a day that nobody means: a year written short, or a digit too many.

    Raises WrongPlan.
    """
    if due is None:
        return
    if due < EARLIEST:
        raise _wrong(f"Choose a day from the year {EARLIEST.year} on.")
    # The year alone: the 29th of February isn't there in every one.
    if (due.year, due.month, due.day) > (today.year + YEARS_AHEAD, today.month, today.day):
        raise _wrong(f"Choose a day within the next {YEARS_AHEAD} years.")


def _wrong(message: str) -> WrongPlan:
    return WrongPlan(
        f"Nothing is due on such a day. {message}",
        field="due_on",
        errors=[{"path": "due_on", "message": message}],
    )
