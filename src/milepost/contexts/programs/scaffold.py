"""A new step's file: complete, valid and published as it stands, with notes on what to write.

Two of them that nobody has written on yet say the same, and `check` says so.
"""

import json
import re
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from milepost.contexts.programs import files
from milepost.contexts.programs.check.checklists import FEWEST_WORDS
from milepost.contexts.programs.check.graph import producers
from milepost.contexts.programs.check.outline import Outline, outline
from milepost.contexts.programs.errors import CannotAdd, FaultyFiles

_SLUG = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*")

# In its first line, where an editor that completes and checks YAML looks for the schema.
_MODELINE = "# yaml-language-server: $schema=../../schemas/step.schema.json\n#\n"

_TOOL = """\
# A new step. It is valid as it stands: `milepost programs check` says so. Write it
# piece by piece, and check again.
slug: {slug}
title: {title}
kind: tool
order: {order}
phase: {phase}  # one of program.yaml: {phases}
domain: {domain}  # one of program.yaml: {domains}
difficulty: medium  # low, medium or high
minutes: 60  # for somebody who does it well
skippable: false
after: []  # steps to be completed first, beyond those that give what this one needs

# One or two sentences: what the person has in hand afterwards, and why it matters.
purpose: >-
  You leave with one clear decision on {subject}, written down so that others can act on it.

# Markdown: headings from ###, paragraphs, lists, emphasis. No HTML, links or images.
guidance: |
  ### What you are deciding
  Say what the decision is, and what becomes possible once it is made.

  ### Doing it well
  - Say what to look at first, and where to find it.
  - Say how a good answer differs from a weak one.

  ### The usual mistake
  Say what most people get wrong here, and how to notice it.

# What other steps gave: it opens this step, and is shown in it with the reason.
{needs}
# What this step gives to later ones: a field id, and the form field it is taken from.
gives:
  - field: {field}
    from: decision
    title: {title}

# JSON Schema. Every field has a title, help and an example; every text has maxLength.
form:
  type: object
  additionalProperties: false
  required: [decision]
  properties:
    decision:
      type: string
      title: What have you decided?
      description: One decision in a few sentences, with who does what by when.
      minLength: 1
      maxLength: 2000
      examples:
        - We stop two of our five services by June; Ines tells the customers this month.
    confidence:
      type: integer
      title: How sure are you?
      description: Your first number, not the one that looks good.
      minimum: 1
      maximum: 10
      examples: [7]

# How the form is shown. Each field stands in exactly one section.
layout:
  sections:
    - title: The decision
      fields: [decision, confidence]
  widgets:
    decision: long
    confidence: scale
  scale_labels:
    confidence: [A guess, Certain]
"""

_CHECKLIST = """\
# A new step. It is valid as it stands: `milepost programs check` says so. Write it
# piece by piece, and check again.
slug: {slug}
title: {title}
kind: checklist
order: {order}
phase: {phase}  # one of program.yaml: {phases}
domain: {domain}  # one of program.yaml: {domains}
difficulty: medium  # low, medium or high
days: 5  # for a small team that does it beside other work
after: {after}  # steps to be completed or skipped first

# One sentence: what the company has in hand afterwards, and what for.
purpose: >-
  You have a first result on {subject} in writing, so that the next steps rest on more than a guess.

# Markdown, at least {fewest} words: what to do, and why now.
description: |
  Say what the team is going to do about {subject}, in words that somebody who has never done it
  can follow, and in the order in which it is done.

  Then say why it stands in this place: what was not known before that is known by now, what goes
  wrong for those who skip it, and what they have to do over again when they come back to it half a
  year later.

# Markdown: headings from ###, paragraphs, lists, emphasis. No HTML, links or images.
guidance: |
  Say how an expert goes about {subject}: with numbers, wordings and examples, the usual traps, and
  how to tell that it is time to stop.

# Two to five things that exist afterwards.
deliverables:
  - A page on {subject} with what was done, by whom, and what came of it
  - The decision on {subject} that follows from the page, with its date

# Two to five sentences that somebody else can answer with yes or no.
criteria:
  - Somebody who was not there can tell from the page what was decided on {subject}
  - The decision on {subject} names who does what by when

# Three to seven, in the order of doing. Ticks refer to the slug: keep it when you reword a title.
tasks:
  - slug: write-down-what-is-known
    title: Write down what the company knows about {subject} and where it knows it from
  - slug: ask-three-people
    title: Ask three people who have done {subject} before what they would do first
  - slug: write-the-page
    title: Write the page on {subject} with the decision that follows from it
"""

_NEEDS = """\
needs:
  - field: {field}
    why: What you wrote there is where this decision starts.
"""


