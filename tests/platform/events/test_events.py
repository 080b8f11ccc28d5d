"""Events: logged with what caused them, delivered once to each handler, whatever the others do."""

from dataclasses import dataclass
from datetime import UTC, date, datetime
from enum import StrEnum
from typing import ClassVar
from uuid import UUID, uuid4

import pytest

from milepost.contexts.identity.types import System
from milepost.platform import events, jobs
from milepost.platform.db import Database, Transaction
from milepost.platform.events.delivery import HandlersFailed, deliver_to
from milepost.platform.events.subscriptions import Occurrence, Subscriptions
from milepost.platform.jobs import JobContext

NOW = datetime.now(UTC)


class Colour(StrEnum):
    RED = "red"


@dataclass(frozen=True, slots=True, kw_only=True)
class Part:
    id: UUID
    label: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Painted:
    name: ClassVar[str] = "test.painted"

    thing_id: UUID
    at: datetime
    day: date
    colour: Colour
    parts: tuple[Part, ...] = ()
    note: str | None = None


PAINTED = Painted(
    thing_id=uuid4(),
    at=NOW,
    day=date(2026, 3, 2),
    colour=Colour.RED,
    parts=(Part(id=uuid4(), label="é 😀"),),
)


@pytest.fixture
def tenant() -> UUID:
    return uuid4()


@pytest.fixture
def listeners() -> Subscriptions:
    return Subscriptions()


async def emit(db: Database, tenant: UUID, listeners: Subscriptions) -> UUID:
    async with db.transaction(System(tenant)) as tx:
        return await events.emit(tx, PAINTED, subject_id=tenant, now=NOW, listeners=listeners)


async def deliver(context: JobContext, tenant: UUID, event: UUID, to: Subscriptions) -> None:
    await deliver_to(to, context, tenant_id=tenant, event_id=event, at=NOW)


async def test_an_event_comes_back_as_it_was(
    db: Database, context: JobContext, tenant: UUID, listeners: Subscriptions
) -> None:
    got: list[Occurrence[Painted]] = []

    async def handler(tx: Transaction, occurrence: Occurrence[Painted]) -> None:
        assert tx.actor == System(tenant)
        got.append(occurrence)

    listeners.subscribe(Painted, handler)
    event = await emit(db, tenant, listeners)
    await deliver(context, tenant, event, listeners)

    (occurrence,) = got
    assert occurrence == Occurrence(
        id=event, tenant_id=tenant, subject_id=tenant, at=NOW, event=PAINTED
    )
    assert event.version == 7


async def test_the_worker_delivers_what_was_emitted(
    db: Database, context: JobContext, tenant: UUID
) -> None:
    got: list[UUID] = []

    @dataclass(frozen=True, slots=True)
    class Told:
        name: ClassVar[str] = "test.told_by_worker"
        id: UUID

    async def handler(tx: Transaction, occurrence: Occurrence[Told]) -> None:
        got.append(occurrence.event.id)

    events.subscribe(Told, handler, name="test.worker")
    async with db.transaction(System(tenant)) as tx:
        await events.emit(tx, Told(tenant), subject_id=None, now=NOW)
    await jobs.run_pending(db, context)
    assert got == [tenant]


async def test_what_nobody_subscribed_to_is_logged_and_makes_no_job(
    db: Database, tenant: UUID, listeners: Subscriptions
) -> None:
    async with db.transaction(System(tenant)) as tx:
        jobs_before = await tx.value("select count(*) from procrastinate.procrastinate_jobs")
        await events.emit(tx, PAINTED, subject_id=tenant, now=NOW, listeners=listeners)
        jobs_after = await tx.value("select count(*) from procrastinate.procrastinate_jobs")
        logged = await tx.value(
            "select payload ->> 'colour' from events.log where tenant_id = %(t)s", {"t": tenant}
        )
    assert jobs_after == jobs_before
    assert logged == "red"


async def test_a_second_delivery_does_nothing(
    db: Database, context: JobContext, tenant: UUID, listeners: Subscriptions
) -> None:
    calls: list[str] = []

    async def handler(tx: Transaction, occurrence: Occurrence[Painted]) -> None:
        calls.append("once")

    listeners.subscribe(Painted, handler, name="test.once")
    event = await emit(db, tenant, listeners)
    await deliver(context, tenant, event, listeners)
    await deliver(context, tenant, event, listeners)
    assert calls == ["once"]


async def test_a_failing_handler_is_tried_again_alone_and_leaves_no_trace(
    db: Database, context: JobContext, tenant: UUID, listeners: Subscriptions
) -> None:
    calls: list[str] = []

    async def fails(tx: Transaction, occurrence: Occurrence[Painted]) -> None:
        calls.append("fails")
        await events.emit(tx, PAINTED, subject_id=None, now=NOW, listeners=listeners)
        if calls.count("fails") == 1:
            raise RuntimeError("not yet")

    async def works(tx: Transaction, occurrence: Occurrence[Painted]) -> None:
        calls.append("works")

    event = await emit(db, tenant, listeners)
    listeners.subscribe(Painted, fails, name="test.fails")
    listeners.subscribe(Painted, works, name="test.works")

    with pytest.raises(HandlersFailed) as raised:
        await deliver(context, tenant, event, listeners)
    assert str(raised.value.exceptions[0]) == "not yet"
    assert raised.value.exceptions[0].__notes__ == ["in the handler test.fails"]
    async with db.transaction(System(tenant)) as tx:
        assert await tx.value("select count(*) from events.log") == 1

    await deliver(context, tenant, event, listeners)
    assert calls == ["fails", "works", "fails"]
    async with db.transaction(System(tenant)) as tx:
        assert await tx.value("select count(*) from events.log") == 2


async def test_an_erased_event_reaches_nobody(
    db: Database, context: JobContext, tenant: UUID, listeners: Subscriptions
) -> None:
    calls: list[str] = []

    async def handler(tx: Transaction, occurrence: Occurrence[Painted]) -> None:
        calls.append("reached")

    listeners.subscribe(Painted, handler, name="test.erased")
    event = await emit(db, tenant, listeners)
    async with db.transaction(System(tenant)) as tx:
        await tx.run("delete from events.log where tenant_id = %(t)s", {"t": tenant})
    await deliver(context, tenant, event, listeners)
    assert calls == []


async def test_subscribing_twice_counts_once_and_a_taken_name_is_refused(
    listeners: Subscriptions,
) -> None:
    async def one(tx: Transaction, occurrence: Occurrence[Painted]) -> None: ...

    async def other(tx: Transaction, occurrence: Occurrence[Painted]) -> None: ...

    listeners.subscribe(Painted, one, name="test.name")
    listeners.subscribe(Painted, one, name="test.name")
    assert len(listeners.of(Painted.name)) == 1
    with pytest.raises(ValueError, match="two handlers"):
        listeners.subscribe(Painted, other, name="test.name")


async def test_records_of_deliveries_are_forgotten_in_time(
    db: Database, context: JobContext, tenant: UUID, listeners: Subscriptions
) -> None:
    async def handler(tx: Transaction, occurrence: Occurrence[Painted]) -> None: ...

    listeners.subscribe(Painted, handler, name="test.forgotten")
    event = await emit(db, tenant, listeners)
    await deliver(context, tenant, event, listeners)
    async with db.transaction(System(tenant)) as tx:
        assert await events.forget_deliveries(tx, before=NOW) == 0
        assert await events.forget_deliveries(tx, before=datetime(2100, 1, 1, tzinfo=UTC)) == 1
