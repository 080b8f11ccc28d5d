"""A company in the middle of its journey, with a step that it wrote itself."""

from dataclasses import replace

from milepost.contexts.programs import files
from milepost.contexts.standups import evaluation
from milepost.contexts.standups.rules import Index
from milepost.settings import shipped

STANDS: dict[str, evaluation.Stand] = {
    "concierge-pilot": "in_progress",
    "mvp-scope": "in_progress",
    "technology-choice": "unlocked",
    "first-sales-script": "unlocked",
    "letters-of-intent": "unlocked",
    "funding-path": "in_progress",
    "founder-roles": "unlocked",
    "trademark-search": "unlocked",
}

# Its own.
PLAN = evaluation.as_step("long-business-plan", "Write a business plan of thirty pages", "unlocked")
OWN = {
    "ask-for-the-outline": "Ask the bank for the outline it wants",
    "write-the-risks": "Write the chapter on risks before any other",
    "make-three-years": "Make the sheet of three years, the first by month",
    "have-it-read": "Have it read by somebody who lends for a living",
}


def amid_its_journey() -> Index:
    """Make what its messages may be about."""
    program = files.load(shipped("programs") / "startup-journey")
    own = [
        replace(PLAN, kind="task", id=slug, title=title, aliases=(evaluation.called(slug),))
        for slug, title in OWN.items()
    ]
    return Index([*evaluation.candidates_of(program, STANDS), PLAN, *own])
