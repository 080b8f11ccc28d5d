"""Logs say what happened, never with which secret or which person's words."""

import asyncio
import io
import json
import logging
from typing import Any

import pytest
import structlog
from pydantic import BaseModel, ValidationError

from milepost.platform import logs
from milepost.platform.db import Database
from milepost.platform.errors import Conflict


def lines(stream: io.StringIO) -> list[dict[str, Any]]:
    return [json.loads(line) for line in stream.getvalue().splitlines()]


def test_each_line_is_json_and_the_level_holds(stream: io.StringIO) -> None:
    log = structlog.get_logger("milepost.test")
    log.debug("too quiet")
    log.info("happened", count=3)
    logging.getLogger("somebody.else").warning("told by %s", "stdlib")
    ours, theirs = lines(stream)
    assert (ours["event"], ours["count"], ours["level"]) == ("happened", 3, "info")
    assert ours["logger"] == "milepost.test"
    assert ours["timestamp"].endswith("Z")
    assert theirs["event"] == "told by stdlib"


def test_what_is_named_like_a_secret_is_withheld(stream: io.StringIO) -> None:
    structlog.get_logger("milepost.test").info(
        "sent",
        password="hunter2",
        access_token="hunter2",
        cookies={"a": "hunter2"},
        query_string="hunter2",
        request_body="hunter2",
        platform="kept",
    )
    (line,) = lines(stream)
    assert "hunter2" not in stream.getvalue()
    assert line["password"] == logs.WITHHELD
    assert line["platform"] == "kept"


def test_a_traceback_has_places_and_no_variables(stream: io.StringIO) -> None:
    def fail() -> None:
        private = "hunter2"
        raise RuntimeError("went wrong" + private[:0])

    try:
        fail()
    except RuntimeError:
        structlog.get_logger("milepost.test").exception("failed")
    (line,) = lines(stream)
    assert "in fail" in line["exception"]
    assert line["exception"].endswith("RuntimeError: went wrong")
    assert "hunter2" not in line["exception"].replace('private = "hunter2"', "")


async def test_a_database_error_tells_no_values(db: Database) -> None:
    class Plain:
        def entry(self) -> tuple[str, dict[str, Any]]:
            return "select 1", {}

        def entered(self, row: object) -> None: ...

    async def violate() -> None:
        async with db.transaction(Plain()) as tx:
            await tx.run("create temp table t (a text primary key) on commit drop")
            await tx.run("insert into t (a) values ('hunter2'), ('hunter2')")

    with pytest.raises(Conflict) as raised:
        await violate()
    assert "hunter2" in str(raised.value.__cause__)
    told = logs.described(raised.value)
    assert "UniqueViolation: duplicate key value" in told
    assert "which led to:" in told
    assert "Key (a)" not in told


def test_a_model_error_tells_no_values() -> None:
    class Model(BaseModel):
        count: int

    sent = {"count": "hunter" + str(2)}
    with pytest.raises(ValidationError) as raised:
        Model.model_validate(sent)
    told = logs.described(raised.value)
    assert "count: int_parsing" in told
    assert "hunter2" not in told


async def test_a_group_tells_of_each(stream: io.StringIO) -> None:
    async def fail(text: str) -> None:
        await asyncio.sleep(0)
        raise ValueError(text)

    try:
        async with asyncio.TaskGroup() as group:
            group.create_task(fail("one"))
            group.create_task(fail("two"))
    except* ValueError as error:
        told = logs.described(error)
    assert "ValueError: one" in told
    assert "ValueError: two" in told


def test_a_terminal_gets_lines_for_people(restored: None) -> None:
    stream = io.StringIO()
    logs.configure("info", stream=stream, json=False)
    try:
        raise RuntimeError("went wrong")
    except RuntimeError:
        structlog.get_logger("milepost.test").exception("failed", count=3)
    told = stream.getvalue()
    assert "failed" in told
    assert "RuntimeError: went wrong" in told
    assert "locals" not in told
