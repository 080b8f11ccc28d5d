"""Opens the database for a command: the folder's embedded server, or the one named by URL."""

from collections.abc import AsyncGenerator, Generator
from contextlib import asynccontextmanager, contextmanager
from pathlib import Path

from milepost.contexts.identity.types import Nobody, System
from milepost.platform.db import Actor, Database, Transaction
from milepost.platform.db.connect import DatabaseAccess, open_database
from milepost.settings import Settings


@contextmanager
def opened(
    *, data: Path | None, url: str | None, exclusive: bool = False
) -> Generator[DatabaseAccess]:
    """Open what the options and the environment name, starting a server if none runs.

    Raises ServerError with one line that says what to do.
    """
    settings = Settings()
    named = url or (settings.database_url.get_secret_value() if settings.database_url else None)
    secret = settings.secret_key.get_secret_value().encode() if settings.secret_key else None
    with open_database(
        data_dir=data or settings.data, url=named, secret=secret, exclusive=exclusive
    ) as access:
        yield access


@asynccontextmanager
async def owner_transaction(*, data: Path | None, url: str | None) -> AsyncGenerator[Transaction]:
    """Open a transaction of the owner, who makes schemas and publishes programs."""
    with opened(data=data, url=url) as access:
        async with transaction_of(access.roles.owner, Nobody()) as tx:
            yield tx


@asynccontextmanager
async def operator_transaction(
    *, data: Path | None, url: str | None, actor: Actor | None = None
) -> AsyncGenerator[Transaction]:
    """Open a transaction of the operator, who sees every row."""
    with opened(data=data, url=url) as access:
        async with transaction_of(access.roles.operator, actor or System()) as tx:
            yield tx


@asynccontextmanager
async def transaction_of(conninfo: str, actor: Actor) -> AsyncGenerator[Transaction]:
    """Connect as one role for a single transaction."""
    database = database_of(conninfo)
    await database.open()
    try:
        async with database.transaction(actor) as tx:
            yield tx
    finally:
        await database.close()


def database_of(conninfo: str, *, max_size: int = 1) -> Database:
    """Make the database of a command; most do one thing after the other."""
    return Database(conninfo, max_size=max_size)
