"""Bodies that no operation may take, made from what its OpenAPI description asks for."""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from jsonschema import Draft202012Validator

JSON = "application/json"
DEEP = 10_000
MEGABYTE = "x" * (1024 * 1024)

# Under the limit of a body, and beyond what any field takes.
LONG = "x" * (300 * 1024)
WRONG = (7, 1.5, True, None, "text", "", [], {}, [[]], 10**400, 2**63, -(2**63), 1e308)


@dataclass(frozen=True, slots=True)
class Bad:
    """One body, and why it is bad."""

    why: str
    content: bytes
    content_type: str | None = JSON


def bodies(schema: dict[str, Any], components: dict[str, Any]) -> Iterator[Bad]:
    """Every bad body for a schema: broken as JSON, of another type, or with one field spoilt."""
    good = schema["examples"][0]
    valid = json.dumps(good).encode()
    yield from _broken(valid)
    validator = Draft202012Validator({"components": {"schemas": components}, **schema})
    for why, value in _spoilt(good, schema):
        if not validator.is_valid(value):
            yield Bad(why, json.dumps(value).encode())
    first = next(iter(good))
    for name in good:
        yield Bad(f"1 MB in {name}", json.dumps(good | {name: MEGABYTE}).encode())
        yield Bad(f"300 kB in {name}", json.dumps(good | {name: LONG}).encode())
        for text, what in (
            (b'"a\\u0000b"', "an escaped NUL"),
            (b'"a\x00b"', "a raw NUL"),
            (b'"\\ud800"', "half a character"),
            (b'"\\udfff\\ud800"', "two halves the wrong way round"),
            (b'"\xed\xa0\x80"', "half a character in UTF-8"),
            (b'"\xff\xfe"', "no UTF-8"),
            (b"NaN", "NaN"),
            (b"Infinity", "Infinity"),
            (b"-Infinity", "-Infinity"),
            (b"1e999", "a number beyond all"),
            (b"9" * 5000, "5000 digits"),
            (b"[" * DEEP + b"]" * DEEP, "lists 10,000 deep"),
            (b'{"a":' * DEEP + b"1" + b"}" * DEEP, "objects 10,000 deep"),
            (b"{'a': 1}", "single quotes"),
            (b"01", "a leading zero"),
        ):
            yield Bad(f"{what} in {name}", _with_raw(good, name, text))
    twice = valid[:-1] + b", " + json.dumps({first: good[first]}).encode()[1:]
    yield Bad("the same key twice", twice)


def _broken(valid: bytes) -> Iterator[Bad]:
    yield Bad("nothing", b"")
    for raw in (b"{", b"[]", b"[{}]", b"null", b'"text"', b"1", b"NaN", b"\xff\xfe{}", b"\x00"):
        yield Bad(f"{raw!r}", raw)
    yield Bad("in a list", b"[" + valid + b"]")
    yield Bad("with a rest", valid + b"}")
    yield Bad("in UTF-16", valid.decode().encode("utf-16"))
    yield Bad("lists 10,000 deep", b"[" * DEEP + b"]" * DEEP)
    yield Bad("objects 10,000 deep, unended", b'{"a":' * DEEP)
    for kind in ("text/plain", "application/x-www-form-urlencoded", "multipart/form-data", "", "x"):
        yield Bad(f"as {kind!r}", valid, kind)
    yield Bad("as nothing", valid, None)


def _spoilt(good: dict[str, Any], schema: dict[str, Any]) -> Iterator[tuple[str, Any]]:
    yield "an unknown field", good | {"unknown_field": 1}
    yield "a dangerous field", good | {"__proto__": {"admin": True}}
    for name in schema["properties"]:
        yield f"without {name}", {key: value for key, value in good.items() if key != name}
        for value in WRONG:
            yield f"{str(value)[:20]!r} as {name}", good | {name: value}


def _with_raw(good: dict[str, Any], name: str, text: bytes) -> bytes:
    mark = "the-mark-of-this-place"
    return json.dumps(good | {name: mark}).encode().replace(b'"' + mark.encode() + b'"', text)
