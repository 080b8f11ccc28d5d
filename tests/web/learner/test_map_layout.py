"""The geometry of the map, on the shipped program and on any program at all."""

from collections import Counter
from itertools import combinations, pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from milepost.contexts.programs import files
from milepost.contexts.programs.types import (
    Difficulty,
    Domain,
    Phase,
    Program,
    Step,
    StepKind,
)
from milepost.settings import shipped
from milepost.web.learner import map_layout
from milepost.web.learner.map_edges import Tracks, direct, rounded
from milepost.web.learner.map_layout import RADIUS, Picture

PHASES = tuple(Phase(slug, slug.title()) for slug in ("one", "two", "three"))


def make_step(number: int, phase: str, after: tuple[int, ...], title: str) -> Step:
    return Step(
        slug=f"s{number}",
        title=title,
        kind=StepKind.TOOL,
        order=number,
        phase=phase,
        domain="work",
        difficulty=Difficulty.LOW,
        minutes=10,
        skippable=False,
        after=tuple(f"s{other}" for other in after),
        purpose="To have it.",
        guidance="Do it.",
        needs=(),
        gives=(),
        form={"type": "object", "properties": {}},
        layout={},
        tool_schema=f"s_{number}",
    )


@st.composite
def any_program(draw: st.DrawFn) -> Program:
    """Any sound graph: the numbers of the steps say nothing about what requires what."""
    count = draw(st.integers(1, 18))
    numbers = draw(st.permutations(range(count)))
    steps = [
        make_step(
            number,
            draw(st.sampled_from([phase.slug for phase in PHASES])),
            tuple(draw(st.sets(st.sampled_from(numbers[:at]), max_size=4)) if at else ()),
            draw(st.text(alphabet="ab ", min_size=1, max_size=60)),
        )
        for at, number in enumerate(numbers)
    ]
    return Program("any", "Any", "", 10, {}, PHASES, (Domain("work", "Work"),), tuple(steps))


@pytest.fixture(scope="module")
def fast_track() -> Program:
    return files.load(shipped("programs") / "fast-track")


def overlapping(picture: Picture) -> list[tuple[str, str]]:
    return [
        (one.slug, other.slug)
        for one, other in combinations(picture.stations, 2)
        if abs(one.x - other.x) < 2 * RADIUS + 8 and abs(one.y - other.y) < 2 * RADIUS + 8
    ]


def drawn_points(path: str) -> list[tuple[int, int]]:
    numbers = path.replace("M", " ").replace("L", " ").replace("Q", " ").split()
    return list(zip(map(int, numbers[::2]), map(int, numbers[1::2]), strict=True))


def without_implied(program: Program) -> list[tuple[str, str]]:
    return [(link.source, link.target) for link in direct(program) if not link.implied]


@settings(max_examples=150, deadline=None)
@given(program=any_program())
def test_any_program_is_laid_out_forward_and_without_overlap(program: Program) -> None:
    for picture in (map_layout.wide(program), map_layout.tall(program)):
        places = {station.slug: station for station in picture.stations}
        assert set(places) == {step.slug for step in program.steps}
        assert overlapping(picture) == []
        pairs = [(edge.source, edge.target) for edge in picture.edges]
        assert Counter(pairs) == Counter(without_implied(program))
        for edge in picture.edges:
            source, target = places[edge.source], places[edge.target]
            if source.band == target.band and picture is map_layout.wide(program):
                assert source.x < target.x
            else:
                assert source.band <= target.band
                assert source.y < target.y


@settings(max_examples=150, deadline=None)
@given(program=any_program())
def test_everything_stays_inside_the_picture_and_bands_do_not_touch(program: Program) -> None:
    for picture in (map_layout.wide(program), map_layout.tall(program)):
        for upper, lower in pairwise(picture.bands):
            assert upper.y + upper.height < lower.y
        for station in picture.stations:
            band = picture.bands[station.band]
            assert station.slug in band.steps
            assert band.phase == program.step(station.slug).phase
            assert band.y + RADIUS < station.y < band.y + band.height - RADIUS
            assert RADIUS <= station.x <= picture.width - RADIUS
        for edge in picture.edges:
            for x, y in drawn_points(edge.path):
                assert 0 <= x <= picture.width
                assert 0 <= y <= picture.height


