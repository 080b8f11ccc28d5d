"""The people of a tenant: who may do what with whom, and what is left of the deleted."""

import pytest
from psycopg import sql

from milepost.contexts.identity import service as identity
from milepost.contexts.identity.errors import AddressTaken, NotSignedIn, WeakPassword, WrongPassword
from milepost.contexts.identity.types import Member, Role
from milepost.platform import jobs
from milepost.platform.errors import AppError, Conflict, Forbidden, Invalid, NotFound
from tests.factories.people import PASSWORD, make_place, new_address

ACTORS = ("self", "same organization", "guru with a grant", "guru", "admin", "admin elsewhere")

# operation → what each actor, in this order, gets.
EXPECTED = {
    "get": ("ok", "ok", "ok", "not found", "ok", "not found"),
    "set role": ("forbidden", "forbidden", "forbidden", "forbidden", "ok", "not found"),
    "disable": ("forbidden", "forbidden", "forbidden", "forbidden", "ok", "not found"),
    "add": ("forbidden", "forbidden", "forbidden", "forbidden", "ok", "ok"),
    "make admin by hand": ("nothing", "nothing", "nothing", "nothing", "ok", "nothing"),
    "read account": ("ok", "nothing", "nothing", "nothing", "nothing", "nothing"),
    "read sessions": ("ok", "nothing", "nothing", "nothing", "nothing", "nothing"),
}


async def attempt(tx, operation, subject, now):
    match operation:
        case "get":
            await identity.get_user(tx, user_id=subject.id)
        case "set role":
            await identity.set_role(tx, user_id=subject.id, role=Role.GURU, now=now)
        case "disable":
            await identity.disable(tx, user_id=subject.id, now=now)
        case "add":
            await identity.add_user(tx, email=new_address(), full_name="New", now=now)
        case "make admin by hand":
            changed = await tx.run(
                "update identity.users set role = 'admin' where id = %(id)s", {"id": subject.id}
            )
            return "ok" if changed else "nothing"
        case "read account":
            found = await tx.value(
                "select password_hash from identity.accounts where id = %(id)s",
                {"id": subject.user.account_id},
            )
            return "ok" if found else "nothing"
        case "read sessions":
            found = await tx.value(
                "select count(*) from identity.sessions where subject_id = %(id)s",
                {"id": subject.id},
            )
            return "ok" if found else "nothing"
    return "ok"


@pytest.mark.parametrize(
    ("operation", "actor", "expected"),
    [
        (operation, actor, expected)
        for operation, row in EXPECTED.items()
        for actor, expected in zip(ACTORS, row, strict=True)
    ],
)
async def test_who_may_do_what(place, db, now, secret, operation, actor, expected):
    company = await place.organization()
    subject = await place.person("Lotte Learner", organization=company, password=PASSWORD)
    coach = await place.person("Gus Guru", role=Role.GURU)
    await place.grant(subject, coach)
    await identity.sign_in(
        db,
        email=subject.user.email,
        password=PASSWORD,
        kind="bearer",
        user_agent="",
        address=f"10.7.{ACTORS.index(actor)}.1",
        now=now,
        secret=secret,
    )
    who = {
        "self": subject,
        "same organization": await place.person("Mona Mate", organization=company),
        "guru with a grant": coach,
        "guru": await place.person("Gina Guru", role=Role.GURU),
        "admin": place.admin,
        "admin elsewhere": (await make_place(db, now=now)).admin,
    }[actor]
    try:
        async with db.transaction(who.actor) as tx:
            got = await attempt(tx, operation, subject, now)
    except NotFound:
        got = "not found"
    except Forbidden:
        got = "forbidden"
    assert got == expected


async def test_a_profile_is_ones_own_to_change(place):
    nora = await place.person()
    async with place.db.transaction(nora.actor) as tx:
        changed = await identity.change_profile(
            tx,
            full_name="  Nora   Lindqvist ",
            time_zone="Europe/Oslo",
            theme="dark",
            now=place.now,
        )
        kept = await identity.change_profile(tx, theme="light", now=place.now)
    assert (changed.full_name, changed.time_zone, changed.theme) == (
        "Nora Lindqvist",
        "Europe/Oslo",
        "dark",
    )
    assert (kept.full_name, kept.time_zone, kept.theme) == (
        "Nora Lindqvist",
        "Europe/Oslo",
        "light",
    )
    for wrong in (
        {"time_zone": "Mars/Olympus"},
        {"theme": "pink"},
        {"full_name": " \n "},
        {"full_name": "x" * 201},
        {"full_name": "a\0b"},
        {"full_name": "\ud800"},
    ):
        with pytest.raises(Invalid):
            async with place.db.transaction(nora.actor) as tx:
                await identity.change_profile(tx, now=place.now, **wrong)


