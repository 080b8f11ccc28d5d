"""What happened, as facts that others may react to: the log, and its delivery to handlers.

An event is a frozen dataclass with a class-level `name`, emitted in the transaction that caused it.
Handlers that `main` subscribed get it afterwards, each in a transaction of its own. Owns the schema
`events`.
"""

from milepost.platform.events.delivery import forget_deliveries
from milepost.platform.events.emission import emit
from milepost.platform.events.subscriptions import (
    Event,
    Handler,
    Occurrence,
    Subscriptions,
    subscribe,
)

__all__ = [
    "Event",
    "Handler",
    "Occurrence",
    "Subscriptions",
    "emit",
    "forget_deliveries",
    "subscribe",
]
