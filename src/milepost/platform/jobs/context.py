"""What a job works with, handed to every job function as its first argument."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from uuid import UUID

from milepost.platform import clock
from milepost.platform.db import Actor, Database
from milepost.platform.mail import Mailer
from milepost.settings import Settings


@dataclass(frozen=True, slots=True, kw_only=True)
class JobContext:
    """The worker's means: `system_actor` makes the actor of a tenant, or (None) of none.

    `secret` is the installation's own, from which keys are derived.
    """

    db: Database
    settings: Settings
    mailer: Mailer
    system_actor: Callable[[UUID | None], Actor]
    now: Callable[[], datetime] = clock.now
    secret: bytes = field(default=b"", repr=False)
