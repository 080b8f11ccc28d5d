"""The rows of a company's journey, for the access matrix to ask for."""

from collections.abc import Iterator

from tests.architecture.cast import Cast
from tests.architecture.planted import ACTOR, Planted, Row


def companies(cast: Cast, *, journey: str, version: object) -> Iterator[Planted]:
    """Its plan and tasks, how far it is, and what happened."""
    about: Row = {
        "tenant_id": cast.tenant_id,
        "subject_id": cast.company_id,
        "journey_id": journey,
    }
    times = {"created_at": cast.now, "updated_at": cast.now}
    step = {"step_slug": "first-ten-interviews"}
    another = {"step_slug": "interview-pipeline"}
    yield Planted(
        "journeys.plan_steps",
        {**about, **step, "version_id": version, "place": 1, **times},
        fresh=another,
    )
    yield Planted(
        "journeys.tasks",
        {**about, **step, "title": "Call Anna", "place": 1, **times},
        fresh={"title": "Call Otto"},
    )
    for variant, author in (("owner's", "owner"), ("of one who left", "guru")):
        yield Planted(
            "journeys.unsent_forms",
            {
                **about,
                **step,
                "author_id": cast.people[author],
                "form": "outcome",
                "based_on": "",
                "data": {"notes": "Not for you yet."},
                "revision": 1,
                **times,
            },
            variant,
            fresh={**another, "author_id": ACTOR},
        )
    yield Planted(
        "journeys.progress",
        {
            **about,
            "phase": "ideation",
            "domain": "customers",
            "total": 3,
            "in_progress": 1,
            "completed": 1,
            "skipped": 0,
            "updated_at": cast.now,
        },
        fresh={"domain": "sales"},
    )
    yield Planted(
        "journeys.steps",
        {**about, **step, "state": "unlocked", "level": "detailed", **times},
        "company's",
        fresh=another,
    )
    yield Planted(
        "journeys.facts",
        {**about, **step, "at": cast.now, "kind": "started", "level": "detailed"},
        "company's",
    )
    yield Planted(
        "journeys.facts",
        {
            **about,
            **step,
            "at": cast.now,
            "kind": "explained",
            "detail": {"reason": "We have no customers yet."},
            "level": "full",
        },
        "company's reason",
    )
