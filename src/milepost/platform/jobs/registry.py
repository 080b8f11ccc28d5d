"""The jobs there are, by name: registered when the modules that hold them are imported.

Nothing here needs a connection, so that a `jobs.py` can be imported anywhere.
"""

from collections.abc import Awaitable, Callable, Iterator
from dataclasses import dataclass
from typing import Any, TypeVar

Work = Callable[..., Awaitable[None]]
F = TypeVar("F", bound=Work)


@dataclass(frozen=True, slots=True)
class Task:
    """A kind of job: what to run, how often to try again, and when it runs by itself."""

    name: str
    work: Work
    queue: str
    retry: int
    cron: str | None


class Registry:
    """Tasks by name. There is one for the application; tests make their own."""

    def __init__(self) -> None:
        self._tasks: dict[str, Task] = {}

    def __iter__(self) -> Iterator[Task]:
        return iter(self._tasks.values())

    def get(self, name: str) -> Task:
        """Find a task. Raises LookupError for a name that nothing imported has registered."""
        try:
            return self._tasks[name]
        except KeyError:
            raise LookupError(
                f"no job is named {name!r}: import the module that registers it"
            ) from None

    def task(
        self, name: str, *, queue: str = "default", retry: int = 5, cron: str | None = None
    ) -> Callable[[F], F]:
        """Register `async def work(context, **args)` under a name like "identity.send_reset".

        A failing job is tried again `retry` times, after 5, 20, 80 … seconds. With `cron`
        ("0 * * * *", in UTC) it also runs by itself; a time missed while no worker ran is made up
        for once.
        """

        def register(work: F) -> F:
            known = self._tasks.get(name)
            if known is not None and known.work is not work:
                raise ValueError(f"two jobs are named {name!r}")
            self._tasks[name] = Task(name, work, queue, retry, cron)
            return work

        return register


registry = Registry()
task = registry.task


def jsonable(value: Any) -> Any:
    """How an argument is written that JSON has no word for: ids and times as their text."""
    if hasattr(value, "isoformat"):
        return value.isoformat()
    return str(value)
