"""The database, the server and the worker, started and stopped together.

Order matters: claim the folder and the port first, so that what is wrong is said at
once; start PostgreSQL; migrate, publish, prove; fork server and worker; say ready.
"""

import asyncio
import signal
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
from milepost.cli.database import Expects, opened, place_of, require_fit, transaction_of
from milepost.cli.processes import ChildFailed, Family
from milepost.cli.publishing import publish_shipped, reading_ahead
from milepost.contexts.identity import service as identity
from milepost.contexts.identity.types import System
from milepost.contexts.programs.types import Program
from milepost.platform import clock, logs
from milepost.platform.db import datafolder, embedded, migrations, partitions, proof
from milepost.platform.db.connect import DatabaseAccess
from milepost.platform.db.datafolder import ServerError
from milepost.platform.http import metrics
from milepost.settings import Settings, shipped, shipped_programs

STOP_SIGNALS = {signal.SIGINT, signal.SIGTERM}

log: structlog.stdlib.BoundLogger = structlog.get_logger("milepost.start")


def up(
    *,
    demo: bool,
    host: str | None,
    port: int | None,
    data: Path | None,
    url: str | None,
    workers: int | None,
) -> None:
    """Start everything, and stop it when told to. Raises ServerError."""
    settings = _settings(host=host, port=port, data=data, workers=workers)
    place = place_of(data=data, url=url)
    require_fit(place, Expects.NOTHING)
    # Blocked until watch() waits for them: a stop asked for while starting is not lost.
    signal.pthread_sigmask(signal.SIG_BLOCK, {*STOP_SIGNALS, signal.SIGCHLD, signal.SIGALRM})
    first = place.url is None and embedded.is_new(place.data)
    with _listen(settings, place.url) as listener, ExitStack() as stack:
        with reading_ahead(shipped_programs(), wanted=first) as ahead:
            access = stack.enter_context(
                opened(data=data, url=url, expects=Expects.NOTHING, exclusive=True)
            )
        # Port 0 means any free one; links in mails need to name the one it became.
        settings = settings.model_copy(update={"port": listener.getsockname()[1]})
        stack.enter_context(datafolder.announcing(settings.data, settings.public_url))
        _prepare(access, settings, ahead, demo=demo)
        if settings.workers > 1:
            metrics.share(stack.enter_context(_figures(access)))
        _serve(access, settings, listener, demo=demo)


def _settings(
    *, host: str | None, port: int | None, data: Path | None, workers: int | None
) -> Settings:
    given = {"host": host, "port": port, "data": data, "workers": workers}
    return Settings().model_copy(
        update={name: value for name, value in given.items() if value is not None}
    )


def _say_in_use(settings: Settings, url: str | None) -> None:
    """Raise ServerError when another Milepost has the data folder.

    A second one of the same folder finds the port taken first; the folder is what matters.
    """
    if url is None and settings.data.is_dir():
        with embedded.claim(settings.data):
            return


def _listen(settings: Settings, url: str | None) -> socket.socket:
    try:
        family = socket.getaddrinfo(settings.host, settings.port, type=socket.SOCK_STREAM)[0][0]
        listener = socket.socket(family, socket.SOCK_STREAM)
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listener.bind((settings.host, settings.port))
        listener.listen(2048)
    except OSError as error:
        _say_in_use(settings, url)
        raise ServerError(
            f"Can't listen on {settings.host}:{settings.port}"
            f" ({error.strerror or error}):"
            " choose another with --port or --host."
        ) from None
    listener.set_inheritable(True)
    return listener


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


def _serve(
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
