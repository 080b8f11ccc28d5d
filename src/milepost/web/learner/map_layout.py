"""Where everything stands on the map of a program: bands, stations, edges.

Pure geometry, the same for everybody who walks the program. Two pictures of one graph: `wide` has
a band per phase with its steps from left to right, `tall` is a single line from top to bottom for
a phone. Edges only ever go forward: to the right within a band, or down to a later one.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache

from milepost.contexts.programs.types import Program, Step
from milepost.web.learner.map_edges import Link, Point, Tracks, drawn, rounded

RADIUS = 13
MARGIN = 20
COLUMN = 152
LANE = 94
TITLE = 40
GAP = 12
ROW = 52
TALL_WIDTH = 344
# How far the centre of a station lies below the top of its lane: above it is room for edges.
DROP = 30
LINE = 7
MOST_TRACKS = 6
LABEL_LETTERS = 16


@dataclass(frozen=True, slots=True)
class Band:
    """A phase on the map. One that is needed again later goes on in a further band."""

    phase: str
    title: str
    steps: tuple[str, ...]
    y: int
    height: int
    continued: bool


@dataclass(frozen=True, slots=True)
class Station:
    """A step's place. `label` is its title in short lines."""

    slug: str
    band: int
    x: int
    y: int
    label: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Edge:
    """What flows, as a line; what follows from other lines has none of its own."""

    source: str
    target: str
    path: str


@dataclass(frozen=True, slots=True)
class Picture:
    """A map, ready to be drawn."""

    width: int
    height: int
    bands: tuple[Band, ...]
    stations: tuple[Station, ...]
    edges: tuple[Edge, ...]
    # Where titles stand: beside the line of the tall picture, at the left of the wide one.
    text_x: int


@dataclass(frozen=True, slots=True)
class _Spot:
    band: int
    column: int
    lane: int


@lru_cache(maxsize=32)
def wide(program: Program) -> Picture:
    """Lay a program out for a screen that is wider than a phone."""
    groups = _bands(program)
    spots = _spots(program, groups)
    bands: list[Band] = []
    y = 0
    for number, group in enumerate(groups):
        lanes = 1 + max(spots[step.slug].lane for step in group)
        height = TITLE + lanes * LANE
        bands.append(_band(program, groups, number, y, height))
        y += height + GAP
    stations = {
        step.slug: Station(
            slug=step.slug,
            band=spot.band,
            x=MARGIN + COLUMN * spot.column + COLUMN // 2,
            y=bands[spot.band].y + TITLE + LANE * spot.lane + DROP,
            label=_lines(step.title),
        )
        for step in program.steps
        for spot in (spots[step.slug],)
    }
    columns = 1 + max((spot.column for spot in spots.values()), default=0)
    return Picture(
        width=2 * MARGIN + COLUMN * columns,
        height=max(y - GAP, 0),
        bands=tuple(bands),
        stations=tuple(stations.values()),
        edges=tuple(_wide_edges(program, stations, spots)),
        text_x=MARGIN,
    )


@lru_cache(maxsize=32)
def tall(program: Program) -> Picture:
    """Lay a program out as one line, for a phone."""
    groups = _bands(program)
    links = drawn(program)
    rows = {step.slug: row for row, step in enumerate(step for group in groups for step in group)}
    tracks, laid = _tall_tracks(links, rows)
    x = 8 + LINE * tracks + RADIUS + 8
    bands: list[Band] = []
    stations: dict[str, Station] = {}
    y = 0
    for number, group in enumerate(groups):
        height = TITLE + ROW * len(group) + GAP // 2
        bands.append(_band(program, groups, number, y, height))
        for at, step in enumerate(group):
            middle = y + TITLE + ROW * at + ROW // 2
            stations[step.slug] = Station(step.slug, number, x, middle, (step.title,))
        y += height + GAP
    edges = [
        Edge(
            link.source,
            link.target,
            _tall_path(stations[link.source], stations[link.target], laid.get(link)),
        )
        for link in links
    ]
    return Picture(
        width=TALL_WIDTH,
        height=max(y - GAP, 0),
        bands=tuple(bands),
        stations=tuple(stations[step.slug] for step in program.steps),
        edges=tuple(edges),
        text_x=x + RADIUS + 12,
    )


def _bands(program: Program) -> list[list[Step]]:
    """Sort the steps into bands such that whatever a step requires is in its band or before.

    A program whose phases are walked strictly one after the other has one band a phase.
    """
    titles = [phase.slug for phase in program.phases]
    band_of: dict[str, int] = {}
    members: dict[int, list[Step]] = {}
    for step in program.topological:
        lowest = max((band_of[slug] for slug in program.requires(step.slug)), default=0)
        found = next(
            (at for at in range(lowest, len(titles)) if titles[at] == step.phase), len(titles)
        )
        if found == len(titles):
            titles.append(step.phase)
        band_of[step.slug] = found
        members.setdefault(found, []).append(step)
    return [members[at] for at in sorted(members)]


