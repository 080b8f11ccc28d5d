"""What comes back: an answer with who gave it, or why there is none."""

from dataclasses import dataclass
from enum import StrEnum
from typing import Generic, TypeVar

T = TypeVar("T")


class Engine(StrEnum):
    """Who gave an answer: rules of our own, or a model."""

    OFFLINE = "offline"
    LLM = "llm"


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer(Generic[T]):
    """A validated answer. `note` says in words why a model was asked and another engine spoke."""

    value: T
    engine: Engine
    note: str = ""


@dataclass(frozen=True, slots=True)
class Failed:
    """A model gave no answer that can be used: why, in words for a person."""

    reason: str


@dataclass(frozen=True, slots=True)
class Tokens:
    """What an answer cost."""

    into: int = 0
    out: int = 0
