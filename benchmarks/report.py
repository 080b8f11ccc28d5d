"""Prints figures beside what was promised of them, and says how that ended."""

import os
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from statistics import median


@dataclass(frozen=True, slots=True)
class Promise:
    """A figure, what was promised of it, and whether it holds."""

    what: str
    figure: float
    bound: float
    unit: str
    at_least: bool = False

    @property
    def kept(self) -> bool:
        """Whether the figure is on the right side of the bound."""
        return self.figure >= self.bound if self.at_least else self.figure <= self.bound


def finish(promises: Sequence[Promise]) -> None:
    """Print every promise, and leave with 1 when one isn't kept."""
    # Who reads a figure must know what else the machine was doing.
    print(f"\nload average {os.getloadavg()[0]:.1f} on {os.cpu_count()} cores\n")
    for promise in promises:
        sign = "≥" if promise.at_least else "≤"
        verdict = "kept" if promise.kept else "MISSED"
        print(
            f"{promise.what:58} {promise.figure:9.2f} {promise.unit:3}"
            f"  promised {sign} {promise.bound:g} {promise.unit:3}  {verdict}"
        )
    sys.stdout.flush()
    if not all(promise.kept for promise in promises):
        raise SystemExit(1)


def middle(samples: Sequence[float]) -> float:
    """The median."""
    return median(samples)


def percentile(samples: Sequence[float], percent: int) -> float:
    """The value that `percent` of the samples stay under."""
    ordered = sorted(samples)
    return ordered[min(len(ordered) - 1, len(ordered) * percent // 100)]
