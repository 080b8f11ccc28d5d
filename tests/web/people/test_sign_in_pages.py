"""The door: signing in and out, links by mail, and the way back to the page one wanted."""

import httpx2
import pytest
from structlog.testing import capture_logs

from milepost.contexts.identity import service as identity
from milepost.contexts.identity.http import COOKIE
from milepost.contexts.identity.service import links, provider
from milepost.contexts.identity.types import System
from milepost.platform import clock
from milepost.web.places import local
from tests.factories.people import PASSWORD, Place
from tests.web.people.conftest import Browser, words_of


async def test_signed_out_visitors_sign_in_and_get_where_they_wanted(
    stranger: Browser, learner: Browser
) -> None:
    sent = await stranger.get("/sharing?cursor=a&b=c")
    assert sent.status_code == 303
    assert sent.headers["location"] == "/sign-in?next=/sharing%3Fcursor%3Da%26b%3Dc"
    page = await stranger.get(sent.headers["location"])
    assert 'name="next" value="/sharing?cursor=a&amp;b=c"' in page.text
    assert learner.someone is not None
    signed_in = await stranger.post(
        "/sign-in",
        {
            "email": learner.someone.user.email,
            "password": PASSWORD,
            "next": "/sharing?cursor=a&b=c",
        },
    )
    assert (signed_in.status_code, signed_in.headers["location"]) == (303, "/sharing?cursor=a&b=c")
    assert "HttpOnly" in signed_in.headers["set-cookie"]
    assert (await stranger.get("/account")).status_code == 200
    assert (await stranger.get("/sign-in?next=/account")).headers["location"] == "/account"


@pytest.mark.parametrize(
    "address",
    [
        "https://evil.test/",
        "//evil.test",
        "/\\evil.test",
        "\\\\evil.test",
        "/a\\..\\\\evil.test",
        "javascript:alert(1)",
        "/\n//evil.test",
        "/\t/evil.test",
        "evil.test",
        "/api/v1/me",
        "/sign-out",
        "",
        None,
    ],
)
def test_only_pages_of_ours_are_gone_on_to(address: str | None) -> None:
    assert local(address) == "/"


async def test_a_foreign_next_is_dropped_on_the_way_in(stranger: Browser, learner: Browser) -> None:
    assert learner.someone is not None
    signed_in = await stranger.post(
        "/sign-in",
        {"email": learner.someone.user.email, "password": PASSWORD, "next": "//evil.test/x"},
    )
    assert signed_in.headers["location"] == "/"


async def test_a_wrong_password_keeps_the_address_and_never_the_password(
    stranger: Browser, learner: Browser
) -> None:
    assert learner.someone is not None
    known = await stranger.post(
        "/sign-in", {"email": learner.someone.user.email, "password": "not this one"}
    )
    unknown = await stranger.post(
        "/sign-in", {"email": "nobody@people.milepost.test", "password": "not this one"}
    )
    assert known.status_code == unknown.status_code == 422
    assert "not this one" not in known.text
    assert f'value="{learner.someone.user.email}"' in known.text
    told = "The e-mail address or the password is not right."
    assert told in words_of(known.text)
    assert told in words_of(unknown.text)
    assert COOKIE not in stranger.client.cookies


async def test_too_many_wrong_passwords_are_told_to_wait(
    stranger: Browser, learner: Browser
) -> None:
    assert learner.someone is not None
    for _ in range(10):
        answer = await stranger.post(
            "/sign-in", {"email": learner.someone.user.email, "password": "wrong"}
        )
    answer = await stranger.post(
        "/sign-in", {"email": learner.someone.user.email, "password": PASSWORD}
    )
    assert answer.status_code == 429
    assert int(answer.headers["retry-after"]) > 0
    assert "Too many wrong passwords" in words_of(answer.text)


@pytest.mark.parametrize(
    "headers",
    [{"sec_fetch_site": "cross-site"}, {"origin": "https://evil.test"}],
    ids=["fetch metadata", "origin"],
)
async def test_a_form_on_a_foreign_page_signs_nobody_in(
    stranger: Browser, learner: Browser, headers: dict[str, str]
) -> None:
    assert learner.someone is not None
    answer = await stranger.post(
        "/sign-in",
        {"email": learner.someone.user.email, "password": PASSWORD},
        **headers,
    )
    assert answer.status_code == 403
    assert COOKIE not in stranger.client.cookies


