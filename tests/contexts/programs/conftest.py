"""A small sound program as files, and what the tests do to it."""

from collections.abc import AsyncIterator, Callable, Mapping
from dataclasses import dataclass
from pathlib import Path

import psycopg
import pytest
import pytest_asyncio
from tests.contexts.programs.studio import FILES as FILES_OF_STUDIO
from tests.factories.databases import as_app, looking

from milepost.contexts.programs import files
from milepost.contexts.programs.check import check_folder
from milepost.contexts.programs.check.shape import Schemas, load_schemas
from milepost.contexts.programs.types import Fault
from milepost.platform.db import Database, roles

ROOT = Path(__file__).parents[3]

PROGRAM = """\
slug: bakery
title: Bakery
summary: Open a bakery.
accent: 30
vocabulary:
  step: step
phases:
  - slug: start
    title: Start
  - slug: grow
    title: Grow
domains:
  - slug: craft
    title: Craft
"""

DREAM = """\
slug: sprint-0-dream
title: Dream
kind: tool
order: 0
phase: start
domain: craft
difficulty: low
minutes: 20
skippable: false
after: []
purpose: You know what you want, in one sentence.
guidance: |
  ### Dream
  Write it *down*. One sentence, as if the day had come: where you stand, who comes in first.
needs: []
gives:
  - field: dream.wish
    from: wish
    title: Wish
form:
  type: object
  additionalProperties: false
  required: [wish]
  properties:
    wish:
      type: string
      title: What do you wish?
      description: One sentence.
      minLength: 1
      maxLength: 200
      examples: [A bakery on my street]
    budget:
      type: object
      title: What can you spend?
      description: In the first year.
      additionalProperties: false
      required: [amount, currency]
      properties:
        amount: {type: number, minimum: 0}
        currency: {type: string, enum: [EUR, USD]}
      examples: [{amount: 20000, currency: EUR}]
layout:
  sections:
    - title: Wish
      fields: [wish, budget]
  widgets:
    wish: long
"""

BREAD = """\
slug: sprint-1-bread
title: Bread
kind: tool
order: 1
phase: start
domain: craft
difficulty: medium
minutes: 60
purpose: You know what you bake, and how well.
guidance: Bake what people on your street buy twice, and grade each loaf on its second day.
needs:
  - field: dream.wish
    why: It says what you bake for.
gives:
  - field: bread.loaves
    from: loaves
    title: Loaves
  - field: bread.motto
    from: motto
    title: Motto
form:
  type: object
  additionalProperties: false
  required: [loaves, motto]
  properties:
    loaves:
      type: array
      title: Your loaves
      description: The best first.
      minItems: 1
      maxItems: 5
      items:
        type: object
        additionalProperties: false
        required: [name]
        properties:
          name: {type: string, title: Name, minLength: 1, maxLength: 60}
          grade: {type: integer, title: Grade, minimum: 1, maximum: 5}
          since: {type: string, format: date, title: Since}
      examples:
        - - {name: Rye, grade: 4, since: "2026-03-02"}
    motto:
      type: string
      title: Motto
      description: The wish in five words.
      minLength: 1
      maxLength: 80
      examples: [Bread that keeps]
    trust:
      type: integer
      title: Trust
      description: How sure are you?
      minimum: 1
      maximum: 10
      examples: [7]
    grains:
      type: array
      title: Grains
      description: Those that you use.
      uniqueItems: true
      minItems: 1
      items:
        type: string
        oneOf: [{const: rye, title: Rye}, {const: wheat, title: Wheat}]
      examples: [[rye]]
layout:
  sections:
    - title: Loaves
      fields: [loaves, grains]
    - title: Words
      fields: [motto, trust]
  widgets:
    trust: scale
  scale_labels:
    trust: [Not at all, Completely]
  prefill:
    motto: dream.wish
"""

