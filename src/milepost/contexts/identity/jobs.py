"""Background work of identity: mail with links, and sweeping what is past its time."""

from datetime import timedelta
from functools import cache
from pathlib import Path
from uuid import UUID

from jinja2 import Environment, FileSystemLoader, StrictUndefined, select_autoescape

from milepost.contexts.identity import rules
from milepost.contexts.identity.queries import organizations, replies, sessions, sign_in
from milepost.contexts.identity.service import links
from milepost.contexts.identity.types import System
from milepost.platform import jobs
from milepost.platform.jobs import JobContext
from milepost.platform.mail import Mail, MailNotSent

_KEPT_SESSIONS = timedelta(days=30)
_KEPT_REPLIES = timedelta(days=2)


@jobs.task(links.SEND_RESET)
async def send_reset(context: JobContext, *, email: str, tenant: str | None) -> None:
    """Send a reset link to an address, if it is somebody's."""
    async with context.db.transaction(System()) as tx:
        place = await links.find_place(tx, email=email, tenant=tenant)
    if place is not None:
        await _send(context, tenant_id=place.tenant_id, user_id=place.user_id, kind="reset")


@jobs.task(links.SEND_INVITATION)
async def send_invitation(context: JobContext, *, tenant_id: str, user_id: str) -> None:
    """Send an invitation to a person."""
    await _send(context, tenant_id=UUID(tenant_id), user_id=UUID(user_id), kind="invitation")


@jobs.task("identity.sweep", cron="17 * * * *")
async def sweep(context: JobContext) -> None:
    """Forget failed sign-ins, ended sessions and kept answers that are past their time."""
    now = context.now()
    async with context.db.transaction(System()) as tx:
        await sign_in.delete_failures_before(tx, before=now - rules.FAILURE_WINDOW)
        tenants = await organizations.list_tenants(tx)
    for tenant in tenants:
        async with context.db.transaction(System(tenant.id)) as tx:
            await sessions.delete_ended_sessions(tx, before=now - _KEPT_SESSIONS)
            await replies.delete_replies(tx, before=now - _KEPT_REPLIES)


async def _send(context: JobContext, *, tenant_id: UUID, user_id: UUID, kind: str) -> None:
    async with context.db.transaction(System(tenant_id)) as tx:
        made = await links.make_link(tx, user_id=user_id, kind=kind, now=context.now())
        tenants = await organizations.list_tenants(tx)
    if made is None:
        return
    user, link_id, token = made
    written = (
        _texts()
        .get_template(f"{kind}.txt")
        .render(
            tenant=next(tenant.name for tenant in tenants if tenant.id == tenant_id),
            name=user.full_name,
            email=user.email,
            link=links.link_to(context.settings, kind, token),
        )
    )
    subject, _, text = written.partition("\n\n")
    try:
        await context.mailer.send(Mail(to=user.email, subject=subject, text=text))
    except MailNotSent:
        # The job is tried again, and must not find that a link was sent just now.
        async with context.db.transaction(System(tenant_id)) as tx:
            await links.withdraw_link(tx, link_id=link_id, now=context.now())
        raise


@cache
def _texts() -> Environment:
    return Environment(
        loader=FileSystemLoader(Path(__file__).parent / "mail"),
        autoescape=select_autoescape(("html",)),
        undefined=StrictUndefined,
        keep_trailing_newline=True,
    )
