"""Who reacts to which event: said by `main`, once, when the application is put together."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any, ClassVar, Generic, Protocol, TypeVar
from uuid import UUID

from pydantic import TypeAdapter

from milepost.platform.db import Transaction


class Event(Protocol):
    """A fact in the past tense: a frozen dataclass with a name for the log."""

    name: ClassVar[str]


E = TypeVar("E")
E_co = TypeVar("E_co", covariant=True)


@dataclass(frozen=True, slots=True, kw_only=True)
class Occurrence(Generic[E_co]):
    """An event that happened: what, when, about whom. Its id serves as an idempotency key."""

    id: UUID
    tenant_id: UUID
    subject_id: UUID | None
    at: datetime
    event: E_co


Handler = Callable[[Transaction, Occurrence[E]], Awaitable[None]]


@dataclass(frozen=True, slots=True)
class Subscription:
    """One handler of one kind of event; its name is what the record of deliveries holds."""

    name: str
    handler: Handler[Any]


class Subscriptions:
    """Handlers by event. There is one for the application; tests make their own."""

    def __init__(self) -> None:
        self._handlers: dict[str, dict[str, Subscription]] = {}
        self._types: dict[str, TypeAdapter[Any]] = {}

    def subscribe(
        self, event_type: type[E], handler: Handler[E], *, name: str | None = None
    ) -> None:
        """Let `handler` react to every `event_type` from now on.

        The name must last: under a new one, old events would count as not delivered.
        """
        event_name = _name_of(event_type)
        name = name or f"{handler.__module__}.{handler.__qualname__}"
        known = self._handlers.setdefault(event_name, {})
        if name in known and known[name].handler is not handler:
            raise ValueError(f"two handlers of {event_name} are named {name!r}")
        known[name] = Subscription(name, handler)
        self._types[event_name] = TypeAdapter(event_type)

    def of(self, event_name: str) -> tuple[Subscription, ...]:
        """The handlers of an event, in the order they subscribed."""
        return tuple(self._handlers.get(event_name, {}).values())

    def read(self, event_name: str, payload: Any) -> Any:
        """Rebuild an event that somebody subscribed to from what the log holds."""
        return self._types[event_name].validate_python(payload)


def _name_of(event_type: type[Any]) -> str:
    name: str = event_type.name
    return name


subscriptions = Subscriptions()
subscribe = subscriptions.subscribe
