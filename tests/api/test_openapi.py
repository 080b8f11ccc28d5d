"""The OpenAPI document: complete, named, and with examples that are what they say."""

import json
import re
from collections.abc import Iterator
from typing import Any

import pytest
from jsonschema import Draft202012Validator, FormatChecker
from typer.testing import CliRunner

from milepost.cli.app import build
from milepost.platform.http.openapi import operations

COMMAND = build(["openapi"])
PROBLEM = "application/problem+json"

# The names clients are generated with: one that goes or changes breaks them.
OPERATIONS = {
    "accept_grant",
    "accept_invitation",
    "add_steps",
    "add_task",
    "add_user",
    "answer_suggestion",
    "ask_for_suggestions",
    "begin_journey",
    "capture_outcome",
    "change_journey",
    "change_me",
    "change_organization",
    "change_password",
    "change_step",
    "change_task",
    "change_tenant",
    "change_user",
    "complete_step",
    "confirm_reset",
    "decide_in_standup",
    "decide_input",
    "decline_grant",
    "delete_me",
    "end_grant",
    "export_me",
    "export_portfolio",
    "get_benchmark",
    "get_draft",
    "get_journey",
    "get_me",
    "get_organization_progress",
    "get_outcome",
    "get_portfolio",
    "get_portfolio_company",
    "get_portfolio_insights",
    "get_program",
    "get_step",
    "get_step_stats",
    "get_submission",
    "get_tenant",
    "get_update",
    "get_user",
    "lift_standup_blocker",
    "list_api_keys",
    "list_available_steps",
    "list_fields",
    "list_grants",
    "list_journeys",
    "list_open_suggestions",
    "list_organizations",
    "list_outcomes",
    "list_programs",
    "list_reads",
    "list_reviews",
    "list_sessions",
    "list_standup_blockers",
    "list_standup_messages",
    "list_steps",
    "list_submissions",
    "list_suggestions",
    "list_tasks",
    "list_users",
    "listen_to_journey",
    "make_api_key",
    "make_grant",
    "move_step",
    "move_task",
    "propose_outcome",
    "remove_step",
    "remove_task",
    "reopen_step",
    "request_reset",
    "review_submission",
    "revoke_api_key",
    "revoke_session",
    "save_draft",
    "say_in_standup",
    "share_outcome",
    "sign_in",
    "sign_out",
    "skip_step",
    "start_step",
    "submit_step",
    "take_update",
}
SIGNED_OUT = {"sign_in", "request_reset", "confirm_reset", "accept_invitation"}
CONFLICTING = {
    "add_steps",
    "add_task",
    "add_user",
    "capture_outcome",
    "change_journey",
    "change_step",
    "change_task",
    "complete_step",
    "decide_input",
    "get_draft",
    "get_step",
    "get_submission",
    "list_reviews",
    "list_submissions",
    "make_grant",
    "move_step",
    "move_task",
    "propose_outcome",
    "remove_step",
    "remove_task",
    "reopen_step",
    "review_submission",
    "save_draft",
    "skip_step",
    "start_step",
    "submit_step",
    "take_update",
}


def described(document: dict[str, Any]) -> dict[str, dict[str, Any]]:
    return {found["described"]["operationId"]: found["described"] for found in operations(document)}


def answers_of(document: dict[str, Any], operation: dict[str, Any]) -> dict[str, dict[str, Any]]:
    """The answers of an operation by status, those that it shares with others included."""
    shared = document["components"]["responses"]
    return {
        status: shared[answer["$ref"].rpartition("/")[2]] if "$ref" in answer else answer
        for status, answer in operation["responses"].items()
    }


def contents(document: dict[str, Any]) -> Iterator[tuple[str, dict[str, Any]]]:
    """Every JSON body that is sent or answered, with the name of its place."""
    for name, operation in described(document).items():
        sent = operation.get("requestBody", {}).get("content", {})
        for media, content in sent.items():
            assert media == "application/json", name
            yield f"{name} request", content
        for status, answer in answers_of(document, operation).items():
            for content in answer.get("content", {}).values():
                yield f"{name} {status}", content


def validator(document: dict[str, Any], schema: dict[str, Any]) -> Draft202012Validator:
    # References point into the document, so the schema stands beside its components.
    whole = {"components": document["components"], **schema}
    return Draft202012Validator(whole, format_checker=FormatChecker())


