"""Everything cached of ten thousand people's progress, derived anew from the facts and compared.

Timed is the whole of `milepost verify` once Python has loaded it: finding the running server, the
proof over the catalog, and every journey of one tenant: its facts, the fields it gave, its drafts,
and what is cached of its 31 steps. They are people, of whom no benchmark is made. Not timed:
starting the interpreter and the server.
"""

import contextlib
import io
import json
from pathlib import Path
from time import perf_counter

from benchmarks import report, world
from milepost.cli.verify import verify

ROUNDS = 3
SECONDS = 5.0


def main() -> None:
    """Verify a few times."""
    given = world.arguments(__doc__ or "", people=10_000).parse_args()
    with world.folder(given.data, people=given.people) as data, world.opened(data):
        samples = [_verified(data, given.people) for _ in range(ROUNDS)]
    print("verify  " + " ".join(f"{sample:.2f} s" for sample in samples))
    report.finish(
        [report.Promise(f"verify {given.people:,} people", report.middle(samples), SECONDS, "s")]
    )


def _verified(data: Path, people: int) -> float:
    said = io.StringIO()
    started = perf_counter()
    with contextlib.redirect_stdout(said):
        verify(data=data, url=None, as_json=True)
    seconds = perf_counter() - started
    found = json.loads(said.getvalue())
    if found["journeys"] != people or found["stale"] or found["catalog_faults"]:
        raise SystemExit(f"The filled world is not what it should be: {found}")
    return seconds


if __name__ == "__main__":
    main()
