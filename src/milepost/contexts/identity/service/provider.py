"""Talking to an OpenID Connect provider: discovery, the code flow with PKCE, and its tokens.

Authlib's clients are built on another HTTP library than ours, so the flow stands here: it
is short. Signatures and claims are joserfc's to check.
"""

import base64
import hashlib
import secrets
import time
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

import httpx2
from joserfc import jwt
from joserfc.errors import JoseError
from joserfc.jwk import KeySet

from milepost.contexts.identity.errors import SignInElsewhere
from milepost.platform.errors import Unavailable
from milepost.settings import OidcProvider

# Signatures only: an HMAC "signed" with a public key, or none at all, is the classic forgery.
ALGORITHMS = ("RS256", "RS384", "RS512", "PS256", "PS384", "PS512", "ES256", "ES384", "EdDSA")

_LEEWAY_SECONDS = 60
_KEPT_SECONDS = 3600
_TIMEOUT_SECONDS = 10
_NOT_VALID = "What the provider answered is not valid. Start again."


@dataclass(frozen=True, slots=True, kw_only=True)
class Flow:
    """What has to be remembered from leaving for the provider until coming back."""

    provider: str
    state: str
    nonce: str
    verifier: str
    to: str


@dataclass(frozen=True, slots=True, kw_only=True)
class _Discovered:
    metadata: Mapping[str, Any]
    keys: KeySet
    at: float


_discovered: dict[str, _Discovered] = {}


async def leave_for(provider: OidcProvider, *, redirect_uri: str, to: str) -> tuple[str, Flow]:
    """Return where to send the person, and what to remember. Raises Unavailable."""
    found = await _discover(provider.issuer)
    flow = Flow(
        provider=provider.slug,
        state=secrets.token_urlsafe(32),
        nonce=secrets.token_urlsafe(32),
        verifier=secrets.token_urlsafe(48),
        to=to,
    )
    challenge = hashlib.sha256(flow.verifier.encode()).digest()
    query = urlencode(
        {
            "response_type": "code",
            "client_id": provider.client_id,
            "redirect_uri": redirect_uri,
            "scope": provider.scopes,
            "state": flow.state,
            "nonce": flow.nonce,
            "code_challenge": base64.urlsafe_b64encode(challenge).decode().rstrip("="),
            "code_challenge_method": "S256",
        }
    )
    endpoint: str = found.metadata["authorization_endpoint"]
    return f"{endpoint}{'&' if '?' in endpoint else '?'}{query}", flow


async def come_back(
    provider: OidcProvider, *, flow: Flow, answer: Mapping[str, str], redirect_uri: str
) -> Mapping[str, Any]:
    """Turn what the provider sent the person back with into checked claims.

    Raises SignInElsewhere for an answer that can't be trusted, Unavailable.
    """
    same = secrets.compare_digest(answer.get("state", "").encode(), flow.state.encode())
    if not same or flow.provider != provider.slug:
        raise SignInElsewhere("This sign-in was started somewhere else, or is too old.")
    if answer.get("iss", provider.issuer) != provider.issuer:
        raise SignInElsewhere(_NOT_VALID)
    if "code" not in answer:
        raise SignInElsewhere("The provider didn't sign you in.")
    tokens = await _tokens(provider, flow, answer["code"], redirect_uri)
    claims = await _id_claims(provider, flow, tokens.get("id_token"))
    if "email" in claims or not tokens.get("access_token"):
        return claims
    # Many providers put who somebody is only here.
    return {**await _userinfo(provider, tokens["access_token"], claims["sub"]), **claims}


