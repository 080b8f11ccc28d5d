"""Signing in with a provider: a real one, started for these tests."""

import json
import os
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import parse_qsl, urlsplit, urlunsplit

import httpx2
import pytest
from fastapi import FastAPI
from joserfc import jwt
from joserfc.jwk import OctKey, RSAKey
from pydantic import SecretStr

from milepost.contexts.identity import service as identity
from milepost.contexts.identity.errors import SignInElsewhere
from milepost.contexts.identity.service import provider as provider_client
from milepost.contexts.identity.types import Bearer, Token
from milepost.platform.errors import NotFound, Unavailable
from milepost.platform.http import problems
from milepost.settings import OidcProvider, Settings
from milepost.web.sign_in import oidc
from tests.factories.people import new_address

FOLDER = Path(__file__).parents[2] / "oidc"
BASE = "http://localhost"
CALLBACK = f"{BASE}/auth/oidc/school/callback"

PEOPLE = {
    "nora": {"email": new_address(), "email_verified": True, "name": "Nora Lind"},
    "linked": {"email": new_address().upper(), "email_verified": True, "name": "Somebody"},
    "unverified": {"email": new_address(), "email_verified": False, "name": "Mallory"},
    "pupil": {"email": new_address(), "email_verified": False, "school_id": 4711},
    "numbered": {
        "email": new_address(),
        "email_verified": True,
        "school_id": "lw-77",
        "zoneinfo": "Asia/Tokyo",
    },
    "closed": {"email": new_address(), "email_verified": True, "name": "Closed"},
    "without": {"name": "No Address"},
}


@pytest.fixture(scope="session")
def issuer() -> Iterator[str]:
    """The address of the provider; it ends with the tests."""
    node = shutil.which("node")
    assert node, "the tests of signing in with a provider need node"
    assert (FOLDER / "node_modules").is_dir(), "run `npm ci` in tests/oidc, as `make test` does"
    process = subprocess.Popen(
        [node, "server.mjs", CALLBACK],
        cwd=FOLDER,
        env={"PATH": os.environ["PATH"], "PEOPLE": json.dumps(PEOPLE)},
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
    )
    try:
        yield process.stdout.readline().strip()
    finally:
        process.terminate()
        process.wait(10)
        process.stdout.close()


@pytest.fixture
def school(issuer, place) -> OidcProvider:
    return OidcProvider(
        tenant=place.slug,
        slug="school",
        name="The School",
        issuer=issuer,
        client_id="milepost",
        client_secret=SecretStr("a secret + between & two = programs"),
        lms_user_id_claim="school_id",
    )


@pytest.fixture
def app(db, secret, tmp_path, school) -> FastAPI:
    app = FastAPI()
    app.state.db = db
    app.state.secret = secret
    app.state.settings = Settings(data=tmp_path, oidc=(school,))
    app.include_router(oidc.router)
    problems.install(app, problems.answering(None))
    return app


async def at_provider(address: str) -> str:
    """Walk through the provider as a browser, until it sends one back to us."""
    async with httpx2.AsyncClient() as browser:
        while not address.startswith(BASE + "/"):
            answer = await browser.get(address)
            assert answer.is_redirect, answer.text
            address = str(answer.next_request.url)
    return address


async def walk(client, name: str, start: str = "/auth/oidc/school"):
    """Leave for the provider, sign in there as somebody, and come back."""
    left = await client.get(start)
    assert left.status_code == 303
    back = await at_provider(f"{left.headers['location']}&login_hint={name}")
    return await client.get(back)


async def signed_in(client, place):
    bearer = Bearer(Token.parse(client.cookies["milepost_session"]), place.now)
    async with place.db.transaction(bearer) as tx:
        return await identity.get_user(tx, user_id=tx.actor.user_id)


async def test_a_first_sign_in_makes_the_person_and_a_second_finds_them(client, place):
    done = await walk(client, "nora", "/auth/oidc/school?next=/account")
    assert (done.status_code, done.headers["location"]) == (303, "/account")
    nora = await signed_in(client, place)
    assert (nora.full_name, nora.email, nora.role) == ("Nora Lind", PEOPLE["nora"]["email"], "user")
    assert "milepost_oidc" not in client.cookies
    await walk(client, "nora")
    assert (await signed_in(client, place)).id == nora.id


async def test_a_verified_address_links_who_is_there(client, place):
    there = await place.person("Already There", email=PEOPLE["linked"]["email"])
    await walk(client, "linked")
    assert (await signed_in(client, place)).id == there.id


async def test_an_unverified_address_opens_nobodys_account(client, place):
    await place.person("Victim", email=PEOPLE["unverified"]["email"])
    for name in ("unverified", "without"):
        done = await walk(client, name)
        assert done.headers["location"] == "/sign-in?refused=provider"
        assert "milepost_session" not in client.cookies


async def test_a_school_number_links_whatever_the_address(client, place):
    there = await place.person("Pia Pupil", lms_user_id="4711")
    await walk(client, "pupil")
    assert (await signed_in(client, place)).id == there.id


async def test_a_school_number_is_kept(client, place):
    await walk(client, "numbered")
    user = await signed_in(client, place)
    assert (user.lms_user_id, user.time_zone) == ("lw-77", "Asia/Tokyo")
    assert user.full_name == PEOPLE["numbered"]["email"].split("@")[0]


