"""`milepost programs plan`: what publishing would offer each company, told before it is done."""

import json
import re
import shutil
from dataclasses import replace
from pathlib import Path

from milepost.settings import shipped
from tests.cli import visits
from tests.cli.commands import Spot
from tests.cli.conftest import Up

# Wide enough for a row to be a line.
WIDE = {"COLUMNS": "600"}


def test_what_is_new_what_collides_and_what_can_not_be_is_named(
    data: Path, spot: Spot, start: Up
) -> None:
    running = start(data, "--demo")
    with visits.sign_in(running.url, visits.FOUNDER) as founder:
        journey = visits.journey_of(founder)
        steps = f"/journeys/{journey}/steps"
        for slug, change in (
            ("objection-log", {"after": ["funding-path"]}),
            ("cash-plan", {"title": "Our cash plan"}),
        ):
            answer = founder.patch(f"{steps}/{slug}", json=change)
            assert answer.status_code == 200, answer.text
        before = visits.ask(founder, f"/journeys/{journey}/update")
    assert running.stop() == 0

    folder = _copied(spot)
    funding, objections = _said(folder, "funding-path"), _said(folder, "objection-log")
    _edit(folder, "funding-path", "after", f"[objection-log, {funding['after'].strip('[]')}]")
    _edit(folder, "cash-plan", "title", "Plan the cash of eighteen months")

    wide = replace(spot, environment=WIDE)
    told = wide.run("programs", "plan", folder, "--data", data)
    rows = _rows_of(told, "Ferment Lab")
    for kind in ("new", "retired"):
        named = [one["title"] for one in before["steps"] if one["kind"] == kind]
        assert named
        assert rows[f"{len(named)} {kind}"] == "; ".join(named)
    (changed,) = [names for what, names in rows.items() if what.endswith(" changed")]
    assert "Our cash plan" in changed
    (collisions,) = [names for what, names in rows.items() if what.endswith(" with own words")]
    assert "Our cash plan (title)" in collisions
    assert "Nothing moves by itself" in told

    found = json.loads(wide.run("programs", "plan", folder, "--data", data, "--json"))
    (mine,) = [one for one in found["journeys"] if one["journey_id"] == journey]
    plan = next(one for one in mine["steps"] if one["slug"] == "cash-plan")
    assert (plan["title"], plan["collides"]) == ("Our cash plan", ["title"])
    # The circle alone, by title, whose doing it is, and what to do about it.
    assert mine["circle"] == ["objection-log", "funding-path"]
    assert rows["not all at once"] == mine["conflict"]
    one, other = f"“{objections['title']}”", f"“{funding['title']}”"
    assert mine["conflict"] == (
        f"These steps would wait for each other: {one} would come after {other}, and {other} after"
        f" {one}. You said yourselves what {one} comes after, and that stands against it. What"
        f" helps: change what {one} comes after in your plan, or leave out {other}."
    )

    # Nothing was written.
    again = start(data, "--demo")
    with visits.sign_in(again.url, visits.FOUNDER) as founder:
        assert visits.ask(founder, f"/journeys/{journey}/update") == before


def _copied(spot: Spot) -> Path:
    target = spot.folder / "startup-journey"
    shutil.copytree(shipped("programs") / "startup-journey", target)
    return target


def _file(folder: Path, name: str) -> Path:
    (found,) = (folder / "steps").glob(f"*{name}.yaml")
    return found


def _said(folder: Path, name: str) -> dict[str, str]:
    """What a step's file says in single lines."""
    lines = _file(folder, name).read_text("utf-8").splitlines()
    return dict(line.split(": ", 1) for line in lines if re.match(r"[a-z]+: ", line))


def _edit(folder: Path, name: str, key: str, value: str) -> None:
    before = f"{key}: {_said(folder, name)[key]}\n"
    file = _file(folder, name)
    file.write_text(file.read_text("utf-8").replace(before, f"{key}: {value}\n", 1), "utf-8")


def _rows_of(told: str, company: str) -> dict[str, str]:
    """What is said of one company, each with the names."""
    cells = [[cell.strip() for cell in line.split("│")[1:4]] for line in told.splitlines()]
    rows: dict[str, str] = {}
    whose = ""
    for row in cells:
        if len(row) != 3:
            continue
        whose = row[0] if row[1] and row[0] and "(" in row[0] else whose
        if whose.startswith(company) and row[1]:
            rows[row[1]] = row[2]
    return rows
