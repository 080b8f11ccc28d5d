"""The people of a tenant: adding, finding, changing and letting go of them."""

from datetime import datetime
from typing import Any
from uuid import UUID

from milepost.contexts.identity import rules
from milepost.contexts.identity.errors import AddressTaken, WrongPassword
from milepost.contexts.identity.queries import people as queries
from milepost.contexts.identity.queries import sign_in as account_queries
from milepost.contexts.identity.service import organizations, passwords
from milepost.contexts.identity.service.pages import page_of, parse_cursor
from milepost.contexts.identity.service.sign_in import confirm_password, end_sessions
from milepost.contexts.identity.types import Page, Role, System, User
from milepost.platform.db import Actor, Database, Transaction
from milepost.platform.db.violations import register
from milepost.platform.errors import Conflict, Forbidden, Invalid

for _constraint, _said in (
    ("users_tenant_id_account_id_key", "There is somebody with this address here."),
    ("users_tenant_id_email_key", "There is somebody with this address here."),
    ("users_tenant_id_lms_user_id_key", "There is somebody with this number in the school here."),
    ("accounts_email_key", "There is somebody with this address."),
):
    register(_constraint, lambda said=_said: AddressTaken(said))

# What a caller leaves out stays as it is; None is a value of its own.
_KEEP: Any = object()


async def get_user(tx: Transaction, *, user_id: UUID) -> User:
    """Return a person whom the actor knows."""
    return await queries.get_user(tx, user_id=user_id)


async def find_user_by_email(tx: Transaction, *, email: str) -> User | None:
    """Find a person whom the actor knows by their address."""
    return await queries.find_user_by_email(tx, email=rules.email(email))


async def list_users(
    tx: Transaction,
    *,
    role: Role | None = None,
    organization_id: UUID | None = None,
    text: str | None = None,
    cursor: str | None = None,
    limit: int = 50,
) -> Page[User]:
    """List people whom the actor knows, by name."""
    after_name, after_id = parse_cursor(cursor)
    if text is not None and not rules.storable(text):
        raise Invalid("Nobody's name holds such a character.")
    rows = await queries.list_users(
        tx,
        role=role,
        organization_id=organization_id,
        text=text or None,
        after_name=after_name,
        after_id=after_id,
        limit=limit + 1,
    )
    return page_of(rows, limit, lambda user: (user.full_name, user.id))


async def add_user(
    tx: Transaction,
    *,
    email: str,
    full_name: str,
    now: datetime,
    role: Role = Role.USER,
    organization_id: UUID | None = None,
    lms_user_id: str | None = None,
    time_zone: str = "UTC",
    password_hash: str | None = None,
) -> User:
    """Add a person, as an administrator or the system.

    Raises AddressTaken. `password_hash` (of `hash_password`) holds only for an account
    without a password: an administrator of one tenant must not set it for another.
    """
    email = rules.email(email)
    _manages(tx)
    account_id = await account_queries.ensure_account(tx, email=email, now=now)
    user_id = await queries.insert_subject(tx, kind="person")
    user = await queries.insert_user(
        tx,
        user_id=user_id,
        account_id=account_id,
        email=email,
        full_name=rules.full_name(full_name),
        role=role,
        organization_id=organization_id,
        lms_user_id=_lms_user_id(lms_user_id),
        time_zone=rules.time_zone(time_zone),
        now=now,
    )
    if organization_id is not None:
        await organizations.join(tx, user_id=user_id, organization_id=organization_id, now=now)
    if password_hash is not None:
        account = await account_queries.find_account_by_id(tx, account_id=account_id)
        if account is not None and account.password_hash is None:
            await account_queries.update_password(
                tx, account_id=account_id, password_hash=password_hash, verified=False, now=now
            )
    return user


async def update_user(
    tx: Transaction,
    *,
    user_id: UUID,
    now: datetime,
    full_name: str = _KEEP,
    role: Role = _KEEP,
    organization_id: UUID | None = _KEEP,
    lms_user_id: str | None = _KEEP,
    disabled: bool = _KEEP,
) -> User:
    """Change what an administrator decides about a person; what is left out stays.

    Raises Forbidden for anybody else, Conflict when nobody would be left to administrate.
    """
    _manages(tx)
    await queries.lock_admins(tx)
    user = await queries.get_user(tx, user_id=user_id)
    new_role = user.role if role is _KEEP else role
    new_organization = user.organization_id if organization_id is _KEEP else organization_id
    disabled_at = user.disabled_at
    if disabled is not _KEEP:
        disabled_at = (user.disabled_at or now) if disabled else None
    if (new_role != Role.ADMIN or disabled_at is not None) and user.role == Role.ADMIN:
        await _not_the_last_admin(tx, user_id)
    if new_organization != user.organization_id:
        await organizations.move(
            tx, user_id=user_id, old=user.organization_id, new=new_organization, now=now
        )
    return await queries.update_user(
        tx,
        user_id=user_id,
        full_name=user.full_name if full_name is _KEEP else rules.full_name(full_name),
        role=new_role,
        organization_id=new_organization,
        lms_user_id=user.lms_user_id if lms_user_id is _KEEP else _lms_user_id(lms_user_id),
        disabled_at=disabled_at,
        now=now,
    )


