"""The Jinja environment of the pages: what templates can call, and how values read to a person.

A page's context carries `now` and `zone` (the person's IANA time zone); the filters of time read
them from there, so that a template writes `{{ at|ago }}` and nothing else.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from jinja2 import Environment, FileSystemLoader, StrictUndefined, pass_context
from jinja2.filters import do_mark_safe
from jinja2.runtime import Context
from markdown_it import MarkdownIt
from markupsafe import Markup

from milepost.web import form_view, static_files

TEMPLATES = Path(__file__).parent / "templates"

# Grouping with a space cannot be mistaken for a decimal mark, in any country; it does not break.
_GROUP = "\u202f"
_SYMBOLS = {"EUR": "€", "USD": "$", "GBP": "£", "CHF": "CHF" + _GROUP}

_markdown = MarkdownIt("commonmark", {"html": False, "linkify": False}).disable("image")


def environment(assets: static_files.Assets, folder: Path = TEMPLATES) -> Environment:
    """The environment of all pages: autoescaped, and loud about a name nobody passed."""
    made = Environment(
        loader=FileSystemLoader(folder),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
    )
    names: dict[str, Any] = {
        "asset": assets.url,
        "form_view": form_view.view,
        "answer_kind": form_view.kind,
        "choice_label": form_view.choice_label,
    }
    made.globals.update(names)
    filters: dict[str, Callable[..., object]] = {
        "ago": _ago_filter,
        "exact": _exact_filter,
        "clock": _clock_filter,
        "isotime": isotime,
        "day": day,
        "dayof": day_of,
        "number": number,
        "money": money,
        "percent": percent,
        "minutes": minutes,
        "ordinal": ordinal,
        "markdown": markdown,
        "plural": plural,
    }
    made.filters.update(filters)
    return made


def zone(name: str | None) -> ZoneInfo:
    """The time zone of that name; a name no database knows is read as UTC rather than refused."""
    try:
        return ZoneInfo(name or "UTC")
    except (ZoneInfoNotFoundError, ValueError, OSError):
        return ZoneInfo("UTC")


def ago(at: datetime | date, *, now: datetime, tz: ZoneInfo) -> str:
    """How far `at` is from `now`, in the words of somebody looking at a calendar in `tz`."""
    if not isinstance(at, datetime):
        return _days_apart((at - now.astimezone(tz).date()).days) or day(at)
    seconds = (at - now).total_seconds()
    if abs(seconds) < 45:
        return "just now"
    if abs(seconds) < 3600:
        return _distance(round(abs(seconds) / 60) or 1, "minute", ahead=seconds > 0)
    here = at.astimezone(tz)
    days = (here.date() - now.astimezone(tz).date()).days
    if days == 0 and abs(seconds) < 6 * 3600:
        return _distance(round(abs(seconds) / 3600), "hour", ahead=seconds > 0)
    words = _days_apart(days)
    if words is None:
        return day(here.date())
    return f"{words}, {here:%H:%M}" if abs(days) <= 1 else words


def exact(at: datetime | date, *, tz: ZoneInfo) -> str:
    """The whole truth about a time: weekday, date, clock and zone."""
    if not isinstance(at, datetime):
        return f"{at:%A} {day(at)}"
    here = at.astimezone(tz)
    return f"{here:%A} {day(here.date())}, {here:%H:%M} {here.tzname()}"


def day(at: date) -> str:
    """A date as written in a letter: 2 March 2026."""
    return f"{at.day} {at:%B} {at.year}"


def day_of(text: str) -> str:
    """A date kept as JSON data; one that is none is shown as it stands."""
    try:
        return day(date.fromisoformat(text))
    except (TypeError, ValueError):
        return str(text)


def isotime(at: datetime | date) -> str:
    """For the `datetime` attribute of `<time>`."""
    return at.astimezone(UTC).isoformat() if isinstance(at, datetime) else at.isoformat()


def number(value: float, places: int | None = None) -> str:
    """A number with its thousands grouped; `places` decimals, or as many as it has (at most 6)."""
    if isinstance(value, float) and not math.isfinite(value):
        return str(value)
    if places is None:
        whole = isinstance(value, int) or value.is_integer()
        shown = f"{value:,.0f}" if whole else f"{value:,.6f}".rstrip("0")
    else:
        shown = f"{value:,.{places}f}"
    return shown.replace(",", _GROUP).replace("-", "\u2212")


def money(value: Mapping[str, Any]) -> str:
    """An amount with its currency: cents only where there are any."""
    amount, currency = value["amount"], str(value["currency"])
    places = 0 if float(amount).is_integer() else 2
    shown = number(amount, places)
    sign, digits = ("\u2212", shown[1:]) if shown.startswith("\u2212") else ("", shown)
    return f"{sign}{_SYMBOLS.get(currency, currency + _GROUP)}{digits}"


def percent(share: float) -> str:
    """A share of one as a percentage; only what is complete reads 100%, only nothing reads 0%."""
    shown = round(share * 100)
    if share < 1:
        shown = min(shown, 99)
    if share > 0:
        shown = max(shown, 1)
    return f"{shown}%"


def minutes(value: int) -> str:
    """A duration: 45 min, 1 h, 1 h 30 min."""
    hours, rest = divmod(value, 60)
    return " ".join(
        part
        for part in (f"{hours} h" if hours else "", f"{rest} min" if rest or not hours else "")
        if part
    )


def ordinal(value: int) -> str:
    """1st, 2nd, 3rd, 11th."""
    suffix = (
        "th" if value % 100 in (11, 12, 13) else {1: "st", 2: "nd", 3: "rd"}.get(value % 10, "th")
    )
    return f"{value}{suffix}"


def plural(count: int, one: str, many: str | None = None) -> str:
    """A count with its noun: 1 tool, 2 tools."""
    return f"{number(count)} {one if count == 1 else many or one + 's'}"


def markdown(text: str) -> Markup:
    """Markdown as safe HTML: what an author wrote as HTML is shown as text, never obeyed."""
    return do_mark_safe(_markdown.render(text))


def _distance(count: int, noun: str, *, ahead: bool) -> str:
    words = f"{count} {noun}{'' if count == 1 else 's'}"
    return f"in {words}" if ahead else f"{words} ago"


def _days_apart(days: int) -> str | None:
    """The words for a distance in calendar days, or None where a date says more."""
    near = {-1: "yesterday", 0: "today", 1: "tomorrow"}
    if days in near:
        return near[days]
    far, ahead = abs(days), days > 0
    if far < 14:
        return _distance(far, "day", ahead=ahead)
    if far < 60:
        return _distance(round(far / 7), "week", ahead=ahead)
    if far < 330:
        return _distance(round(far / 30.4), "month", ahead=ahead)
    return None


def _now(context: Context) -> datetime:
    # An error page is rendered with next to no context, and must not fail for want of a clock.
    return context.get("now") or datetime.now(UTC)


def _zone(context: Context) -> ZoneInfo:
    given = context.get("zone")
    return given if isinstance(given, ZoneInfo) else zone(given)


@pass_context
def _ago_filter(context: Context, at: datetime | date) -> str:
    return ago(at, now=_now(context), tz=_zone(context))


@pass_context
def _exact_filter(context: Context, at: datetime | date) -> str:
    return exact(at, tz=_zone(context))


@pass_context
def _clock_filter(context: Context, at: datetime) -> str:
    return f"{at.astimezone(_zone(context)):%H:%M}"
