"""Tasks on the page of a step: whom they can be given to."""

import re
from collections.abc import Awaitable, Callable

import pytest

from tests.factories.people import Place
from tests.factories.portfolios import make_member, make_venture
from tests.web.people.conftest import Browser, app, open_browser

__all__ = ["app", "open_browser"]

pytestmark = pytest.mark.asyncio(loop_scope="session")

STEP = "founder-motivation"


async def test_only_who_acts_for_the_company_is_offered_a_task(
    place: Place, open_browser: Callable[..., Awaitable[Browser]]
) -> None:
    venture = await make_venture(place, "Alder", steps=(STEP,), founder="Nora Lind")
    await make_member(place, venture.organization, "Sam Ode")
    await make_member(place, venture.organization, "Vic Viewer", role="viewer")
    page = (await (await open_browser(venture.founder)).get(f"/company/steps/{STEP}")).text
    lists = re.findall(r'<select[^>]*name="assignee">(.*?)</select>', page, re.DOTALL)
    assert lists
    for offered in lists:
        names = re.findall(r"<option[^>]*>([^<]*)</option>", offered)
        assert names == ["Nobody’s yet", "Nora Lind", "Sam Ode"]
