"""What the map says of one walk: states on the stations, the detail of one step, the list."""

from collections.abc import Mapping
from dataclasses import dataclass

from milepost.contexts.journeys import service as journeys
from milepost.contexts.journeys.service import Walk
from milepost.contexts.journeys.types import Standing, State
from milepost.contexts.programs.types import Program, Step
from milepost.web.learner.map_layout import Band, Edge, Picture, Station


@dataclass(frozen=True, slots=True)
class Stop:
    """A station with its step and state.

    `opens` and `comes_from` lie at the other ends of its lines, for walking by keyboard;
    `neighbours` are all that it needs or opens, with a line or without.
    """

    station: Station
    step: Step
    state: State
    opens: tuple[str, ...]
    comes_from: tuple[str, ...]
    neighbours: tuple[str, ...]
    selected: bool
    near: bool


@dataclass(frozen=True, slots=True)
class Line:
    """An edge: walked when its beginning is done, lit when it touches the selected step."""

    edge: Edge
    walked: bool
    lit: bool


@dataclass(frozen=True, slots=True)
class Drawn:
    """One picture, ready for the template."""

    picture: Picture
    bands: tuple[tuple[Band, int], ...]
    stops: tuple[Stop, ...]
    lines: tuple[Line, ...]


@dataclass(frozen=True, slots=True)
class Neighbour:
    """A step beside the selected one, and what flows between them."""

    step: Step
    state: State
    fields: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Detail:
    """A step as the map tells of it."""

    step: Step
    standing: Standing
    phase: str
    needs: tuple[Neighbour, ...]
    opens: tuple[Neighbour, ...]
    way: tuple[Neighbour, ...]


@dataclass(frozen=True, slots=True)
class Filters:
    """What the list is narrowed to; empty strings leave it as it is."""

    state: str = ""
    phase: str = ""
    domain: str = ""
    text: str = ""

    @property
    def any(self) -> bool:
        """Tell whether anything is filtered out at all."""
        return bool(self.state or self.phase or self.domain or self.text)


@dataclass(frozen=True, slots=True)
class Row:
    """A line of the list."""

    step: Step
    state: State
    phase: str
    domain: str
    needs: tuple[Neighbour, ...]
    gives: tuple[str, ...]


def drawn(walk: Walk, picture: Picture, selected: str | None) -> Drawn:
    """Put a walk's states on a picture."""
    standings = walk.standings
    return Drawn(
        picture=picture,
        bands=tuple(
            (band, sum(standings[slug].state.done for slug in band.steps)) for band in picture.bands
        ),
        stops=tuple(_stop(walk, station, picture, selected) for station in picture.stations),
        lines=tuple(
            Line(
                edge,
                walked=standings[edge.source].state.done,
                lit=selected is not None and selected in (edge.source, edge.target),
            )
            for edge in picture.edges
        ),
    )


def detail(walk: Walk, step: Step) -> Detail:
    """Tell of one step: what it needs, what it opens, and how to open it."""
    program = walk.program
    standing = walk.standings[step.slug]
    before = program.requires(step.slug)
    return Detail(
        step=step,
        standing=standing,
        phase=next(one.title for one in program.phases if one.slug == step.phase),
        needs=tuple(
            _neighbour(walk, one, step) for one in program.topological if one.slug in before
        ),
        opens=tuple(
            _neighbour(walk, program.step(slug), program.step(slug), giver=step)
            for slug in program.dependents_of(step.slug)
        ),
        way=tuple(
            Neighbour(program.step(slug), walk.standings[slug].state, ()) for slug in standing.way
        ),
    )


def rows(walk: Walk, filters: Filters) -> list[Row]:
    """List the steps in the program's order, as far as the filters let them through."""
    program = walk.program
    phases = {phase.slug: phase.title for phase in program.phases}
    domains = {domain.slug: domain.title for domain in program.domains}
    return [
        Row(
            step=step,
            state=walk.standings[step.slug].state,
            phase=phases[step.phase],
            domain=domains.get(step.domain, step.domain),
            needs=detail(walk, step).needs,
            gives=tuple(give.title for give in step.gives),
        )
        for step in program.steps
        if _passes(walk, step, filters)
    ]


def state_counts(walk: Walk) -> Mapping[State, int]:
    """Count the steps by state."""
    states = [standing.state for standing in walk.standings.values()]
    return {state: states.count(state) for state in State}


def _passes(walk: Walk, step: Step, filters: Filters) -> bool:
    return (
        filters.state in ("", str(walk.standings[step.slug].state))
        and filters.phase in ("", step.phase)
        and filters.domain in ("", step.domain)
        and journeys.says(step, filters.text)
    )


def _stop(walk: Walk, station: Station, picture: Picture, selected: str | None) -> Stop:
    neighbours = _neighbours(walk.program, station.slug)
    return Stop(
        station=station,
        step=walk.program.step(station.slug),
        state=walk.standings[station.slug].state,
        opens=tuple(edge.target for edge in picture.edges if edge.source == station.slug),
        comes_from=tuple(edge.source for edge in picture.edges if edge.target == station.slug),
        neighbours=neighbours,
        selected=station.slug == selected,
        near=selected in neighbours,
    )


def _neighbours(program: Program, slug: str) -> tuple[str, ...]:
    return (*sorted(program.requires(slug)), *program.dependents_of(slug))


def _neighbour(walk: Walk, shown: Step, needing: Step, giver: Step | None = None) -> Neighbour:
    """Show a step with the fields that `needing` takes from it, or from the giver."""
    giver = giver or shown
    fields = tuple(
        walk.program.give_of(need.field).title
        for need in needing.needs
        if _gives(walk.program, need.field, giver)
    )
    return Neighbour(shown, walk.standings[shown.slug].state, fields)


def _gives(program: Program, field: str, step: Step) -> bool:
    return program.producer_of(field).slug == step.slug
