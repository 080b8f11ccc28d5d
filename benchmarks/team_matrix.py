"""The progress of a thousand people in 31 tools, through HTTP: as administrator, and as a coach.

One request, `GET /organizations/{id}/progress?limit=1000`, over a kept-alive connection to a
real `milepost up`, answered whole: everybody's states and counts, and a line written for each
person that somebody looked. The administrator sees all by role, the coach by a thousand grants.
"""

import http.client
import json
from time import perf_counter

from benchmarks import population, report, serving, world

ROUNDS, WARM_UP = 20, 3
MILLISECONDS = 150.0
TOOLS = 31


def main() -> None:
    """Ask as both."""
    given = world.arguments(__doc__ or "", people=2000).parse_args()
    with world.folder(given.data, people=given.people) as data, serving.up(data) as running:
        promises: list[report.Promise] = []
        for role, number in (
            ("administrator", population.admin(given.people)),
            ("coach", population.guru(given.people)),
        ):
            samples, size = _ask(running.port, number)
            print(
                f"{role:14} p50 {report.middle(samples):6.1f} ms,"
                f" p95 {report.percentile(samples, 95):6.1f} ms, {size / 1024:.0f} kB"
            )
            what = f"1,000 people × {TOOLS} tools, as {role}"
            promises.append(report.Promise(what, report.middle(samples), MILLISECONDS, "ms"))
    report.finish(promises)


def _ask(port: int, number: int) -> tuple[list[float], int]:
    connection = http.client.HTTPConnection("127.0.0.1", port)
    path = f"/api/v1/organizations/{population.organization_id(0)}/progress?limit=1000"
    samples: list[float] = []
    body = b""
    for turn in range(WARM_UP + ROUNDS):
        started = perf_counter()
        connection.request(
            "GET", path, headers={"Authorization": f"Bearer {population.token(number)}"}
        )
        answer = connection.getresponse()
        body = answer.read()
        if turn >= WARM_UP:
            samples.append((perf_counter() - started) * 1000)
        if answer.status != 200:
            raise SystemExit(f"{path} was answered {answer.status}: {body[:300]!r}")
    connection.close()
    people = json.loads(body)["items"]
    if len(people) != population.ORGANIZATION_SIZE or any(
        len(p["states"]) != TOOLS for p in people
    ):
        raise SystemExit(f"{len(people)} people came back, not all with {TOOLS} states")
    return samples, len(body)


if __name__ == "__main__":
    main()
