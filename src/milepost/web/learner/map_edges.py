"""The edges of a map: which are worth drawing, how they keep apart, how they turn corners."""

from collections.abc import Hashable, Sequence
from dataclasses import dataclass, field

from milepost.contexts.programs.types import Program

Point = tuple[int, int]
CORNER = 8


@dataclass(frozen=True, slots=True)
class Link:
    """One step requires another. It is implied where a longer way says the same."""

    source: str
    target: str
    implied: bool


@dataclass(slots=True)
class Tracks:
    """Side by side in one channel, where edges would lie on each other."""

    spacing: int
    most: int
    _taken: dict[Hashable, list[tuple[int, int, Hashable, int]]] = field(
        default_factory=dict[Hashable, list[tuple[int, int, Hashable, int]]]
    )

    def offset(self, channel: Hashable, low: int, high: int, *, group: Hashable) -> int:
        """How far from the middle of a channel to lie; edges of one group share a track."""
        here = self._taken.setdefault(channel, [])
        used = {
            track
            for start, end, other, track in here
            if other != group and start < high and low < end
        }
        own = [track for _, _, other, track in here if other == group and track not in used]
        track = own[0] if own else next(at for at in range(len(used) + 1) if at not in used)
        here.append((low, high, group, track))
        track %= self.most
        return (track + 1) // 2 * self.spacing * (-1 if track % 2 else 1)


def direct(program: Program) -> tuple[Link, ...]:
    """List what every step requires directly, in program order, the implied marked."""
    ancestors: dict[str, frozenset[str]] = {}
    for step in program.topological:
        required = program.requires(step.slug)
        ancestors[step.slug] = required.union(*(ancestors[slug] for slug in required))
    order = {step.slug: at for at, step in enumerate(program.topological)}
    return tuple(
        Link(slug, step.slug, implied=_implied(slug, program.requires(step.slug), ancestors))
        for step in program.topological
        for slug in sorted(program.requires(step.slug), key=order.__getitem__)
    )


def drawn(program: Program) -> tuple[Link, ...]:
    """List the links that say something no other way says: those that get a line."""
    return tuple(link for link in direct(program) if not link.implied)


def _implied(slug: str, required: frozenset[str], ancestors: dict[str, frozenset[str]]) -> bool:
    return any(slug in ancestors[other] for other in required if other != slug)


def rounded(points: Sequence[Point]) -> str:
    """Write a line through the points as an SVG path with rounded corners."""
    line = [point for at, point in enumerate(points) if at == 0 or point != points[at - 1]]
    parts = [f"M{line[0][0]} {line[0][1]}"]
    for before, corner, after in zip(line, line[1:], line[2:], strict=False):
        room = min(CORNER, _distance(before, corner) // 2, _distance(corner, after) // 2)
        into, out = _toward(corner, before, room), _toward(corner, after, room)
        parts.append(f"L{into[0]} {into[1]}Q{corner[0]} {corner[1]} {out[0]} {out[1]}")
    parts.append(f"L{line[-1][0]} {line[-1][1]}")
    return "".join(parts)


def _distance(one: Point, other: Point) -> int:
    return abs(one[0] - other[0]) + abs(one[1] - other[1])


def _toward(start: Point, goal: Point, by: int) -> Point:
    across = (goal[0] > start[0]) - (goal[0] < start[0])
    down = (goal[1] > start[1]) - (goal[1] < start[1])
    return start[0] + across * by, start[1] + down * by
