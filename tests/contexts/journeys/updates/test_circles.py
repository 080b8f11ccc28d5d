"""Steps that a newer framework would make wait for each other: which ones, whose doing, what helps.

Whatever waits for them is not named: there may be a hundred such steps.
"""

import psycopg
import pytest

from milepost.contexts.journeys.errors import PlanConflict
from milepost.contexts.programs.types import Program
from milepost.platform.db import Database
from tests.contexts.journeys.updates.updating import (
    begin,
    framework,
    new_slug,
    publish,
    with_step,
)
from tests.factories.frameworks import make_checklist
from tests.factories.people import Someone


def four(slug: str) -> Program:
    """Objections and funding stand alone; two more steps come after them."""
    return framework(
        slug,
        (
            make_checklist("objections", order=1),
            make_checklist("funding", order=2),
            make_checklist("bank", order=3, after=("funding",)),
            make_checklist("office", order=4, after=("bank", "objections")),
        ),
    )


async def test_own_words_that_stand_against_it_are_named(
    db: Database, owner: psycopg.AsyncConnection, nora: Someone
) -> None:
    first = four(new_slug())
    await publish(owner, first)
    company = await begin(db, nora, first)
    await company.edit("objections", after=["funding"])
    newer = with_step(first, "funding", after=("objections",))
    version_id = await publish(owner, with_step(newer, "office", title="Rent an office"))
    update = await company.preview()
    assert update is not None
    assert update.conflict is not None
    assert set(update.conflict.circle) == {"objections", "funding"}
    assert update.conflict.own == ("objections",)
    assert update.conflict.message == (
        "These steps would wait for each other: “Objections” would come after “Funding”, and"
        " “Funding” after “Objections”. You said yourselves what “Objections” comes after, and"
        " that stands against it. What helps: change what “Objections” comes after in your plan,"
        " or leave out “Funding”."
    )
    with pytest.raises(PlanConflict, match="leave out “Funding”"):
        await company.take(version_id)
    # What helps does.
    without = await company.preview({"office"})
    assert without is not None
    assert without.conflict is None
    await company.edit("objections", restore=frozenset({"after"}))
    await company.take(version_id)
    assert (await company.states())["funding"] == "locked"


async def test_own_words_that_collide_may_be_given_up_instead(
    db: Database, owner: psycopg.AsyncConnection, nora: Someone
) -> None:
    first = four(new_slug())
    await publish(owner, first)
    company = await begin(db, nora, first)
    await company.edit("bank", after=[])
    await company.edit("funding", after=["bank"])
    newer = with_step(first, "bank", after=("funding", "objections"))
    newer = with_step(newer, "funding", after=("objections",))
    version_id = await publish(owner, newer)
    update = await company.preview(None, {"bank"})
    assert update is not None
    assert update.conflict is not None
    assert "take the new “comes after” of “Funding” instead of yours" in update.conflict.message
    assert "leave out “Bank”" in update.conflict.message
    await company.take(version_id, None, {"bank", "funding"})
    assert (await company.step("funding")).after == ("objections",)


async def test_a_step_that_must_be_taken_too_is_named(
    db: Database, owner: psycopg.AsyncConnection, nora: Someone
) -> None:
    slug = new_slug()
    first = framework(
        slug, (make_checklist("one", order=1), make_checklist("two", order=2, after=("one",)))
    )
    await publish(owner, first)
    company = await begin(db, nora, first)
    newer = framework(
        slug, (make_checklist("two", order=1), make_checklist("one", order=2, after=("two",)))
    )
    version_id = await publish(owner, newer)
    update = await company.preview({"one"})
    assert update is not None
    assert update.conflict is not None
    assert update.conflict.own == ()
    assert "take what is new in “Two” as well, or leave out “One”" in update.conflict.message
    await company.take(version_id, {"one", "two"})
    assert (await company.states()) == {"one": "locked", "two": "unlocked"}


async def test_an_edit_that_makes_steps_wait_for_each_other_names_them(
    db: Database, owner: psycopg.AsyncConnection, nora: Someone
) -> None:
    first = four(new_slug())
    await publish(owner, first)
    company = await begin(db, nora, first)
    with pytest.raises(PlanConflict) as refused:
        await company.edit("funding", after=["office"])
    assert refused.value.message == (
        "These steps would wait for each other: “Funding” would come after “Office”,"
        " “Office” after “Bank”, and “Bank” after “Funding”."
    )
