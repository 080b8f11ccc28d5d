"""A form with every type of field, as the tests of forms and templates use it."""

from typing import Any

SCHEMA: dict[str, Any] = {
    "type": "object",
    "additionalProperties": False,
    "required": ["dream", "revenue", "core_values", "people"],
    "properties": {
        "dream": {
            "type": "string",
            "title": "Your dream",
            "description": "Two sentences.",
            "minLength": 1,
            "maxLength": 2000,
            "examples": ["A company that does not need me."],
        },
        "nickname": {
            "type": "string",
            "title": "Nickname",
            "description": "Short.",
            "maxLength": 20,
            "examples": ["Jo"],
        },
        "head_count": {
            "type": "integer",
            "minimum": 0,
            "maximum": 100000,
            "title": "Heads",
            "description": "Not FTE.",
            "examples": [42],
        },
        "margin": {
            "type": "number",
            "title": "Margin",
            "description": "In percent.",
            "examples": [31.5],
        },
        "revenue": {
            "type": "object",
            "additionalProperties": False,
            "required": ["amount", "currency"],
            "title": "Revenue",
            "description": "Last year.",
            "properties": {
                "amount": {"type": "number", "minimum": 0},
                "currency": {"type": "string", "enum": ["EUR", "USD", "GBP", "CHF"]},
            },
            "examples": [{"amount": 6800000, "currency": "EUR"}],
        },
        "decided_on": {
            "type": "string",
            "format": "date",
            "title": "Decided on",
            "description": "Roughly.",
            "examples": ["2026-03-02"],
        },
        "style": {
            "type": "string",
            "title": "Style",
            "description": "On a bad day.",
            "oneOf": [
                {"const": "coach", "title": "Coach"},
                {"const": "captain", "title": "Captain"},
            ],
            "examples": ["coach"],
        },
        "levers": {
            "type": "array",
            "uniqueItems": True,
            "minItems": 1,
            "maxItems": 2,
            "title": "Levers",
            "description": "This quarter.",
            "items": {
                "type": "string",
                "oneOf": [{"const": "price", "title": "Price"}, {"const": "cost", "title": "Cost"}],
            },
            "examples": [["price"]],
        },
        "core_values": {
            "type": "array",
            "minItems": 2,
            "maxItems": 7,
            "title": "Core values",
            "description": "In order.",
            "items": {"type": "string", "minLength": 1, "maxLength": 120},
            "examples": [["Craft", "Care"]],
        },
        "people": {
            "type": "array",
            "minItems": 1,
            "maxItems": 30,
            "title": "Team",
            "description": "Who reports to you.",
            "items": {
                "type": "object",
                "additionalProperties": False,
                "required": ["name"],
                "properties": {
                    "name": {"type": "string", "title": "Name", "minLength": 1, "maxLength": 120},
                    "score": {"type": "integer", "minimum": 1, "maximum": 5, "title": "Score"},
                    "since": {"type": "string", "format": "date", "title": "Since"},
                    "stays": {"type": "boolean", "title": "Stays"},
                },
            },
            "examples": [[{"name": "Joost", "score": 4}]],
        },
        "confidence": {
            "type": "integer",
            "minimum": 1,
            "maximum": 10,
            "title": "Confidence",
            "description": "Your gut.",
            "examples": [7],
        },
        "shared": {
            "type": "boolean",
            "title": "Shared",
            "description": "With anybody.",
            "examples": [True],
        },
    },
}

LAYOUT: dict[str, Any] = {
    "sections": [
        {
            "title": "The dream",
            "fields": ["dream", "nickname", "head_count", "margin", "revenue", "decided_on"],
        },
        {
            "title": "The rest",
            "fields": ["style", "levers", "core_values", "people", "confidence", "shared"],
        },
    ],
    "widgets": {"dream": "long", "confidence": "scale"},
    "scale_labels": {"confidence": ["Not at all", "Completely"]},
}

DATA: dict[str, Any] = {
    "dream": "Half of the trades arrive by bike.\nAnd I am home by six.",
    "nickname": "Jo",
    "head_count": 42,
    "margin": 31.5,
    "revenue": {"amount": 6800000, "currency": "EUR"},
    "decided_on": "2026-03-02",
    "style": "captain",
    "levers": ["cost", "price"],
    "core_values": ["Craft", "Candour", "Care"],
    "people": [
        {"name": "Joost", "score": 4, "since": "2019-04-01", "stays": False},
        {"name": "Amina"},
    ],
    "confidence": 7,
    "shared": True,
}
