"""A demo made once by `milepost up --demo`, copies of it, and one that serves for all tests."""

import os
import shutil
import subprocess
import tempfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import httpx2
import pytest

from tests.cli import visits
from tests.cli.commands import NOBODY, Running, Spot, free_port, launch, up

Up = Callable[..., Running]


@dataclass(frozen=True, slots=True)
class FirstStart:
    """What a first `milepost up --demo` said and answered; its folder, stopped."""

    data: Path
    port: int
    out: str
    err: str
    first_answer: int
    sign_ins: tuple[int, ...]
    contents: dict[str, list[bytes]]
    exit_code: int


@pytest.fixture(scope="session")
def first_start(tmp_path_factory: pytest.TempPathFactory) -> FirstStart:
    folder = tmp_path_factory.mktemp("first")
    data, port = folder / "data", free_port()
    started: list[Running] = []
    try:
        running = up(
            Spot(folder),
            data,
            "--demo",
            "--host",
            "127.0.0.1",
            "--port",
            port,
            started=started.append,
        )
        first = httpx2.get(f"{running.url}/readyz", trust_env=False).status_code
        found = visits.contents(visits.operator_address(data))
        with visits.client(running.url) as visitor:
            sign_ins = tuple(
                visitor.post("/sessions", json={"email": email, "password": visits.PASSWORD})
                for email in visits.SIGN_INS
            )
        code = running.stop()
    finally:
        for one in started:
            one.end()
    codes = tuple(answer.status_code for answer in sign_ins)
    return FirstStart(data, port, running.out, running.err, first, codes, found, code)


@pytest.fixture
def spot(tmp_path: Path) -> Spot:
    """A place for commands, with a home of its own."""
    return Spot(tmp_path)


@pytest.fixture
def open_folder() -> Iterator[Path]:
    """A folder of an ordinary user's own, in a place that this user can reach."""
    folder = Path(tempfile.mkdtemp(prefix="milepost-test-"))
    if os.geteuid() == 0:
        os.chown(folder, NOBODY, NOBODY)
    yield folder
    shutil.rmtree(folder)


@pytest.fixture
def data(first_start: FirstStart, tmp_path: Path) -> Path:
    """A copy of the demo, in which nothing runs."""
    return _copied(first_start.data, tmp_path / "demo")


@pytest.fixture
def start(spot: Spot) -> Iterator[Up]:
    """Start Milepost: `start(data, "--demo")`; it ends with the test."""
    started: list[Running] = []

    def begin(data: Path, *words: object, spot: Spot = spot, wait: bool = True) -> Running:
        way = up if wait else launch
        return way(spot, data, *words, started=started.append)

    yield begin
    for one in started:
        one.end()


@pytest.fixture(scope="session")
def demo(first_start: FirstStart, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Running]:
    """A demo that serves, for tests that only look, or add people of their own."""
    folder = tmp_path_factory.mktemp("demo")
    started: list[Running] = []
    try:
        yield up(
            Spot(folder),
            _copied(first_start.data, folder / "data"),
            "--demo",
            started=started.append,
        )
    finally:
        for one in started:
            one.end()


def _copied(folder: Path, place: Path) -> Path:
    subprocess.run(["cp", "-a", str(folder), str(place)], check=True)
    return place