@settings(max_examples=150, deadline=None)
@given(program=any_program())
def test_what_is_not_drawn_follows_from_what_is(program: Program) -> None:
    links = direct(program)
    assert {(link.source, link.target) for link in links} == {
        (slug, step.slug) for step in program.steps for slug in program.requires(step.slug)
    }
    drawn = [(link.source, link.target) for link in links if not link.implied]
    for link in links:
        others = [pair for pair in drawn if pair != (link.source, link.target)]
        assert reaches(others, link.source, link.target) is link.implied


def reaches(pairs: list[tuple[str, str]], start: str, goal: str) -> bool:
    found, waiting = {start}, [start]
    while waiting:
        here = waiting.pop()
        for source, target in pairs:
            if source == here and target not in found:
                found.add(target)
                waiting.append(target)
    return goal in found


def test_fast_track_has_one_band_a_phase(fast_track: Program) -> None:
    picture = map_layout.wide(fast_track)
    assert [band.phase for band in picture.bands] == [phase.slug for phase in fast_track.phases]
    assert not any(band.continued for band in picture.bands)
    assert picture.width <= 960
    assert sum(len(band.steps) for band in picture.bands) == 31


def test_no_drawn_edge_of_fast_track_passes_through_a_station(fast_track: Program) -> None:
    for picture in (map_layout.wide(fast_track), map_layout.tall(fast_track)):
        for edge in picture.edges:
            points = drawn_points(edge.path)
            for station in picture.stations:
                if station.slug in (edge.source, edge.target):
                    continue
                for one, other in pairwise(points):
                    assert not crosses(one, other, station.x, station.y), (edge, station.slug)


def crosses(one: tuple[int, int], other: tuple[int, int], x: int, y: int) -> bool:
    across = min(one[0], other[0]) - RADIUS < x < max(one[0], other[0]) + RADIUS
    down = min(one[1], other[1]) - RADIUS < y < max(one[1], other[1]) + RADIUS
    return across and down


def test_a_phase_needed_again_goes_on_in_a_further_band() -> None:
    steps = (
        make_step(0, "one", (), "First"),
        make_step(1, "two", (0,), "Second"),
        make_step(2, "one", (1,), "Third"),
    )
    program = Program("back", "Back", "", 10, {}, PHASES, (Domain("work", "Work"),), steps)
    bands = map_layout.wide(program).bands
    assert [(band.phase, band.continued) for band in bands] == [
        ("one", False),
        ("two", False),
        ("one", True),
    ]


def test_a_long_title_is_broken_into_two_lines() -> None:
    steps = (make_step(0, "one", (), "A very long title that goes on and on without end"),)
    program = Program("long", "Long", "", 10, {}, PHASES, (Domain("work", "Work"),), steps)
    assert map_layout.wide(program).stations[0].label == ("A very long", "title that goes…")


def test_tracks_keep_edges_apart_and_let_one_group_share() -> None:
    tracks = Tracks(spacing=5, most=4)
    assert tracks.offset("a", 0, 100, group="x") == 0
    assert tracks.offset("a", 50, 150, group="y") == -5
    assert tracks.offset("a", 20, 60, group="x") == 0
    assert tracks.offset("a", 200, 300, group="z") == 0
    assert tracks.offset("b", 0, 100, group="y") == 0


def test_corners_are_rounded_and_straight_lines_stay_straight() -> None:
    assert rounded([(0, 0), (40, 0)]) == "M0 0L40 0"
    assert rounded([(0, 0), (40, 0), (40, 40)]) == "M0 0L32 0Q40 0 40 8L40 40"
    assert rounded([(0, 0), (0, 0), (9, 0)]) == "M0 0L9 0"