def _band(
    program: Program, groups: Sequence[Sequence[Step]], number: int, y: int, height: int
) -> Band:
    phase = groups[number][0].phase
    return Band(
        phase=phase,
        title=next((one.title for one in program.phases if one.slug == phase), phase),
        steps=tuple(step.slug for step in groups[number]),
        y=y,
        height=height,
        continued=any(group[0].phase == phase for group in groups[:number]),
    )


def _spots(program: Program, groups: Iterable[Sequence[Step]]) -> dict[str, _Spot]:
    """Give every step its column (how many of its band come before it) and its lane."""
    spots: dict[str, _Spot] = {}
    for band, group in enumerate(groups):
        inside = {step.slug for step in group}
        columns: dict[str, int] = {}
        taken: set[tuple[int, int]] = set()
        for step in group:
            before = sorted(program.requires(step.slug) & inside, key=list(columns).index)
            column = 1 + max((columns[slug] for slug in before), default=-1)
            wanted = spots[before[-1]].lane if before else 0
            lane = _free_lane(taken, column, wanted)
            columns[step.slug] = column
            taken.add((column, lane))
            spots[step.slug] = _Spot(band, column, lane)
    return spots


def _free_lane(taken: set[tuple[int, int]], column: int, wanted: int) -> int:
    """The free lane nearest to the wanted one, the lower number first."""
    far = 0
    while True:
        for lane in (wanted - far, wanted + far):
            if lane >= 0 and (column, lane) not in taken:
                return lane
        far += 1


def _lines(title: str) -> tuple[str, ...]:
    """Break a title into at most two lines that fit below a station."""
    lines = [""]
    for word in title.split():
        longer = f"{lines[-1]} {word}".strip()
        if len(longer) <= LABEL_LETTERS or not lines[-1]:
            lines[-1] = longer
        else:
            lines.append(word)
    shown = lines[:2]
    if len(lines) > 2:
        shown[1] += "…"
    return tuple(
        line if len(line) <= LABEL_LETTERS + 1 else line[:LABEL_LETTERS] + "…" for line in shown
    )


def _wide_edges(
    program: Program, stations: Mapping[str, Station], spots: Mapping[str, _Spot]
) -> Iterable[Edge]:
    channels = Tracks(spacing=5, most=MOST_TRACKS)
    runs = Tracks(spacing=4, most=4)
    for link in drawn(program):
        source, target = stations[link.source], stations[link.target]
        path = _wide_points(source, target, spots[link.source], spots[link.target], channels, runs)
        yield Edge(link.source, link.target, rounded(path))


def _wide_points(
    source: Station, target: Station, leaves: _Spot, enters: _Spot, channels: Tracks, runs: Tracks
) -> list[Point]:
    """Go right into the channel between columns, along it, and into the target.

    Channels lie between the stations' labels and runs above the stations, so that no edge passes
    through a station.
    """
    start = (source.x + RADIUS, source.y)
    beside = enters.column == leaves.column + 1
    if beside and source.y == target.y:
        return [start, (target.x - RADIUS, target.y)]
    boundary = MARGIN + COLUMN * (leaves.column + 1)
    ends = (min(source.y, target.y), max(source.y, target.y))
    channel = boundary + channels.offset(leaves.column, *ends, group=source.slug)
    if beside:
        return [start, (channel, source.y), (channel, target.y), (target.x - RADIUS, target.y)]
    span = (min(channel, target.x), max(channel, target.x))
    shift = runs.offset((enters.band, enters.lane), *span, group=target.slug)
    run = target.y - RADIUS - 10 + min(shift, 0)
    return [
        start,
        (channel, source.y),
        (channel, run),
        (target.x, run),
        (target.x, target.y - RADIUS),
    ]


def _tall_tracks(links: Sequence[Link], rows: Mapping[str, int]) -> tuple[int, dict[Link, int]]:
    """Give each edge that passes other stations a track of its own beside the line."""
    laid: dict[Link, int] = {}
    until: list[int] = []
    passing = [link for link in links if rows[link.target] - rows[link.source] > 1]
    for link in sorted(passing, key=lambda link: rows[link.source]):
        free = next((at for at, end in enumerate(until) if end <= rows[link.source]), len(until))
        if free == len(until):
            until.append(0)
        until[free] = rows[link.target]
        laid[link] = free % MOST_TRACKS
    return min(max(len(until), 1), MOST_TRACKS), laid


def _tall_path(source: Station, target: Station, track: int | None) -> str:
    if track is None:
        return rounded([(source.x, source.y + RADIUS), (target.x, target.y - RADIUS)])
    x = source.x - RADIUS - 8 - LINE * track
    edge = source.x - RADIUS
    return rounded([(edge, source.y), (x, source.y), (x, target.y), (edge, target.y)])
