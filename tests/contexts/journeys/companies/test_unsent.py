"""Forms that were not sent yet: each person's own, and of two devices one is told."""

import asyncio
from uuid import UUID

import pytest

from milepost.contexts.journeys import service as journeys
from milepost.contexts.journeys.errors import FormOvertaken, JourneyArchived
from milepost.contexts.journeys.types import FormKind, FormSpot, UnsentForm
from milepost.platform.db import Database
from milepost.platform.errors import Forbidden, NotFound
from tests.contexts.journeys.companies.walking import NOW
from tests.factories.people import Place, Someone

pytestmark = pytest.mark.asyncio(loop_scope="session")


def at(journey_id: UUID, kind: FormKind = FormKind.EDIT) -> FormSpot:
    return FormSpot(
        journey_id=journey_id, kind=kind, step_slug="" if kind is FormKind.OWN else "idea"
    )


async def keep(
    db: Database, who: Someone, spot: FormSpot, words: str, *, seen: UnsentForm | None = None
) -> UnsentForm:
    async with db.transaction(who.actor) as tx:
        return await journeys.keep_unsent(
            tx,
            spot=spot,
            based_on="1",
            data={"title": words},
            seen=seen.etag if seen else None,
            now=NOW,
        )


async def find(db: Database, who: Someone, spot: FormSpot) -> UnsentForm | None:
    async with db.transaction(who.actor) as tx:
        return await journeys.find_unsent(tx, spot=spot)


async def finish(
    db: Database, who: Someone, spot: FormSpot, words: str, seen: UnsentForm | None
) -> None:
    async with db.transaction(who.actor) as tx:
        await journeys.finish_unsent(
            tx, spot=spot, data={"title": words}, seen=seen.etag if seen else None
        )


async def test_each_form_of_each_person_is_kept_by_itself(
    db: Database, founder: Someone, cofounder: Someone, journey_id: UUID
) -> None:
    for kind in FormKind:
        for who in (founder, cofounder):
            await keep(db, who, at(journey_id, kind), f"{kind} by {who.user.full_name}")
    for kind in FormKind:
        for who in (founder, cofounder):
            there = await find(db, who, at(journey_id, kind))
            assert there is not None
            assert there.data == {"title": f"{kind} by {who.user.full_name}"}
            assert there.based_on == "1"


async def test_a_device_that_was_overtaken_is_told(
    db: Database, founder: Someone, journey_id: UUID
) -> None:
    spot = at(journey_id)
    first = await keep(db, founder, spot, "One")
    second = await keep(db, founder, spot, "Two", seen=first)
    assert second.etag != first.etag
    for seen in (None, first):
        with pytest.raises(FormOvertaken) as told:
            await keep(db, founder, spot, "Three", seen=seen)
        assert told.value.data["current_etag"] == second.etag
        with pytest.raises(FormOvertaken):
            await finish(db, founder, spot, "Three", seen)
    # The same words, late: nothing would be lost.
    again = await keep(db, founder, spot, "Two", seen=first)
    assert again.data == {"title": "Two"}
    await finish(db, founder, spot, "Two", first)
    assert await find(db, founder, spot) is None
    # And what comes after it is told that it is gone.
    with pytest.raises(FormOvertaken) as gone:
        await keep(db, founder, spot, "Two", seen=again)
    assert gone.value.data["current_etag"] is None
    await finish(db, founder, spot, "Two", again)


async def test_what_is_begun_anew_is_another_one(
    db: Database, founder: Someone, journey_id: UUID
) -> None:
    spot = at(journey_id)
    old = await keep(db, founder, spot, "Old")
    async with db.transaction(founder.actor) as tx:
        await journeys.drop_unsent(tx, spot=spot)
    await keep(db, founder, spot, "New")
    with pytest.raises(FormOvertaken):
        await keep(db, founder, spot, "Old, and more", seen=old)


async def test_two_devices_at_the_same_instant(
    db: Database, founder: Someone, journey_id: UUID
) -> None:
    spot = at(journey_id)
    seen: UnsentForm | None = None
    for turn in range(5):
        results = await asyncio.gather(
            *(keep(db, founder, spot, f"{turn} from {one}", seen=seen) for one in range(2)),
            return_exceptions=True,
        )
        kept = [one for one in results if isinstance(one, UnsentForm)]
        assert len(kept) == 1
        assert [type(one) for one in results if one not in kept] == [FormOvertaken]
        seen = await find(db, founder, spot)
        assert seen == kept[0]


async def test_nobody_else_keeps_anything(
    db: Database, place: Place, founder: Someone, journey_id: UUID
) -> None:
    stranger = await place.person("Sam Strange")
    with pytest.raises((NotFound, Forbidden)):
        await keep(db, stranger, at(journey_id), "Mine?")
    await keep(db, founder, at(journey_id), "Mine")
    assert await find(db, stranger, at(journey_id)) is None


async def test_an_archived_journey_keeps_none(
    db: Database, founder: Someone, journey_id: UUID
) -> None:
    async with db.transaction(founder.actor) as tx:
        await journeys.rename(tx, journey_id=journey_id, name="Away", archived=True, now=NOW)
    with pytest.raises(JourneyArchived):
        await keep(db, founder, at(journey_id), "Later")
