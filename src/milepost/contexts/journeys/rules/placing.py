"""Where what comes from the framework is put in an order of the company's own."""

from collections.abc import Collection, Sequence


def placed(there: Sequence[str], *, framework: Sequence[str], fresh: Collection[str]) -> list[str]:
    """Put each fresh name behind the nearest one that precedes it in the framework.

    One that nothing there precedes comes first. What was there keeps its order.
    """
    order = list(there)
    known = set(there)
    last: str | None = None
    for name in framework:
        if name in fresh and name not in known:
            order.insert(0 if last is None else order.index(last) + 1, name)
            known.add(name)
        if name in known:
            last = name
    return order
