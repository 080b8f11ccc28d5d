"""What OpenAPI tells of a step beyond its shapes: the reasons of a 409, and the ETag."""

from typing import Any

from milepost.platform.http.problems import MEDIA_TYPE, responses

_ADDED: dict[str, Any] = {
    "type": "object",
    "properties": {
        "state": {"type": "string", "description": "of the step, when it is locked"},
        "why": {
            "anyOf": [{"$ref": "#/components/schemas/Why"}, {"type": "null"}],
            "description": "what is missing and what opens the step, when it is locked",
        },
        "current_version": {"type": "integer", "description": "the newest version handed in"},
        "current_etag": {"type": ["string", "null"], "description": "of what is there now"},
        "current_data": {"type": ["object", "null"], "description": "what is there now"},
    },
}
_PLACE = "/api/v1/journeys/0198c0de-7a3b-7c5d-8e9f-000000000001/steps/sprint-2-vision"
_LOCKED: dict[str, Any] = {
    "type": "urn:milepost:problem:step_locked",
    "title": "Conflict",
    "status": 409,
    "code": "step_locked",
    "detail": "Vision is still locked. It opens after Identity; start with Identity.",
    "instance": _PLACE,
    "request_id": "0198c0de7a3b4c5d",
    "state": "locked",
    "why": {
        "missing": [
            {
                "kind": "field",
                "name": "identity.personal_dream",
                "title": "Personal dream",
                "given_by": "sprint-1-identity",
                "given_by_title": "Identity",
            }
        ],
        "way": [{"slug": "sprint-1-identity", "title": "Identity"}],
    },
}
_ARCHIVED: dict[str, Any] = {
    "type": "urn:milepost:problem:journey_archived",
    "title": "Conflict",
    "status": 409,
    "code": "journey_archived",
    "detail": "“Our first journey” is archived, so nothing in it changes. Take it out of the"
    " archive first: press “Take it up again” in its plan, or set its status to active.",
    "instance": _PLACE + "/start",
    "request_id": "0198c0de7a3b4c5f",
}
_OVERTAKEN: dict[str, Any] = {
    "type": "urn:milepost:problem:version_conflict",
    "title": "Conflict",
    "status": 409,
    "code": "version_conflict",
    "detail": "This was changed on another device meanwhile.",
    "instance": _PLACE + "/submissions",
    "request_id": "0198c0de7a3b4c5e",
    "current_version": 2,
    "current_etag": '"2.1"',
    "current_data": {"vision_statement": "Every kitchen in the region runs on our care."},
}


def step_responses(*, overtaken: bool = False) -> dict[int | str, dict[str, Any]]:
    """Describe the refusals of a step's route; `overtaken` where somebody may be faster."""
    described = responses(403, 404, 409)
    examples = {
        "locked": {"summary": "The step is locked", "value": _LOCKED},
        "archived": {"summary": "The journey is archived", "value": _ARCHIVED},
    }
    if overtaken:
        examples["overtaken"] = {"summary": "Somebody was faster", "value": _OVERTAKEN}
    described[409] = {
        "description": "The step is locked, its journey is archived, or it was changed meanwhile:"
        " see `code`",
        "content": {
            MEDIA_TYPE: {
                "schema": {"allOf": [{"$ref": "#/components/schemas/Problem"}, _ADDED]},
                "examples": examples,
            }
        },
    }
    return described


ETAG: dict[int | str, dict[str, Any]] = {
    200: {
        "description": "The draft",
        "headers": {
            "ETag": {
                "description": "for If-Match with the next save",
                "schema": {"type": "string"},
                "example": '"1.3"',
            }
        },
    }
}

STEP_ETAG: dict[int | str, dict[str, Any]] = {
    200: {
        "description": "The step",
        "headers": {
            "ETag": {
                "description": "for If-Match with the next change",
                "schema": {"type": "string"},
                "example": '"2"',
            }
        },
    }
}