async def set_role(tx: Transaction, *, user_id: UUID, role: Role, now: datetime) -> User:
    """Change what a person is in the tenant, as an administrator."""
    return await update_user(tx, user_id=user_id, role=role, now=now)


async def disable(tx: Transaction, *, user_id: UUID, now: datetime) -> User:
    """Keep a person out, from the next transaction on; what they did stays."""
    return await update_user(tx, user_id=user_id, disabled=True, now=now)


async def change_profile(
    tx: Transaction,
    *,
    now: datetime,
    full_name: str | None = None,
    time_zone: str | None = None,
    theme: str | None = None,
) -> User:
    """Change what a person says of themselves; what is left out stays."""
    user = await queries.get_user(tx, user_id=tx.actor.user_id)
    await queries.update_profile(
        tx,
        full_name=user.full_name if full_name is None else rules.full_name(full_name),
        time_zone=user.time_zone if time_zone is None else rules.time_zone(time_zone),
        theme=user.theme if theme is None else rules.theme(theme),
        now=now,
    )
    return await queries.get_user(tx, user_id=tx.actor.user_id)


async def hash_password(password: str, *, email: str) -> str:
    """Check a new password and hash it. Slow: call it outside any transaction."""
    return await passwords.make_hash(rules.password(password, address=email))


async def change_password(
    db: Database,
    *,
    actor: Actor,
    old: str,
    new: str,
    address: str,
    now: datetime,
    secret: bytes,
) -> None:
    """Set a new password, and end every other session.

    Raises WrongPassword, SlowDown, WeakPassword. Opens transactions of its own: a hash
    is too slow to hold a connection meanwhile.
    """
    async with db.transaction(actor) as tx:
        person = tx.actor
        _by_session(tx)
    rules.password(new, address=person.email)
    await confirm_password(
        db, account_id=person.account_id, password=old, address=address, now=now, secret=secret
    )
    made = await passwords.make_hash(new)
    async with db.transaction(actor) as tx:
        await account_queries.update_password(
            tx, account_id=person.account_id, password_hash=made, verified=False, now=now
        )
    await end_sessions(db, account_id=person.account_id, keep=person.session_id, now=now)


async def has_password(tx: Transaction) -> bool:
    """Tell whether the actor signs in by a password of ours (or only through a provider)."""
    account = await account_queries.find_account_by_id(tx, account_id=tx.actor.account_id)
    return account is not None and account.password_hash is not None


async def delete_account(
    db: Database,
    *,
    actor: Actor,
    confirmation: str,
    address: str,
    now: datetime,
    secret: bytes,
) -> None:
    """Take the acting person out of the tenant, with everything about them.

    They confirm with their password or, having none, with their address. Raises
    WrongPassword, SlowDown, Conflict for the last administrator.
    """
    async with db.transaction(actor) as tx:
        person = tx.actor
        _by_session(tx)
        by_password = await has_password(tx)
    if by_password:
        await confirm_password(
            db,
            account_id=person.account_id,
            password=confirmation,
            address=address,
            now=now,
            secret=secret,
        )
    elif rules.folded(confirmation) != person.email:
        raise WrongPassword("Type your e-mail address to confirm.")
    async with db.transaction(actor) as tx:
        if person.role == Role.ADMIN:
            await queries.lock_admins(tx)
            await _not_the_last_admin(tx, person.user_id)
        await queries.delete_events_about_me(tx)
        await queries.delete_jobs_about_me(tx)
        await queries.delete_me(tx)


async def _not_the_last_admin(tx: Transaction, user_id: UUID) -> None:
    if not await queries.count_other_admins(tx, user_id=user_id):
        raise Conflict("This is the last administrator. Make somebody else one first.")


def _manages(tx: Transaction) -> None:
    if not isinstance(tx.actor, System) and tx.actor.role != Role.ADMIN:
        raise Forbidden("Only an administrator may do this.")


def _by_session(tx: Transaction) -> None:
    if tx.actor.scopes is not None:
        raise Forbidden("An API key can't do this. Sign in instead.")


def _lms_user_id(text: str | None) -> str | None:
    if text is None or not text.strip():
        return None
    written = text.strip()
    if len(written) > 255 or not rules.storable(written):
        raise Invalid("A number in the school has at most 255 characters.")
    return written
