"""Signing in by e-mail and password, sessions, and signing out."""

import ipaddress
from datetime import datetime, timedelta
from uuid import UUID

from milepost.contexts.identity import rules
from milepost.contexts.identity.errors import SlowDown, WrongPassword
from milepost.contexts.identity.queries import people as people_queries
from milepost.contexts.identity.queries import sessions as session_queries
from milepost.contexts.identity.queries import sign_in as queries
from milepost.contexts.identity.service import passwords
from milepost.contexts.identity.service.secrets import derived_secret
from milepost.contexts.identity.types import (
    Account,
    Place,
    Session,
    SignedIn,
    System,
    Token,
)
from milepost.platform.db import Database, Transaction
from milepost.platform.errors import Conflict, Invalid, NotFound

SESSION_LIFE = timedelta(days=14)

_WRONG = "The e-mail address or the password is not right."


async def sign_in(
    db: Database,
    *,
    email: str,
    password: str,
    kind: str,
    address: str,
    user_agent: str,
    now: datetime,
    secret: bytes,
    tenant: str | None = None,
    idempotency_key: str | None = None,
    life: timedelta = SESSION_LIFE,
) -> SignedIn:
    """Open a session for whoever knows the password.

    Opens transactions of its own, because a failure must stay written although it ends
    in an error, and because a hash is too slow to hold a connection meanwhile.
    Raises WrongPassword, or SlowDown after too many of them. A repeat with the same
    idempotency key returns the same session.
    """
    email = rules.folded(_sent(email))
    _sent(password)
    keys = (_key(secret, "account", email), _key(secret, "address", _network(address)))
    async with db.transaction(System()) as tx:
        await _not_too_often(tx, keys, now)
        account = await queries.find_account(tx, email=email)
        place = await _place(tx, account, tenant)
    right, outdated = await passwords.check(password, account.password_hash if account else None)

    if not right or account is None or place is None:
        async with db.transaction(System()) as tx:
            await _not_too_often(tx, keys, now)
            await queries.insert_failures(tx, key_hashes=keys, now=now)
        raise WrongPassword(_WRONG)

    token = _token(place, secret, idempotency_key)
    async with db.transaction(System(place.tenant_id)) as tx:
        # Asked again: many tries at once all pass the first question.
        await _not_too_often(tx, keys, now)
        await queries.delete_failures(tx, key_hash=keys[0])
        if outdated:
            await queries.update_password(
                tx, account_id=account.id, password_hash=outdated, verified=False, now=now
            )
        return await open_session(
            tx,
            user_id=place.user_id,
            token=token,
            kind=kind,
            address=address,
            user_agent=user_agent,
            now=now,
            life=life,
        )


async def open_session(
    tx: Transaction,
    *,
    user_id: UUID,
    token: Token,
    kind: str,
    address: str,
    user_agent: str,
    now: datetime,
    life: timedelta = SESSION_LIFE,
) -> SignedIn:
    """Keep a session for a token, as the system; an open one of this token is the same one."""
    expires_at = now + life
    session_id = await session_queries.insert_session(
        tx,
        user_id=user_id,
        token_hash=token.hash,
        kind=kind,
        user_agent=_clean(user_agent, 300),
        address=_clean(address, 64),
        now=now,
        expires_at=expires_at,
    )
    if session_id is None:
        session = await session_queries.find_session_by_token(tx, token_hash=token.hash)
        if session is None or session.revoked_at is not None or session.expires_at <= now:
            raise Conflict("The sign-in of this Idempotency-Key has ended. Use a new key.")
        session_id, expires_at = session.id, session.expires_at
    user = await people_queries.update_last_login(tx, user_id=user_id, now=now)
    return SignedIn(token=token, session_id=session_id, expires_at=expires_at, user=user)


async def sign_out(tx: Transaction, *, now: datetime) -> None:
    """End the session that this very call came with."""
    if tx.actor.session_id is None:
        raise Conflict("An API key is not a sign-in. Revoke the key instead.")
    await session_queries.update_session_revoked(
        tx, session_id=tx.actor.session_id, user_id=tx.actor.user_id, now=now
    )


async def list_sessions(tx: Transaction, *, now: datetime) -> list[Session]:
    """List where the actor is signed in."""
    return await session_queries.list_sessions(tx, user_id=tx.actor.user_id, now=now)


