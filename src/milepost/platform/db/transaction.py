"""Owns the pool, and the one way to a connection: a transaction with an actor.

A transaction begins by *entering*: one statement of the actor's that sets who is
acting for this transaction only, and returns a row about them. Row-level security
reads what entering set. Commit and rollback happen here and nowhere else.
"""

from collections.abc import AsyncGenerator, Mapping, Sequence
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from typing import Any, LiteralString, Protocol, TypeVar

import psycopg
from psycopg.rows import class_row, dict_row, scalar_row
from psycopg_pool import AsyncConnectionPool, PoolTimeout

from milepost.platform.db.violations import translated
from milepost.platform.errors import NotFound, Unavailable

Params = Mapping[str, Any]
Connection = psycopg.AsyncConnection[Any]
T = TypeVar("T")

# Unqualified names are only those of the job queue, whose library writes them so.
# A generic plan over the tools' partitions is made once; a custom one each time.
SESSION_OPTIONS = (
    "-c search_path=procrastinate"
    " -c plan_cache_mode=force_generic_plan"
    " -c idle_in_transaction_session_timeout=60s"
    " -c statement_timeout=30s"
    " -c timezone=UTC"
)


class Actor(Protocol):
    """Who acts, as the database and as the code know them."""

    def entry(self) -> tuple[LiteralString, Params]:
        """Return the statement, with its parameters, that begins this actor's transaction."""
        ...

    def entered(self, row: Mapping[str, Any] | None) -> Any:
        """Turn the row that entering returned into what the transaction carries.

        Raises Unauthenticated when there is no row and one was needed.
        """
        ...


class Transaction:
    """An open transaction; `actor` is what entering returned.

    The verbs say how many rows come back. Statements are literals, so that every one
    of them can be found, and prepared by a test.
    """

    __slots__ = ("actor", "connection")

    def __init__(self, connection: Connection, actor: Any) -> None:
        self.connection = connection
        self.actor = actor

    async def maybe(
        self, row: type[T], sql: LiteralString, params: Params | None = None
    ) -> T | None:
        """Return the first row, or None."""
        async with self.connection.cursor(row_factory=class_row(row)) as cursor:
            await cursor.execute(sql, params)
            return await cursor.fetchone()

    async def one(self, row: type[T], sql: LiteralString, params: Params | None = None) -> T:
        """Return the first row. Raises NotFound when there is none."""
        found = await self.maybe(row, sql, params)
        if found is None:
            raise NotFound("There is nothing here, or it is not shown to you.")
        return found

    async def many(self, row: type[T], sql: LiteralString, params: Params | None = None) -> list[T]:
        """Return all rows."""
        async with self.connection.cursor(row_factory=class_row(row)) as cursor:
            await cursor.execute(sql, params)
            return await cursor.fetchall()

    async def value(self, sql: LiteralString, params: Params | None = None) -> Any:
        """Return the first column of the first row, or None."""
        async with self.connection.cursor(row_factory=scalar_row) as cursor:
            await cursor.execute(sql, params)
            return await cursor.fetchone()

    async def values(self, sql: LiteralString, params: Params | None = None) -> list[Any]:
        """Return the first column of all rows."""
        async with self.connection.cursor(row_factory=scalar_row) as cursor:
            await cursor.execute(sql, params)
            return await cursor.fetchall()

    async def run(self, sql: LiteralString, params: Params | None = None) -> int:
        """Carry out a statement; return how many rows it touched."""
        cursor = await self.connection.execute(sql, params)
        return cursor.rowcount

    async def run_each(self, sql: LiteralString, rows: Sequence[Params]) -> None:
        """Carry out a statement once for each row, in one round trip."""
        if rows:
            async with self.connection.cursor() as cursor:
                await cursor.executemany(sql, rows)

    def pipeline(self) -> AbstractAsyncContextManager[Any]:
        """Send what is run inside in one round trip."""
        return self.connection.pipeline()


class Database:
    """A pool of connections as one role."""

    def __init__(self, conninfo: str, *, max_size: int = 10, min_size: int = 1) -> None:
        self.conninfo = conninfo
        self._pool: AsyncConnectionPool[Connection] = AsyncConnectionPool(
            conninfo,
            min_size=min_size,
            max_size=max_size,
            timeout=10,
            open=False,
            kwargs={"options": SESSION_OPTIONS, "prepare_threshold": 2},
        )

    async def open(self) -> None:
        """Connect. Raises Unavailable when the server doesn't answer in ten seconds."""
        try:
            await self._pool.open(wait=True, timeout=10)
        except PoolTimeout as error:
            await self._pool.close()
            raise Unavailable("The database doesn't answer.") from error

    async def close(self) -> None:
        """Let go of every connection."""
        await self._pool.close()

    def stats(self) -> Mapping[str, int]:
        """Tell the pool's figures, for /metrics."""
        return self._pool.get_stats()

    @asynccontextmanager
    async def transaction(self, actor: Actor) -> AsyncGenerator[Transaction]:
        """Open a transaction of `actor`: committed at the end, rolled back on an error.

        Raises Unauthenticated when the actor can't enter, Unavailable when no
        connection is free; turns violated constraints into errors by their name.
        """
        # Outermost, because a commit may be what the database refuses.
        with translated():
            try:
                async with self._pool.connection() as connection:
                    yield await _enter(connection, actor)
            except PoolTimeout as error:
                raise Unavailable(
                    "Too much is going on just now. Try again in a moment."
                ) from error


async def _enter(connection: Connection, actor: Actor) -> Transaction:
    sql, params = actor.entry()
    async with connection.cursor(row_factory=dict_row) as cursor:
        await cursor.execute(sql, params)
        row = await cursor.fetchone() if cursor.description else None
    return Transaction(connection, actor.entered(row))
