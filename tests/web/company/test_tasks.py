"""Tasks on the page of a step: whom they can be given to, and until when."""

import asyncio
import re
from collections.abc import Awaitable, Callable

import pytest

from tests.factories.people import Place
from tests.factories.portfolios import make_member, make_venture
from tests.web.people.conftest import Browser, app, field, open_browser

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


async def test_of_two_who_change_a_task_the_second_is_told(
    place: Place, open_browser: Callable[..., Awaitable[Browser]]
) -> None:
    venture = await make_venture(place, "Alder", steps=(STEP,), founder="Nora Lind")
    sam = await make_member(place, venture.organization, "Sam Ode")
    nora, other = await open_browser(venture.founder), await open_browser(sam)
    address = f"/company/steps/{STEP}"
    page = (await nora.get(address)).text
    task = re.findall(r"/company/tasks/([0-9a-f-]{36})\"", page)[0]
    edited = f"/company/tasks/{task}"

    def form(text: str) -> dict[str, str]:
        """What a browser would send of this task's form."""
        own = text.partition(f'data-writing method="post" action="{edited}"')[2]
        own = own or text.partition(f'data-writing data-unsent method="post" action="{edited}"')[2]
        own = own.partition("</form>")[0]
        named = ("title", "due_on", "seen_title", "seen_assignee", "seen_due_on")
        sent = {name: field(own, name) for name in named}
        chosen = re.search(r'<option value="([^"]*)" selected>', own)
        return {
            **sent,
            "assignee": chosen[1] if chosen else "",
            "journey": str(venture.journey.id),
        }

    mine, theirs = form(page), form((await other.get(address)).text)
    told = await other.post(edited, {**theirs, "due_on": "2031-12-24", "assignee": str(sam.id)})
    assert told.status_code == 303
    # Another part of it: nothing of Sam's is lost, and nobody needs to be told.
    told = await nora.post(edited, {**mine, "title": "Say it aloud"})
    assert told.status_code == 303
    now = form((await nora.get(address)).text)
    assert (now["title"], now["due_on"], now["assignee"]) == (
        "Say it aloud",
        "2031-12-24",
        str(sam.id),
    )
    # The same part: both values are there, and nothing is stored until its writer says so.
    told = await nora.post(edited, {**mine, "due_on": "2031-11-25"})
    assert told.status_code == 409
    assert "Somebody else changed this task meanwhile" in told.text
    assert "(2031-12-24)" in told.text
    again = form(told.text)
    assert (again["due_on"], again["seen_due_on"]) == ("2031-11-25", "2031-12-24")
    assert (again["title"], again["assignee"]) == ("Say it aloud", str(sam.id))
    assert form((await nora.get(address)).text)["due_on"] == "2031-12-24"
    assert (await nora.post(edited, again)).status_code == 303
    assert form((await other.get(address)).text)["due_on"] == "2031-11-25"


async def test_a_form_that_is_sent_twice_adds_one_task(
    place: Place, open_browser: Callable[..., Awaitable[Browser]]
) -> None:
    venture = await make_venture(place, "Alder", steps=(STEP,), founder="Nora Lind")
    browser = await open_browser(venture.founder)
    address = f"/company/steps/{STEP}"

    async def add(attempt: str, title: str) -> int:
        form = {"journey": str(venture.journey.id), "title": title, "attempt": attempt}
        sent = await asyncio.gather(*(browser.post(f"{address}/tasks", form) for _ in range(2)))
        assert {one.status_code for one in sent} == {303}
        page = (await browser.get(address)).text
        return page.count(f'<span class="task-title">{title}</span>')

    attempt = field((await browser.get(address)).text, "attempt")
    assert await add(attempt, "Call Anna") == 1
    # What was typed meanwhile is another task; the same words from a form of their own, too.
    assert await add(attempt, "Call Otto") == 1
    assert await add(field((await browser.get(address)).text, "attempt"), "Call Anna") == 2


async def test_what_was_typed_of_a_new_task_comes_back_with_what_is_wrong(
    place: Place, open_browser: Callable[..., Awaitable[Browser]]
) -> None:
    venture = await make_venture(place, "Alder", steps=(STEP,), founder="Nora Lind")
    browser = await open_browser(venture.founder)
    form = {
        "journey": str(venture.journey.id),
        "title": "\u200b",
        "assignee": str(venture.founder.id),
        "due_on": "2031-05-01",
    }
    refused = await browser.post(f"/company/steps/{STEP}/tasks", form)
    assert refused.status_code == 422
    new = refused.text.partition('id="new-task"')[2].partition("</form>")[0]
    assert f'value="{venture.founder.id}" selected' in new
    assert 'value="2031-05-01"' in new
