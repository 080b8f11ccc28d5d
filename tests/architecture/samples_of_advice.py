"""How steps went and what was advised, as rows for the access matrix to ask for.

Of a company, as they are; and once as if of a person, whose grants show what each level sees.
"""

from collections.abc import Iterator
from uuid import UUID, uuid4

import psycopg

from tests.architecture.cast import Cast
from tests.architecture.planted import ACTOR, Planted, Row, months_later


def advice(operator: psycopg.Connection, cast: Cast) -> Iterator[Planted]:
    """Every row of outcomes, suggestions, and the usage of models."""
    found = operator.execute("select v.program_id, v.id from programs.versions v limit 1")
    program, version = found.fetchall()[0]
    subjects = (("owner's", cast.people["owner"]), ("company's", cast.company_id))
    for variant, subject in subjects:
        yield from _outcome(cast, variant, subject, program, version)
    for month in range(3):
        yield Planted(
            "platform.ai_usage",
            {
                "tenant_id": cast.tenant_id,
                "at": months_later(cast.now, month),
                "purpose": "insights.suggestions",
                "provider": "openai",
                "model": "a-model",
                "input_tokens": 120,
                "output_tokens": 30,
                "outcome": "ok",
                "milliseconds": 900,
            },
            asked=month == 0,
        )


def _outcome(
    cast: Cast, variant: str, subject: UUID, program: UUID, version: UUID
) -> Iterator[Planted]:
    journey, outcome = uuid4(), uuid4()
    times: Row = {"created_at": cast.now, "updated_at": cast.now}
    about: Row = {"tenant_id": cast.tenant_id, "subject_id": subject}
    yield Planted(
        "journeys.journeys",
        {
            **about,
            "id": journey,
            "program_id": program,
            "version_id": version,
            "name": "Advised",
            "status": "active",
            "held_fields": [],
            **times,
        },
        variant=variant,
        asked=False,
    )
    yield Planted(
        "journeys.outcomes",
        {
            **about,
            "id": outcome,
            "journey_id": journey,
            "program_id": program,
            "step_slug": "first-talks",
            "author_id": cast.people["owner"],
            "finished": True,
            "time_taken_days": 4,
            "confidence_level": 2,
            "share_anonymously": False,
            "industry": "health",
            "stage": "validation",
            **times,
        },
        variant,
        fresh={"author_id": ACTOR},
    )
    yield Planted(
        "journeys.outcome_notes",
        {
            **about,
            "outcome_id": outcome,
            "task_results": {},
            "notes": "Between us.",
            "key_learnings": ["Ask about Tuesday."],
        },
        variant,
        fresh={"outcome_id": str(uuid4())},
    )
    yield Planted(
        "insights.suggestion_runs",
        {
            **about,
            "outcome_id": outcome,
            "state": "ready",
            "engine": "offline",
            "error": "",
            "asked_at": cast.now,
            "finished_at": cast.now,
        },
        variant,
        fresh={"outcome_id": str(uuid4())},
    )
    yield Planted(
        "insights.suggestions",
        {
            **about,
            "journey_id": journey,
            "outcome_id": outcome,
            "step_slug": "first-talks",
            "place": 1,
            "priority": "high",
            "text": "Start “Pain ranking”.",
            "reasoning": "“First talks” comes before it.",
            "rests_on": [],
            "engine": "offline",
            "target": {"kind": "start_step", "step_slug": "pain-ranking", "title": "Pain ranking"},
            "fingerprint": "start_step:pain-ranking:start",
            "feedback_note": "",
            "created_at": cast.now,
        },
        variant,
        fresh={"fingerprint": "start_step:market-sketch:start"},
    )