async def test_an_address_and_a_school_number_are_one_persons(place):
    nora = await place.person(lms_user_id="lw-1")
    for more in ({"email": nora.user.email}, {"lms_user_id": "lw-1"}):
        with pytest.raises(AddressTaken):
            await place.person("Somebody Else", **more)


@pytest.mark.parametrize(
    "email", ["", "nora", "a@b@c", "a b@c.test", "a@b..test", "x" * 65 + "@b.test", "a\0@b.test"]
)
async def test_what_is_no_address_is_refused(place, email):
    with pytest.raises(Invalid):
        async with place.db.transaction(place.admin.actor) as tx:
            await identity.add_user(tx, email=email, full_name="Nora", now=place.now)


@pytest.mark.parametrize(
    "password",
    ["short", "x" * 1001, "nora@people.test", "aaaaaaaaaaaa", "nul\0nul\0nul", "\ud800" * 10],
)
async def test_what_is_no_password_is_refused(password):
    with pytest.raises(WeakPassword):
        await identity.hash_password(password, email="Nora@people.test")


async def test_an_administrator_elsewhere_sets_nobodys_password(place, db, now, secret):
    nora = await place.person(password=PASSWORD)
    other = await make_place(db, now=now)
    await other.person("Nora Too", email=nora.user.email, password="their own choice")
    with pytest.raises(AppError):
        await identity.sign_in(
            db,
            email=nora.user.email,
            password="their own choice",
            kind="bearer",
            address="10.8.0.1",
            user_agent="",
            now=now,
            secret=secret,
        )


async def test_the_last_administrator_stays(place, secret):
    for change in ({"role": Role.USER}, {"disabled": True}):
        with pytest.raises(Conflict):
            async with place.db.transaction(place.admin.actor) as tx:
                await identity.update_user(tx, user_id=place.admin.id, now=place.now, **change)
    with pytest.raises(Conflict):
        await identity.delete_account(
            place.db,
            actor=place.admin.actor,
            confirmation=place.admin.user.email,
            address="10.8.0.2",
            now=place.now,
            secret=secret,
        )
    second = await place.person("Bea Boss", role=Role.ADMIN)
    async with place.db.transaction(second.actor) as tx:
        await identity.set_role(tx, user_id=place.admin.id, role=Role.USER, now=place.now)


async def test_people_are_listed_by_name_a_page_at_a_time(place):
    names = [f"Person {letter}" for letter in "DACB"]
    company = await place.organization()
    for name in names:
        await place.person(name, organization=company)
    await place.person("Somebody Else")
    found = []
    cursor = None
    while True:
        async with place.db.transaction(place.admin.actor) as tx:
            page = await identity.list_users(tx, organization_id=company.id, limit=3, cursor=cursor)
        found += [user.full_name for user in page.items]
        cursor = page.next_cursor
        if cursor is None:
            break
    assert found == sorted(names)
    async with place.db.transaction(place.admin.actor) as tx:
        assert [u.full_name for u in (await identity.list_users(tx, text="sOmEbody")).items] == [
            "Somebody Else"
        ]
        assert [u.id for u in (await identity.list_users(tx, role=Role.ADMIN)).items] == [
            place.admin.id
        ]
        assert not (await identity.list_users(tx, text="%")).items
        for cursor in ("nonsense", "W10", "é", "WzEsMl0", ""):
            with pytest.raises(Invalid):
                await identity.list_users(tx, cursor=cursor)


async def test_a_move_ends_one_membership_and_begins_another(place, operator):
    old, new = await place.organization(), await place.organization()
    nora = await place.person(organization=old)
    async with place.db.transaction(place.admin.actor) as tx:
        moved = await identity.update_user(
            tx, user_id=nora.id, organization_id=new.id, now=place.now
        )
    assert moved.organization_id == new.id
    rows = await (
        await operator.execute(
            "select organization_id, ended_at is null as current from identity.memberships"
            " where subject_id = %s",
            [nora.id],
        )
    ).fetchall()
    assert {(row["organization_id"], row["current"]) for row in rows} == {
        (old.id, False),
        (new.id, True),
    }


async def every_row_with(operator, needles):
    """Every row of every table that holds one of these strings, anywhere in it."""
    tables = await (
        await operator.execute(
            "select n.nspname, c.relname from pg_class c"
            " join pg_namespace n on n.oid = c.relnamespace where c.relkind = 'r'"
            " and n.nspname not in ('pg_catalog', 'information_schema')"
        )
    ).fetchall()
    found = []
    for table in tables:
        rows = await operator.execute(
            sql.SQL("select t::text as row from {} t").format(
                sql.Identifier(table["nspname"], table["relname"])
            )
        )
        found += [
            (table["nspname"], table["relname"], row["row"])
            for row in await rows.fetchall()
            if any(needle in row["row"] for needle in needles)
        ]
    return found


