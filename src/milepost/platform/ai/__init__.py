"""Asking for an answer of a known type: of a model, or of rules that need none.

There are two engines. `offline` is a plain function that whoever asks brings along; `llm` is any
model of any provider, where the settings name one. A model that fails, is slow, or answers what
was not asked is no reason to stand there without an answer: `answer` falls back to `offline` and
says so. What people wrote travels as data between marks that they can't know, and answers are
validated, so that a text can ask for nothing that wasn't on offer. An answer in which there is
anything that nobody sees is none.

A model takes seconds. Nothing here takes a transaction, and none may be open while one is asked.
Owns the table `platform.ai_usage`.
"""

from milepost.platform.ai.answers import Answer, Engine, Failed
from milepost.platform.ai.asking import Means, answer, ask
from milepost.platform.ai.plain import leads_away
from milepost.platform.ai.questions import Part, Question

__all__ = [
    "Answer",
    "Engine",
    "Failed",
    "Means",
    "Part",
    "Question",
    "answer",
    "ask",
    "leads_away",
]
