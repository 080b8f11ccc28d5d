"""What stands in a form outlasts what a colleague does meanwhile: it is on the page, and kept."""

import re
from collections.abc import Awaitable, Callable
from html import unescape
from typing import Any

import httpx2
import pytest
import pytest_asyncio

from milepost.contexts.journeys import service as journeys
from milepost.contexts.journeys.types import FormKind, FormSpot, Outcome, Task, UnsentForm
from milepost.platform.db import Transaction
from tests.factories.people import Place
from tests.factories.portfolios import Venture, make_member, make_venture
from tests.web.people.conftest import Browser, app, field, open_browser, words_of

__all__ = ["app", "open_browser"]

pytestmark = pytest.mark.asyncio(loop_scope="session")

STEP = "founder-motivation"
PAGE = f"/company/steps/{STEP}"
OUTCOME = f"{PAGE}/outcome"
EDIT = f"/company/plan/steps/{STEP}"
OWN = "/company/plan/own"
WORDS = "PRECIOUS RESULT"
TITLE = "Visit the harbour"

Open = Callable[..., Awaitable[Browser]]


@pytest_asyncio.fixture(loop_scope="session")
async def venture(place: Place) -> Venture:
    made = await make_venture(place, "Alder", steps=(STEP,))
    async with place.db.transaction(made.founder.actor) as tx:
        for act in (journeys.start, journeys.complete):
            await act(tx, journey_id=made.journey.id, step_slug=STEP, now=place.now)
    return made


@pytest_asyncio.fixture(loop_scope="session")
async def founder(venture: Venture, open_browser: Open) -> Browser:
    return await open_browser(venture.founder)


async def do(venture: Venture, act: Callable[..., Awaitable[Any]], **more: Any) -> Any:
    """Let a colleague do something in the journey."""
    async with venture.place.db.transaction(venture.founder.actor) as tx:
        return await act(tx, journey_id=venture.journey.id, now=venture.place.now, **more)


async def own_task(venture: Venture) -> Task:
    return await do(venture, journeys.add_task, step_slug=STEP, title=TITLE)


async def archive(venture: Venture, *, away: bool = True) -> None:
    await do(venture, journeys.rename, name=venture.journey.name, archived=away)


async def read(venture: Venture, reading: Callable[[Transaction], Awaitable[Any]]) -> Any:
    async with venture.place.db.transaction(venture.founder.actor) as tx:
        return await reading(tx)


async def outcomes(venture: Venture) -> list[Outcome]:
    return await read(venture, lambda tx: journeys.list_outcomes(tx, journey_id=venture.journey.id))


async def kept(venture: Venture, kind: FormKind = FormKind.OUTCOME) -> UnsentForm | None:
    spot = FormSpot(
        journey_id=venture.journey.id, kind=kind, step_slug="" if kind is FormKind.OWN else STEP
    )
    return await read(venture, lambda tx: journeys.find_unsent(tx, spot=spot))


def hidden(text: str) -> dict[str, str]:
    """What a form's page carries along in hidden fields."""
    form = re.search(r"<form[^>]*data-autosave.*?</form>", text, re.DOTALL)
    assert form is not None
    return {
        unescape(name): unescape(value)
        for name, value in re.findall(
            r'<input type="hidden" name="([^"]+)" value="([^"]*)"', form[0]
        )
    }


def area(text: str, name: str) -> str:
    """What stands in a text area."""
    found = re.search(rf'<textarea[^>]* name="{name}"[^>]*>\n(.*?)</textarea>', text, re.DOTALL)
    assert found is not None, name
    return unescape(found[1])


async def outcome_form(founder: Browser, **typed: str) -> dict[str, str]:
    page = (await founder.get(OUTCOME)).text
    return {**hidden(page), "days": "3", "confidence": "4", **typed}


async def autosave(founder: Browser, page: str, form: dict[str, str]) -> httpx2.Response:
    return await founder.post(
        f"{page}/draft",
        form,
        csrf=form["_csrf"],
        accept="application/json",
        x_autosave="1",
        if_match=f'"{form["revision"]}"',
    )