async def revoke_session(tx: Transaction, *, session_id: UUID, now: datetime) -> None:
    """End one of the actor's sessions. Raises NotFound when there is no such open one."""
    ended = await session_queries.update_session_revoked(
        tx, session_id=session_id, user_id=tx.actor.user_id, now=now
    )
    if not ended:
        raise NotFound("There is no such sign-in.")


async def revoke_other_sessions(tx: Transaction, *, now: datetime) -> int:
    """End all of the actor's sessions but this one; return how many."""
    return await session_queries.update_other_sessions_revoked(
        tx, user_id=tx.actor.user_id, keep=tx.actor.session_id, now=now
    )


async def end_sessions(db: Database, *, account_id: UUID, keep: UUID | None, now: datetime) -> None:
    """End every session of an account but one, in all of its tenants.

    Opens transactions of its own: each knows one tenant only.
    """
    async with db.transaction(System()) as tx:
        places = await queries.list_places(tx, account_id=account_id)
    for place in places:
        async with db.transaction(System(place.tenant_id)) as tx:
            await session_queries.update_other_sessions_revoked(
                tx, user_id=place.user_id, keep=keep, now=now
            )


async def confirm_password(
    db: Database, *, account_id: UUID, password: str, address: str, now: datetime, secret: bytes
) -> None:
    """Make sure that whoever is signed in knows the password too; counted like a sign-in.

    Raises WrongPassword or SlowDown. Opens transactions of its own.
    """
    _sent(password)
    async with db.transaction(System()) as tx:
        account = await queries.find_account_by_id(tx, account_id=account_id)
        email = account.email if account else ""
        keys = (_key(secret, "account", email), _key(secret, "address", _network(address)))
        await _not_too_often(tx, keys, now)
    right, _ = await passwords.check(password, account.password_hash if account else None)
    async with db.transaction(System()) as tx:
        await _not_too_often(tx, keys, now)
        if right:
            await queries.delete_failures(tx, key_hash=keys[0])
        else:
            await queries.insert_failures(tx, key_hashes=keys, now=now)
    if not right:
        raise WrongPassword("This is not your password.")


async def _place(tx: Transaction, account: Account | None, tenant: str | None) -> Place | None:
    if account is None:
        return None
    places = await queries.list_places(tx, account_id=account.id)
    return next((one for one in places if tenant is None or one.tenant_slug == tenant), None)


def _token(place: Place, secret: bytes, idempotency_key: str | None) -> Token:
    if idempotency_key is None:
        return Token.make(place.tenant_id)
    made = derived_secret(
        secret, "session", place.tenant_id.bytes, place.user_id.bytes, idempotency_key
    )
    return Token(place.tenant_id, made)


async def _not_too_often(tx: Transaction, keys: tuple[bytes, ...], now: datetime) -> None:
    counted = await queries.count_failures(tx, key_hashes=keys, since=now - rules.FAILURE_WINDOW)
    seconds = max((rules.wait(failures, now=now) for failures in counted), default=0)
    if seconds:
        raise SlowDown(
            f"Too many wrong passwords. Try again in {_spoken(seconds)}.", retry_after=seconds
        )


def _spoken(seconds: int) -> str:
    if seconds < 90:
        return f"{seconds} seconds" if seconds != 1 else "a second"
    return f"{-(-seconds // 60)} minutes"


def _key(secret: bytes, sort: str, value: str) -> bytes:
    return derived_secret(secret, "sign-in failures", sort, value)


def _network(address: str) -> str:
    """Cut an IPv6 address to the network a household has: it is free to change the rest."""
    try:
        found = ipaddress.ip_address(address)
    except ValueError:
        return address
    if isinstance(found, ipaddress.IPv6Address) and found.ipv4_mapped:
        found = found.ipv4_mapped
    if found.version == 4:
        return str(found)
    return str(ipaddress.ip_network((found, 64), strict=False))


def _sent(text: str) -> str:
    if not rules.storable(text):
        raise Invalid("This holds a character that can't be kept.")
    if len(text) > rules.LONGEST_PASSWORD:
        raise Invalid(f"This is longer than {rules.LONGEST_PASSWORD} characters.")
    return text


def _clean(text: str, length: int) -> str:
    return "".join(char for char in text[:length] if char.isprintable())
