"""What is written in a company's forms is kept on the server meanwhile, for its writer alone."""

import re
from collections.abc import Awaitable, Callable
from html import unescape

import httpx2
import pytest
import pytest_asyncio

from milepost.contexts.journeys import service as journeys
from milepost.contexts.journeys.types import FormKind, FormSpot, StepEdit, UnsentForm
from tests.factories.people import Place
from tests.factories.portfolios import Venture, make_member, make_venture
from tests.web.people.conftest import Browser, app, field, open_browser, words_of

__all__ = ["app", "open_browser"]

pytestmark = pytest.mark.asyncio(loop_scope="session")

STEP = "founder-motivation"
OUTCOME = f"/company/steps/{STEP}/outcome"
EDIT = f"/company/plan/steps/{STEP}"
OWN = "/company/plan/own"
PAGES = {OUTCOME: "notes", EDIT: "description", OWN: "description"}
WORDS = "What nobody may lose."


@pytest_asyncio.fixture(loop_scope="session")
async def venture(place: Place) -> Venture:
    made = await make_venture(place, "Birch", steps=(STEP,))
    async with place.db.transaction(made.founder.actor) as tx:
        for act in (journeys.start, journeys.complete):
            await act(tx, journey_id=made.journey.id, step_slug=STEP, now=place.now)
    return made


@pytest_asyncio.fixture(loop_scope="session")
async def founder(venture: Venture, open_browser: Callable[..., Awaitable[Browser]]) -> Browser:
    return await open_browser(venture.founder)


async def drawn(browser: Browser, page: str) -> dict[str, str]:
    """The form as the page draws it now."""
    answer = await browser.get(page)
    assert answer.status_code == 200
    return fields(answer.text)


def fields(text: str) -> dict[str, str]:
    """The plain fields of the one form that is kept."""
    form = re.search(r"<form[^>]*data-autosave.*?</form>", text, re.DOTALL)
    assert form is not None
    found = {
        name: unescape(value)
        for name, value in re.findall(
            r'<input(?: [a-z-]+="[^"]*")*? name="([a-z_]+)"[^>]*? value="([^"]*)"', form[0]
        )
        if name not in ("confidence", "share", "after", "phase", "domain")
    }
    for name, value in re.findall(
        r'<textarea[^>]* name="([^"]+)"[^>]*>\n(.*?)</textarea>', form[0], re.DOTALL
    ):
        found[name] = unescape(value)
    for name in ("phase", "domain"):
        chosen = re.search(rf'<select[^>]* name="{name}".*?</select>', form[0], re.DOTALL)
        if chosen:
            selected = re.search(r'<option value="([^"]*)" selected', chosen[0])
            first = re.search(r'<option value="([^"]*)"', chosen[0])
            assert first is not None
            found[name] = (selected or first)[1]
    return found


async def autosave(
    browser: Browser, page: str, form: dict[str, str], **typed: str
) -> httpx2.Response:
    sent = {**form, **typed, "_action": "autosave"}
    return await browser.post(
        f"{page}/draft",
        sent,
        csrf=form["_csrf"],
        accept="application/json",
        x_autosave="1",
        if_match=f'"{form["revision"]}"',
    )


async def kept(venture: Venture, kind: FormKind) -> UnsentForm | None:
    spot = FormSpot(
        journey_id=venture.journey.id, kind=kind, step_slug="" if kind is FormKind.OWN else STEP
    )
    async with venture.place.db.transaction(venture.founder.actor) as tx:
        return await journeys.find_unsent(tx, spot=spot)


@pytest.mark.parametrize(("page", "name"), PAGES.items())
async def test_another_device_takes_it_up(
    founder: Browser,
    venture: Venture,
    open_browser: Callable[..., Awaitable[Browser]],
    page: str,
    name: str,
) -> None:
    form = await drawn(founder, page)
    saved = await autosave(founder, page, form, **{name: WORDS})
    told = saved.json()
    assert (saved.status_code, set(told)) == (200, {"revision", "saved_at", "kept", "errors"})
    assert saved.headers["etag"] == f'"{told["revision"]}"'

    phone = await open_browser(venture.founder)
    there = await drawn(phone, page)
    assert (there[name], there["revision"]) == (WORDS, told["revision"])
    said = words_of((await phone.get(page)).text)
    assert "You began this" in said
    assert "Saved " in said
    # It is that person's, and no colleague's.
    colleague = await venture.place.person("Otto Berg", organization=venture.organization)
    assert (await drawn(await open_browser(colleague), page))[name] != WORDS

    more = await autosave(phone, page, there, **{name: f"{WORDS} And more."})
    assert more.status_code == 200
    # The first device is told, and what the second saved stays.
    form["revision"] = told["revision"]
    late = await autosave(founder, page, form, **{name: "Something else."})
    assert late.status_code == 409
    assert late.json()["current_revision"] == more.json()["revision"]
    assert (await drawn(phone, page))[name] == f"{WORDS} And more."
    form["revision"] = late.json()["current_revision"]
    assert (await autosave(founder, page, form, **{name: "Mine."})).status_code == 200
    assert (await drawn(phone, page))[name] == "Mine."