async def _tokens(
    provider: OidcProvider, flow: Flow, code: str, redirect_uri: str
) -> Mapping[str, Any]:
    found = await _discover(provider.issuer)
    form = {
        "grant_type": "authorization_code",
        "code": code,
        "redirect_uri": redirect_uri,
        "code_verifier": flow.verifier,
    }
    methods = found.metadata.get("token_endpoint_auth_methods_supported", ["client_secret_basic"])
    secret = provider.client_secret.get_secret_value()
    auth: httpx2.BasicAuth | None = None
    if "client_secret_basic" in methods:
        auth = httpx2.BasicAuth(_encoded(provider.client_id), _encoded(secret))
    else:
        form |= {"client_id": provider.client_id, "client_secret": secret}
    async with _client() as client:
        response = await _sent(
            client.post(
                found.metadata["token_endpoint"],
                data=form,
                auth=auth or httpx2.USE_CLIENT_DEFAULT,
            )
        )
    if response.status_code != 200:
        raise SignInElsewhere("The provider didn't confirm this sign-in. Start again.")
    return _object(response)


async def _id_claims(provider: OidcProvider, flow: Flow, id_token: object) -> Mapping[str, Any]:
    if not isinstance(id_token, str):
        raise SignInElsewhere(_NOT_VALID)
    found = await _discover(provider.issuer)
    try:
        try:
            claims = jwt.decode(id_token, found.keys, algorithms=ALGORITHMS).claims
        except (JoseError, ValueError):
            # Its keys may have changed since we looked.
            found = await _discover(provider.issuer, anew=True)
            claims = jwt.decode(id_token, found.keys, algorithms=ALGORITHMS).claims
        jwt.JWTClaimsRegistry(
            leeway=_LEEWAY_SECONDS,
            iss={"essential": True, "value": provider.issuer},
            aud={"essential": True, "value": provider.client_id},
            sub={"essential": True},
            exp={"essential": True},
            nonce={"essential": True, "value": flow.nonce},
        ).validate(claims)
    except (JoseError, ValueError) as error:
        raise SignInElsewhere(_NOT_VALID) from error
    several = isinstance(claims["aud"], list) and len(claims["aud"]) > 1
    if (several or "azp" in claims) and claims.get("azp") != provider.client_id:
        raise SignInElsewhere(_NOT_VALID)
    return claims


async def _userinfo(provider: OidcProvider, access_token: str, sub: str) -> Mapping[str, Any]:
    found = await _discover(provider.issuer)
    endpoint = found.metadata.get("userinfo_endpoint")
    if not endpoint:
        return {}
    async with _client() as client:
        response = await _sent(
            client.get(endpoint, headers={"authorization": f"Bearer {access_token}"})
        )
    claims = _object(response) if response.status_code == 200 else {}
    # Somebody else's claims must not be mixed into this person's.
    return claims if claims.get("sub") == sub else {}


async def _discover(issuer: str, *, anew: bool = False) -> _Discovered:
    kept = _discovered.get(issuer)
    if kept is not None and not anew and time.monotonic() - kept.at < _KEPT_SECONDS:
        return kept
    async with _client() as client:
        address = issuer.rstrip("/") + "/.well-known/openid-configuration"
        metadata = _object(await _sent(client.get(address)))
        if metadata.get("issuer") != issuer:
            raise Unavailable("The sign-in provider is not the one that the settings name.")
        try:
            keys = _object(await _sent(client.get(metadata["jwks_uri"])))
            found = _Discovered(
                metadata=metadata,
                keys=KeySet.import_key_set({"keys": keys["keys"]}),
                at=time.monotonic(),
            )
        except (JoseError, KeyError, ValueError) as error:
            raise Unavailable("The sign-in provider does not describe itself.") from error
    _discovered[issuer] = found
    return found


async def _sent(call: Any) -> httpx2.Response:
    try:
        return await call
    except httpx2.HTTPError as error:
        raise Unavailable("The sign-in provider doesn't answer just now. Try again.") from error


def _object(response: httpx2.Response) -> dict[str, Any]:
    try:
        found = response.json()
    except ValueError:
        found = None
    if not isinstance(found, dict):
        raise Unavailable("The sign-in provider answers something that can't be read.")
    return found


def _encoded(text: str) -> str:
    # RFC 6749, 2.3.1: both parts are form-encoded before they are joined.
    return urlencode({"": text})[1:]


def _client() -> httpx2.AsyncClient:
    return httpx2.AsyncClient(timeout=_TIMEOUT_SECONDS, follow_redirects=False)
