"""A firm's portfolio of five hundred companies through HTTP.

One request, `GET /portfolio`, over a kept-alive connection to a real `milepost up`, answered whole:
every company with its progress by domain and phase, what stands still, how sure it is and how it
moves, out of 84,000 steps and 40,000 outcomes; and a line written for each company that somebody
looked. Every company shows its details: less would be faster.
"""

import http.client
import json
from time import perf_counter

import psycopg

from benchmarks import population, report, serving, ventures, world

COMPANIES = 500
ROUNDS, WARM_UP = 20, 3
MILLISECONDS = 200.0


def main() -> None:
    """Ask as an investor."""
    parser = world.arguments(__doc__ or "", people=COMPANIES)
    given = parser.parse_args()
    with (
        world.folder(given.data, people=given.people, fill=_fill) as data,
        serving.up(data) as running,
    ):
        promises: list[report.Promise] = []
        for what, path in (("as JSON", "/portfolio"), ("as CSV", "/portfolio.csv")):
            samples, size = _ask(running.port, path, given.people)
            print(
                f"{what:8} p50 {report.middle(samples):6.1f} ms,"
                f" p95 {report.percentile(samples, 95):6.1f} ms, {size / 1024:.0f} kB"
            )
            promises.append(
                report.Promise(
                    f"portfolio of {given.people} companies {what}",
                    report.middle(samples),
                    MILLISECONDS,
                    "ms",
                )
            )
    report.finish(promises)


def _fill(operator: psycopg.Connection, people: int) -> None:
    ventures.fill(operator, companies=people)


def _ask(port: int, path: str, companies: int) -> tuple[list[float], int]:
    connection = http.client.HTTPConnection("127.0.0.1", port)
    headers = {"Authorization": f"Bearer {population.token(ventures.INVESTOR)}"}
    samples: list[float] = []
    body = b""
    for turn in range(WARM_UP + ROUNDS):
        started = perf_counter()
        connection.request("GET", f"/api/v1{path}", headers=headers)
        answer = connection.getresponse()
        body = answer.read()
        if turn >= WARM_UP:
            samples.append((perf_counter() - started) * 1000)
        if answer.status != 200:
            raise SystemExit(f"{path} was answered {answer.status}: {body[:300]!r}")
    connection.close()
    if path.endswith(".csv"):
        lines = body.decode("utf-8-sig").strip().splitlines()
        found, whole = len(lines) - 1, all("not shared" not in line for line in lines)
    else:
        items = json.loads(body)["items"]
        found, whole = len(items), all(item["details"] is not None for item in items)
    if found != companies or not whole:
        raise SystemExit(f"{found} companies came back, or not all with their details")
    return samples, len(body)


if __name__ == "__main__":
    main()
