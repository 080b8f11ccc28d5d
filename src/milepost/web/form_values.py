"""One form field's text read as a JSON value, and a JSON value written as a form field's text.

Numbers follow one rule, said in `NUMBER_RULE`: a guess that is wrong by a factor of a thousand is
worse than a question, so a number that can be read in two ways is not read at all.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from typing import Any

NUMBER_RULE = "A point or a comma marks decimals; leave out thousands marks or use spaces."

# Longer than any figure a person means; it also keeps Decimal from building something monstrous.
_LONGEST_NUMBER = 40
_SPACES = re.compile(r"[\s\u00a0\u2009\u202f'’]+")
_SIGNS = {"€": "EUR", "$": "USD", "£": "GBP"}
_UNSAFE = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")


class Unreadable(Exception):
    """What was typed is no value of its field; the message tells the person what to do."""


def normalised(text: str) -> str:
    """Line ends as JSON data has them; a browser sends CRLF."""
    return text.replace("\r\n", "\n").replace("\r", "\n")


def printable(text: str) -> str:
    """The text without the characters that neither a page nor the database can hold."""
    return _UNSAFE.sub("", text)


def read(prop: Mapping[str, Any], kind: str, text: str) -> Any:
    """The value of a single, filled-in field."""
    if _UNSAFE.search(text):
        raise Unreadable(
            "This contains a character that cannot be stored. Please retype this part."
        )
    text = text.strip()
    match kind:
        case "number" | "scale":
            return number(text, whole=prop.get("type") == "integer")
        case "date":
            return _date(text)
        case "choice":
            return _choice(prop, text)
        case "yesno":
            return _yes_or_no(text)
        case _:
            return _text(prop, text)


def number(text: str, *, whole: bool = False) -> int | float:
    """A number as people write it; see NUMBER_RULE."""
    if len(text) > _LONGEST_NUMBER:
        raise Unreadable("This number is too long. " + NUMBER_RULE)
    written = text.replace("\u2212", "-")
    if _SPACES.search(written):
        written = _without_spaces(written, text)
    found = re.fullmatch(r"([+-]?)(\d+(?:[.,]\d+)*|[.,]\d+)", written, re.ASCII)
    if found is None:
        raise Unreadable(f"“{text}” is not a number. {NUMBER_RULE}")
    value = Decimal(found[1] + _with_point(found[2], text))
    if value == value.to_integral_value():
        return int(value)
    if whole:
        raise Unreadable("Write a whole number, without decimals.")
    return float(value)


def money(amount: str, currency: str, currencies: list[str]) -> dict[str, Any]:
    """An amount and its currency; a sign typed with the amount must agree with the currency."""
    written = amount.strip()
    for sign, code in [*_SIGNS.items(), *((code, code) for code in currencies)]:
        if written.upper().startswith(sign) or written.upper().endswith(sign):
            if code != currency:
                raise Unreadable(
                    f"The amount says {sign}, the currency beside it {currency or 'nothing'}."
                )
            written = written.upper().replace(sign, "").strip()
            break
    if currency not in currencies:
        raise Unreadable("Choose a currency.")
    return {"amount": number(written), "currency": currency}


def written(value: Any) -> str:
    """A value as the text of its form field, such that reading it gives the value back."""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, float):
        shown = format(Decimal(repr(value)), "f")
        # Three decimals could be read as a thousands group; a fourth removes the doubt.
        return shown + "0" if re.search(r"\.\d{3}$", shown) else shown
    return "" if value is None else str(value)


def options(prop: Mapping[str, Any]) -> list[tuple[str, str]]:
    """What can be chosen, as (value, words)."""
    if "oneOf" in prop:
        return [(str(one["const"]), str(one.get("title", one["const"]))) for one in prop["oneOf"]]
    return [(str(value), str(value)) for value in prop.get("enum", ())]


def _without_spaces(written: str, text: str) -> str:
    """Spaces group thousands or surround the number; elsewhere they are a slip to ask about."""
    sign, rest = (written[0], written[1:]) if written[:1] in ("+", "-") else ("", written)
    groups = _SPACES.split(rest.strip())
    last = re.split(r"[.,]", groups[-1])[0]
    if len(groups) > 1 and not all(len(group) == 3 for group in [*groups[1:-1], last]):
        raise Unreadable(f"“{text}” is not a number. {NUMBER_RULE}")
    return sign + "".join(groups)


def _with_point(digits: str, text: str) -> str:
    marks = re.findall(r"[.,]", digits)
    if not marks:
        return digits
    decimal = marks[-1] if marks.count(marks[-1]) == 1 else ""
    whole, fraction = digits.rsplit(decimal, 1) if decimal else (digits, "")
    groups = re.split(r"[.,]", whole)
    if len(groups) > 1:
        grouped = len(groups[0]) <= 3 and all(len(group) == 3 for group in groups[1:])
        if not grouped or len(set(re.findall(r"[.,]", whole))) > 1:
            raise Unreadable(f"“{text}” is not a number. {NUMBER_RULE}")
    elif len(fraction) == 3 and 1 <= len(whole) <= 3 and whole.strip("0"):
        raise Unreadable(
            f"“{text}” can be read in two ways: write {whole}{fraction} if you mean thousands, "
            f"or {whole}{decimal}{fraction}0 if you mean decimals."
        )
    return "".join(groups).rjust(1, "0") + "." + (fraction or "0")


def _text(prop: Mapping[str, Any], text: str) -> str:
    limit = prop.get("maxLength")
    if limit is not None and len(text) > limit:
        raise Unreadable(f"This is {len(text):,} characters long; {limit:,} fit here.")
    return text


def _date(text: str) -> str:
    if re.fullmatch(r"\d{4}-\d{2}-\d{2}", text, re.ASCII):
        try:
            return date.fromisoformat(text).isoformat()
        except ValueError:
            raise Unreadable(f"There is no such day as {text}.") from None
    raise Unreadable("Write the date as year-month-day, for example 2026-03-02.")


def _choice(prop: Mapping[str, Any], text: str) -> str:
    if text not in [value for value, _ in options(prop)]:
        raise Unreadable("Choose one of the options.")
    return text


def _yes_or_no(text: str) -> bool:
    if text not in ("true", "false"):
        raise Unreadable("Choose yes or no.")
    return text == "true"
