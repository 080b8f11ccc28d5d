"""The framework as it was before its newest edition, so that the demo shows what an update is.

It is published first, and a company that began with it finds something to look at.
"""

import tomllib
from collections.abc import Mapping
from datetime import datetime
from pathlib import Path
from typing import Any

from milepost.cli.database import transaction_of
from milepost.contexts.identity.types import Nobody
from milepost.contexts.programs import service as programs
from milepost.contexts.programs.types import Program
from milepost.platform.db.connect import DatabaseAccess

_FILE = Path(__file__).with_suffix(".toml")


async def publish(
    access: DatabaseAccess, folder: Path, *, ahead: Mapping[str, Program], now: datetime
) -> None:
    """Publish the first edition of the program in a folder where none was published yet.

    `ahead` holds programs that were read already.
    """
    async with transaction_of(access.roles.owner, Nobody()) as tx:
        if await programs.find_latest(tx, slug=folder.name) is None:
            # Later starts need no YAML reader.
            from milepost.contexts.programs import files

            newest = ahead.get(folder.name) or files.load(folder)
            await programs.publish(tx, program=before(newest), now=now)


def before(newest: Program) -> Program:
    """Make the first edition of what the newest one says and the file tells of the other."""
    said = tomllib.loads(_FILE.read_text("utf-8"))
    was = {step["slug"]: step for step in said["was"]}
    document = newest.to_document()
    kept = [
        _changed(step, was.get(step["slug"], {}))
        for step in document["steps"]
        if step["slug"] not in said["missing"]
    ]
    return Program.from_document(document | {"steps": kept + said["given_up"]})


def _changed(step: Mapping[str, Any], was: Mapping[str, Any]) -> dict[str, Any]:
    """A step's document with other words; what a checklist holds stands in a part of its own."""
    inner = {key: value for key, value in was.items() if key in step.get("checklist", {})}
    changed = {**step, **{key: value for key, value in was.items() if key not in inner}}
    return changed | {"checklist": step["checklist"] | inner} if inner else changed
