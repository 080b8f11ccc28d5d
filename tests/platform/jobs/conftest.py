"""A job context over the test's database, and a registry of its own for each test."""

from pathlib import Path

import pytest

from milepost.contexts.identity.types import System
from milepost.platform.db import Database
from milepost.platform.jobs import JobContext, Registry
from milepost.platform.mail import Outbox
from milepost.settings import Settings


@pytest.fixture
def tasks() -> Registry:
    return Registry()


@pytest.fixture
def context(db: Database, tmp_path: Path) -> JobContext:
    return JobContext(
        db=db,
        settings=Settings(data=tmp_path),
        mailer=Outbox(tmp_path / "outbox", "Milepost <milepost@localhost>"),
        system_actor=System,
    )
