"""How often a process of Milepost looks for garbage that reference counts don't free."""

import gc


def collect_seldom() -> None:
    """Look through young objects when there are 10,000 of them, not 700.

    What a process makes is mostly rows, which hold no cycles: counting a million outcomes took a
    quarter longer with the looking.
    """
    gc.set_threshold(10_000, 10, 10)
