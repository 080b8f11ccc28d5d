"""Signing in with an OpenID Connect provider: whom its claims mean, and their session."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any
from zoneinfo import available_timezones

from milepost.contexts.identity import rules
from milepost.contexts.identity.errors import SignInElsewhere
from milepost.contexts.identity.queries import external as queries
from milepost.contexts.identity.queries import people as people_queries
from milepost.contexts.identity.queries import sign_in as account_queries
from milepost.contexts.identity.service import organizations, people
from milepost.contexts.identity.service.provider import Flow, come_back, leave_for
from milepost.contexts.identity.service.sign_in import SESSION_LIFE, open_session
from milepost.contexts.identity.types import SignedIn, System, Token, User
from milepost.platform.db import Database, Transaction
from milepost.platform.errors import Invalid, NotFound
from milepost.settings import OidcProvider, Settings

__all__ = ["Flow", "find_provider", "finish_oidc", "leave_for"]

_UNVERIFIED = "Your provider has not verified your e-mail address. Verify it there first."


def find_provider(settings: Settings, slug: str) -> OidcProvider:
    """Return a provider of the settings. Raises NotFound."""
    for provider in settings.oidc:
        if provider.slug == slug:
            return provider
    raise NotFound("There is no such way to sign in here.")


async def finish_oidc(
    db: Database,
    *,
    provider: OidcProvider,
    flow: Flow,
    answer: Mapping[str, str],
    redirect_uri: str,
    address: str,
    user_agent: str,
    now: datetime,
    life: timedelta = SESSION_LIFE,
) -> SignedIn:
    """Open a session for whom the provider says it is; a first time creates or links them.

    Raises SignInElsewhere, Unavailable. Nothing is asked of the provider in a transaction.
    """
    claims = await come_back(provider, flow=flow, answer=answer, redirect_uri=redirect_uri)
    async with db.transaction(System()) as tx:
        tenant = await organizations.get_tenant(tx, slug=provider.tenant)
    async with db.transaction(System(tenant.id)) as tx:
        user = await _user(tx, provider, claims, now)
        if user.disabled_at is not None:
            raise SignInElsewhere("This account is closed. Ask whoever runs the program.")
        return await open_session(
            tx,
            user_id=user.id,
            token=Token.make(tenant.id),
            kind="cookie",
            address=address,
            user_agent=user_agent,
            now=now,
            life=life,
        )


async def _user(
    tx: Transaction, provider: OidcProvider, claims: Mapping[str, Any], now: datetime
) -> User:
    """Find whom the claims mean: known by name there, by school number, or by e-mail."""
    user_id = await queries.find_external_user(
        tx, issuer=provider.issuer, external_subject=claims["sub"]
    )
    if user_id is not None:
        return await people_queries.get_user(tx, user_id=user_id)
    lms_user_id = _lms_user_id(provider, claims)
    user = None
    if lms_user_id is not None:
        user = await people_queries.find_user_by_lms_id(tx, lms_user_id=lms_user_id)
    if user is None:
        user = await _by_email(tx, claims, lms_user_id, now)
    await queries.insert_external_identity(
        tx, user_id=user.id, issuer=provider.issuer, external_subject=claims["sub"], now=now
    )
    return user


async def _by_email(
    tx: Transaction, claims: Mapping[str, Any], lms_user_id: str | None, now: datetime
) -> User:
    if claims.get("email_verified") not in (True, "true"):
        # Whoever may claim any address there could walk into anybody's account here.
        raise SignInElsewhere(_UNVERIFIED)
    try:
        email = rules.email(str(claims.get("email", "")))
    except Invalid as error:
        raise SignInElsewhere(_UNVERIFIED) from error
    user = await people_queries.find_user_by_email(tx, email=email)
    account = await account_queries.find_account(tx, email=email)
    if user is None and account is not None:
        user = await people_queries.find_user_of_account(tx, account_id=account.id)
    if user is None:
        return await people.add_user(
            tx,
            email=email,
            full_name=_name(claims, email),
            lms_user_id=lms_user_id,
            time_zone=_time_zone(claims),
            now=now,
        )
    if lms_user_id is None or user.lms_user_id == lms_user_id:
        return user
    if user.lms_user_id is not None:
        raise SignInElsewhere("This e-mail address belongs to another person of the school.")
    return await people.update_user(tx, user_id=user.id, lms_user_id=lms_user_id, now=now)


def _lms_user_id(provider: OidcProvider, claims: Mapping[str, Any]) -> str | None:
    value = claims.get(provider.lms_user_id_claim) if provider.lms_user_id_claim else None
    return str(value)[:255] if isinstance(value, str | int) and str(value).strip() else None


def _name(claims: Mapping[str, Any], email: str) -> str:
    parts = (claims.get("given_name"), claims.get("family_name"))
    joined = " ".join(part for part in parts if isinstance(part, str))
    for candidate in (claims.get("name"), joined, email.split("@")[0]):
        if isinstance(candidate, str) and candidate.strip():
            return candidate[: rules.LONGEST_NAME]
    return email


def _time_zone(claims: Mapping[str, Any]) -> str:
    zone = claims.get("zoneinfo")
    return zone if isinstance(zone, str) and zone in available_timezones() else "UTC"
