"""Logs as a process writes them, read by a test."""

import io
import logging
from collections.abc import Iterator

import pytest
import structlog

from milepost.platform import logs


@pytest.fixture
def restored() -> Iterator[None]:
    root = logging.getLogger()
    handlers, level, config = root.handlers[:], root.level, structlog.get_config()
    yield
    root.handlers[:] = handlers
    root.setLevel(level)
    structlog.configure(**config)


@pytest.fixture
def stream(restored: None) -> io.StringIO:
    stream = io.StringIO()
    logs.configure("info", stream=stream)
    return stream
