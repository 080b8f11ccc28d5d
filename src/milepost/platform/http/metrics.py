"""Figures for Prometheus: requests by route, how long they took, and the connection pool.

Processes that `share` a folder, or were started with PROMETHEUS_MULTIPROC_DIR, answer for each
other: a scrape that reaches any one of them gets what all of them counted.
"""

import os
from collections.abc import Callable, Mapping
from pathlib import Path
from time import monotonic

from prometheus_client import (
    CONTENT_TYPE_LATEST,
    REGISTRY,
    CollectorRegistry,
    Counter,
    Gauge,
    Histogram,
    generate_latest,
    multiprocess,
    values,
)

CONTENT_TYPE = CONTENT_TYPE_LATEST

_SHARED = "PROMETHEUS_MULTIPROC_DIR"
_METHODS = frozenset({"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"})
_BUCKETS = (0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0)

_requests = Counter("milepost_http_requests", "Requests answered.", ["method", "route", "status"])
_seconds = Histogram(
    "milepost_http_request_seconds",
    "How long requests took.",
    ["method", "route"],
    buckets=_BUCKETS,
)
_pool = Gauge(
    "milepost_db_pool", "The pool of database connections.", ["figure"], multiprocess_mode="livesum"
)
_FIGURES = ("pool_size", "pool_available", "requests_waiting", "requests_num", "requests_errors")


def share(folder: Path) -> None:
    """Count in files of this folder from now on; called before forking, and before any count."""
    os.environ[_SHARED] = str(folder)
    values.ValueClass = values.get_value_class()


def forget(pid: int) -> None:
    """Leave the connections of a process that is gone out; what it counted stays counted."""
    if _SHARED in os.environ:
        multiprocess.mark_process_dead(pid)


def observe(*, method: str, route: str, status: int, seconds: float) -> None:
    """Count one answered request, by its route's template: addresses themselves are endless."""
    method = method if method in _METHODS else "other"
    _requests.labels(method, route, str(status)).inc()
    _seconds.labels(method, route).observe(seconds)


class PoolGauge:
    """Copies the pool's figures once a second at most."""

    def __init__(self, stats: Callable[[], Mapping[str, int]]) -> None:
        self._stats = stats
        self._next = 0.0

    def refresh(self) -> None:
        """Copy them now, unless that was just done."""
        now = monotonic()
        if now < self._next:
            return
        self._next = now + 1.0
        found = self._stats()
        for figure in _FIGURES:
            _pool.labels(figure).set(found.get(figure, 0))


def exposition() -> bytes:
    """All figures as text: of this process, or of all that share the folder."""
    if _SHARED not in os.environ:
        return generate_latest(REGISTRY)
    together = CollectorRegistry()
    multiprocess.MultiProcessCollector(together)
    return generate_latest(together)
