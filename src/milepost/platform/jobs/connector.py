"""Lets the job library work through a `Database` that is open already."""

from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from typing import Any

import procrastinate
import psycopg
from psycopg.rows import DictRow, dict_row

from milepost.platform.db import Actor, Database


class Borrowed(procrastinate.PsycopgConnector):
    """A connector without a pool of its own: each statement is a transaction of `db`."""

    def __init__(self, db: Database, actor: Actor) -> None:
        super().__init__()
        self._db = db
        self._actor = actor

    async def open_async(self, pool: Any | None = None) -> None:
        """Do nothing: the database is open."""
        del pool

    async def close_async(self) -> None:
        """Do nothing: the database stays open."""

    @asynccontextmanager
    async def _get_cursor(
        self, connection: psycopg.AsyncConnection[Any] | None = None
    ) -> AsyncGenerator[psycopg.AsyncCursor[DictRow]]:
        del connection
        async with (
            self._db.transaction(self._actor) as tx,
            tx.connection.cursor(row_factory=dict_row) as cursor,
        ):
            yield cursor
