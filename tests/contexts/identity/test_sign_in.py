"""Signing in: who gets in, who does not, and what a stranger can learn from trying."""

import subprocess
import sys
import time
from datetime import timedelta

import pytest

from milepost.contexts.identity import service as identity
from milepost.contexts.identity.errors import NotSignedIn, SlowDown, WrongPassword
from milepost.contexts.identity.types import Bearer, Role, SignedIn, Token
from milepost.platform.errors import Conflict, Invalid, NotFound
from tests.factories.people import PASSWORD, Place, new_address


async def sign_in(place: Place, secret: bytes, email: str, password: str = PASSWORD, **more):
    given = {
        "kind": "bearer",
        "address": more.pop("address", f"10.1.{time.perf_counter_ns() % 250}.7"),
        "user_agent": "test",
        "now": place.now,
        "secret": secret,
        **more,
    }
    return await identity.sign_in(place.db, email=email, password=password, **given)


def holder(signed_in: SignedIn, now) -> Bearer:
    return Bearer(Token.parse(str(signed_in.token)), now)


async def test_the_right_password_opens_a_session(place, secret, operator):
    nora = await place.person(password=PASSWORD)
    done = await sign_in(place, secret, nora.user.email.upper())
    assert done.user.id == nora.id
    assert done.user.last_login == place.now
    assert done.expires_at == place.now + timedelta(days=14)
    async with place.db.transaction(holder(done, place.now)) as tx:
        assert tx.actor.user_id == nora.id
        assert tx.actor.session_id == done.session_id
    kept = await (
        await operator.execute(
            "select token_hash from identity.sessions where id = %s", [done.session_id]
        )
    ).fetchone()
    assert kept["token_hash"] == done.token.hash
    assert done.token.secret not in kept["token_hash"]


@pytest.mark.parametrize("who", ["unknown", "no password", "wrong password", "elsewhere"])
async def test_refusals_are_all_alike(place, secret, who):
    nora = await place.person(password=None if who == "no password" else PASSWORD)
    email = new_address() if who == "unknown" else nora.user.email
    tenant = "no-such-tenant" if who == "elsewhere" else None
    password = "another password" if who == "wrong password" else PASSWORD
    with pytest.raises(WrongPassword) as caught:
        await sign_in(place, secret, email, password, tenant=tenant)
    assert caught.value.message == "The e-mail address or the password is not right."
    assert caught.value.data == {}


async def test_a_disabled_person_stays_out_from_the_next_transaction_on(place, secret):
    nora = await place.person(password=PASSWORD)
    done = await sign_in(place, secret, nora.user.email)
    async with place.db.transaction(place.admin.actor) as tx:
        await identity.disable(tx, user_id=nora.id, now=place.now)
    with pytest.raises(NotSignedIn):
        async with place.db.transaction(holder(done, place.now)):
            pass
    with pytest.raises(WrongPassword):
        await sign_in(place, secret, nora.user.email)


@pytest.mark.parametrize("known", [True, False])
async def test_ten_failures_slow_an_account_down(place, secret, known):
    email = (await place.person(password=PASSWORD)).user.email if known else new_address()
    now = place.now
    for number in range(10):
        with pytest.raises(WrongPassword):
            await sign_in(place, secret, email, "wrong password", address=f"10.9.{number}.1")
    waits = []
    for _ in range(4):
        with pytest.raises(SlowDown) as caught:
            await sign_in(place, secret, email, PASSWORD, now=now)
        waits.append(caught.value.data["retry_after"])
        now += timedelta(seconds=waits[-1])
        with pytest.raises(WrongPassword):
            await sign_in(place, secret, email, "wrong password", now=now)
    assert waits == [15, 30, 60, 120]
    if known:
        now += timedelta(seconds=240)
        assert await sign_in(place, secret, email, PASSWORD, now=now)
        # The right password wiped the slate: nine wrong ones are free again.
        for _ in range(9):
            with pytest.raises(WrongPassword):
                await sign_in(place, secret, email, "wrong password", now=now)
        assert await sign_in(place, secret, email, PASSWORD, now=now)


