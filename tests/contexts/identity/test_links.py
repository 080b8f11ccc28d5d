"""Mailed links: who gets one, what it opens, and that it opens once."""

import re
from datetime import timedelta

import pytest

from milepost.contexts.identity import service as identity
from milepost.contexts.identity.errors import LinkUsedUp, NotSignedIn, WeakPassword, WrongPassword
from milepost.contexts.identity.types import Bearer
from milepost.platform import jobs
from milepost.platform.errors import Forbidden, Invalid
from milepost.platform.mail import MailNotSent
from tests.factories.people import PASSWORD, new_address

NEW = "a brand new password"


def mails(outbox):
    return [path.read_text() for path in sorted(outbox.glob("*"))] if outbox.exists() else []


def token_in(mail, kind):
    text = mail.replace("=\r\n", "").replace("=\n", "").replace("=3D", "=")
    return re.search(rf"https://milepost\.test/sign-in/{kind}/(mp_[\w=-]+)", text)[1]


async def set_password(place, token, password=NEW, kind="reset", now=None):
    return await identity.set_password_by_link(
        place.db, token=token, kind=kind, password=password, now=now or place.now
    )


async def sign_in(place, secret, email, password):
    return await identity.sign_in(
        place.db,
        email=email,
        password=password,
        kind="cookie",
        address="10.6.0.1",
        user_agent="",
        now=place.now,
        secret=secret,
    )


async def test_a_reset_sets_a_password_once_and_ends_every_session(
    place, secret, context, outbox, db
):
    nora = await place.person("Nora Lind", password=PASSWORD)
    before = await sign_in(place, secret, nora.user.email, PASSWORD)
    await identity.request_reset(db, email=nora.user.email.upper())
    await jobs.run_pending(db, context)
    (mail,) = [one for one in mails(outbox) if nora.user.email in one]
    assert "Nora Lind" in mail
    assert "a new password" in mail
    token = token_in(mail, "reset")
    with pytest.raises(WeakPassword):
        await set_password(place, token, "short")
    with pytest.raises(LinkUsedUp):
        await set_password(place, token, kind="invitation")
    user = await set_password(place, token)
    assert user.id == nora.id
    # The answer may have got lost: the same again is fine, anything else is not.
    assert (await set_password(place, token)).id == nora.id
    with pytest.raises(LinkUsedUp):
        await set_password(place, token, "another new password")
    with pytest.raises(NotSignedIn):
        async with db.transaction(Bearer(before.token, place.now)):
            pass
    with pytest.raises(WrongPassword):
        await sign_in(place, secret, nora.user.email, PASSWORD)
    assert await sign_in(place, secret, nora.user.email, NEW)


async def test_an_unknown_address_gets_no_mail_and_the_same_answer(
    place, context, outbox, db, operator
):
    nora = await place.person()
    unknown = new_address()
    answers = [
        await identity.request_reset(db, email=email) for email in (nora.user.email, unknown)
    ]
    rows = await (
        await operator.execute(
            "select count(*) from procrastinate.procrastinate_jobs"
            " where args ->> 'email' in (%s, %s)",
            [nora.user.email, unknown],
        )
    ).fetchall()
    assert answers == [None, None]
    assert rows[0]["count"] == 2
    await jobs.run_pending(db, context)
    assert [nora.user.email in mail for mail in mails(outbox)] == [True]
    with pytest.raises(Invalid):
        await identity.request_reset(db, email="no address")


async def test_a_second_mail_within_a_minute_is_not_sent(place, context, outbox, db):
    nora = await place.person()
    for _ in range(3):
        await identity.request_reset(db, email=nora.user.email)
    await jobs.run_pending(db, context)
    assert len(mails(outbox)) == 1


async def test_a_link_ends_by_itself(place):
    nora = await place.person()
    for kind, life in (("reset", timedelta(hours=2)), ("invitation", timedelta(days=7))):
        async with place.db.transaction(place.system) as tx:
            _, _, token = await identity.make_link(tx, user_id=nora.id, kind=kind, now=place.now)
        with pytest.raises(LinkUsedUp):
            await set_password(place, str(token), kind=kind, now=place.now + life)


async def test_setting_a_password_uses_up_all_other_links(place):
    nora = await place.person()
    tokens = []
    for kind in ("invitation", "reset"):
        async with place.db.transaction(place.system) as tx:
            made = await identity.make_link(tx, user_id=nora.id, kind=kind, now=place.now)
        tokens.append(str(made[2]))
    await set_password(place, tokens[1])
    with pytest.raises(LinkUsedUp):
        await set_password(place, tokens[0], "some other password", kind="invitation")


@pytest.mark.parametrize("token", ["", "mp_", "nonsense", "mp_" + "A" * 64])
async def test_what_is_no_link_opens_nothing(place, token):
    with pytest.raises(LinkUsedUp):
        await set_password(place, token)


async def test_only_administrators_invite(place, secret, context, outbox, db):
    nora = await place.person("Nora Lind")
    with pytest.raises(Forbidden):
        async with db.transaction(nora.actor) as tx:
            await identity.invite(tx, user_id=nora.id)
    async with db.transaction(place.admin.actor) as tx:
        await identity.invite(tx, user_id=nora.id)
    await jobs.run_pending(db, context)
    (mail,) = mails(outbox)
    assert "Lindwerk School" in mail
    await set_password(place, token_in(mail, "invitation"), kind="invitation")
    assert await sign_in(place, secret, nora.user.email, NEW)


async def test_a_mail_that_failed_may_be_sent_again(place, context, outbox, db, monkeypatch):
    nora = await place.person()

    class Broken:
        async def send(self, mail):
            raise MailNotSent("not now")

    from dataclasses import replace

    from milepost.contexts.identity.jobs import send_reset

    with pytest.raises(MailNotSent):
        await send_reset(replace(context, mailer=Broken()), email=nora.user.email, tenant=None)
    await send_reset(context, email=nora.user.email, tenant=None)
    assert len(mails(outbox)) == 1


async def test_sweeping_forgets_what_is_past_its_time(place, secret, context, db, operator):
    from dataclasses import replace

    from milepost.contexts.identity.jobs import sweep

    nora = await place.person(password=PASSWORD)
    signed_in = await sign_in(place, secret, nora.user.email, PASSWORD)
    with pytest.raises(WrongPassword):
        await sign_in(place, secret, nora.user.email, "wrong password")
    count = "select count(*) from identity.sessions where id = %s"
    await sweep(context)
    row = await (await operator.execute(count, [signed_in.session_id])).fetchone()
    assert row["count"] == 1
    await sweep(replace(context, now=lambda: place.now + timedelta(days=45)))
    row = await (await operator.execute(count, [signed_in.session_id])).fetchone()
    assert row["count"] == 0
    left = await (
        await operator.execute("select count(*) from identity.sign_in_failures")
    ).fetchone()
    assert left["count"] == 0
