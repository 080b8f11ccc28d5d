"""Tasks on the page of a step: whom they can be given to, and until when."""

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


@pytest.mark.parametrize(
    ("due", "said"),
    [
        ("0001-01-01", "Choose a day from the year 2000 on."),
        ("2926-11-30", "Choose a day within the next 50 years."),
    ],
)
async def test_a_day_that_nobody_means_is_refused_beside_the_task(
    place: Place, open_browser: Callable[..., Awaitable[Browser]], due: str, said: str
) -> None:
    venture = await make_venture(place, "Alder", steps=(STEP,), founder="Nora Lind")
    browser = await open_browser(venture.founder)
    form = {"journey": str(venture.journey.id), "title": "Visit him", "due_on": due}
    added = await browser.post(f"/company/steps/{STEP}/tasks", form)
    assert added.status_code == 422
    assert said in added.text
    page = (await browser.get(f"/company/steps/{STEP}")).text
    assert "Visit him" not in page
    task = re.findall(r"/company/tasks/([0-9a-f-]{36})\"", page)[0]
    changed = await browser.post(f"/company/tasks/{task}", form)
    assert changed.status_code == 422
    assert said in changed.text
    assert "Visit him" not in (await browser.get(f"/company/steps/{STEP}")).text
