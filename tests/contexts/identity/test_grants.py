"""Who lets whom see what: each actor, each operation, and what is expected."""

from datetime import timedelta
from uuid import uuid4

import pytest

from milepost.contexts.identity import service as identity
from milepost.contexts.identity.errors import GrantClosed, LevelHeld, NoSuchAudience
from milepost.contexts.identity.service import Audience
from milepost.contexts.identity.types import Capacity, Level, Role
from milepost.platform.errors import AppError, Forbidden, Invalid, NotFound
from tests.factories.people import make_place, new_address


@pytest.fixture
def people(place, db, now):
    async def make():
        elsewhere = await make_place(db, now=now)
        return {
            "subject": await place.person("Lotte Learner"),
            "audience": await place.person("Gus Guru", role=Role.GURU),
            "another guru": await place.person("Gina Guru", role=Role.GURU),
            "another learner": await place.person("Lars Learner"),
            "admin": place.admin,
            "admin elsewhere": elsewhere.admin,
        }

    return make


async def grant_between(place, people, state):
    """A grant from subject to audience in a state."""
    subject, audience = people["subject"], people["audience"]
    if state == "active":
        return await place.grant(subject, audience)
    async with place.db.transaction(audience.actor) as tx:
        grant = await identity.make_grant(
            tx, subject_id=subject.id, level=Level.FULL, now=place.now
        )
    assert grant.state == "pending"
    return grant


# actor → operation on a pending grant, operation on an active one: what becomes of it.
EXPECTED = {
    "subject": {
        "accept": ("active", "active"),
        "decline": ("declined", GrantClosed),
        "end": ("ended", "ended"),
    },
    "audience": {
        "accept": (Forbidden, Forbidden),
        "decline": (Forbidden, Forbidden),
        "end": ("ended", "ended"),
    },
    # A grant that somebody is no side of does not exist for them; an administrator sees
    # that there is one, and can do nothing with it.
    "another guru": dict.fromkeys(("accept", "decline", "end"), (NotFound, NotFound)),
    "another learner": dict.fromkeys(("accept", "decline", "end"), (NotFound, NotFound)),
    "admin": dict.fromkeys(("accept", "decline", "end"), (NotFound, NotFound)),
    "admin elsewhere": dict.fromkeys(("accept", "decline", "end"), (NotFound, NotFound)),
}
CASES = [
    (actor, operation, state, expected[state == "active"])
    for actor, operations in EXPECTED.items()
    for operation, expected in operations.items()
    for state in ("pending", "active")
]


@pytest.mark.parametrize(("actor", "operation", "state", "expected"), CASES)
async def test_who_may_do_what(place, people, actor, operation, state, expected):
    made = await people()
    grant = await grant_between(place, made, state)
    act = getattr(identity, operation)
    if isinstance(expected, str):
        async with place.db.transaction(made[actor].actor) as tx:
            assert (await act(tx, grant_id=grant.id, now=place.now)).state == expected
    else:
        with pytest.raises(expected):
            async with place.db.transaction(made[actor].actor) as tx:
                await act(tx, grant_id=grant.id, now=place.now)
        async with place.db.transaction(place.system) as tx:
            kept = await tx.value(
                "select state from identity.grants where tenant_id = %(t)s and id = %(g)s",
                {"t": place.tenant_id, "g": grant.id},
            )
        assert kept == state


async def test_what_was_asked_for_begins_when_it_is_accepted(place, people):
    made = await people()
    grant = await grant_between(place, made, "pending")
    later = place.now + timedelta(days=40)
    async with place.db.transaction(made["subject"].actor) as tx:
        accepted = await identity.accept(tx, grant_id=grant.id, now=later)
    assert (grant.starts_at, accepted.starts_at) == (place.now, later)
    async with place.db.transaction(made["subject"].actor) as tx:
        again = await identity.accept(tx, grant_id=grant.id, now=later + timedelta(days=1))
        ended = await identity.end(tx, grant_id=grant.id, now=later + timedelta(days=2))
    assert (again.starts_at, ended.starts_at) == (later, later)


async def sees(place, who, subject):
    async with place.db.transaction(who.actor) as tx:
        return [
            level
            for level in ("basic", "detailed", "full")
            if subject.id in await tx.value("select identity.sees(%(level)s)", {"level": level})
        ]


