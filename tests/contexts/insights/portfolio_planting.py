"""Writing a random world of grants down: a row or more in every table that a journey fills."""

import json
import random
from collections import Counter
from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

import psycopg
from psycopg import sql
from psycopg.types.json import Jsonb

from tests.contexts.insights.portfolio_oracle import LEVELS, OWN, STEPS, World

# (table, the level its rows begin at, which of its rows)
KINDS: Sequence[tuple[str, str, str]] = (
    ("journeys.journeys", "basic", ""),
    ("journeys.progress", "basic", ""),
    ("journeys.facts", "basic", "level"),
    ("journeys.facts", "detailed", "level"),
    ("journeys.facts", "full", "level"),
    ("journeys.steps", "basic", "level"),
    ("journeys.steps", "detailed", "level"),
    ("journeys.plan_steps", "detailed", ""),
    ("journeys.outcomes", "detailed", ""),
    ("journeys.tasks", "full", ""),
    ("journeys.outcome_notes", "full", ""),
    ("insights.suggestion_runs", OWN, ""),
    ("insights.suggestions", OWN, ""),
    ("standups.sessions", OWN, ""),
    ("standups.messages", OWN, ""),
    ("standups.actions", OWN, ""),
)

Rows = dict[str, list[dict[str, Any]]]


async def plant(
    operator: psycopg.AsyncConnection, world: World, chance: random.Random
) -> Counter[tuple[UUID, int]]:
    """Write a world down, and how many rows of each kind every company has."""
    version = await (
        await operator.execute(
            "select v.id, v.program_id from programs.versions v"
            " join programs.programs p on p.id = v.program_id"
            " where p.slug = 'startup-journey' order by v.number desc limit 1"
        )
    ).fetchone()
    rows: Rows = {}
    _plant_people(rows, world)
    planted: Counter[tuple[UUID, int]] = Counter()
    for company in world.companies:
        _plant_company(rows, world, company, version, chance)
    for table, written in rows.items():
        await operator.execute(_insert(table, written[0]), [Jsonb(written, dumps=_dumps)])
        for kind, (of, level, column) in enumerate(KINDS):
            if of == table:
                for row in written:
                    if not column or row[column] == level:
                        planted[row["subject_id"], kind] += 1
    assert all(planted[company, kind] for company in world.companies for kind in range(len(KINDS)))
    return planted


def _plant_people(rows: Rows, world: World) -> None:
    tenant, now = world.tenant, world.now
    times = {"created_at": now, "updated_at": now}
    organizations = [(one, "company") for one in world.companies]
    organizations += [(one, "investor") for one in world.firms]
    rows["identity.subjects"] = [
        *({"tenant_id": tenant, "id": one, "kind": "organization"} for one, _ in organizations),
        *({"tenant_id": tenant, "id": one, "kind": "person"} for one in world.people),
    ]
    rows["identity.organizations"] = [
        {
            "tenant_id": tenant,
            "id": one,
            "name": f"{kind} {one.hex[:6]}",
            "slug": one.hex,
            "kind": kind,
            "settings": {},
            **times,
        }
        for one, kind in organizations
    ]
    accounts = {person: uuid4() for person in world.people}
    rows["identity.accounts"] = [
        {"id": account, "email": f"{person.hex}@people.milepost.test", **times}
        for person, account in accounts.items()
    ]
    rows["identity.users"] = [
        {
            "tenant_id": tenant,
            "id": person,
            "account_id": accounts[person],
            "email": f"{person.hex}@people.milepost.test",
            "full_name": f"Person {person.hex[:6]}",
            "role": role,
            "time_zone": "UTC",
            "theme": "system",
            "disabled_at": now if person in world.disabled else None,
            **times,
        }
        for person, role in world.people.items()
    ]
    rows["identity.memberships"] = [
        {
            "tenant_id": tenant,
            "id": uuid4(),
            "subject_id": m.person,
            "organization_id": m.organization,
            "role": m.role,
            "created_at": now - timedelta(days=100),
            "ended_at": now - timedelta(days=1) if m.ended else None,
        }
        for m in world.memberships
    ]
    rows["identity.grants"] = [
        {
            "tenant_id": tenant,
            "id": grant.id,
            "subject_id": grant.subject,
            "audience_id": grant.audience,
            "level": grant.level,
            "capacity": grant.capacity,
            "state": grant.state,
            "starts_at": grant.starts_at,
            "ends_at": grant.ends_at,
            **times,
        }
        for grant in world.grants
    ]
    for table in ("identity.memberships", "identity.grants"):
        if not rows[table]:
            del rows[table]