async def test_ten_failures_slow_a_network_down_and_nobody_else(place, secret):
    nora = await place.person(password=PASSWORD)
    for number in range(10):
        with pytest.raises(WrongPassword):
            await sign_in(place, secret, new_address(), address=f"2001:db8:77:1::{number + 1:x}")
    with pytest.raises(SlowDown):
        await sign_in(place, secret, nora.user.email, address="2001:db8:77:1:ffff::9")
    assert await sign_in(place, secret, nora.user.email, address="2001:db8:77:2::1")
    later = place.now + timedelta(minutes=16)
    assert await sign_in(place, secret, nora.user.email, address="2001:db8:77:1::1", now=later)


async def test_what_is_kept_of_failures_names_nobody(place, secret, operator):
    email = new_address()
    with pytest.raises(WrongPassword):
        await sign_in(place, secret, email, address="203.0.113.77")
    rows = await (
        await operator.execute("select f::text as row from identity.sign_in_failures f")
    ).fetchall()
    assert rows
    assert not any(email in row["row"] or "203.0.113.77" in row["row"] for row in rows)


async def test_time_does_not_tell_whether_an_address_exists(place, secret):
    known = [(await place.person(password=PASSWORD)).user.email for _ in range(6)]
    unknown = [new_address() for _ in range(6)]
    with pytest.raises(WrongPassword):
        await sign_in(place, secret, new_address())

    async def took(email: str) -> float:
        start = time.perf_counter()
        with pytest.raises(WrongPassword):
            await sign_in(place, secret, email, "wrong password")
        return time.perf_counter() - start

    times = [
        (await took(one), await took(other)) for one, other in zip(known, unknown, strict=True)
    ]
    fastest_known, fastest_unknown = (min(side) for side in zip(*times, strict=True))
    assert 0.4 < fastest_known / fastest_unknown < 2.5


@pytest.mark.parametrize("bad", ["nul\0byte@x.test", "half\ud800@x.test", "x" * 1001])
async def test_what_no_table_can_hold_is_refused(place, secret, bad):
    with pytest.raises(Invalid):
        await sign_in(place, secret, bad)
    with pytest.raises(Invalid):
        await sign_in(place, secret, new_address(), bad)


async def test_a_repeat_with_the_same_key_is_the_same_session(place, secret):
    nora = await place.person(password=PASSWORD)
    first = await sign_in(place, secret, nora.user.email, idempotency_key="k-1")
    again = await sign_in(place, secret, nora.user.email, idempotency_key="k-1")
    other = await sign_in(place, secret, nora.user.email, idempotency_key="k-2")
    assert (again.token, again.session_id) == (first.token, first.session_id)
    assert other.session_id != first.session_id
    with pytest.raises(WrongPassword):
        await sign_in(place, secret, nora.user.email, "wrong password", idempotency_key="k-1")
    async with place.db.transaction(holder(first, place.now)) as tx:
        await identity.sign_out(tx, now=place.now)
    with pytest.raises(Conflict):
        await sign_in(place, secret, nora.user.email, idempotency_key="k-1")


async def test_sessions_are_listed_and_revoked_by_their_owner_only(place, secret):
    nora = await place.person(password=PASSWORD)
    mona = await place.person("Mona Berg", password=PASSWORD)
    first, second, third = [await sign_in(place, secret, nora.user.email) for _ in range(3)]
    foreign = await sign_in(place, secret, mona.user.email)
    async with place.db.transaction(holder(first, place.now)) as tx:
        listed = await identity.list_sessions(tx, now=place.now)
        assert {session.id for session in listed} == {
            first.session_id,
            second.session_id,
            third.session_id,
        }
        with pytest.raises(NotFound):
            await identity.revoke_session(tx, session_id=foreign.session_id, now=place.now)
        await identity.revoke_session(tx, session_id=second.session_id, now=place.now)
    with pytest.raises(NotSignedIn):
        async with place.db.transaction(holder(second, place.now)):
            pass
    async with place.db.transaction(holder(first, place.now)) as tx:
        assert await identity.revoke_other_sessions(tx, now=place.now) == 1
    async with place.db.transaction(holder(first, place.now)) as tx:
        await identity.sign_out(tx, now=place.now)
    for ended in (first, third):
        with pytest.raises(NotSignedIn):
            async with place.db.transaction(holder(ended, place.now)):
                pass
    async with place.db.transaction(holder(foreign, place.now)) as tx:
        assert tx.actor.user_id == mona.id


