"""Whose side bar has which places: at most six, and somebody with both walks gets both."""

from dataclasses import replace
from datetime import UTC, datetime
from uuid import uuid4

import pytest

from milepost.contexts.identity.types import Organization, Person, Role
from milepost.contexts.journeys.types import Journey
from milepost.web.belongings import Belongings
from milepost.web.places import MOST, first_place, places

NOW = datetime(2026, 11, 1, tzinfo=UTC)
JOURNEY = Journey(
    id=uuid4(),
    subject_id=uuid4(),
    program_id=uuid4(),
    version_id=uuid4(),
    name="",
    status="active",
    plan_stamp=None,
    held_fields=[],
    created_at=NOW,
    updated_at=NOW,
)
FIRM = Organization(
    id=uuid4(), name="F", slug="f", kind="investor", settings={}, created_at=NOW, updated_at=NOW
)
NOBODY_YET = Belongings()
WALKER = Belongings(own_journeys=[JOURNEY])
FOUNDER = Belongings(company_journeys=[JOURNEY])
BOTH = Belongings(own_journeys=[JOURNEY], company_journeys=[JOURNEY])


def nora(role: Role = Role.USER) -> Person:
    return Person(
        tenant_id=uuid4(),
        user_id=uuid4(),
        account_id=uuid4(),
        role=role,
        full_name="Nora Lind",
        email="nora@people.milepost.test",
        time_zone="UTC",
        theme="system",
    )


def shown(has: Belongings, role: Role = Role.USER) -> list[str]:
    return [words for _, words, _, _ in places(nora(role), has, "/account")]


def test_who_walks_alone_begins_with_their_walk() -> None:
    assert shown(WALKER) == ["Today", "Map", "Sharing", "Account"]
    assert shown(WALKER, Role.GURU) == ["Today", "Map", "Team", "Sharing", "Account"]
    assert shown(WALKER, Role.ADMIN) == ["Today", "Map", "Team", "Sharing", "Account", "People"]
    assert {first_place(WALKER, role) for role in Role} == {"/today"}


def test_who_walks_nothing_begins_with_what_they_are_here_for() -> None:
    assert shown(NOBODY_YET) == ["Today", "Map", "Sharing", "Account"]
    assert first_place(NOBODY_YET, Role.USER) == "/today"
    # A map of a walk that was never begun is nothing to go to.
    assert shown(NOBODY_YET, Role.GURU) == ["Team", "Today", "Sharing", "Account"]
    assert shown(NOBODY_YET, Role.ADMIN) == ["Team", "Today", "Sharing", "Account", "People"]
    assert {first_place(NOBODY_YET, role) for role in (Role.GURU, Role.ADMIN)} == {"/team"}


def test_who_acts_for_a_firm_begins_with_its_portfolio() -> None:
    investor = Belongings(firms=[FIRM])
    assert shown(investor) == ["Portfolio", "Sharing", "Account"]
    assert first_place(investor, Role.USER) == "/portfolio"
    assert first_place(replace(WALKER, firms=[FIRM]), Role.USER) == "/today"


def test_who_walks_with_a_company_begins_there() -> None:
    assert shown(FOUNDER)[0] == "Company"
    assert shown(FOUNDER)[-2:] == ["Sharing", "Account"]
    assert "Today" not in shown(FOUNDER)
    assert first_place(FOUNDER, Role.USER) == "/company"


@pytest.mark.parametrize("role", list(Role))
@pytest.mark.parametrize("has", [FOUNDER, BOTH, replace(BOTH, firms=[FIRM])])
def test_there_are_never_more_than_six(has: Belongings, role: Role) -> None:
    found = shown(has, role)
    assert len(found) <= MOST
    assert "Company" in found
    assert {"Sharing", "Account"} <= set(found)


def test_somebody_with_both_gets_both() -> None:
    assert {"Company", "Today"} <= set(shown(BOTH))
    assert first_place(BOTH, Role.USER) == "/today"


def test_one_place_is_where_one_is() -> None:
    here = {
        path: [words for _, words, _, current in places(nora(), BOTH, path) if current]
        for path in ("/company", "/company/steps/mvp-build", "/today", "/nowhere")
    }
    assert here == {
        "/company": ["Company"],
        "/company/steps/mvp-build": ["Company"],
        "/today": ["Today"],
        "/nowhere": [],
    }