def _plant_company(
    rows: Rows,
    world: World,
    company: UUID,
    version: Mapping[str, UUID],
    chance: random.Random,
) -> None:
    """Rows of every table that a company's journey writes, one to three of each kind."""
    now, journey, session = world.now, uuid4(), uuid4()
    times = {"created_at": now, "updated_at": now}
    about = {"tenant_id": world.tenant, "subject_id": company, "journey_id": journey}
    author = chance.choice(list(world.people))

    def add(table: str, **values: Any) -> None:
        rows.setdefault(table, []).append({**about, **values})

    add(
        "journeys.journeys",
        id=journey,
        program_id=version["program_id"],
        version_id=version["id"],
        name="Our first journey",
        status="active",
        held_fields=[],
        **times,
    )
    del rows["journeys.journeys"][-1]["journey_id"]
    add(
        "journeys.progress",
        phase="ideation",
        domain="strategy",
        total=4,
        in_progress=1,
        completed=1,
        skipped=0,
        updated_at=now,
    )
    for level in LEVELS:
        for _ in range(chance.randint(1, 3)):
            kind = {"basic": "started", "detailed": "completed", "full": "ticked"}[level]
            detail = {"task": str(uuid4())} if level == "full" else None
            add(
                "journeys.facts",
                id=uuid4(),
                step_slug="founder-motivation",
                kind=kind,
                level=level,
                detail=detail,
                at=now,
            )
    for place, level in enumerate(("basic", "detailed", "detailed")):
        slug = STEPS[place]
        add(
            "journeys.steps",
            id=uuid4(),
            step_slug=slug,
            state="in_progress",
            percent=10,
            level=level,
            **times,
        )
        add(
            "journeys.plan_steps",
            step_slug=slug,
            version_id=version["id"],
            place=place,
            revision=1,
            title="What we call it",
            description="What we say of it.",
            deliverables=["What we want of it"],
            criteria=["When we are done with it"],
            **times,
        )
        add(
            "journeys.tasks",
            id=uuid4(),
            step_slug=slug,
            title="Something to do",
            place=1,
            assignee_id=author,
            **times,
        )
    _plant_put_away(rows, about, version, author, world.now)
    for written in world.written[company]:
        outcome = uuid4()
        add(
            "journeys.outcomes",
            id=outcome,
            program_id=version["program_id"],
            step_slug=written.step,
            author_id=author,
            finished=written.finished,
            time_taken_days=written.days,
            confidence_level=written.confidence,
            share_anonymously=chance.random() < 0.5,
            industry="food",
            stage="launch",
            created_at=written.at,
            updated_at=written.at,
        )
        add(
            "journeys.outcome_notes",
            outcome_id=outcome,
            task_results={},
            notes="Only for those who see everything.",
            key_learnings=[],
        )
        del rows["journeys.outcome_notes"][-1]["journey_id"]
        _plant_advice(rows, about, outcome, now)
    add(
        "standups.sessions",
        id=session,
        user_id=author,
        day=now.date(),
        last_seq=1,
        started_at=now,
    )
    message = uuid4()
    add(
        "standups.actions",
        id=uuid4(),
        session_id=session,
        message_id=message,
        user_id=author,
        place=1,
        kind="note_blocker",
        target=STEPS[0],
        step_slug=STEPS[0],
        label="Why we do this",
        said="We are stuck.",
        confidence=0.9,
        sure=True,
        state="proposed",
        outcome="",
    )
    add(
        "standups.messages",
        id=message,
        session_id=session,
        user_id=author,
        seq=1,
        speaker="user",
        text="We asked ten customers.",
        extracted={},
        at=now,
    )


def _plant_put_away(
    rows: Rows,
    about: Mapping[str, UUID],
    version: Mapping[str, UUID],
    author: UUID,
    now: datetime,
) -> None:
    """A journey that the company put away, with one outcome of a step that is told no more."""
    before, journey = now - timedelta(days=400), uuid4()
    made = {"tenant_id": about["tenant_id"], "subject_id": about["subject_id"]}
    times = {"created_at": before, "updated_at": before}
    rows["journeys.journeys"].append(
        {
            **made,
            "id": journey,
            "program_id": version["program_id"],
            "version_id": version["id"],
            "name": "What we gave up",
            "status": "archived",
            "held_fields": [],
            **times,
        }
    )
    rows.setdefault("journeys.outcomes", []).append(
        {
            **made,
            "journey_id": journey,
            "id": uuid4(),
            "program_id": version["program_id"],
            "step_slug": STEPS[1],
            "author_id": author,
            "finished": True,
            "time_taken_days": 5,
            "confidence_level": 1,
            "share_anonymously": False,
            "industry": "food",
            "stage": "launch",
            **times,
        }
    )


def _plant_advice(rows: Rows, about: Mapping[str, UUID], outcome: UUID, now: datetime) -> None:
    """What was suggested after an outcome."""
    rows.setdefault("insights.suggestion_runs", []).append(
        {
            "tenant_id": about["tenant_id"],
            "subject_id": about["subject_id"],
            "outcome_id": outcome,
            "state": "ready",
            "engine": "offline",
            "error": "",
            "asked_at": now,
            "finished_at": now,
        }
    )
    rows.setdefault("insights.suggestions", []).append(
        {
            **about,
            "id": uuid4(),
            "outcome_id": outcome,
            "step_slug": STEPS[0],
            "place": 1,
            "priority": "low",
            "text": "Ask two more customers.",
            "reasoning": "You were not sure.",
            "rests_on": {},
            "engine": "offline",
            "target": {},
            "fingerprint": f"ask {outcome}",
            "feedback_note": "",
            "created_at": now,
        }
    )


def _insert(table: str, row: Mapping[str, Any]) -> sql.Composed:
    name = sql.Identifier(*table.split("."))
    columns = sql.SQL(", ").join(sql.Identifier(column) for column in row)
    return sql.SQL(
        "insert into {name} ({columns})"
        " select {columns} from jsonb_populate_recordset(null::{name}, %s)"
    ).format(name=name, columns=columns)


def _dumps(value: Any) -> str:
    return json.dumps(value, default=lambda one: getattr(one, "isoformat", one.__str__)())
