"""Steps that wait for each other: which ones, in order, without those that only wait for them."""

from collections.abc import Collection, Mapping

# For each step, those that it waits for.
Waits = Mapping[str, Collection[str]]


def cycles(waits: Waits) -> list[list[str]]:
    """One shortest cycle for each knot of steps that wait for each other, its first step last too.

    A step that waits for itself is another fault, and in no cycle.
    """
    found: list[list[str]] = []
    reported: set[str] = set()
    for start in waits:
        if start in reported:
            continue
        cycle = _shortest_way_back(start, waits)
        if cycle:
            found.append(cycle)
            # Whatever waits for and is awaited by a step on this cycle is the same knot.
            reported |= {
                slug for slug in reachable(start, waits) if start in reachable(slug, waits)
            }
    return found


def reachable(start: str, waits: Waits) -> set[str]:
    """All that a step waits for, directly or through others."""
    seen: set[str] = set()
    frontier = [start]
    while frontier:
        for other in waits[frontier.pop()]:
            if other not in seen:
                seen.add(other)
                frontier.append(other)
    return seen


def _shortest_way_back(start: str, waits: Waits) -> list[str] | None:
    came_from: dict[str, str] = {}
    frontier = [start]
    while frontier:
        following: list[str] = []
        for slug in frontier:
            for other in waits[slug]:
                if other == slug:
                    continue
                if other == start:
                    path = [start]
                    while slug != start:
                        path.append(slug)
                        slug = came_from[slug]
                    return [start, *reversed(path[1:]), start]
                if other not in came_from:
                    came_from[other] = slug
                    following.append(other)
        frontier = following
    return None
