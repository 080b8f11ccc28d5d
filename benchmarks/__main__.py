"""Measures everything that the README promises, one benchmark after the other."""

import subprocess
import sys

BENCHMARKS = (
    "start",
    "needed_fields",
    "submit_http",
    "team_matrix",
    "verify",
    "company_home",
    "community",
    "portfolio",
    "standup_sockets",
)


def main() -> None:
    """Run each in a process of its own; leave with 1 when a promise isn't kept."""
    missed: list[str] = []
    for name in BENCHMARKS:
        print(f"\n== {name}", flush=True)
        done = subprocess.run([sys.executable, "-m", f"benchmarks.{name}"], check=False)
        if done.returncode != 0:
            missed.append(name)
    if missed:
        print(f"\nNot everything was kept: {', '.join(missed)}")
        raise SystemExit(1)
    print("\nEvery promise was kept.")


if __name__ == "__main__":
    main()