async def test_the_result_of_a_task_that_is_gone_is_written_with_its_title(
    founder: Browser, venture: Venture
) -> None:
    task = await own_task(venture)
    form = await outcome_form(founder, **{f"result-{task.id}": WORDS})
    saved = await autosave(founder, OUTCOME, form)
    form["revision"] = saved.json()["revision"]
    await do(venture, journeys.remove_task, task_id=task.id)
    # Come back to, it is there, under the title that the task had.
    page = (await founder.get(OUTCOME)).text
    assert area(page, f"result-{task.id}") == WORDS
    assert f"{TITLE} {WORDS} This task was taken away" in words_of(page)
    # Refused for something else, it is there, too.
    refused = await founder.post(OUTCOME, {**form, "days": "soon"})
    assert refused.status_code == 422
    assert area(refused.text, f"result-{task.id}") == WORDS
    assert field(refused.text, f"title-{task.id}") == TITLE
    taken = await founder.post(OUTCOME, form)
    assert taken.status_code == 303
    for shown in (taken.headers["location"], OUTCOME):
        said = words_of((await founder.get(shown)).text)
        assert f"{TITLE} (taken away since) {WORDS}" in said
    assert await kept(venture) is None


async def test_without_a_draft_the_first_press_writes_it(
    founder: Browser, venture: Venture
) -> None:
    task = await own_task(venture)
    form = await outcome_form(founder, **{f"result-{task.id}": WORDS})
    await do(venture, journeys.remove_task, task_id=task.id)
    assert (await founder.post(OUTCOME, form)).status_code == 303
    (outcome,) = await outcomes(venture)
    notes = await read(venture, lambda tx: journeys.find_outcome_notes(tx, outcome_id=outcome.id))
    assert notes.task_results == {str(task.id): WORDS}
    assert notes.task_titles == {str(task.id): TITLE}


async def test_a_result_that_is_too_long_is_told_beside_it_though_its_task_is_gone(
    founder: Browser, venture: Venture
) -> None:
    task = await own_task(venture)
    long = "x" * 2001
    form = await outcome_form(founder, **{f"result-{task.id}": long})
    await do(venture, journeys.remove_task, task_id=task.id)
    refused = await founder.post(OUTCOME, form)
    assert refused.status_code == 422
    assert area(refused.text, f"result-{task.id}") == long
    assert f"The result of “{TITLE}” is longer" in words_of(refused.text)
    assert f'id="result-{task.id}-error"' in refused.text


async def test_results_of_a_task_taken_away_later_stay_on_the_pages(
    founder: Browser, venture: Venture
) -> None:
    task = await own_task(venture)
    form = await outcome_form(founder, **{f"result-{task.id}": WORDS})
    to = (await founder.post(OUTCOME, form)).headers["location"]
    said = words_of((await founder.get(to)).text)
    assert f"{TITLE} {WORDS}" in said
    assert "taken away" not in said
    await do(venture, journeys.remove_task, task_id=task.id)
    for shown in (to, OUTCOME):
        said = words_of((await founder.get(shown)).text)
        assert f"{TITLE} (taken away since) {WORDS}" in said


