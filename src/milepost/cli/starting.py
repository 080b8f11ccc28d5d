"""How `milepost up` begins: the folder and the port are claimed, PostgreSQL is started.

Order matters: what is wrong is said before anything is made. PostgreSQL takes its time, and the
application takes as long to load: each waits for nothing of the other, so they happen together.
This module therefore imports nothing of the application.
"""

import gc
import signal
import socket
from collections.abc import Generator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import ExitStack, contextmanager
from importlib import import_module
from pathlib import Path
from types import ModuleType

from milepost.cli.database import Expects, opened, place_of, require_fit
from milepost.cli.reading import reading_ahead
from milepost.platform.db import datafolder, embedded
from milepost.platform.db.datafolder import ServerError
from milepost.settings import Settings, shipped_programs

STOP_SIGNALS = {signal.SIGINT, signal.SIGTERM}


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
    # Blocked until something waits for them: a stop asked for while starting is not lost.
    signal.pthread_sigmask(signal.SIG_BLOCK, {*STOP_SIGNALS, signal.SIGCHLD, signal.SIGALRM})
    first = place.url is None and embedded.is_new(place.data)
    with _listen(settings, place.url) as listener, ExitStack() as stack:
        with reading_ahead(shipped_programs(), wanted=first) as ahead, _loading() as application:
            access = stack.enter_context(
                opened(data=data, url=url, expects=Expects.NOTHING, exclusive=True)
            )
        # Port 0 means any free one; links in mails need to name the one it became.
        settings = settings.model_copy(update={"port": listener.getsockname()[1]})
        stack.enter_context(datafolder.announcing(settings.data, settings.public_url))
        application.result().serve(access, settings, listener, ahead, demo=demo)


@contextmanager
def _loading() -> Generator[Future[ModuleType]]:
    """Load the whole application in a thread, which is gone after the block.

    All of it stays: looking for garbage in it takes a tenth of the time, and would later touch
    memory that the forked processes share.
    """
    gc.disable()
    with ThreadPoolExecutor(max_workers=1) as thread:
        yield thread.submit(import_module, "milepost.cli.serving")
    gc.freeze()
    gc.enable()


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
