"""Finishes the OpenAPI document with what holds for every operation, whoever wrote it.

Refusals are problem+json, every POST takes an Idempotency-Key, a summary is the first sentence
of what is said about an operation, and a schema's example is made of those of its parts.
"""

from collections.abc import Iterator
from contextlib import suppress
from http import HTTPStatus
from typing import Any

from milepost.platform.http import problems

Schema = dict[str, Any]

_METHODS = ("get", "post", "put", "patch", "delete")
_REF = "#/components/schemas/"

IDEMPOTENCY_KEY: Schema = {
    "name": "Idempotency-Key",
    "in": "header",
    "required": False,
    "description": "A repeat with the same key is answered the same, and done once.",
    "schema": {"type": "string", "pattern": "^[!-~]{1,255}$"},
    "example": "9b2f6c1e-submit-woop",
}

_BY_FORMAT = {
    "uuid": "0198c0de-7a3b-7c5d-8e9f-000000000001",
    "date": "2026-03-09",
    "date-time": "2026-03-09T07:30:00Z",
}


class NoExample(LookupError):
    """A schema that says nothing from which an example could be made; names the place."""


def finish(document: dict[str, Any]) -> dict[str, Any]:
    """Complete a document that FastAPI made. What has no example goes without."""
    problems.add_schema(document)
    schemas: dict[str, Schema] = document["components"]["schemas"]
    for operation in operations(document):
        _summarize(operation["described"])
        _add_answers(operation)
        if operation["method"] == "post":
            operation["described"].setdefault("parameters", []).append(dict(IDEMPOTENCY_KEY))
        _share_answers(operation["described"]["responses"], document["components"])
    for name, schema in schemas.items():
        if schema.get("type") == "object":
            _add_example(schema, schemas, name)
    return document


def operations(document: dict[str, Any]) -> Iterator[dict[str, Any]]:
    """Go through all operations: `path`, `method`, and what is `described` there."""
    for path, item in document["paths"].items():
        for method in _METHODS:
            if method in item:
                yield {"path": path, "method": method, "described": item[method]}


def example(schema: Schema, schemas: dict[str, Schema], place: str) -> Any:
    """Make an example: the schema's own first one, or one of its parts'. Raises NoExample."""
    for key in ("examples", "enum"):
        if schema.get(key):
            return schema[key][0]
    for key in ("const", "default"):
        if key in schema:
            return schema[key]
    if "$ref" in schema:
        name = schema["$ref"].removeprefix(_REF)
        return example(schemas[name], schemas, name)
    for part in (*schema.get("anyOf", ()), *schema.get("allOf", ())):
        with suppress(NoExample):
            return example(part, schemas, place)
    match schema.get("type"):
        case "object" if "properties" in schema:
            return {
                name: example(part, schemas, f"{place}.{name}")
                for name, part in schema["properties"].items()
            }
        case "array" if "items" in schema:
            return [example(schema["items"], schemas, place)]
        case "boolean":
            return True
        case "null":
            return None
        case "string" if schema.get("format") in _BY_FORMAT:
            return _BY_FORMAT[schema["format"]]
        case _:
            raise NoExample(f"{place} needs `examples`")


def _add_example(schema: Schema, schemas: dict[str, Schema], name: str) -> None:
    if "examples" not in schema:
        with suppress(NoExample):
            schema["examples"] = [example(schema, schemas, name)]
        return
    # FastAPI drops every null on its way here, also where a null is the example.
    for given in schema["examples"]:
        for required in schema.get("required", ()):
            given.setdefault(required, None)


def _summarize(described: dict[str, Any]) -> None:
    said: str = described.get("description", "")
    first, _, rest = said.partition("\n")
    described["summary"] = first.strip().removesuffix(".") or described["operationId"]
    if rest.strip():
        described["description"] = rest.strip()
    else:
        described.pop("description", None)


def _add_answers(operation: dict[str, Any]) -> None:
    answers = operation["described"]["responses"]
    signed_in = bool(operation["described"].get("security"))
    possible = {503}
    if operation["method"] != "get":
        possible.add(415)
    if signed_in:
        possible.add(403)
    for status in sorted(possible):
        answers.setdefault(str(status), problems.responses(status)[status])
    # Where nobody has to be signed in, there is a 401 only if the route says what it means.
    if not signed_in and answers["401"]["description"] == HTTPStatus.UNAUTHORIZED.phrase:
        del answers["401"]


def _share_answers(answers: dict[str, Any], components: dict[str, Any]) -> None:
    """Say once what a plain refusal looks like, and point to it."""
    shared = components.setdefault("responses", {})
    for status, answer in answers.items():
        plain = problems.responses(int(status)).get(int(status)) if status >= "4" else None
        if answer == plain:
            name = HTTPStatus(int(status)).phrase.title().replace(" ", "")
            shared[name] = plain
            answers[status] = {"$ref": f"#/components/responses/{name}"}
