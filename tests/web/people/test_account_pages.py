"""Account: what one says of oneself, devices, keys, and leaving."""

import re
from collections.abc import Awaitable, Callable

import pytest

from milepost.contexts.identity import service as identity
from milepost.contexts.identity.errors import NotSignedIn
from milepost.web.account.devices import name_of
from tests.factories.people import PASSWORD
from tests.web.people.conftest import Browser, field, words_of

FIREFOX = "Mozilla/5.0 (X11; Linux x86_64; rv:130.0) Gecko/20100101 Firefox/130.0"


async def test_name_zone_and_theme(learner: Browser) -> None:
    saved = await learner.post(
        "/account/profile",
        {"full_name": "Maya V.", "time_zone": "Asia/Tokyo", "theme": "dark"},
    )
    assert (saved.status_code, saved.headers["location"]) == (303, "/account")
    page = (await learner.get("/account")).text
    assert field(page, "full_name") == "Maya V."
    assert 'data-theme="dark"' in page
    assert 'value="Asia/Tokyo"' in page
    wrong = await learner.post(
        "/account/profile",
        {"full_name": "<b>Maya</b>", "time_zone": "Asia/Nowhere", "theme": "light"},
    )
    assert wrong.status_code == 422
    assert "This is not a time zone." in words_of(wrong.text)
    assert field(wrong.text, "full_name") == "<b>Maya</b>"
    assert "<b>Maya" not in wrong.text
    assert field((await learner.get("/account")).text, "full_name") == "Maya V."


async def test_devices_are_named_and_signed_out(
    learner: Browser, open_browser: Callable[..., Awaitable[Browser]]
) -> None:
    phone = await open_browser(learner.someone, user_agent=FIREFOX)
    third = await open_browser(learner.someone)
    page = (await learner.get("/account")).text
    assert "Firefox on Linux" in words_of(page)
    assert words_of(page).count("This device") == 1
    firefox = page.partition("Firefox on Linux")[2]
    ended = re.search(r'action="(/account/sessions/[^"]+/end)"', firefox)
    assert ended is not None
    await learner.post(ended[1])
    assert (await phone.get("/account")).status_code == 303
    assert (await third.get("/account")).status_code == 200
    await learner.post("/account/sessions/end-others")
    assert (await third.get("/account")).status_code == 303
    assert (await learner.get("/account")).status_code == 200


@pytest.mark.parametrize(
    ("kind", "user_agent", "expected"),
    [
        ("cookie", FIREFOX, "Firefox on Linux"),
        (
            "cookie",
            "Mozilla/5.0 (Windows NT 10.0) AppleWebKit/537.36 Chrome/120 Safari/537.36 Edg/120",
            "Edge on Windows",
        ),
        (
            "cookie",
            "Mozilla/5.0 (iPhone; CPU iPhone OS 17_0 like Mac OS X) Version/17.0 Safari/604.1",
            "Safari on iPhone",
        ),
        ("bearer", "curl/8", "A program"),
        ("cookie", "", "An unknown browser"),
    ],
)
def test_devices_as_their_owner_knows_them(kind: str, user_agent: str, expected: str) -> None:
    assert name_of(kind, user_agent) == expected


async def test_changing_the_password_signs_other_devices_out(
    learner: Browser, open_browser: Callable[..., Awaitable[Browser]]
) -> None:
    other = await open_browser(learner.someone)
    new = "seven green bicycles"
    for fields, told in (
        ({"old": "wrong", "new": new, "again": new}, "This is not your password."),
        ({"old": PASSWORD, "new": new, "again": "else"}, "not the same"),
        ({"old": PASSWORD, "new": "short", "again": "short"}, "at least 10 characters"),
    ):
        answer = await learner.post("/account/password", fields)
        assert answer.status_code == 422
        assert told in words_of(answer.text)
        assert new not in answer.text
        assert PASSWORD not in answer.text
    changed = await learner.post("/account/password", {"old": PASSWORD, "new": new, "again": new})
    assert changed.status_code == 303
    assert (await learner.get("/account")).status_code == 200
    assert (await other.get("/account")).status_code == 303


async def test_a_key_is_shown_once_and_a_reload_makes_no_second_one(learner: Browser) -> None:
    attempt = field((await learner.get("/account")).text, "attempt")
    asked = {"name": "Weekly figures", "scopes": ["read", "write"], "attempt": attempt}
    made = await learner.post("/account/keys", asked)
    key = re.search(r"mp_[A-Za-z0-9_=-]{60,}", made.text)
    assert key is not None
    again = await learner.post("/account/keys", asked)
    assert key[0] in again.text
    later = (await learner.get("/account")).text
    assert key[0] not in later
    assert words_of(later).count("Weekly figures") == 2  # its name, and its Revoke button
    revoke = re.search(r'action="(/account/keys/[^"]+/revoke)"', later)
    assert revoke is not None
    await learner.post(revoke[1])
    assert "Weekly figures" not in words_of((await learner.get("/account")).text)


@pytest.mark.parametrize(
    ("fields", "told"),
    [
        ({"name": "Report"}, "the scope read, write, or both"),
        ({"name": "", "scopes": ["read"]}, "A name has 1 to"),
        ({"name": "Report", "scopes": ["read"], "ends_on": "2020-01-01"}, "end before it begins"),
        ({"name": "Report", "scopes": ["read"], "ends_on": "9999-12-31"}, "Write the day as"),
    ],
)
async def test_a_key_that_can_not_be(
    learner: Browser, fields: dict[str, object], told: str
) -> None:
    answer = await learner.post("/account/keys", fields)
    assert answer.status_code == 422
    assert told in words_of(answer.text)
    assert "your new key" not in answer.text


async def test_the_export_is_a_file_of_everything(learner: Browser) -> None:
    export = await learner.get("/account/export")
    assert export.headers["content-disposition"].startswith("attachment")
    assert export.json()["format"].startswith("milepost-person/")


async def test_deleting_wants_the_word_and_the_password(learner: Browser) -> None:
    assert learner.someone is not None
    for fields in (
        {"word": "", "confirmation": PASSWORD},
        {"word": "delete", "confirmation": "wrong"},
    ):
        answer = await learner.post("/account/delete", fields)
        assert answer.status_code == 422
        assert "Nothing was changed." in words_of(answer.text)
    gone = await learner.post("/account/delete", {"word": "Delete", "confirmation": PASSWORD})
    assert (gone.status_code, gone.headers["location"]) == (303, "/sign-in")
    with pytest.raises(NotSignedIn):
        async with learner.place.db.transaction(learner.someone.actor) as tx:
            await identity.get_user(tx, user_id=learner.someone.id)


async def test_every_form_that_changes_something_carries_the_token(learner: Browser) -> None:
    for address in ("/account", "/sharing"):
        page = (await learner.get(address)).text
        posts = re.findall(r'<form[^>]*method="post".*?</form>', page, flags=re.DOTALL)
        assert posts
        for form in posts:
            assert 'name="_csrf"' in form
        assert " style=" not in page
        assert "<script>" not in page
        assert not re.search(r"\son\w+=", page.partition("<main")[2])
