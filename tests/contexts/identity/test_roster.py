"""Importing a school's list: read, planned, applied whole or not at all, and again."""

import time

import pytest

from milepost.contexts.identity import roster
from milepost.contexts.identity import service as identity
from milepost.contexts.identity.errors import ImportRefused
from milepost.contexts.identity.types import Role
from milepost.platform.errors import Invalid
from tests.factories.people import PASSWORD, make_place, new_address

HEADER = "id,email,name,organization,role\n"


async def run(place, text, apply=True):
    async with place.db.transaction(place.system) as tx:
        plan = await identity.plan_import(tx, content=text.encode())
        if apply:
            await identity.apply_import(tx, plan=plan, now=place.now)
    return plan


def counts(plan):
    return (len(plan.new), len(plan.changed), len(plan.unchanged), len(plan.refused))


async def everybody(place):
    async with place.db.transaction(place.system) as tx:
        return {user.email: user for user in (await identity.list_users(tx, limit=200)).items}


@pytest.mark.parametrize(
    "text",
    [
        "\ufeffuser_id;E-Mail;User Name;Organisation;Role\n7;Nora@X.test;Nora Lind;Acme;Student\n",
        "Email\tFirst name\tLast name\tCompany\tID\nnora@x.test\tNora\tLind\tAcme\t7\n",
        'username,email,user id,organization,"role"\r\n"Nora Lind",nora@x.test,7,Acme,USER\r\n',
        "\n\nid,email,name,organization,extra\n7,nora@x.test,Nora  Lind,Acme,\n\n,,,,\n",
    ],
)
def test_the_usual_spellings_are_understood(text):
    ((row,), refused) = roster.parse(text.encode())
    assert not refused
    assert (row.lms_user_id, row.email, row.full_name, row.organization) == (
        "7",
        "nora@x.test",
        "Nora Lind",
        "Acme",
    )
    assert row.role in (Role.USER, None)


def test_utf16_of_a_spreadsheet_is_understood():
    ((row,), _) = roster.parse("email,name\nnora@x.test,Nöra\n".encode("utf-16"))
    assert row.full_name == "Nöra"


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"\n\n",
        b"name,role\nNora,user\n",
        b"email,role\nnora@x.test,user\n",
        b"email,name\nnora@x.test,N\xf6ra\n",
        b"email,name\nnora@x.test,N\0ra\n",
        b'email,name\nnora@x.test,"Nora\n',
    ],
)
def test_what_is_no_list_of_people_is_refused_as_a_whole(content):
    with pytest.raises(Invalid):
        roster.parse(content)


def test_rows_that_can_not_be_taken_say_why():
    text = HEADER + "".join(
        f"{row}\n"
        for row in (
            "1,a@x.test,Anna,,user",
            "2,not an address,Bert,,user",
            "3,c@x.test,,,user",
            "4,,Dora,,user",
            "5,e@x.test,Emil,,emperor",
            "1,f@x.test,Fred,,user",
            "7,A@X.test,Gina,,user",
            "8,h@x.test,Hans,,user,one more",
        )
    )
    rows, refused = roster.parse(text.encode())
    assert [row.number for row in rows] == [2]
    assert [(one.number, one.why) for one in refused] == [
        (3, "This is not an e-mail address."),
        (4, "The name is missing."),
        (5, "The e-mail is missing."),
        (6, "“emperor” is no role; there are user, guru and admin."),
        (7, "The same id stands in row 2."),
        (8, "The same e-mail stands in row 2."),
        (9, "This row has more columns than the header."),
    ]


async def test_a_second_import_changes_nothing(place, operator):
    a, b = new_address(), new_address()
    text = f"{HEADER}lw-1,{a},Anna Berg,Nordlys AS,user\nlw-2,{b},Bert Dahl,nordlys as,guru\n"
    planned = await run(place, text, apply=False)
    assert counts(planned) == (2, 0, 0, 0)
    assert a not in await everybody(place)
    assert counts(await run(place, text)) == (2, 0, 0, 0)
    people = await everybody(place)
    assert (people[b].role, people[b].lms_user_id) == ("guru", "lw-2")
    assert people[a].organization_id == people[b].organization_id is not None
    snapshot = "select md5(string_agg(t::text, '' order by t::text)) as sum from ({}) t"
    query = snapshot.format(
        "select row_to_json(u)::text from identity.users u where tenant_id = %(t)s"
        " union all select row_to_json(m)::text from identity.memberships m where tenant_id = %(t)s"
        " union all select row_to_json(o)::text from identity.organizations o"
        " where tenant_id = %(t)s"
    )
    before = await (await operator.execute(query, {"t": place.tenant_id})).fetchone()
    assert counts(await run(place, text)) == (0, 0, 2, 0)
    after = await (await operator.execute(query, {"t": place.tenant_id})).fetchone()
    assert before == after


