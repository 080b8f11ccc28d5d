"""Opens the database for a command: the folder's embedded server, or the one named by URL.

A command says what it needs to find. Only those that make a Milepost may find nothing: the others
refuse before anything is made in a mistyped folder.
"""

from collections.abc import AsyncGenerator, Generator
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass, field
from enum import Enum, auto
from pathlib import Path

from milepost.platform.db import (
    Actor,
    Database,
    Transaction,
    datafolder,
    embedded,
    migrations,
    presence,
)
from milepost.platform.db.connect import DatabaseAccess, open_database
from milepost.platform.db.datafolder import ServerError
from milepost.platform.db.roles import connect
from milepost.settings import Settings, shipped


class Expects(Enum):
    """What a command needs to find before it does anything."""

    NOTHING = auto()
    MILEPOST = auto()
    MIGRATED = auto()


@dataclass(frozen=True, slots=True)
class Place:
    """Where the options and the environment say that a Milepost is."""

    data: Path
    url: str | None = field(repr=False)
    secret: bytes | None = field(repr=False)


def place_of(*, data: Path | None, url: str | None) -> Place:
    """Put options and environment together. Raises ServerError for an empty address."""
    settings = Settings()
    if url is not None and not url.strip():
        raise ServerError("--url is empty: name a PostgreSQL server, or leave the option out")
    named = settings.database_url.get_secret_value() if settings.database_url else None
    secret = settings.secret_key.get_secret_value().encode() if settings.secret_key else None
    return Place(data or settings.data, url or named, secret)


def require_fit(place: Place, expects: Expects) -> None:
    """Raise ServerError where the place doesn't hold what is expected; makes nothing there."""
    if expects is Expects.NOTHING:
        if place.url is None or place.secret is None:
            datafolder.require_no_others(place.data)
    elif place.url is not None:
        if not presence.is_in(place.url):
            raise ServerError(
                "There is no Milepost in the database that the URL names: check it,"
                " or make its tables with: milepost db migrate"
            )
    elif embedded.is_new(place.data):
        raise ServerError(
            f"There is no Milepost in {place.data}: check --data,"
            f" or start one with: milepost up --data {place.data}"
        )


@contextmanager
def opened(
    *,
    data: Path | None,
    url: str | None,
    expects: Expects = Expects.MIGRATED,
    exclusive: bool = False,
) -> Generator[DatabaseAccess]:
    """Open what the options and the environment name, starting a server if none runs.

    Raises ServerError with one line that says what to do.
    """
    place = place_of(data=data, url=url)
    require_fit(place, expects)
    with open_database(
        data_dir=place.data, url=place.url, secret=place.secret, exclusive=exclusive
    ) as access:
        if expects is Expects.MIGRATED:
            _require_migrated(access, place)
        yield access


def _require_migrated(access: DatabaseAccess, place: Place) -> None:
    with connect(access.roles.owner) as owner:
        pending = len(migrations.status(owner, shipped("migrations")).pending)
    if pending:
        where = f" --data {place.data}" if place.url is None else ""
        raise ServerError(
            f"The database waits for {pending} {'migration' if pending == 1 else 'migrations'}:"
            f" run milepost db migrate{where}"
        )


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