async def test_signing_out_ends_the_session_itself(learner: Browser) -> None:
    out = await learner.post("/sign-out")
    assert (out.status_code, out.headers["location"]) == (303, "/sign-in")
    cleared = [text for text in out.headers.get_list("set-cookie") if text.startswith(COOKIE)]
    assert cleared
    assert "Max-Age=0" in cleared[0]
    assert "You are signed out." in (await learner.get("/sign-in")).text
    # This browser still sends the old cookie: it is worth nothing.
    assert (await learner.get("/account")).headers["location"].startswith("/sign-in")


async def test_a_change_without_our_token_is_refused(learner: Browser) -> None:
    answer = await learner.post("/sign-out", csrf="made-up")
    assert answer.status_code == 403
    assert "This form is out of date" in words_of(answer.text)
    assert (await learner.get("/account")).status_code == 200


async def test_providers_stand_on_the_sign_in_with_the_way_back(stranger: Browser) -> None:
    page = await stranger.get("/sign-in?next=/map")
    assert 'href="/auth/oidc/school?next=%2Fmap"' in page.text
    assert "Sign in with Our School" in page.text


async def test_a_forgotten_password_says_the_same_to_everybody(
    stranger: Browser, learner: Browser
) -> None:
    assert learner.someone is not None
    address = learner.someone.user.email
    known = await stranger.post("/forgot-password", {"email": address})
    unknown = await stranger.post("/forgot-password", {"email": "no@people.milepost.test"})
    assert known.status_code == unknown.status_code == 200
    assert words_of(known.text).replace(address, "X") == words_of(unknown.text).replace(
        "no@people.milepost.test", "X"
    )
    broken = await stranger.post("/forgot-password", {"email": "not an address"})
    assert broken.status_code == 422
    assert 'value="not an address"' in broken.text


@pytest.mark.parametrize("kind", ["reset", "invitation"])
async def test_a_mailed_link_sets_a_password_once(
    stranger: Browser, place: Place, kind: str
) -> None:
    invited = await place.person("Sanne Bakker")
    async with place.db.transaction(System(place.tenant_id)) as tx:
        made = await links.make_link(tx, user_id=invited.id, kind=kind, now=clock.now())
    assert made is not None
    address = f"/sign-in/{kind}/{made[2]}"
    page = await stranger.get(address)
    assert page.status_code == 200
    assert page.headers["referrer-policy"] == "no-referrer"
    for fields, told in (
        ({"password": "seven green bicycles", "again": "eight"}, "The two are not the same."),
        ({"password": "short", "again": "short"}, "at least 10 characters"),
    ):
        answer = await stranger.post(address, fields)
        assert answer.status_code == 422
        assert told in words_of(answer.text)
        assert fields["password"] not in answer.text
    new = {"password": "seven green bicycles", "again": "seven green bicycles"}
    assert (await stranger.post(address, new)).headers["location"] == "/sign-in"
    other = {"password": "eight blue bicycles", "again": "eight blue bicycles"}
    used = await stranger.post(address, other)
    assert used.status_code == 409
    assert "This link has ended" in words_of(used.text)
    async with place.db.transaction(invited.actor) as tx:
        assert await identity.has_password(tx)


async def test_a_made_up_link_sets_nothing(stranger: Browser) -> None:
    new = {"password": "seven green bicycles", "again": "seven green bicycles"}
    assert (await stranger.post("/sign-in/reset/mp_nothing", new)).status_code == 409


async def test_errors_are_pages_for_people_and_fragments_for_htmx(
    learner: Browser, stranger: Browser
) -> None:
    page = await learner.get("/no-such-page")
    assert page.status_code == 404
    assert "There is nothing here" in words_of(page.text)
    fragment = await learner.get("/no-such-page", hx_request="true")
    assert fragment.status_code == 404
    assert "<html" not in fragment.text
    assert "callout" in fragment.text
    gone = await stranger.get("/sharing", hx_request="true", referer="http://localhost/map")
    assert gone.headers["hx-redirect"] == "/sign-in?next=/map"
    foreign = await stranger.post("/sharing", {}, referer="https://evil.test/sharing")
    assert foreign.headers["location"] == "/sign-in"


async def test_a_provider_that_does_not_answer_is_told_as_that_and_logged(
    stranger: Browser, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(request: httpx2.Request) -> httpx2.Response:
        raise httpx2.ConnectError("nobody listens", request=request)

    monkeypatch.setattr(
        provider, "_client", lambda: httpx2.AsyncClient(transport=httpx2.MockTransport(refuse))
    )
    with capture_logs() as logs:
        page = await stranger.get("/auth/oidc/school")
    said = words_of(page.text)
    assert page.status_code == 503
    assert "The sign-in provider doesn't answer just now." in said
    assert "Milepost is starting" not in said
    (told,) = [line for line in logs if line["event"] == "oidc_unavailable"]
    assert told["provider"] == "school"
    assert "nobody listens" in told["cause"]
