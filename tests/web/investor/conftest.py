"""A firm, companies at each level, and browsers of both sides."""

from dataclasses import dataclass
from datetime import timedelta

import pytest_asyncio

from milepost.contexts.identity.types import Level, Organization
from tests.factories.people import Place, Someone
from tests.factories.portfolios import Venture, make_member, make_organization, make_venture
from tests.web.people.conftest import Browser, app, open_browser

__all__ = ["Browser", "app", "open_browser"]

FIRST, SECOND, THIRD = "founder-motivation", "personal-runway", "shared-workspace"


@dataclass(frozen=True, slots=True)
class Scene:
    """A firm with an investor, and a company at each level."""

    place: Place
    firm: Organization
    investor: Someone
    ventures: dict[Level, Venture]


@pytest_asyncio.fixture(loop_scope="session")
async def scene(place: Place) -> Scene:
    firm = await make_organization(place, kind="investor")
    ventures: dict[Level, Venture] = {}
    for level, name in zip(Level, ("Alder", "Birch", "=Cedar & Sons"), strict=True):
        made = await make_venture(place, name, steps=(FIRST, SECOND, THIRD))
        await made.finish(
            FIRST,
            at=place.now - timedelta(days=5),
            confidence=2,
            notes=f"What {name} wrote for itself.",
        )
        await made.start(SECOND, at=place.now - timedelta(days=50))
        await made.let_in(firm, level)
        ventures[level] = made
    return Scene(place, firm, await make_member(place, firm, "Iris Investor"), ventures)


@pytest_asyncio.fixture(loop_scope="session")
async def investor(scene: Scene, open_browser) -> Browser:
    return await open_browser(scene.investor)


@pytest_asyncio.fixture(loop_scope="session")
async def founder(scene: Scene, open_browser) -> Browser:
    """Who founded the company that shows everything."""
    return await open_browser(scene.ventures[Level.FULL].founder)
