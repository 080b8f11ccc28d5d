"""`milepost verify`: sound on the demo, and naming whatever was tampered with."""

import json
from pathlib import Path

import psycopg

from milepost.platform.db import embedded, roles
from tests.cli.commands import Spot
from tests.cli.visits import JOURNEYS_OF_THE_DEMO


def test_verify_is_content_with_the_demo_and_names_what_was_changed(data: Path, spot: Spot) -> None:
    with embedded.using(data) as server:
        journeys, benchmarks = spot.run("verify", "--data", data).splitlines()
        assert journeys == (
            f"{JOURNEYS_OF_THE_DEMO} journeys derived anew: 0 stale values, 0 catalog faults."
        )
        count, _, said = benchmarks.partition(" ")
        assert int(count) > 100
        assert said == "benchmarks derived anew: 0 stale figures."
        shell = ("db", "shell", "--data", data, "--", "-Xqc")
        spot.run(
            *shell,
            """
            update journeys.steps
            set state = 'unlocked'
            where step_slug = 'sprint-30-program-overview'
            """,
        )
        told = json.loads(spot.run("verify", "--data", data, "--json", code=1))
        assert (told["journeys"], told["catalog_faults"]) == (JOURNEYS_OF_THE_DEMO, [])
        (stale,) = told["stale"]
        assert stale["cached"] == "unlocked"
        assert stale["derived"] == "locked"
        assert "sprint-30-program-overview" in stale["what"]
        assert "sprint-30-program-overview" in spot.run("verify", "--data", data, code=1)
        spot.run(
            *shell,
            """
            update journeys.steps
            set unlocked_at = '1999-01-01'
            where level = 'detailed' and state <> 'locked';
            update journeys.journeys
            set held_fields = array['x.y']
            where plan_stamp is not null;
            update insights.benchmark_cells
            set median = 1999
            """,
        )
        told = json.loads(spot.run("verify", "--data", data, "--json", code=1))
        assert told["benchmarks"] == int(count)
        whats = {
            what: [item for item in told["stale"] if item["what"].endswith(what)]
            for what in ("unlocked_at", "held_fields", "median")
        }
        assert all(whats.values())
        assert {item["journey"] is None for item in whats["median"]} == {True}
        assert {item["cached"] for item in whats["median"]} == {"1999.0"}
        assert {item["cached"] for item in whats["held_fields"]} == {"['x.y']"}

        with psycopg.connect(server.conninfo(roles.OWNER, "milepost")) as owner:
            owner.execute("drop policy read on journeys.reviews")
        told = json.loads(spot.run("verify", "--data", data, "--json", code=1))
        assert told["catalog_faults"] == [
            "journeys.reviews: milepost_app may SELECT but no policy says which rows"
        ]
    refused = spot.refusal("up", "--data", data, "--port", 0)
    assert refused.startswith("milepost: Refusing to serve")
    assert "journeys.reviews" in refused
