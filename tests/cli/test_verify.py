"""`milepost verify`: sound on the demo, and naming whatever was tampered with."""

import json
from pathlib import Path

import psycopg

from milepost.platform.db import embedded, roles
from tests.cli.commands import Spot
from tests.cli.visits import JOURNEYS_OF_THE_DEMO


def test_verify_is_content_with_the_demo_and_names_what_was_changed(data: Path, spot: Spot) -> None:
    with embedded.using(data) as server:
        assert spot.run("verify", "--data", data) == (
            f"{JOURNEYS_OF_THE_DEMO} journeys derived anew: 0 stale values, 0 catalog faults.\n"
        )
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

        with psycopg.connect(server.conninfo(roles.OWNER, "milepost")) as owner:
            owner.execute("drop policy read on journeys.reviews")
        told = json.loads(spot.run("verify", "--data", data, "--json", code=1))
        assert told["catalog_faults"] == [
            "journeys.reviews: milepost_app may SELECT but no policy says which rows"
        ]
    refused = spot.refusal("up", "--data", data, "--port", 0)
    assert refused.startswith("milepost: Refusing to serve")
    assert "journeys.reviews" in refused