async def test_the_next_transaction_obeys(place, people):
    made = await people()
    subject, audience = made["subject"], made["audience"]
    assert await sees(place, audience, subject) == []
    grant = await grant_between(place, made, "pending")
    assert await sees(place, audience, subject) == []
    async with place.db.transaction(subject.actor) as tx:
        await identity.accept(tx, grant_id=grant.id, now=place.now)
    assert await sees(place, audience, subject) == ["basic", "detailed", "full"]
    again = await place.grant(subject, audience, level=Level.DETAILED)
    assert again.id == grant.id
    assert await sees(place, audience, subject) == ["basic", "detailed"]
    async with place.db.transaction(subject.actor) as tx:
        await identity.end(tx, grant_id=grant.id, now=place.now)
    assert await sees(place, audience, subject) == []
    new = await place.grant(subject, audience)
    assert new.id != grant.id
    assert await sees(place, made["another guru"], subject) == []


async def test_a_grant_ends_by_itself(place, people):
    made = await people()
    await place.grant(made["subject"], made["audience"], ends_at=place.now + timedelta(hours=1))
    assert await sees(place, made["audience"], made["subject"])
    from milepost.contexts.identity.types import Member

    later = Member(place.tenant_id, made["audience"].id, place.now + timedelta(hours=1))
    async with place.db.transaction(later) as tx:
        assert made["subject"].id not in await tx.value("select identity.sees('basic')")
    with pytest.raises(Invalid):
        await place.grant(made["subject"], made["audience"], ends_at=place.now)


async def ask(place, people, level, *, now=None):
    async with place.db.transaction(people["audience"].actor) as tx:
        return await identity.make_grant(
            tx, subject_id=people["subject"].id, level=level, now=now or place.now
        )


async def test_asking_twice_is_asking_once(place, people):
    made = await people()
    first = await grant_between(place, made, "pending")
    assert (await grant_between(place, made, "pending")).id == first.id


async def test_who_asks_for_more_than_is_shown_is_told_so_and_nothing_changes(place, people):
    made = await people()
    held = await place.grant(made["subject"], made["audience"], level=Level.DETAILED)
    with pytest.raises(LevelHeld) as refused:
        await ask(place, made, Level.FULL)
    assert refused.value.message == (
        "This person lets you in already and shows you results. Only they can show you everything,"
        " under Sharing."
    )
    assert refused.value.data == {"level": "detailed", "grant_id": str(held.id)}
    assert await sees(place, made["audience"], made["subject"]) == ["basic", "detailed"]
    # What is shown already need not be asked for.
    for level in (Level.BASIC, Level.DETAILED):
        asked = await ask(place, made, level)
        assert (asked.id, asked.level, asked.state) == (held.id, "detailed", "active")


async def test_asking_for_another_level_takes_the_place_of_what_waits(place, people):
    made = await people()
    first = await ask(place, made, Level.BASIC)
    second = await ask(place, made, Level.FULL)
    assert second.id != first.id
    assert (second.level, second.state) == ("full", "pending")
    async with place.db.transaction(made["subject"].actor) as tx:
        given = (await identity.list_given(tx)).items
        with pytest.raises(GrantClosed):
            await identity.accept(tx, grant_id=first.id, now=place.now)
    assert {grant.id: grant.state for grant in given} == {first.id: "ended", second.id: "pending"}


async def test_what_ran_out_is_asked_for_anew(place, people):
    made = await people()
    ends_at = place.now + timedelta(hours=1)
    over = await place.grant(made["subject"], made["audience"], level=Level.BASIC, ends_at=ends_at)
    anew = await ask(place, made, Level.FULL, now=ends_at)
    assert anew.id != over.id
    assert (anew.level, anew.state) == ("full", "pending")
    async with place.db.transaction(made["subject"].actor) as tx:
        ended = await identity.get_grant(tx, grant_id=over.id)
    assert (ended.state, ended.ends_at) == ("ended", ends_at)


async def test_the_audience_can_not_raise_its_own_level(place, people):
    made = await people()
    grant = await place.grant(made["subject"], made["audience"], level=Level.BASIC)
    with pytest.raises(Forbidden):
        async with place.db.transaction(made["audience"].actor) as tx:
            await tx.run(
                "update identity.grants set level = 'full' where id = %(id)s", {"id": grant.id}
            )
    with pytest.raises(Forbidden):
        async with place.db.transaction(made["audience"].actor) as tx:
            await identity.make_grant(
                tx,
                subject_id=made["subject"].id,
                audience=Audience(user_id=made["another guru"].id),
                level=Level.FULL,
                now=place.now,
            )


async def test_an_audience_is_named_by_id_organization_or_address(place, people):
    made = await people()
    own = await place.organization()
    subject = await place.person("Olga Own", organization=own)
    guru = made["audience"]
    for audience in (
        Audience(user_id=guru.id),
        Audience(email=guru.user.email.upper()),
        Audience(email=place.admin.user.email),
        Audience(organization_id=own.id),
    ):
        async with place.db.transaction(subject.actor) as tx:
            grant = await identity.make_grant(
                tx, audience=audience, level=Level.BASIC, now=place.now
            )
        assert grant.state == "active"


