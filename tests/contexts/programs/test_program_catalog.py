"""The published catalog: versions are made once, stay as they are, and only an operator's role
makes them."""

import asyncio
from dataclasses import replace
from uuid import uuid4

import psycopg
import pytest
from psycopg import errors

from milepost.contexts.identity.types import Nobody
from milepost.contexts.programs import files, service
from milepost.contexts.programs.errors import ToolTaken
from milepost.platform.db import Transaction
from milepost.platform.errors import NotFound


@pytest.fixture
def program(bakery):
    """A program that no other test publishes, with tools that no other has."""
    loaded = files.load(bakery)
    own = uuid4().hex[:12]
    names = {step.slug: f"{step.slug}-{own}" for step in loaded.steps}
    steps = tuple(
        replace(
            step,
            slug=names[step.slug],
            after=tuple(names[slug] for slug in step.after),
            tool_schema=f"{step.tool_schema}_{own}",
        )
        for step in loaded.steps
    )
    return replace(loaded, slug=f"bakery-{own}", steps=steps)


async def publish(connection, program, now):
    async with connection.transaction():
        return await service.publish(Transaction(connection, None), program=program, now=now)


async def test_the_same_content_makes_no_new_version(owner, db, program, now):
    first = await publish(owner, program, now)
    again = await publish(owner, program, now)
    assert (first.number, first.created) == (1, True)
    assert again == replace(first, created=False)

    changed = await publish(owner, replace(program, title="Bakeries"), now)
    assert (changed.number, changed.created) == (2, True)
    assert changed.program_id == first.program_id

    async with db.transaction(Nobody()) as tx:
        latest = await service.find_latest(tx, slug=program.slug)
        pinned = await service.get_version(tx, version_id=first.version_id)
    assert latest.program.title == "Bakeries"
    assert (latest.number, latest.program_id) == (2, first.program_id)
    assert pinned.program == program
    assert pinned.content_hash == pinned.program.content_hash == program.content_hash
    assert pinned.published_at == now


async def test_going_back_to_earlier_content_is_a_version_of_its_own(owner, program, now):
    first = await publish(owner, program, now)
    await publish(owner, replace(program, title="Bakeries"), now)
    back = await publish(owner, program, now)
    assert (back.number, back.created) == (3, True)
    assert back.version_id != first.version_id


async def test_publishing_at_the_same_time_makes_one_version(database, program, now):
    async def alone():
        connection = await psycopg.AsyncConnection.connect(database.operator, autocommit=True)
        async with connection:
            return await publish(connection, program, now)

    results = await asyncio.gather(*(alone() for _ in range(6)))
    assert sum(result.created for result in results) == 1
    assert {result.number for result in results} == {1}
    assert len({result.version_id for result in results}) == 1


async def test_different_contents_at_the_same_time_get_numbers_of_their_own(database, program, now):
    async def alone(title):
        connection = await psycopg.AsyncConnection.connect(database.operator, autocommit=True)
        async with connection:
            return await publish(connection, replace(program, title=title), now)

    results = await asyncio.gather(*(alone(f"Bakery {number}") for number in range(5)))
    assert sorted(result.number for result in results) == [1, 2, 3, 4, 5]


@pytest.mark.parametrize(
    "other",
    [
        {"tool_schema": "bistro_dish"},
        {"slug": "sprint-0-dish"},
    ],
    ids=["its name", "its schema"],
)
async def test_no_program_takes_a_tool_of_another(owner, db, program, now, other):
    await publish(owner, program, now)
    # What an older version had still holds answers.
    (first, *_) = program.steps
    own = f"last-{uuid4().hex}"
    last = replace(first, slug=own, tool_schema=own.replace("-", "_"))
    fewer = replace(program, steps=(last,))
    await publish(owner, fewer, now)
    bistro = replace(program, slug=f"bistro-{uuid4().hex[:12]}", steps=(replace(first, **other),))
    with pytest.raises(ToolTaken) as refused:
        await publish(owner, bistro, now)
    assert refused.value.message == (
        f"Bakery can't have the step {bistro.steps[0].slug}: the database schema"
        f" {first.tool_schema} belongs to the program {program.slug}. Choose another slug."
    )
    assert "\n" not in refused.value.message
    async with db.transaction(Nobody()) as tx:
        assert await service.find_latest(tx, slug=bistro.slug) is None


async def test_a_tool_is_published_again_by_its_own_program(owner, program, now):
    await publish(owner, program, now)
    again = await publish(owner, replace(program, title="Bakeries"), now)
    assert again.number == 2


async def test_a_version_is_read_once_and_kept(owner, db, program, now):
    published = await publish(owner, program, now)
    async with db.transaction(Nobody()) as tx:
        one = await service.get_version(tx, version_id=published.version_id)
        two = await service.get_version(tx, version_id=published.version_id)
    assert one is two


async def test_the_catalog_lists_each_program_with_its_newest_version(owner, db, program, now):
    await publish(owner, program, now)
    newest = await publish(owner, replace(program, title="Bakeries"), now)
    async with db.transaction(Nobody()) as tx:
        listed = [
            one for one in await service.list_programs(tx) if one.program.slug == program.slug
        ]
    assert [(one.program.title, one.id, one.number) for one in listed] == [
        ("Bakeries", newest.version_id, 2)
    ]
    assert listed[0].program.summary == "Open a bakery."


async def test_what_was_never_published_is_not_there(db):
    async with db.transaction(Nobody()) as tx:
        assert await service.find_latest(tx, slug="never") is None
        with pytest.raises(NotFound):
            await service.get_version(tx, version_id=uuid4())


@pytest.mark.parametrize(
    "statement",
    [
        "insert into programs.programs (slug, created_at) values ('x', now())",
        "update programs.programs set slug = 'x'",
        "delete from programs.programs",
        "update programs.versions set number = number + 1",
        "delete from programs.versions",
        "truncate programs.versions",
    ],
)
async def test_the_application_only_reads(database, statement):
    connection = await psycopg.AsyncConnection.connect(database.app)
    async with connection:
        with pytest.raises(errors.InsufficientPrivilege):
            await connection.execute(statement)
        await connection.rollback()


async def test_nobody_who_sees_every_row_may_rewrite_a_version(database):
    connection = await psycopg.AsyncConnection.connect(database.operator)
    async with connection:
        with pytest.raises(errors.InsufficientPrivilege):
            await connection.execute("update programs.versions set number = number + 1")
        await connection.rollback()