@pytest.mark.parametrize(("page", "name"), PAGES.items())
async def test_given_up_it_is_gone(founder: Browser, page: str, name: str) -> None:
    form = await drawn(founder, page)
    await autosave(founder, page, form, **{name: WORDS})
    there = await drawn(founder, page)
    gone = await founder.post(f"{page}/draft/discard", there)
    assert (gone.status_code, gone.headers["location"]) == (303, page)
    assert (await drawn(founder, page))[name] == form[name]
    # A save that was under way makes none of it come back.
    late = await autosave(founder, page, there, **{name: WORDS})
    assert late.status_code == 409
    assert late.json()["current_revision"] == form["revision"]


@pytest.mark.parametrize(("page", "name"), PAGES.items())
async def test_put_back_as_it_was_nothing_is_kept(founder: Browser, page: str, name: str) -> None:
    form = await drawn(founder, page)
    saved = (await autosave(founder, page, form, **{name: WORDS})).json()
    back = (await autosave(founder, page, {**form, "revision": saved["revision"]})).json()
    assert (back["kept"], back["revision"]) == (False, form["revision"])
    assert "You began this" not in words_of((await founder.get(page)).text)


async def test_sent_it_is_gone(founder: Browser, venture: Venture) -> None:
    for page, kind, typed in (
        (OUTCOME, FormKind.OUTCOME, {"notes": WORDS, "confidence": "4"}),
        (EDIT, FormKind.EDIT, {"description": WORDS}),
        (OWN, FormKind.OWN, {"title": "Get the permit", "description": WORDS}),
    ):
        form = await drawn(founder, page)
        saved = (await autosave(founder, page, form, **typed)).json()
        assert await kept(venture, kind) is not None
        # Refused, it is still kept.
        wrong = {"days": "soon"}
        again = {**form, **typed, **wrong, "revision": saved["revision"]}
        assert (await founder.post(page, again)).status_code == 422
        assert await kept(venture, kind) is not None
        sent = {**form, **typed, "revision": saved["revision"]}
        taken = await founder.post(page, sent)
        assert taken.status_code == 303
        # The browser lets go of what it kept itself.
        assert f"milepost_sent={kind}:{venture.journey.id}" in str(taken.headers)
        assert await kept(venture, kind) is None
        # What was on its way when the form was sent comes too late.
        late = await autosave(
            founder, page, {**form, "revision": saved["revision"]}, **{PAGES[page]: "Late."}
        )
        assert late.status_code == 409
        assert await kept(venture, kind) is None


@pytest.mark.parametrize(
    ("page", "typed"),
    [
        (OUTCOME, {"notes": "Mine.", "confidence": "4"}),
        (EDIT, {"description": "Mine."}),
        (OWN, {"title": "Mine.", "description": "Mine."}),
    ],
)
async def test_sent_from_a_device_that_was_overtaken(
    founder: Browser, page: str, typed: dict[str, str]
) -> None:
    laptop = await drawn(founder, page)
    await autosave(founder, page, laptop, **{PAGES[page]: WORDS})
    refused = await founder.post(page, {**laptop, **typed})
    assert refused.status_code == 409
    assert "You wrote something else here on another device" in words_of(refused.text)
    assert fields(refused.text)[PAGES[page]] == "Mine."
    assert (await drawn(founder, page))[PAGES[page]] == WORDS
    # Told so, they send it again, and mean it.
    again = {**fields(refused.text), **typed}
    assert (await founder.post(page, again)).status_code == 303
    assert (await drawn(founder, page))[PAGES[page]] != WORDS