@pytest.mark.parametrize("saved_before", [True, False])
async def test_taken_up_again_meanwhile_it_is_kept_until_it_is_completed(
    founder: Browser, venture: Venture, open_browser: Open, saved_before: bool
) -> None:
    form = await outcome_form(founder, notes=WORDS)
    if saved_before:
        told = (await autosave(founder, OUTCOME, {**form, "notes": "PREC"})).json()
        form["revision"] = told["revision"]
    await do(venture, journeys.reopen, step_slug=STEP)
    refused = await founder.post(OUTCOME, form)
    assert refused.status_code == 409
    assert area(refused.text, "notes") == WORDS
    said = words_of(refused.text)
    assert "This can’t be written down just now" in said
    assert "it is kept: only you see it" in said
    there = await kept(venture)
    assert there is not None
    assert there.data["notes"] == WORDS
    assert hidden(refused.text)["revision"] == there.etag.strip('"')
    # What is typed now is kept as well.
    more = {**form, **hidden(refused.text), "notes": f"{WORDS}, and more"}
    assert (await autosave(founder, OUTCOME, more)).status_code == 200
    # The step says so, to its writer alone, and leads there.
    step = (await founder.get(PAGE)).text
    assert "You began to write how it went" in words_of(step)
    assert f'href="{OUTCOME}">see what you wrote' in step
    colleague = await make_member(venture.place, venture.organization, "Sam Ode")
    other = await open_browser(colleague)
    assert "You began to write" not in words_of((await other.get(PAGE)).text)
    assert (await other.get(OUTCOME)).status_code == 303
    again = await founder.get(OUTCOME)
    assert again.status_code == 200
    assert area(again.text, "notes") == f"{WORDS}, and more"
    assert "This can’t be written down just now" in words_of(again.text)
    # Behind them again, it is written.
    await do(venture, journeys.complete, step_slug=STEP)
    assert "Go on writing" in words_of((await founder.get(PAGE)).text)
    page = (await founder.get(OUTCOME)).text
    sent = {**form, **hidden(page), "notes": area(page, "notes")}
    assert (await founder.post(OUTCOME, sent)).status_code == 303
    assert "You began to write" not in words_of((await founder.get(PAGE)).text)


async def test_taken_up_again_and_written_on_another_device(
    founder: Browser, venture: Venture
) -> None:
    form = await outcome_form(founder, notes=WORDS)
    await autosave(founder, OUTCOME, {**form, "notes": "From the phone"})
    await do(venture, journeys.reopen, step_slug=STEP)
    refused = await founder.post(OUTCOME, form)
    assert refused.status_code == 409
    assert area(refused.text, "notes") == WORDS
    said = words_of(refused.text)
    assert "You wrote something else here on another device" in said
    assert "This can’t be written down just now" in said
    there = await kept(venture)
    assert there is not None
    assert there.data["notes"] == "From the phone"
    # Pressed again, theirs is what is kept.
    again = await founder.post(OUTCOME, {**form, **hidden(refused.text)})
    assert again.status_code == 409
    there = await kept(venture)
    assert there is not None
    assert there.data["notes"] == WORDS


async def test_skipped_instead_meanwhile_it_is_written(founder: Browser, venture: Venture) -> None:
    form = await outcome_form(founder, notes=WORDS)
    await do(venture, journeys.reopen, step_slug=STEP)
    await do(venture, journeys.skip, step_slug=STEP, reason="We know.")
    assert (await founder.post(OUTCOME, form)).status_code == 303
    (outcome,) = await outcomes(venture)
    assert outcome.finished is False


@pytest.mark.parametrize(
    ("page", "name", "typed"),
    [
        (OUTCOME, "notes", {"days": "3", "confidence": "4"}),
        (EDIT, "description", {"title": "Ours"}),
        (OWN, "description", {"title": "Ours", "phase": "idea", "domain": "founder"}),
    ],
)
async def test_archived_meanwhile_the_form_comes_back_with_what_was_typed(
    founder: Browser, venture: Venture, page: str, name: str, typed: dict[str, str]
) -> None:
    form = {**hidden((await founder.get(page)).text), **typed, name: WORDS}
    await archive(venture)
    refused = await founder.post(page, form)
    assert refused.status_code == 409
    assert area(refused.text, name) == WORDS
    said = words_of(refused.text)
    assert "This journey is archived" in said
    assert "nothing of it was taken" in said
    await archive(venture, away=False)
    again = {**form, **hidden(refused.text)}
    if page != OUTCOME:
        again |= {
            part: re.findall(rf'<select[^>]* name="{part}".*?value="([^"]+)"', refused.text)[0]
            for part in ("phase", "domain")
        }
    assert (await founder.post(page, again)).status_code == 303


