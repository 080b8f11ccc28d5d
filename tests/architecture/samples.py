"""A believable row of every table, about one person, for the access matrix to ask for.

A row is JSON in the shape of its table, so that a table needs one entry here and no code. A
table without a row fails the matrix, and says so.
"""

from collections.abc import Iterator
from uuid import uuid4

import psycopg

from tests.architecture.cast import Cast
from tests.architecture.planted import ACTOR, Planted, Row, months_later
from tests.architecture.samples_of_advice import advice
from tests.architecture.samples_of_benchmarks import benchmarks
from tests.architecture.samples_of_companies import companies
from tests.architecture.samples_of_people import people
from tests.architecture.samples_of_portfolios import portfolios
from tests.architecture.samples_of_talks import talks


def samples(operator: psycopg.Connection, cast: Cast) -> Iterator[Planted]:
    """Every row, in an order in which each finds what it refers to."""
    yield from people(cast)
    yield from _programs(operator, cast)
    yield from _journeys(operator, cast)
    yield from advice(operator, cast)
    yield from portfolios(cast)
    yield from benchmarks(operator, cast)
    yield from _events(cast)
    yield from _jobs()


def _programs(operator: psycopg.Connection, cast: Cast) -> Iterator[Planted]:
    program = uuid4()
    yield Planted("platform.migrations", found={"number": 1}, fresh={"number": 9999})
    yield Planted(
        "programs.programs",
        {"id": program, "slug": f"second-{program.hex[:8]}", "created_at": cast.now},
        fresh={"slug": "third-program"},
    )
    yield Planted(
        "programs.versions",
        {
            "program_id": program,
            "number": 1,
            "content_hash": "0" * 64,
            "document": {},
            "published_at": cast.now,
        },
        fresh={"number": 2},
    )


def _journeys(operator: psycopg.Connection, cast: Cast) -> Iterator[Planted]:
    programs = operator.execute(
        """
        select v.program_id, v.id
          from programs.versions v
         order by v.document = '{}', v.id
        """
    ).fetchall()
    (program, version), (other_program, other_version) = programs[0], programs[-1]
    owner, company, guru = cast.people["owner"], cast.company_id, cast.people["guru"]
    times = {"created_at": cast.now, "updated_at": cast.now}
    journeys = {owner: uuid4(), company: uuid4(), guru: uuid4()}
    other = {"program_id": other_program, "version_id": other_version}

    for variant, subject in (("owner's", owner), ("company's", company), ("guru's", guru)):
        yield Planted(
            "journeys.journeys",
            {
                "tenant_id": cast.tenant_id,
                "id": journeys[subject],
                "subject_id": subject,
                "program_id": program,
                "version_id": version,
                **times,
            },
            variant=variant,
            fresh=other,
        )
    about = {"tenant_id": cast.tenant_id, "subject_id": owner, "journey_id": journeys[owner]}
    step = {"step_slug": "sprint-0-woop"}
    for variant, happened in (
        ("progress", {"kind": "started"}),
        (
            "kept",
            {
                "kind": "kept",
                "level": "full",
                "detail": {"field": "woop.wish", "value": "To sail."},
            },
        ),
    ):
        yield Planted("journeys.facts", {**about, **step, "at": cast.now, **happened}, variant)
    gurus = {"tenant_id": cast.tenant_id, "subject_id": guru, "journey_id": journeys[guru]}
    yield Planted("journeys.facts", {**gurus, **step, "at": cast.now, "kind": "started"}, "guru's")
    for variant, whose in (("owner's", about), ("guru's", gurus)):
        yield Planted(
            "journeys.steps",
            {**whose, **step, "state": "unlocked", **times},
            variant,
            fresh={"step_slug": "sprint-1-identity"},
        )
    for variant, whose in (("owner's", about), ("guru's", gurus)):
        yield Planted(
            "journeys.current_fields",
            {
                **whose,
                "field_id": "woop.wish",
                "tool": "sprint_00_woop",
                "version": 1,
                "field_value": "To sail.",
                "created_at": cast.now,
            },
            variant,
            fresh={"field_id": "woop.outcome"},
        )
    yield from _submissions(operator, cast, about, company, str(journeys[company]))
    yield from companies(cast, journey=str(journeys[company]), version=version)
    yield from talks(cast, journey=str(journeys[company]))
    yield Planted(
        "journeys.reviews",
        {
            **about,
            **step,
            "submission_id": uuid4(),
            "version": 1,
            "author_id": cast.people["guru_full"],
            "text": "Make it smaller.",
            "verdict": "revise",
            "created_at": cast.now,
        },
        fresh={"author_id": ACTOR},
    )
    yield Planted(
        "journeys.tools",
        found={"tool": "sprint_00_woop"},
        fresh={"tool": "sprint_99", "step_slug": "sprint-99"},
    )