@dataclass(frozen=True, slots=True)
class _Place:
    """A program's steps as they are, and where among them the new one is to stand."""

    folder: files.Folder
    steps: list[Outline]
    order: int

    def beside(self, steps: Iterable[Outline]) -> Outline | None:
        """The nearest of these steps before the new one, the likeliest to be built upon."""
        earlier = [one for one in steps if one.order is not None and one.order < self.order]
        return max(earlier, key=lambda one: one.order or 0, default=None)

    def blanks(self, slug: str, name: str, beside: Outline | None) -> dict[str, object]:
        """What every new file says, whatever its kind."""
        program = self.folder.program.content
        phases = [phase["slug"] for phase in program["phases"]]
        domains = [domain["slug"] for domain in program["domains"]]
        title = name.replace("-", " ").capitalize()
        return {
            "slug": slug,
            # JSON is YAML: quotes keep a title like "2030" or "Yes" a text.
            "title": json.dumps(title),
            "order": self.order,
            "phase": beside.content["phase"] if beside else phases[0],
            "phases": ", ".join(phases),
            "domain": beside.content["domain"] if beside else domains[0],
            "domains": ", ".join(domains),
            "subject": title.lower(),
        }


def new_tool(folder: Path, order: int, slug: str) -> Path:
    """Write the file of a new tool `sprint-ORDER-SLUG`; returns its path.

    Raises CannotAdd if the name is not one or is taken or the program has checklists only,
    FaultyFiles if the program cannot be read.
    """
    place = _place(folder, order)
    if place.steps and all(step.is_checklist for step in place.steps):
        raise CannotAdd(
            f"{place.folder.slug} is a program of checklists: add a step to it with"
            f" `milepost programs new-step {place.folder.slug} {order} {slug}`."
        )
    full_slug = f"sprint-{order}-{slug}"
    _refuse(place, slug, full_slug)
    nearest = place.beside(step for step in place.steps if step.gives)
    beside = nearest or next(iter(place.steps), None)
    text = _TOOL.format(
        **place.blanks(full_slug, slug, beside),
        needs=_NEEDS.format(field=nearest.gives[0].name) if nearest else "needs: []\n",
        field=_free_field(slug, producers(place.steps)),
    )
    return _write(place, f"{order:02d}-{slug}.yaml", text)


def new_step(folder: Path, order: int, slug: str) -> Path:
    """Write the file of a new checklist; returns its path. Raises as `new_tool` does."""
    place = _place(folder, order)
    _refuse(place, slug, slug)
    nearest = place.beside(step for step in place.steps if step.active)
    text = _CHECKLIST.format(
        **place.blanks(slug, slug, nearest or next(iter(place.steps), None)),
        after=f"[{nearest.slug}]" if nearest else "[]",
        fewest=FEWEST_WORDS,
    )
    return _write(place, f"{order:03d}-{slug}.yaml", text)


def _place(folder: Path, order: int) -> _Place:
    read = files.read(folder, demos=False)
    faults = tuple(fault for source in read.sources for fault in source.faults)
    # A program that has no step yet is where a first one is added.
    if faults and (read.steps or any(fault.message != files.NO_STEPS for fault in faults)):
        raise FaultyFiles(faults)
    return _Place(read, [outline(read.slug, source, sound=True) for source in read.steps], order)


def _refuse(place: _Place, slug: str, full_slug: str) -> None:
    if not _SLUG.fullmatch(slug) or len(full_slug) > 60:
        raise CannotAdd(
            f"{slug} is no slug: lower-case letters and digits, with single hyphens between."
        )
    if not 0 <= place.order <= 9999:
        raise CannotAdd("The order is a number from 0 to 9999.")
    for step in place.steps:
        if step.slug == full_slug:
            raise CannotAdd(f"The slug {full_slug} is used in {step.source.file}.")
        if step.order == place.order:
            raise CannotAdd(f"The order {place.order} is used in {step.source.file}.")


def _write(place: _Place, name: str, text: str) -> Path:
    folder = place.folder.path
    path = folder / "steps" / name
    path.parent.mkdir(exist_ok=True)
    schema = folder.parent / "schemas" / "step.schema.json"
    try:
        with path.open("x", encoding="utf-8") as file:
            file.write((_MODELINE if schema.is_file() else "") + text)
    except FileExistsError as error:
        raise CannotAdd(f"{path} exists already.") from error
    return path


def _free_field(slug: str, given: dict[str, Outline]) -> str:
    module = slug.replace("-", "_")
    if not module[0].isalpha():
        module = f"step_{module}"
    name, number = f"{module}.decision", 2
    while name in given:
        name, number = f"{module}.decision_{number}", number + 1
    return name
