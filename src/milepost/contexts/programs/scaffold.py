"""A new step's file: complete, valid and published as it stands, with notes on what to write."""

import json
import re
from pathlib import Path

from milepost.contexts.programs import files
from milepost.contexts.programs.check.graph import producers
from milepost.contexts.programs.check.outline import Outline, outline
from milepost.contexts.programs.errors import CannotAdd, FaultyFiles

_SLUG = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*")

# In its first line, where an editor that completes and checks YAML looks for the schema.
_MODELINE = "# yaml-language-server: $schema=../../schemas/step.schema.json\n#\n"

_TEMPLATE = """\
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

_NEEDS = """\
needs:
  - field: {field}
    why: What you wrote there is where this decision starts.
"""


def new_tool(folder: Path, order: int, slug: str) -> Path:
    """Write the file of a new step `sprint-ORDER-SLUG`; returns its path.

    Raises CannotAdd if the name is not one or is taken, FaultyFiles if the program cannot be read.
    """
    read = files.read(folder, demos=False)
    faults = tuple(fault for source in read.sources for fault in source.faults)
    if faults:
        raise FaultyFiles(faults)
    steps = [outline(read.slug, source, sound=True) for source in read.steps]
    full_slug = f"sprint-{order}-{slug}"
    path = folder / "steps" / f"{order:02d}-{slug}.yaml"
    refusal = _refusal(steps, order, slug, full_slug)
    if refusal:
        raise CannotAdd(refusal)
    text = _text(read, steps, order, slug, full_slug)
    try:
        with path.open("x", encoding="utf-8") as file:
            file.write(text)
    except FileExistsError as error:
        raise CannotAdd(f"{path} exists already.") from error
    return path


def _refusal(steps: list[Outline], order: int, slug: str, full_slug: str) -> str | None:
    if not _SLUG.fullmatch(slug) or len(full_slug) > 60:
        return f"{slug} is no slug: lower-case letters and digits, with single hyphens between."
    if not 0 <= order <= 9999:
        return "The order is a number from 0 to 9999."
    for step in steps:
        if step.slug == full_slug:
            return f"The slug {full_slug} is used in {step.source.file}."
        if step.order == order:
            return f"The order {order} is used in {step.source.file}."
    return None


def _text(read: files.Folder, steps: list[Outline], order: int, slug: str, full_slug: str) -> str:
    program = read.program.content
    given = producers(steps)
    # The nearest step before this one is the likeliest to be built upon.
    earlier = [one for one in steps if one.gives and one.order is not None and one.order < order]
    nearest = max(earlier, key=lambda one: one.order or 0, default=None)
    beside = nearest or next(iter(steps), None)
    phases = [phase["slug"] for phase in program["phases"]]
    domains = [domain["slug"] for domain in program["domains"]]
    title = slug.replace("-", " ").capitalize()
    schema = read.path.parent / "schemas" / "step.schema.json"
    return (_MODELINE if schema.is_file() else "") + _TEMPLATE.format(
        slug=full_slug,
        # JSON is YAML: quotes keep a title like "2030" or "Yes" a text.
        title=json.dumps(title),
        order=order,
        phase=beside.content["phase"] if beside else phases[0],
        phases=", ".join(phases),
        domain=beside.content["domain"] if beside else domains[0],
        domains=", ".join(domains),
        subject=title.lower(),
        needs=_NEEDS.format(field=nearest.gives[0].name) if nearest else "needs: []\n",
        field=_free_field(slug, given),
    )


def _free_field(slug: str, given: dict[str, Outline]) -> str:
    module = slug.replace("-", "_")
    if not module[0].isalpha():
        module = f"step_{module}"
    name, number = f"{module}.decision", 2
    while name in given:
        name, number = f"{module}.decision_{number}", number + 1
    return name
