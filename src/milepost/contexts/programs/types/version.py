"""Published versions as they are stored and handed out, and faults of the files before that."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from milepost.contexts.programs.types.program import Program


@dataclass(frozen=True, slots=True)
class Version:
    """A published program, as it was and stays."""

    id: UUID
    program_id: UUID
    number: int
    content_hash: str
    published_at: datetime
    program: Program


@dataclass(frozen=True, slots=True)
class VersionRow:
    """A row of `programs.versions`."""

    id: UUID
    program_id: UUID
    number: int
    content_hash: str
    document: dict[str, Any]
    published_at: datetime


@dataclass(frozen=True, slots=True)
class TakenTool:
    """A tool of a published program, with the schema that its answers are kept in."""

    program: str
    step: str
    schema: str


@dataclass(frozen=True, slots=True)
class Published:
    """What publishing did: the version that now holds the content, and whether it is new."""

    version_id: UUID
    program_id: UUID
    number: int
    created: bool


@dataclass(frozen=True, slots=True, order=True)
class Fault:
    """Something wrong in a program's files, where it stands, in words for its author."""

    file: str
    line: int
    message: str