SHOP = """\
slug: sprint-2-shop
title: Shop
kind: tool
order: 2
phase: grow
domain: craft
difficulty: high
minutes: 90
after: [sprint-0-dream]
purpose: You know where you sell, by street.
guidance: Sell where people pass on foot before eight; count them on three mornings before you sign.
needs:
  - field: bread.loaves
    why: They fill the shelf.
gives:
  - field: shop.street
    from: street
    title: Street
form:
  type: object
  additionalProperties: false
  required: [street]
  properties:
    street:
      type: string
      title: Street
      description: Where the shop stands.
      minLength: 1
      maxLength: 80
      examples: [Mill Lane]
"""

DEMO = """\
loaves:
  - name: Spelt
    grade: 5
motto: Slow bread
"""

FILES = {
    "program.yaml": PROGRAM,
    "steps/00-dream.yaml": DREAM,
    "steps/01-bread.yaml": BREAD,
    "steps/02-shop.yaml": SHOP,
    "demo/01-bread.yaml": DEMO,
}


@pytest.fixture(scope="session")
def schemas() -> Schemas:
    return load_schemas(ROOT / "programs" / "schemas")


@pytest.fixture
def fast_track() -> Path:
    return ROOT / "programs" / "fast-track"


@pytest.fixture
def bakery(tmp_path: Path) -> Path:
    return _written(tmp_path / "bakery", FILES)


@pytest.fixture
def studio(tmp_path: Path) -> Path:
    return _written(tmp_path / "studio", FILES_OF_STUDIO)


def _written(folder: Path, texts: Mapping[str, str]) -> Path:
    for name, text in texts.items():
        file = folder / name
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text, "utf-8")
    return folder


@pytest.fixture
def faults_of(schemas: Schemas) -> Callable[[Path], tuple[Fault, ...]]:
    return lambda folder: check_folder(files.read(folder), schemas)


@dataclass(frozen=True, slots=True)
class Blamed:
    """Where faults of one kind were found, and where one was expected: files with lines."""

    places: tuple[tuple[str, int | None], ...]
    expected: frozenset[tuple[str, int | None]]


Blames = Callable[[str, str, str, str, str], Blamed]


@pytest.fixture
def blames(bakery: Path, faults_of: Callable[[Path], tuple[Fault, ...]]) -> Blames:
    """Break one file, and tell which lines faults of that kind name."""
    return lambda *fault: _blamed(bakery, faults_of, *fault)


@pytest.fixture
def studio_blames(studio: Path, faults_of: Callable[[Path], tuple[Fault, ...]]) -> Blames:
    """The same for the program of checklists."""
    return lambda *fault: _blamed(studio, faults_of, *fault)


def _blamed(
    folder: Path,
    faults_of: Callable[[Path], tuple[Fault, ...]],
    file: str,
    old: str,
    new: str,
    blamed: str,
    message: str,
) -> Blamed:
    path = folder / file
    text = path.read_text("utf-8")
    assert old in text
    changed = text.replace(old, new, 1)
    path.write_text(changed, "utf-8")

    found = faults_of(folder)

    lines = [n for n, line in enumerate(changed.splitlines(), start=1) if blamed in line]
    return Blamed(
        places=tuple((fault.file, fault.line) for fault in found if message in fault.message),
        expected=frozenset((f"{folder.name}/{file}", line) for line in lines),
    )


# The catalog is everybody's: what is published here must not stand in other tests' pages.


@pytest.fixture(scope="session")
def database(
    new_database: Callable[[str], roles.Roles], request: pytest.FixtureRequest
) -> roles.Roles:
    """A copy of the template for publishing into."""
    given = getattr(request.config, "workerinput", {"workerid": "main"})
    return new_database(f"catalog_{given['workerid']}")


@pytest_asyncio.fixture(scope="session", loop_scope="session")
async def db(database: roles.Roles) -> AsyncIterator[Database]:
    """That database as the application."""
    async with as_app(database.app) as db:
        yield db


@pytest_asyncio.fixture(scope="session", loop_scope="session")
async def owner(database: roles.Roles) -> AsyncIterator[psycopg.AsyncConnection]:
    """That database as the owner, who publishes."""
    async with looking(database.owner) as connection:
        yield connection
