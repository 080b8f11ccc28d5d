"""Opens the database that a command is about: a folder's embedded server, or one named by URL."""

from collections.abc import Generator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from milepost.platform.db import embedded
from milepost.platform.db.cluster import SUPERUSER
from milepost.platform.db.datafolder import secret_key
from milepost.platform.db.embedded import EmbeddedServer
from milepost.platform.db.roles import Roles, ensure_roles


@dataclass(frozen=True, slots=True)
class DatabaseAccess:
    """A server that answers, its roles ready, and the secret that their passwords come from."""

    roles: Roles = field(repr=False)
    secret: bytes = field(repr=False)
    server: EmbeddedServer | None


@contextmanager
def open_database(
    *, data_dir: Path, url: str | None, secret: bytes | None = None, exclusive: bool = False
) -> Generator[DatabaseAccess]:
    """The database for as long as the block lasts; an embedded server that we start ends with it.

    With `exclusive` the data folder must be ours alone (a Milepost that serves); without it a
    server that already runs is used as it is. The secret is the folder's own unless given.
    """
    if url is not None:
        key = secret_key(data_dir) if secret is None else secret
        yield DatabaseAccess(ensure_roles(url, secret=key, dbname=None), key, None)
        return
    with ExitStack() as stack:
        if exclusive:
            folder = stack.enter_context(embedded.claim(data_dir))
            key = secret_key(folder) if secret is None else secret
            server = embedded.start(folder, secret=key)
            stack.callback(server.stop)
        else:
            server = stack.enter_context(embedded.using(data_dir, secret=secret))
        roles = ensure_roles(server.conninfo(SUPERUSER, SUPERUSER), secret=server.secret)
        yield DatabaseAccess(roles, server.secret, server)