async def test_steps_ticked_stay_ticked(founder: Browser, venture: Venture) -> None:
    page = "/company/plan/add"
    text = (await founder.get(page)).text
    chosen = re.findall(r'name="steps" value="([^"]+)"', text)[3]
    form = {"_csrf": field(text, "_csrf"), "journey": str(venture.journey.id), "steps": chosen}
    await archive(venture)
    refused = await founder.post(page, form)
    assert refused.status_code == 409
    assert f'value="{chosen}" checked' in refused.text
    assert "is archived" in words_of(refused.text)
    await archive(venture, away=False)
    assert (await founder.post(page, form)).status_code == 303
    # A colleague took it meanwhile: no slip of one's own.
    late = await founder.post(page, form)
    assert late.status_code == 422
    assert "somebody else took it" in words_of(late.text)


async def test_words_about_a_task_that_is_gone_are_on_the_page(
    founder: Browser, venture: Venture
) -> None:
    task = await own_task(venture)
    await do(venture, journeys.remove_task, task_id=task.id)
    form = {"journey": str(venture.journey.id), "title": f"{WORDS} <b>", "due_on": ""}
    refused = await founder.post(f"/company/tasks/{task.id}", form)
    assert refused.status_code == 404
    assert f"Title {WORDS} <b>" in words_of(refused.text)
    assert f"{WORDS} &lt;b&gt;" in refused.text
    assert "This task is not there any more." in words_of(refused.text)


@pytest.mark.parametrize(
    ("page", "name", "label"),
    [
        (OUTCOME, "notes", "Notes"),
        (EDIT, "description", "Description"),
        (OWN, "tasks", "Tasks"),
        (f"{PAGE}/skip", "reason", "Why"),
    ],
)
async def test_taken_out_of_the_company_ones_words_are_on_the_page(
    venture: Venture, open_browser: Open, page: str, name: str, label: str
) -> None:
    member = await make_member(venture.place, venture.organization, "Sam Ode")
    browser = await open_browser(member)
    async with venture.place.db.transaction(venture.place.system) as tx:
        await tx.run(
            """
            update identity.memberships
               set ended_at = %(now)s
             where tenant_id = %(tenant_id)s
               and subject_id = %(user_id)s
            """,
            {
                "now": venture.place.now,
                "tenant_id": venture.place.tenant_id,
                "user_id": member.id,
            },
        )
    form = {"journey": str(venture.journey.id), name: WORDS, "days": "3", "confidence": "4"}
    refused = await browser.post(page, form)
    assert refused.status_code == 404
    said = words_of(refused.text)
    assert f"What you typed {label} {WORDS}" in said
    assert "Copy from below what you typed" in said
    assert venture.organization.name not in said


async def test_a_foreign_page_is_told_nothing_back(founder: Browser, venture: Venture) -> None:
    form = {"journey": str(venture.journey.id), "notes": WORDS}
    for site, told in (("cross-site", False), ("same-origin", True)):
        answer = await founder.post(OUTCOME, form, csrf="00", sec_fetch_site=site)
        assert answer.status_code == 403
        assert (WORDS in answer.text) is told


@pytest.mark.parametrize(
    ("page", "name"),
    [(EDIT, "description"), (f"{PAGE}/tasks", "title"), (f"{PAGE}/skip", "reason")],
)
async def test_words_about_a_step_that_is_gone_are_on_the_page(
    place: Place, open_browser: Open, page: str, name: str
) -> None:
    venture = await make_venture(place, "Alder", steps=(STEP,))
    browser = await open_browser(venture.founder)
    await do(venture, journeys.remove_step, step_slug=STEP)
    refused = await browser.post(page, {"journey": str(venture.journey.id), name: WORDS})
    assert refused.status_code == 404
    assert WORDS in words_of(refused.text)


@pytest.mark.parametrize(
    ("name", "words"),
    [("description", "x" * 30_000), ("tasks", "Call the authority\n" * 51)],
)
async def test_more_than_fits_comes_back_whole(
    founder: Browser, venture: Venture, name: str, words: str
) -> None:
    form = {**hidden((await founder.get(OWN)).text), "title": "Ours", name: words}
    refused = await founder.post(OWN, form)
    assert refused.status_code == 422
    assert area(refused.text, name) == words
