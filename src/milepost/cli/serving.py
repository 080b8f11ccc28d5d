"""The server and the worker on a database that was opened, started and stopped together.

Order matters: migrate, publish, prove; fork server and worker; say ready.
"""

import asyncio
import socket
import sys
import tempfile
from collections.abc import Callable, Generator, Mapping
from contextlib import ExitStack, contextmanager
from pathlib import Path

import psycopg
import structlog

from milepost import main
from milepost.cli import demo as demos
from milepost.cli.database import transaction_of
from milepost.cli.processes import ChildFailed, Family
from milepost.cli.publishing import publish_shipped
from milepost.cli.starting import STOP_SIGNALS
from milepost.contexts.identity import service as identity
from milepost.contexts.identity.types import System
from milepost.contexts.programs.types import Program
from milepost.platform import clock, logs
from milepost.platform.db import datafolder, migrations, partitions, proof
from milepost.platform.db.connect import DatabaseAccess
from milepost.platform.db.datafolder import ServerError
from milepost.platform.http import metrics
from milepost.settings import Settings, shipped, shipped_programs

log: structlog.stdlib.BoundLogger = structlog.get_logger("milepost.start")


def serve(
    access: DatabaseAccess,
    settings: Settings,
    listener: socket.socket,
    ahead: Mapping[str, Program],
    *,
    demo: bool,
) -> None:
    """Fill an opened database with what it lacks, and serve until told to stop.

    `ahead` holds the programs that were read already. Raises ServerError.
    """
    with ExitStack() as stack:
        _prepare(access, settings, ahead, demo=demo)
        if settings.workers > 1:
            metrics.share(stack.enter_context(_figures(access)))
        _run(access, settings, listener, demo=demo)


def _prepare(
    access: DatabaseAccess, settings: Settings, ahead: Mapping[str, Program], *, demo: bool
) -> None:
    with psycopg.connect(access.roles.owner) as owner:
        migrations.migrate(owner, shipped("migrations"))
        partitions.ensure_at_start(owner, now=clock.now())
    if demo:
        asyncio.run(demos.begin(access, ahead))
    asyncio.run(publish_shipped(access, shipped_programs(), ahead=ahead))
    with psycopg.connect(access.roles.operator) as operator:
        proof.require(operator, app_role="milepost_app")
    if demo:
        asyncio.run(demos.fill(access))
    else:
        asyncio.run(_ensure_tenant(access, settings))

    if settings.oidc:
        logs.configure(settings.log_level)
        asyncio.run(_tell_of_unknown_tenants(access, settings))


@contextmanager
def _figures(access: DatabaseAccess) -> Generator[Path]:
    """A folder for what the servers count together: in the data folder, where that is ours."""
    if access.server is not None:
        with datafolder.figures_folder(access.server.data_dir) as folder:
            yield folder
        return
    with tempfile.TemporaryDirectory(prefix="milepost-metrics-") as temporary:
        yield Path(temporary)


async def _tell_of_unknown_tenants(access: DatabaseAccess, settings: Settings) -> None:
    """Warn of providers that nobody can sign in with: their tenant may come later."""
    async with transaction_of(access.roles.app, System()) as tx:
        known = {tenant.slug for tenant in await identity.list_tenants(tx)}
    for provider in settings.oidc:
        if provider.tenant not in known:
            log.warning(
                "oidc_provider_without_tenant",
                provider=provider.slug,
                tenant=provider.tenant,
                tenants=sorted(known),
            )


async def _ensure_tenant(access: DatabaseAccess, settings: Settings) -> None:
    async with transaction_of(access.roles.app, System()) as tx:
        if not await identity.list_tenants(tx):
            await identity.ensure_tenant(
                tx, slug=settings.default_tenant, name="Milepost", now=clock.now()
            )


def _run(
    access: DatabaseAccess, settings: Settings, listener: socket.socket, *, demo: bool
) -> None:
    family = Family(on_end=metrics.forget)
    try:
        for number in range(settings.workers):
            family.start(f"server {number + 1}", main.server(access, settings, listener))
        family.start("worker", main.worker(access, settings))
        family.wait_ready(settings.workers, seconds=30)
        _say_ready(settings, listener, demo=demo)
        family.watch(STOP_SIGNALS, lambda: _require_database(access))
    except ChildFailed as error:
        raise ServerError(str(error)) from None
    finally:
        family.stop()


def _require_database(access: DatabaseAccess) -> None:
    """Raise ChildFailed when the embedded server is gone: the next start recovers."""
    if access.server is not None and not access.server.alive():
        raise ChildFailed("PostgreSQL has ended. Start again: what was saved is safe.")


def _say_ready(settings: Settings, listener: socket.socket, *, demo: bool) -> None:
    host, port = listener.getsockname()[:2]
    shown = f"[{host}]" if ":" in host else host
    say: Callable[[str], int] = sys.stdout.write
    say(f"Milepost is ready at http://{shown}:{port}\n")
    if demo:
        say(f"\nDemo sign-ins, all with the password {demos.SIGN_IN_WITH}:\n")
        for person in demos.PEOPLE:
            say(f"  {person.email:32} {person.what}\n")
        if not settings.mail.host:
            say(f"\nMail is written to {settings.data / 'outbox'}\n")
    sys.stdout.flush()