async def test_a_learners_address_is_as_unknown_as_no_address(place, people, db, now):
    made = await people()
    refusals = set()
    for audience in (
        Audience(email=made["another learner"].user.email),
        Audience(email=new_address()),
        Audience(email=made["admin elsewhere"].user.email),
        Audience(user_id=made["another learner"].id),
        Audience(user_id=uuid4()),
        Audience(organization_id=(await place.organization()).id),
    ):
        with pytest.raises(NoSuchAudience) as caught:
            async with place.db.transaction(made["subject"].actor) as tx:
                await identity.make_grant(tx, audience=audience, level=Level.FULL, now=place.now)
        refusals.add((caught.value.code, caught.value.message, repr(caught.value.data)))
    assert len(refusals) == 1


@pytest.mark.parametrize(
    "audience", [Audience(), Audience(user_id=uuid4(), email="gus@people.milepost.test")]
)
async def test_an_audience_is_named_exactly_once(place, people, audience):
    made = await people()
    with pytest.raises(Invalid):
        async with place.db.transaction(made["subject"].actor) as tx:
            await identity.make_grant(tx, audience=audience, level=Level.FULL, now=place.now)


async def test_asking_nobody_is_not_found(place, people):
    made = await people()
    with pytest.raises(AppError) as caught:
        async with place.db.transaction(made["audience"].actor) as tx:
            await identity.make_grant(tx, subject_id=uuid4(), level=Level.FULL, now=place.now)
    assert isinstance(caught.value, NotFound)


async def test_both_sides_list_what_concerns_them(place, people):
    made = await people()
    await place.grant(made["subject"], made["audience"])
    await place.grant(made["subject"], made["another guru"])
    async with place.db.transaction(made["subject"].actor) as tx:
        first = await identity.list_given(tx, limit=1)
        rest = await identity.list_given(tx, limit=1, cursor=first.next_cursor)
        received = await identity.list_received(tx)
    assert [grant.audience_name for grant in (*first.items, *rest.items)] == [
        "Gina Guru",
        "Gus Guru",
    ]
    assert (rest.next_cursor, received.items) == (None, ())
    async with place.db.transaction(made["audience"].actor) as tx:
        (grant,) = (await identity.list_received(tx)).items
        assert grant.subject_name == "Lotte Learner"
        assert not (await identity.list_given(tx)).items
    async with place.db.transaction(made["another learner"].actor) as tx:
        assert not (await identity.list_given(tx)).items
        assert not (await identity.list_received(tx)).items


async def test_what_was_read_stands_where_the_subject_sees_it(place, people):
    made = await people()
    subject, audience = made["subject"], made["audience"]
    await place.grant(subject, audience)
    for _ in range(3):
        async with place.db.transaction(audience.actor) as tx:
            await identity.record_read(tx, subject_id=subject.id, what="progress", now=place.now)
    async with place.db.transaction(subject.actor) as tx:
        await identity.record_read(tx, subject_id=subject.id, what="progress", now=place.now)
        (read,) = (await identity.list_reads(tx)).items
    assert (read.reader_name, read.what, read.times) == ("Gus Guru", "progress", 3)
    async with place.db.transaction(audience.actor) as tx:
        assert not (await identity.list_reads(tx)).items
    with pytest.raises(Forbidden):
        async with place.db.transaction(made["another guru"].actor) as tx:
            await identity.record_read(tx, subject_id=subject.id, what="work", now=place.now)


async def test_who_coaches_whom(place, people):
    made = await people()
    await place.grant(made["subject"], made["audience"], capacity=Capacity.COACH)
    await place.grant(made["subject"], made["another guru"], capacity=Capacity.INVESTOR)
    for name, expected in (("audience", True), ("another guru", False), ("admin", False)):
        async with place.db.transaction(made[name].actor) as tx:
            found = await identity.is_audience(
                tx,
                subject_id=made["subject"].id,
                capacities=(Capacity.COACH, Capacity.TEACHER),
                now=place.now,
            )
        assert found is expected


async def test_events_tell_of_grants_that_began_and_ended(place, people, operator):
    made = await people()
    grant = await place.grant(made["subject"], made["audience"])
    async with place.db.transaction(made["audience"].actor) as tx:
        await identity.end(tx, grant_id=grant.id, now=place.now)
        await identity.end(tx, grant_id=grant.id, now=place.now)
    rows = await (
        await operator.execute(
            "select name, subject_id from events.log where tenant_id = %s order by id",
            [place.tenant_id],
        )
    ).fetchall()
    assert [(row["name"], row["subject_id"]) for row in rows] == [
        ("identity.grant_made", made["subject"].id),
        ("identity.grant_ended", made["subject"].id),
    ]
