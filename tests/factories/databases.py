"""Ways into a test's database: as the application, and as the owner."""

from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager

import psycopg
from psycopg.rows import dict_row

from milepost.platform.db import Database


@asynccontextmanager
async def as_app(conninfo: str) -> AsyncGenerator[Database]:
    """The application's pool, closed at the end."""
    db = Database(conninfo, max_size=12)
    await db.open()
    try:
        yield db
    finally:
        await db.close()


@asynccontextmanager
async def looking(conninfo: str) -> AsyncGenerator[psycopg.AsyncConnection]:
    """A connection whose statements commit by themselves, and whose rows go by name."""
    connection = await psycopg.AsyncConnection.connect(
        conninfo, autocommit=True, row_factory=dict_row
    )
    try:
        yield connection
    finally:
        await connection.close()