def _submissions(
    operator: psycopg.Connection, cast: Cast, about: Row, company: object, journey: str
) -> Iterator[Planted]:
    """One handed in for every tool, with a field of it; a draft; and one of the company's."""
    written: Row = {
        **about,
        "user_id": cast.people["owner"],
        "data": {"wish": "To sail."},
        "inputs": {},
        "revision": 1,
        "created_at": cast.now,
        "updated_at": cast.now,
    }
    handed_in: Row = {
        **written,
        "status": "completed",
        "version": 1,
        "submitted_at": cast.now,
        "completed_at": cast.now,
    }
    tools = operator.execute("select t.tool, t.step_slug from journeys.tools t").fetchall()
    for place, (tool, slug) in enumerate(sorted(tools)):
        submission = uuid4()
        yield Planted(
            "journeys.submissions",
            {**handed_in, "id": submission, "tool": tool, "step_slug": slug},
            variant="handed in",
            fresh={"version": 3},
            asked=place == 0,
        )
        yield Planted(
            "journeys.field_outputs",
            {
                **about,
                "tool": tool,
                "submission_id": submission,
                "version": 1,
                "field_id": "woop.wish",
                "field_value": "To sail.",
                "created_at": cast.now,
            },
            fresh={"field_id": "woop.outcome"},
            asked=place == 0,
        )
    tool, slug = min(tools)
    draft: Row = {**written, "tool": tool, "step_slug": slug, "status": "draft", "version": 2}
    yield Planted("journeys.submissions", draft, variant="draft", fresh={"version": 3})
    yield Planted(
        "journeys.submissions",
        {**draft, "subject_id": company, "journey_id": journey},
        variant="company's draft",
        fresh={"version": 3, "user_id": ACTOR},
        change={"user_id": ACTOR},
    )


def _events(cast: Cast) -> Iterator[Planted]:
    for month in range(3):
        yield Planted(
            "events.log",
            {
                "tenant_id": cast.tenant_id,
                "name": "journeys.StepCompleted",
                "subject_id": cast.people["owner"],
                "payload": {},
                "at": months_later(cast.now, month),
            },
            asked=month == 0,
        )
    yield Planted(
        "events.deliveries",
        {
            "tenant_id": cast.tenant_id,
            "event_id": uuid4(),
            "handler": "rewards",
            "at": cast.now,
        },
        fresh={"event_id": str(uuid4())},
    )


def _jobs() -> Iterator[Planted]:
    job = 900_001
    waiting: Row = {
        "queue_name": "events",
        "task_name": "events.deliver",
        "priority": 0,
        "args": {},
        "status": "doing",
        "attempts": 0,
        "abort_requested": False,
    }
    yield Planted("procrastinate.procrastinate_workers", numbered=True)
    yield Planted("procrastinate.procrastinate_jobs", {"id": job, **waiting}, fresh={"id": job + 1})
    yield Planted(
        "procrastinate.procrastinate_events",
        {"job_id": job, "type": "started"},
        numbered=True,
    )
    yield Planted(
        "procrastinate.procrastinate_periodic_defers",
        {"task_name": "identity.sweep", "defer_timestamp": 1, "periodic_id": ""},
        numbered=True,
        fresh={"defer_timestamp": 2},
    )
