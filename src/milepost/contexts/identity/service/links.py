"""Links sent by mail, to set a new password or to join: asked for, made, and used once."""

from datetime import datetime, timedelta
from uuid import UUID

from milepost.contexts.identity import rules
from milepost.contexts.identity.errors import LinkUsedUp, NotSignedIn
from milepost.contexts.identity.queries import links as queries
from milepost.contexts.identity.queries import people as people_queries
from milepost.contexts.identity.queries import sign_in as account_queries
from milepost.contexts.identity.service import passwords
from milepost.contexts.identity.service.sign_in import end_sessions
from milepost.contexts.identity.types import Place, Role, System, Token, User
from milepost.platform import jobs
from milepost.platform.db import Database, Transaction
from milepost.platform.errors import Forbidden
from milepost.settings import Settings

SEND_RESET = "identity.send_reset"
SEND_INVITATION = "identity.send_invitation"

_PATHS = {"reset": "/sign-in/reset/", "invitation": "/sign-in/invitation/"}
_LIFE = {"reset": rules.RESET_LIFE, "invitation": rules.INVITATION_LIFE}
_PAUSE = timedelta(minutes=1)
_USED_UP = "This link was used, or is too old. Ask for a new one."


async def request_reset(db: Database, *, email: str, tenant: str | None = None) -> None:
    """Have a reset link sent, if the address is somebody's.

    Whether it is, only the job finds out: what a stranger sees is the same, and as fast.
    """
    async with db.transaction(System()) as tx:
        await jobs.defer(tx, SEND_RESET, email=rules.email(email), tenant=tenant)


async def invite(tx: Transaction, *, user_id: UUID) -> None:
    """Have an invitation sent to a person, as an administrator or the system."""
    if not isinstance(tx.actor, System) and tx.actor.role != Role.ADMIN:
        raise Forbidden("Only an administrator may do this.")
    user = await people_queries.get_user(tx, user_id=user_id)
    await jobs.defer(tx, SEND_INVITATION, tenant_id=tx.actor.tenant_id, user_id=user.id)


async def find_place(tx: Transaction, *, email: str, tenant: str | None) -> Place | None:
    """Find where an address is a person, as the system: there, or where they were last."""
    account = await account_queries.find_account(tx, email=email)
    if account is None:
        return None
    places = await account_queries.list_places(tx, account_id=account.id)
    return next((one for one in places if tenant is None or one.tenant_slug == tenant), None)


async def make_link(
    tx: Transaction, *, user_id: UUID, kind: str, now: datetime
) -> tuple[User, UUID, Token] | None:
    """Make a link for a person, as the system; None when one was made just now."""
    user = await people_queries.get_user(tx, user_id=user_id)
    if await queries.count_open_links(tx, user_id=user_id, kind=kind, since=now - _PAUSE):
        return None
    token = Token.make(tx.actor.tenant_id)
    link_id = await queries.insert_link(
        tx,
        user_id=user_id,
        kind=kind,
        token_hash=token.hash,
        now=now,
        expires_at=now + _LIFE[kind],
    )
    return user, link_id, token


def link_to(settings: Settings, kind: str, token: Token) -> str:
    """Write out a link as it is mailed."""
    return f"{settings.public_url}{_PATHS[kind]}{token}"


async def withdraw_link(tx: Transaction, *, link_id: UUID, now: datetime) -> None:
    """Take back a link that could not be sent."""
    await queries.update_link_used(tx, link_id=link_id, now=now)


async def set_password_by_link(
    db: Database, *, token: str, kind: str, password: str, now: datetime
) -> User:
    """Set a password by a mailed link, and end every session. Raises LinkUsedUp, WeakPassword.

    Whoever repeats the call with the same password is told the same: the first answer may
    have been lost on the way.
    """
    try:
        parsed = Token.parse(token)
    except NotSignedIn as error:
        raise LinkUsedUp(_USED_UP) from error
    system = System(parsed.tenant_id)
    async with db.transaction(system) as tx:
        link = await queries.find_link(tx, token_hash=parsed.hash)
        if link is None or link.kind != kind or link.expires_at <= now:
            raise LinkUsedUp(_USED_UP)
        user = await people_queries.get_user(tx, user_id=link.subject_id)
        account = await account_queries.find_account_by_id(tx, account_id=user.account_id)
    rules.password(password, address=user.email)
    if link.used_at is not None:
        right, _ = await passwords.check(password, account.password_hash if account else None)
        if not right:
            raise LinkUsedUp(_USED_UP)
        return user
    made = await passwords.make_hash(password)
    async with db.transaction(system) as tx:
        if not await queries.update_link_used(tx, link_id=link.id, now=now):
            raise LinkUsedUp(_USED_UP)
        await queries.update_other_links_used(tx, user_id=user.id, now=now)
        await account_queries.update_password(
            tx, account_id=user.account_id, password_hash=made, verified=True, now=now
        )
    await end_sessions(db, account_id=user.account_id, keep=None, now=now)
    return user