async def walk_a_step(operator, place, person, text):
    """Rows of a journey, as the contexts above make them; they must go with the person."""
    tool = "sprint_00_woop"
    version = await (
        await operator.execute(
            "select v.id, v.program_id from programs.versions v"
            " join programs.programs p on p.id = v.program_id where p.slug = 'fast-track'"
        )
    ).fetchone()
    base = {"t": place.tenant_id, "u": person.id, "n": place.now, "tool": tool, "x": text}
    journey = await (
        await operator.execute(
            "insert into journeys.journeys (tenant_id, subject_id, program_id, version_id,"
            " created_at, updated_at) values (%(t)s, %(u)s, %(p)s, %(v)s, %(n)s, %(n)s)"
            " returning id",
            base | {"p": version["program_id"], "v": version["id"]},
        )
    ).fetchone()
    base["j"] = journey["id"]
    submission = await (
        await operator.execute(
            "insert into journeys.submissions (tenant_id, tool, subject_id, journey_id, step_slug,"
            " user_id, data, created_at, updated_at) values (%(t)s, %(tool)s, %(u)s, %(j)s, 'one',"
            " %(u)s, jsonb_build_object('dream', %(x)s::text), %(n)s, %(n)s) returning id",
            base,
        )
    ).fetchone()
    await operator.execute(
        "insert into journeys.field_outputs (tenant_id, tool, subject_id, journey_id,"
        " submission_id, version, field_id, field_value, created_at) values (%(t)s, %(tool)s,"
        " %(u)s, %(j)s, %(s)s, 1, 'a.b', to_jsonb(%(x)s::text), %(n)s)",
        base | {"s": submission["id"]},
    )


async def test_deleting_an_account_leaves_nothing_of_the_person(place, secret, operator):
    planted = "zq-planted-7431"
    email = f"{planted}@people.milepost.test"
    nora = await place.person(
        f"Nora {planted}", email=email, password=PASSWORD, lms_user_id=planted
    )
    guru = await place.person("Gus Guru", role=Role.GURU)
    await place.grant(nora, guru)
    await place.grant(guru, nora)
    signed_in = await identity.sign_in(
        place.db,
        email=email,
        password=PASSWORD,
        kind="cookie",
        address="10.8.1.1",
        user_agent=planted,
        now=place.now,
        secret=secret,
    )
    async with place.db.transaction(guru.actor) as tx:
        await identity.record_read(tx, subject_id=nora.id, what="progress", now=place.now)
    async with place.db.transaction(nora.actor) as tx:
        await identity.record_read(tx, subject_id=guru.id, what="progress", now=place.now)
        await identity.make_key(tx, name=planted, scopes=["read"], now=place.now, secret=secret)
    async with place.db.transaction(place.system) as tx:
        await identity.make_link(tx, user_id=nora.id, kind="reset", now=place.now)
        await jobs.defer(tx, "identity.send_invitation", tenant_id=place.tenant_id, user_id=nora.id)
    await identity.request_reset(place.db, email=email)
    await walk_a_step(operator, place, nora, planted)
    needles = (planted, str(nora.id), str(nora.user.account_id))
    assert len(await every_row_with(operator, needles)) > 10

    delete = {"address": "10.8.1.1", "now": place.now, "secret": secret}
    with pytest.raises(WrongPassword):
        await identity.delete_account(
            place.db, actor=nora.actor, confirmation="not my password", **delete
        )
    await identity.delete_account(place.db, actor=nora.actor, confirmation=PASSWORD, **delete)
    assert await every_row_with(operator, needles) == []
    from milepost.contexts.identity.types import Bearer

    for actor in (nora.actor, Bearer(signed_in.token, place.now)):
        with pytest.raises(NotSignedIn):
            async with place.db.transaction(actor):
                pass


async def test_without_a_password_the_address_confirms(place, secret, operator):
    nora = await place.person()
    delete = {"address": "10.8.1.2", "now": place.now, "secret": secret}
    with pytest.raises(WrongPassword):
        await identity.delete_account(place.db, actor=nora.actor, confirmation="yes", **delete)
    await identity.delete_account(
        place.db, actor=nora.actor, confirmation=f" {nora.user.email.upper()} ", **delete
    )
    assert await every_row_with(operator, (nora.user.email, str(nora.id))) == []


async def test_an_account_of_two_tenants_loses_only_one(place, db, now, secret):
    other = await make_place(db, now=now)
    here = await place.person()
    there = await other.person("Nora There", email=here.user.email)
    await identity.delete_account(
        db,
        actor=here.actor,
        confirmation=here.user.email,
        address="10.8.1.3",
        now=now,
        secret=secret,
    )
    async with db.transaction(there.actor) as tx:
        assert tx.actor.email == here.user.email
    with pytest.raises(NotSignedIn):
        async with db.transaction(Member(place.tenant_id, here.id, now)):
            pass
