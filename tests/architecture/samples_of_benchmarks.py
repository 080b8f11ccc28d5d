"""What is counted and what is shown of it, as rows for the access matrix to ask for."""

from collections.abc import Iterator
from uuid import UUID, uuid4

import psycopg

from tests.architecture.cast import Cast
from tests.architecture.planted import ACTOR, Planted, Row

STEP = "first-talks"


def benchmarks(operator: psycopg.Connection, cast: Cast) -> Iterator[Planted]:
    """A shared outcome, a block and what is kept beside it, and cells of both kinds of pool."""
    found = operator.execute("select v.program_id, v.id from programs.versions v limit 1")
    program, version = found.fetchall()[0]
    yield from _shared(cast, program, version)
    about: Row = {"program_id": program, "step_slug": STEP}
    yield Planted(
        "insights.benchmark_blocks",
        {
            **about,
            "home": cast.tenant_id,
            "companies": [uuid4() for _ in range(5)],
            "marks": [uuid4() for _ in range(5)],
            "days": [1, 1, 1, 1, 1, 0, 0, 0, 0, 0],
            "confidence": [1, 1, 1, 1, 1],
            "finished": 4,
            "made_at": cast.now,
        },
        fresh={"step_slug": "second-talks"},
    )
    yield Planted(
        "insights.benchmark_spent", {**about, "company": uuid4()}, fresh={"step_slug": "more"}
    )
    yield Planted(
        "insights.benchmark_keys",
        {"program_id": program, "fingerprint": "\\x00"},
        fresh={"program_id": uuid4()},
    )
    for variant, pool in (("tenant's", cast.tenant_id), ("of all", UUID(int=0))):
        yield from _told(variant, {"pool": pool, **about}, cast)


def _shared(cast: Cast, program: UUID, version: UUID) -> Iterator[Planted]:
    journey = uuid4()
    times: Row = {"created_at": cast.now, "updated_at": cast.now}
    about: Row = {"tenant_id": cast.tenant_id, "subject_id": cast.company_id}
    yield Planted(
        "journeys.journeys",
        {
            **about,
            "id": journey,
            "program_id": program,
            "version_id": version,
            "name": "Shared",
            "status": "active",
            "held_fields": [],
            **times,
        },
        variant="company's",
        asked=False,
    )
    yield Planted(
        "journeys.outcomes",
        {
            **about,
            "id": uuid4(),
            "journey_id": journey,
            "program_id": program,
            "step_slug": STEP,
            "author_id": cast.people["owner"],
            "finished": True,
            "time_taken_days": 4,
            "confidence_level": 2,
            "share_anonymously": True,
            "industry": "health",
            "stage": "validation",
            **times,
        },
        variant="shared",
        fresh={"author_id": ACTOR},
    )


def _told(variant: str, about: Row, cast: Cast) -> Iterator[Planted]:
    yield Planted(
        "insights.benchmarks",
        {**about, "stamp": "", "calculated_at": cast.now},
        variant,
        fresh={"step_slug": "second-talks"},
    )
    yield Planted(
        "insights.benchmark_cells",
        {
            **about,
            "industry": "",
            "stage": "",
            "companies": 5,
            "first_quartile": 6,
            "median": 10,
            "third_quartile": 20,
            "durations": [10.0] * 10,
            "confidence": [20.0] * 5,
            "mean_confidence": 3,
            "finished": None,
        },
        variant,
        fresh={"industry": "food"},
    )