async def test_a_closed_account_stays_closed(client, place):
    there = await place.person("Closed", email=PEOPLE["closed"]["email"])
    async with place.db.transaction(place.admin.actor) as tx:
        await identity.disable(tx, user_id=there.id, now=place.now)
    done = await walk(client, "closed")
    assert done.headers["location"] == "/sign-in?refused=provider"


async def test_whoever_says_no_there_is_not_signed_in_here(client):
    done = await walk(client, "nobody")
    assert done.headers["location"] == "/sign-in?refused=provider"


async def test_an_answer_without_its_beginning_is_refused(client):
    left = await client.get("/auth/oidc/school")
    back = await at_provider(f"{left.headers['location']}&login_hint=nora")
    cookie = client.cookies["milepost_oidc"]
    client.cookies.clear()
    refused = await client.get(back)
    assert refused.headers["location"] == "/sign-in?refused=provider"
    forged = await client.get(back, headers={"cookie": f"milepost_oidc={cookie[:-2]}xx"})
    assert forged.headers["location"] == "/sign-in?refused=provider"
    parts = urlsplit(back)
    query = "&".join(
        f"{name}={value[::-1] if name == 'state' else value}"
        for name, value in parse_qsl(parts.query)
    )
    other = await client.get(
        urlunsplit(parts._replace(query=query)), headers={"cookie": f"milepost_oidc={cookie}"}
    )
    assert other.headers["location"] == "/sign-in?refused=provider"


async def flow_at(school, name="nora"):
    address, flow = await identity.leave_for(school, redirect_uri=CALLBACK, to="/")
    back = await at_provider(f"{address}&login_hint={name}")
    return flow, dict(parse_qsl(urlsplit(back).query))


async def finish(place, school, flow, answer):
    return await identity.finish_oidc(
        place.db,
        provider=school,
        flow=flow,
        answer=answer,
        redirect_uri=CALLBACK,
        address="10.4.0.1",
        user_agent="",
        now=place.now,
    )


@pytest.mark.parametrize("what", ["nonce", "verifier", "state", "provider"])
async def test_what_was_remembered_must_match(place, school, what):
    from dataclasses import replace

    flow, answer = await flow_at(school)
    wrong = replace(flow, **{what: "x" * 64})
    with pytest.raises(SignInElsewhere):
        await finish(place, school, wrong, answer)


async def test_a_code_is_good_once(place, school):
    flow, answer = await flow_at(school)
    await finish(place, school, flow, answer)
    with pytest.raises(SignInElsewhere):
        await finish(place, school, flow, answer)


async def test_an_answer_of_another_issuer_is_refused(place, school):
    flow, answer = await flow_at(school)
    with pytest.raises(SignInElsewhere):
        await finish(place, school, flow, answer | {"iss": "https://evil.test"})


@pytest.mark.parametrize(
    "forgery",
    [
        "honest",
        "none",
        "hmac",
        "other key",
        "other issuer",
        "other audience",
        "expired",
        "azp",
        "no nonce",
    ],
)
async def test_a_forged_token_is_refused(place, school, monkeypatch, forgery):
    flow, answer = await flow_at(school)
    found = await provider_client._discover(school.issuer)
    own = RSAKey.generate_key(2048, {"kid": "own", "use": "sig", "alg": "RS256"})
    monkeypatch.setitem(
        provider_client._discovered,
        school.issuer,
        provider_client._Discovered(
            metadata=found.metadata, keys=provider_client.KeySet([own]), at=found.at
        ),
    )
    now = int(place.now.timestamp())
    claims = {
        "iss": school.issuer,
        "aud": school.client_id,
        "sub": "nora",
        "exp": now + 600,
        "iat": now,
        "nonce": flow.nonce,
        "email": PEOPLE["nora"]["email"],
        "email_verified": True,
    }
    claims |= {
        "other issuer": {"iss": "https://evil.test"},
        "other audience": {"aud": "somebody else"},
        "expired": {"exp": now - 600},
        "azp": {"aud": [school.client_id, "somebody else"], "azp": "somebody else"},
    }.get(forgery, {})
    if forgery == "no nonce":
        del claims["nonce"]
    header, key, algorithms = {"alg": "RS256", "kid": "own"}, own, ["RS256"]
    if forgery == "other key":
        key = RSAKey.generate_key(2048)
    if forgery == "hmac":
        header = {"alg": "HS256", "kid": "own"}
        key, algorithms = OctKey.import_key({"kty": "oct", "k": own.as_dict()["n"]}), ["HS256"]
    token = jwt.encode(header, claims, key, algorithms=algorithms)
    if forgery == "none":
        token = "eyJhbGciOiJub25lIn0." + token.split(".")[1] + "."

    async def forged(*_):
        return {"id_token": token}

    monkeypatch.setattr(provider_client, "_tokens", forged)

    async def same_keys(issuer, *, anew=False):
        return provider_client._discovered[issuer]

    monkeypatch.setattr(provider_client, "_discover", same_keys)
    if forgery == "honest":
        # Made the same way, with nothing wrong in it: what refuses the others is their fault.
        assert (await finish(place, school, flow, answer)).user.full_name
        return
    with pytest.raises(SignInElsewhere):
        await finish(place, school, flow, answer)


async def test_a_provider_that_is_away_is_not_our_error(school):
    away = school.model_copy(update={"issuer": "http://127.0.0.1:9"})
    with pytest.raises(Unavailable):
        await identity.leave_for(away, redirect_uri=CALLBACK, to="/")
    with pytest.raises(NotFound):
        identity.find_provider(Settings(), "school")
