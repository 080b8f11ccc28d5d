"""Whoever deletes their account is gone: no table holds a word of theirs, or their name or id.

Words are planted wherever a person can write, or be written about; then the text of every row of
the database is searched for them, as the operator, who sees every row.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from uuid import UUID, uuid4

import psycopg
from psycopg import sql

from milepost.contexts.identity import jobs as identity_jobs
from milepost.contexts.identity import service as identity
from milepost.contexts.identity.queries import replies
from milepost.contexts.identity.types import Level, Member, Role, System, Token
from milepost.contexts.journeys import service as journeys
from milepost.contexts.journeys.events import StepStarted
from milepost.contexts.journeys.types import Choice, FormKind, FormSpot, Journey, Verdict
from milepost.platform.db import Database
from milepost.platform.events import emit
from tests.architecture.catalog import tables
from tests.factories.people import Place, Someone, make_place
from tests.factories.programs import demo_answers

WOOP, IDENTITY, VISION = "sprint-0-woop", "sprint-1-identity", "sprint-2-vision"

# Importing them makes their jobs known, so that mail can be asked for.
REGISTERED = (identity_jobs,)

# Wherever a person leaves something behind; a new table that can hold their words belongs here.
WRITTEN_IN = {
    "events.log",
    "identity.accounts",
    "identity.api_keys",
    "identity.external_identities",
    "identity.grants",
    "identity.mail_links",
    "identity.memberships",
    "identity.reads",
    "identity.replies",
    "identity.sessions",
    "identity.subjects",
    "identity.users",
    "journeys.facts",
    "journeys.current_fields",
    "journeys.field_outputs",
    "journeys.journeys",
    "journeys.reviews",
    "journeys.steps",
    "journeys.submissions",
    "procrastinate.procrastinate_jobs",
}


@dataclass(frozen=True, slots=True)
class Trace:
    """A person, and what would give them away."""

    who: Someone
    word: str

    @property
    def marks(self) -> list[str]:
        """Their planted word, and their ids."""
        return [self.word, str(self.who.id), str(self.who.user.account_id)]


async def found_in(operator: psycopg.AsyncConnection[Any], trace: Trace) -> Mapping[str, int]:
    """Count the rows that hold a mark of theirs, by table."""
    found: dict[str, int] = {}
    with psycopg.connect(operator.info.dsn, password=operator.info.password) as connection:
        for table in tables(connection):
            if table.partition_of is not None:
                continue
            # A row as text is all its columns, whatever their types.
            counted = connection.execute(
                sql.SQL("select count(*) from {} t where t::text ilike any (%(marks)s)").format(
                    table.identifier
                ),
                {"marks": [f"%{mark}%" for mark in trace.marks]},
            ).fetchone()
            assert counted is not None
            if counted[0]:
                found[table.name] = counted[0]
    return found


async def live(place: Place, operator: psycopg.AsyncConnection[Any]) -> Trace:
    """Have somebody write everything that can be written, and be written about."""
    word = f"zq{uuid4().hex[:12]}"
    company = await place.organization()
    who = await place.person(
        f"Nora {word}",
        email=f"{word}@people.milepost.test",
        organization=company,
        lms_user_id=f"lms-{word}",
    )
    trace = Trace(who, word)
    guru = await place.person("Gil Guru", role=Role.GURU)
    await sign_in(place, operator, trace)
    journey = await walk(place.db, trace)
    await be_coached(place, trace, guru, journey)
    await be_answered(place, trace)
    return trace


async def sign_in(place: Place, operator: psycopg.AsyncConnection[Any], trace: Trace) -> None:
    now, word = place.now, trace.word
    async with place.db.transaction(place.system) as tx:
        await identity.open_session(
            tx,
            user_id=trace.who.id,
            token=Token.make(place.tenant_id),
            kind="cookie",
            address="203.0.113.9",
            user_agent=f"Browser {word}",
            now=now,
        )
        await identity.make_link(tx, user_id=trace.who.id, kind="invitation", now=now)
        await identity.invite(tx, user_id=trace.who.id)
    await identity.request_reset(place.db, email=trace.who.user.email.upper())
    async with place.db.transaction(trace.who.actor) as tx:
        await identity.make_key(tx, name=f"Key {word}", scopes=["read"], now=now, secret=b"s")
    await operator.execute(
        """
        insert into identity.external_identities (
          tenant_id, subject_id, issuer, external_subject, created_at
        )
        values (%(tenant_id)s, %(user_id)s, 'https://school.example', %(word)s, %(now)s)
        """,
        {"tenant_id": place.tenant_id, "user_id": trace.who.id, "word": word, "now": now},
    )


async def walk(db: Database, trace: Trace) -> Journey:
    """Hand in, hand in anew, keep an older value, and leave a draft."""
    now, actor = trace.who.actor.now, trace.who.actor
    async with db.transaction(actor) as tx:
        journey, _ = await journeys.get_or_create(tx, program_slug="fast-track", now=now)

    async def hand_in(slug: str, **words: str) -> None:
        async with db.transaction(actor) as tx:
            await journeys.submit(
                tx,
                journey_id=journey.id,
                step_slug=slug,
                data={**demo_answers()[slug], **words},
                seen=None,
                now=now,
            )

    await hand_in(WOOP, wish=f"To sail {trace.word}.")
    await hand_in(IDENTITY, personal_dream=f"A boat {trace.word}.")
    await hand_in(VISION)
    await hand_in(IDENTITY, personal_dream=f"Two boats {trace.word}.")
    async with db.transaction(actor) as tx:
        await journeys.decide_input(
            tx,
            journey_id=journey.id,
            step_slug=VISION,
            field_id="identity.personal_dream",
            choice=Choice.KEEP,
            now=now,
        )
        await journeys.save_draft(
            tx,
            journey_id=journey.id,
            step_slug=WOOP,
            data={"wish": f"Perhaps {trace.word}."},
            seen=None,
            now=now,
        )
        await emit(tx, StepStarted(journey.id, trace.word), subject_id=trace.who.id, now=now)
    return journey


async def be_coached(place: Place, trace: Trace, guru: Someone, journey: Journey) -> None:
    await place.grant(trace.who, guru, level=Level.FULL)
    async with place.db.transaction(guru.actor) as tx:
        await identity.record_read(
            tx, subject_id=trace.who.id, what=f"answers {trace.word}", now=place.now
        )
        await journeys.write_review(
            tx,
            journey_id=journey.id,
            step_slug=WOOP,
            version=1,
            text=f"Dear {trace.word}, make it smaller.",
            verdict=Verdict.REVISE,
            now=place.now,
        )


async def be_answered(place: Place, trace: Trace) -> None:
    """What was answered to them, and to the administrator who added them."""
    body = {"id": str(trace.who.id), "email": trace.who.user.email}
    for actor in (trace.who.actor, place.admin.actor):
        async with place.db.transaction(actor) as tx:
            key = uuid4().hex
            await replies.insert_reply(tx, key=key, request_hash=b"1", now=place.now)
            await replies.update_reply(tx, key=key, status=201, body=body)


async def leave(place: Place, who: Someone) -> None:
    await identity.delete_account(
        place.db,
        actor=who.actor,
        confirmation=who.user.email,
        address="203.0.113.9",
        now=place.now,
        secret=b"s",
    )


async def test_nothing_of_a_person_stays(
    place: Place, operator: psycopg.AsyncConnection[Any]
) -> None:
    gone = await live(place, operator)
    stays = await live(place, operator)
    before = await found_in(operator, gone)
    assert set(before) == WRITTEN_IN, "the search finds what was planted, wherever it was"
    others = await found_in(operator, stays)

    await leave(place, gone.who)

    assert await found_in(operator, gone) == {}
    assert await found_in(operator, stays) == others


async def test_a_coach_takes_along_what_they_wrote(
    place: Place, operator: psycopg.AsyncConnection[Any]
) -> None:
    word = f"zq{uuid4().hex[:12]}"
    guru = await place.person(f"Gil {word}", role=Role.GURU, email=f"{word}@people.milepost.test")
    learner = Trace(await place.person(), f"zq{uuid4().hex[:12]}")
    journey = await walk(place.db, learner)
    await be_coached(place, learner, guru, journey)
    await be_answered(place, Trace(guru, word))
    kept = await found_in(operator, learner)

    await leave(place, guru)

    assert await found_in(operator, Trace(guru, word)) == {}
    left = await found_in(operator, learner)
    lost = {"identity.grants", "identity.reads", "journeys.reviews"}
    assert set(kept) - set(left) == lost
    assert all(left[table] == kept[table] for table in left)


async def write_for_company(place: Place, trace: Trace) -> Journey:
    """Walk for the company as a member of it: written by them, ticked by them, given to them."""
    now = place.now
    async with place.db.transaction(trace.who.actor) as tx:
        journey, _ = await journeys.get_or_create(tx, program_slug="startup-journey", now=now)
        walk, _ = await journeys.add_framework_steps(tx, journey_id=journey.id, slugs=None, now=now)
        step = walk.next_steps()[0].slug
        first, second, *_ = await journeys.list_tasks(tx, journey_id=journey.id, step_slug=step)
        await journeys.tick(tx, journey_id=journey.id, task_id=first.id, is_completed=True, now=now)
        await journeys.edit_task(
            tx,
            journey_id=journey.id,
            task_id=second.id,
            edit=journeys.TaskEdit(assignee_id=trace.who.id),
            now=now,
        )
        await journeys.complete(tx, journey_id=journey.id, step_slug=step, now=now)
        await journeys.capture_outcome(
            tx,
            journey_id=journey.id,
            step_slug=step,
            task_results={str(first.id): "Two of three said yes."},
            time_taken_days=4,
            confidence_level=3,
            notes="It went well.",
            key_learnings=["Ask sooner."],
            share_anonymously=False,
            now=now,
        )
        for kind in FormKind:
            await journeys.keep_unsent(
                tx,
                spot=FormSpot(
                    journey_id=journey.id, kind=kind, step_slug="" if kind == "own" else step
                ),
                based_on="",
                data={"notes": f"Between {trace.word} and the page."},
                seen=None,
                now=now,
            )
    return journey


async def test_what_somebody_wrote_for_a_company_stays_and_names_nobody(
    place: Place, operator: psycopg.AsyncConnection[Any]
) -> None:
    word = f"zq{uuid4().hex[:12]}"
    company = await place.organization()
    gone = await place.person(
        f"Nora {word}", email=f"{word}@people.milepost.test", organization=company
    )
    stays = await place.person("Otto Berg", organization=company)
    journey = await write_for_company(place, Trace(gone, word))
    assert (await found_in(operator, Trace(gone, word)))["journeys.unsent_forms"] == 3

    await leave(place, gone)

    # Of who wrote it, an id is left that leads to nobody.
    left = await found_in(operator, Trace(gone, word))
    assert set(left) <= {"journeys.outcomes", "journeys.tasks"}
    async with place.db.transaction(stays.actor) as tx:
        walk = await journeys.get_walk(tx, journey_id=journey.id)
        tasks = await journeys.list_tasks(tx, journey_id=journey.id)
        outcomes = await journeys.list_outcomes(tx, journey_id=journey.id)
    assert len(walk.program.steps) > 100
    assert [task.completed_by for task in tasks if task.is_completed] == [gone.id]
    given = [task for task in tasks if task.assignee_id is not None]
    assert [(task.assignee_id, task.assignee_name) for task in given] == [(gone.id, None)]
    assert len(outcomes) == 1


async def test_an_account_outlives_one_of_its_tenants(
    place: Place, operator: psycopg.AsyncConnection[Any]
) -> None:
    elsewhere = await make_place(place.db, now=place.now)
    here = await place.person()
    there = await elsewhere.person(email=here.user.email)
    assert here.user.account_id == there.user.account_id

    await leave(place, here)
    async with place.db.transaction(there.actor) as tx:
        assert tx.actor.email == here.user.email
    async with place.db.transaction(System(elsewhere.tenant_id)) as tx:
        user: UUID = (await identity.get_user(tx, user_id=there.id)).id
    assert user == there.id

    await leave(elsewhere, Someone(there.user, Member(elsewhere.tenant_id, there.id, place.now)))
    assert await found_in(operator, Trace(there, there.user.email)) == {}