async def test_a_session_ends_by_itself(place, secret):
    nora = await place.person(password=PASSWORD)
    done = await sign_in(place, secret, nora.user.email)
    with pytest.raises(NotSignedIn):
        async with place.db.transaction(holder(done, done.expires_at)):
            pass


async def test_a_new_password_ends_all_other_sessions(place, secret):
    nora = await place.person(password=PASSWORD)
    here, there = [await sign_in(place, secret, nora.user.email) for _ in range(2)]
    change = {
        "actor": holder(here, place.now),
        "address": "10.2.3.4",
        "now": place.now,
        "secret": secret,
    }
    with pytest.raises(WrongPassword):
        await identity.change_password(place.db, old="not this one", new="a new password", **change)
    await identity.change_password(place.db, old=PASSWORD, new="a new password", **change)
    async with place.db.transaction(holder(here, place.now)) as tx:
        assert tx.actor.user_id == nora.id
    with pytest.raises(NotSignedIn):
        async with place.db.transaction(holder(there, place.now)):
            pass
    with pytest.raises(WrongPassword):
        await sign_in(place, secret, nora.user.email)
    assert await sign_in(place, secret, nora.user.email, "a new password")


async def test_an_outdated_hash_is_renewed(place, secret, operator):
    from pwdlib.hashers.argon2 import Argon2Hasher

    nora = await place.person()
    weak = Argon2Hasher(time_cost=1, memory_cost=1024, parallelism=1).hash(PASSWORD)
    await operator.execute(
        "update identity.accounts set password_hash = %s where id = %s",
        [weak, nora.user.account_id],
    )
    await sign_in(place, secret, nora.user.email)
    row = await (
        await operator.execute(
            "select password_hash from identity.accounts where id = %s", [nora.user.account_id]
        )
    ).fetchone()
    assert row["password_hash"] != weak
    assert await sign_in(place, secret, nora.user.email)


def test_a_forked_server_hashes_too():
    # `milepost up` hashes for the demo, then forks its servers.
    script = """
import asyncio, os, signal
from milepost.contexts.identity.service import passwords
asyncio.run(passwords.make_hash("one password"))
child = os.fork()
if not child:
    signal.alarm(20)
    made = asyncio.run(passwords.make_hash("another one"))
    os._exit(0 if made.startswith("$argon2id$") else 1)
assert os.waitpid(child, 0)[1] == 0
"""
    subprocess.run([sys.executable, "-c", script], check=True, timeout=60)


async def test_mapped_addresses_are_not_one_network(place, secret):
    for _ in range(10):
        with pytest.raises(WrongPassword):
            await sign_in(place, secret, new_address(), address="::ffff:198.51.100.7")
    with pytest.raises(SlowDown):
        await sign_in(place, secret, new_address(), address="198.51.100.7")
    with pytest.raises(WrongPassword):
        await sign_in(place, secret, new_address(), address="::ffff:198.51.100.8")


async def test_one_account_in_two_tenants_signs_in_where_it_says(place, secret, db, now):
    from tests.factories.people import make_place

    other = await make_place(db, now=now)
    here = await place.person(password=PASSWORD)
    there = await other.person("Nora There", email=here.user.email, role=Role.GURU)
    done = await sign_in(place, secret, here.user.email, tenant=other.slug)
    assert done.user.id == there.id
    done = await sign_in(place, secret, here.user.email, tenant=place.slug)
    assert done.user.id == here.id