def examples(document: dict[str, Any], content: dict[str, Any]) -> list[Any]:
    """The examples of a body: its own, or those of the schema it names."""
    if "example" in content:
        return [content["example"]]
    if "examples" in content:
        return [given["value"] for given in content["examples"].values()]
    schema = content["schema"]
    found: list[Any] = list(schema.get("examples", ()))
    for part in [schema, *schema.get("anyOf", ())]:
        if "$ref" in part:
            named = document["components"]["schemas"][part["$ref"].rpartition("/")[2]]
            found += named.get("examples", ())
    return found


def test_it_is_3_1_and_every_operation_is_known_by_its_name(document):
    assert document["openapi"].startswith("3.1")
    assert set(described(document)) == OPERATIONS
    for name, operation in described(document).items():
        assert re.fullmatch(r"[a-z]+(_[a-z]+)+", name)
        assert operation["summary"], name
        assert len(operation["tags"]) == 1, name


def test_every_operation_says_how_to_sign_in_and_how_it_refuses(document):
    schemes = document["components"]["securitySchemes"]
    assert schemes["bearer"]["scheme"] == "bearer"
    assert (schemes["session"]["in"], schemes["session"]["name"]) == ("cookie", "milepost_session")
    for name, operation in described(document).items():
        answers = answers_of(document, operation)
        if name in SIGNED_OUT:
            assert "security" not in operation, name
        else:
            assert operation["security"] == [{"bearer": []}, {"session": []}], name
            assert {"401", "403"} <= set(answers), name
        assert {"400", "413", "422", "503"} <= set(answers), name
        for status, answer in answers.items():
            assert answer["description"], (name, status)
            if status.startswith(("4", "5")):
                assert list(answer["content"]) == [PROBLEM], (name, status)
    assert set(described(document)["sign_in"]["responses"]) >= {"401", "409", "429"}
    for name in CONFLICTING:
        assert "409" in described(document)[name]["responses"], name


def test_every_post_takes_an_idempotency_key_and_drafts_an_etag(document):
    for found in operations(document):
        names = {
            (given["in"], given["name"].lower())
            for given in found["described"].get("parameters", ())
        }
        posted = found["method"] == "post"
        assert (("header", "idempotency-key") in names) == posted, found["path"]
    saved = described(document)["save_draft"]
    assert "ETag" in saved["responses"]["200"]["headers"]
    assert "if-match" in {given["name"].lower() for given in saved["parameters"]}


def test_every_example_is_valid_and_none_is_missing(document):
    seen = 0
    for place, content in contents(document):
        if not content["schema"]:
            continue
        found = examples(document, content)
        assert found, f"{place} has no example"
        for example in found:
            errors = [
                error.message
                for error in validator(document, content["schema"]).iter_errors(example)
            ]
            assert errors == [], (place, errors)
            seen += 1
    assert seen > 300


def test_every_schema_is_one_and_its_examples_fit_it(document):
    for name, schema in document["components"]["schemas"].items():
        Draft202012Validator.check_schema(schema)
        for example in schema.get("examples", ()):
            assert validator(document, schema).is_valid(example), name


@pytest.mark.parametrize("case", ["locked", "overtaken"])
def test_the_409_of_a_step_shows_its_reasons(document, case):
    conflict = described(document)["submit_step"]["responses"]["409"]["content"][PROBLEM]
    example = conflict["examples"][case]["value"]
    assert validator(document, conflict["schema"]).is_valid(example)
    assert not validator(document, conflict["schema"]).is_valid({**example, "why": "because"})


async def test_the_served_document_is_the_one_of_the_command(client, document, tmp_path):
    served = (await client.get("/api/v1/openapi.json")).json()
    printed = CliRunner().invoke(COMMAND, ["openapi"])
    assert printed.exit_code == 0, printed.output
    assert json.loads(printed.output) == served == document
    written = CliRunner().invoke(COMMAND, ["openapi", "--out", str(tmp_path / "openapi.json")])
    assert written.exit_code == 0
    assert (tmp_path / "openapi.json").read_text() == printed.output


def test_a_file_that_can_not_be_written_is_one_line(tmp_path):
    refused = CliRunner().invoke(COMMAND, ["openapi", "--out", str(tmp_path / "none" / "x.json")])
    assert refused.exit_code == 1
    assert "can't be written" in refused.output
    assert "Traceback" not in refused.output