async def test_a_colleague_saves_the_step_meanwhile(founder: Browser, venture: Venture) -> None:
    form = await drawn(founder, EDIT)
    await autosave(founder, EDIT, form, description=WORDS)
    async with venture.place.db.transaction(venture.founder.actor) as tx:
        await journeys.edit_step(
            tx,
            journey_id=venture.journey.id,
            step_slug=STEP,
            edit=StepEdit(title="In a colleague's words"),
            seen=None,
            now=venture.place.now,
        )
    page = (await founder.get(EDIT)).text
    assert "Somebody else changed this meanwhile" in words_of(page)
    assert fields(page)["description"] == WORDS


async def test_what_is_restored_leaves_the_rest_of_what_is_written(
    founder: Browser, venture: Venture
) -> None:
    form = await drawn(founder, EDIT)
    mine = {**form, "title": "Our own title"}
    assert (await founder.post(EDIT, mine)).status_code == 303
    form = await drawn(founder, EDIT)
    await autosave(founder, EDIT, form, title="Better still", description=WORDS)
    back = await founder.post(f"{EDIT}/restore", {**form, "part": "title"})
    assert back.status_code == 303
    page = (await founder.get(EDIT)).text
    assert field(page, "title") not in ("Our own title", "Better still")
    assert fields(page)["description"] == WORDS
    assert "Somebody else changed this" not in words_of(page)


async def test_restoring_hides_no_colleague_who_was_faster(
    founder: Browser, venture: Venture
) -> None:
    form = await drawn(founder, EDIT)
    await founder.post(EDIT, {**form, "title": "Our own title"})
    form = await drawn(founder, EDIT)
    await autosave(founder, EDIT, form, description=WORDS)
    async with venture.place.db.transaction(venture.founder.actor) as tx:
        await journeys.edit_step(
            tx,
            journey_id=venture.journey.id,
            step_slug=STEP,
            edit=StepEdit(days=99),
            seen=None,
            now=venture.place.now,
        )
    assert (await founder.post(f"{EDIT}/restore", {**form, "part": "title"})).status_code == 303
    page = (await founder.get(EDIT)).text
    assert "Somebody else changed this meanwhile" in words_of(page)
    assert fields(page)["description"] == WORDS


async def test_what_was_written_about_a_step_that_is_gone_stands_on_the_plan(
    founder: Browser, venture: Venture, open_browser: Callable[..., Awaitable[Browser]]
) -> None:
    async def add_own() -> str:
        async with venture.place.db.transaction(venture.founder.actor) as tx:
            _, slug = await journeys.add_own_step(
                tx,
                journey_id=venture.journey.id,
                content=StepEdit(title="Bake", phase="ideation", domain="customers"),
                tasks=[],
                now=venture.place.now,
            )
        return slug

    slug = await add_own()
    page = f"/company/plan/steps/{slug}"
    await autosave(founder, page, await drawn(founder, page), description=WORDS)
    assert WORDS not in (await founder.get("/company/plan")).text
    sam = await open_browser(await make_member(venture.place, venture.organization, "Sam Ode"))
    form = {"journey": str(venture.journey.id)}
    assert (await sam.post(f"{page}/remove", form)).status_code == 303
    # A colleague writes another one under the same title: nothing of this one is in its form.
    again = await drawn(founder, f"/company/plan/steps/{await add_own()}")
    assert again["description"] == ""
    plan = words_of((await founder.get("/company/plan")).text)
    assert "You were writing about “Bake”, which is not in the plan any more" in plan
    assert WORDS in plan
    assert WORDS not in (await sam.get("/company/plan")).text
    discarded = await founder.post(f"{page}/draft/discard", form)
    assert discarded.headers["location"] == "/company/plan"
    assert WORDS not in (await founder.get("/company/plan")).text


async def test_nothing_is_kept_in_an_archived_journey(founder: Browser, venture: Venture) -> None:
    form = await drawn(founder, OWN)
    async with venture.place.db.transaction(venture.founder.actor) as tx:
        await journeys.rename(
            tx,
            journey_id=venture.journey.id,
            name=venture.journey.name,
            archived=True,
            now=venture.place.now,
        )
    refused = await autosave(founder, OWN, form, title="Later")
    assert refused.status_code == 409
    assert "archived" in refused.json()["detail"]
    assert "current_revision" not in refused.json()


async def test_an_example_of_each_field_in_words(founder: Browser) -> None:
    page = (await founder.get(OUTCOME)).text
    for name in ("notes", "learnings"):
        assert f'data-example-for="{name}"' in page
    assert len(re.findall(r'<details class="example">', page)) == 3