async def test_what_changed_is_changed_and_a_blank_says_nothing(place, secret):
    nora = await place.person(
        "Nora Lind",
        lms_user_id="lw-1",
        password=PASSWORD,
        organization=await place.organization("Old House"),
    )
    address = new_address()
    plan = await run(place, f"{HEADER}lw-1,{address},Nora Lindqvist,New House,guru\n")
    (change,) = plan.changed
    assert dict(change.fields) == {
        "email": (nora.user.email, address),
        "full_name": ("Nora Lind", "Nora Lindqvist"),
        "organization": ("old-house", "new-house"),
        "role": ("user", "guru"),
    }
    people = await everybody(place)
    assert people[address].id == nora.id
    signed_in = await identity.sign_in(
        place.db,
        email=address,
        password=PASSWORD,
        kind="bearer",
        address="10.5.0.1",
        user_agent="",
        now=place.now,
        secret=secret,
    )
    assert signed_in.user.id == nora.id
    assert counts(await run(place, f"{HEADER},{address},Nora Lindqvist,,\n")) == (0, 0, 1, 0)
    async with place.db.transaction(place.system) as tx:
        kept = await identity.get_user(tx, user_id=nora.id)
    assert (kept.lms_user_id, kept.role) == ("lw-1", "guru")


async def test_one_refused_row_stops_all_of_it(place):
    a = new_address()
    with pytest.raises(ImportRefused) as caught:
        await run(place, f"{HEADER}1,{a},Anna,,user\n2,nonsense,Bert,,user\n")
    assert caught.value.data["refused"] == [{"row": 3, "why": "This is not an e-mail address."}]
    assert a not in await everybody(place)


async def test_people_are_not_mixed_up(place, db, now):
    nora = await place.person("Nora", lms_user_id="lw-1")
    mona = await place.person("Mona", lms_user_id="lw-2")
    other = await make_place(db, now=now)
    both = await place.person("Both", lms_user_id="lw-3")
    await other.person("Both", email=both.user.email)
    stranger = await other.person("Stranger")
    refused = (
        await run(
            place,
            f"{HEADER}lw-1,{mona.user.email},Nora,,\n"
            f"lw-9,{nora.user.email},Nora,,\n"
            f"lw-3,{new_address()},Both,,\n"
            f"lw-2,{stranger.user.email},Mona,,\n",
            apply=False,
        )
    ).refused
    assert [(one.number, one.why) for one in refused] == [
        (2, f"The id belongs to {nora.user.email}, the e-mail to somebody else."),
        (3, "The person with this e-mail has another id, lw-1."),
        (4, "This person signs in elsewhere too; only they can change their e-mail."),
        (5, "Somebody else signs in with this e-mail already."),
    ]
    # Being somewhere else is no reason not to come here, too.
    assert counts(await run(place, f"{HEADER},{stranger.user.email},Stranger,,\n")) == (1, 0, 0, 0)


async def test_somebody_stays_to_administrate(place):
    admin = place.admin.user.email
    plan = await run(place, f"{HEADER},{admin},Ada Admin,,user\n", apply=False)
    assert [one.why for one in plan.refused] == ["Nobody would be left to administrate."]
    plan = await run(place, f"{HEADER},{admin},Ada Admin,,user\n,{new_address()},Bea Boss,,admin\n")
    assert counts(plan) == (1, 1, 0, 0)


async def test_ten_thousand_rows_take_seconds(place):
    mark = new_address().split("@")[0]
    text = HEADER + "".join(
        f"lw-{n},{mark}-{n}@people.milepost.test,Person {n},Company {n % 300},user\n"
        for n in range(10_000)
    )
    start = time.perf_counter()
    assert counts(await run(place, text)) == (10_000, 0, 0, 0)
    assert counts(await run(place, text.replace("Person", "Human"))) == (0, 10_000, 0, 0)
    assert counts(await run(place, text.replace("Person", "Human"))) == (0, 0, 10_000, 0)
    assert time.perf_counter() - start < 30
