"""A company's page: one truth on it, and the same one in the company's own preview."""

import re
from datetime import timedelta

import pytest
import pytest_asyncio

from milepost.contexts.identity.types import Level
from milepost.contexts.journeys import service as journeys
from tests.factories.portfolios import Venture
from tests.web.investor.conftest import FIRST, SECOND, THIRD
from tests.web.people.conftest import words_of

pytestmark = pytest.mark.asyncio(loop_scope="session")


@pytest_asyncio.fixture(loop_scope="session")
async def told(scene, operator):
    """Benchmarks of the tenant: what others needed for the first step."""
    named = await (
        await operator.execute(
            "select p.id from programs.programs p where p.slug = 'startup-journey'"
        )
    ).fetchone()
    key = {"pool": scene.place.tenant_id, "program": named["id"], "step": FIRST}
    await operator.execute(
        """
        insert into insights.benchmarks (pool, program_id, step_slug, stamp, calculated_at)
        values (%(pool)s, %(program)s, %(step)s, 'by hand', now())
        """,
        key,
    )
    await operator.execute(
        """
        insert into insights.benchmark_cells (
          pool, program_id, step_slug, industry, stage, companies, first_quartile, median,
          third_quartile, durations, confidence, mean_confidence, finished
        )
        values (
          %(pool)s, %(program)s, %(step)s, '', '', 15, 2, 4, 6,
          '{0.2,0.2,0.2,0.2,0.2}', '{0.2,0.2,0.2,0.2,0.2}', 3.5, 0.9
        )
        """,
        key,
    )


def shown(text: str) -> str:
    """The main text, but for where one came from and the box that says who looks."""
    main = text.partition("<main")[2].partition("</main>")[0]
    head, box, rest = main.partition('<div class="callout')
    assert box
    # The first box ends before the next section, which both pages have.
    rest = rest[rest.index('<section aria-labelledby="progress-title"') :]
    head = head[head.index("<h1") :]
    return words_of(f"<main>{head}{rest}</main>")


@pytest.mark.parametrize("level", list(Level))
async def test_the_preview_is_the_page_with_the_same_figures(
    scene, told, level, open_browser, investor
):
    venture = scene.ventures[level]
    founder = await open_browser(venture.founder)
    seen = await investor.get(f"/portfolio/companies/{venture.id}")
    own = await founder.get(f"/sharing/companies/{venture.id}/preview?level={level}")
    assert (seen.status_code, own.status_code) == (200, 200)
    assert shown(own.text) == shown(seen.text)
    community = ["usually 4", "as long as the community 2.5 ×"]
    for words in community:
        assert (words in shown(own.text)) == (level != Level.BASIC)


async def test_a_level_that_nobody_was_given_is_previewed_with_its_figures(scene, told, founder):
    here = f"/sharing/companies/{scene.ventures[Level.FULL].id}/preview"
    words = words_of((await founder.get(f"{here}?level=detailed")).text)
    assert "usually 4" in words
    assert "wrote for itself" not in words


async def ticked(venture: Venture, slug: str, *, but: int = 0) -> int:
    """Tick a step's tasks, all but some; tell how many there are."""
    async with venture.place.db.transaction(venture.founder.actor) as tx:
        tasks = await journeys.list_tasks(tx, journey_id=venture.journey.id, step_slug=slug)
        for task in tasks[but:]:
            await journeys.tick(
                tx,
                journey_id=venture.journey.id,
                task_id=task.id,
                is_completed=True,
                now=venture.place.now,
            )
    return len(tasks)


@pytest.mark.parametrize("level", [Level.DETAILED, Level.FULL])
async def test_what_is_all_ticked_is_said_to_be(scene, level, investor):
    venture = scene.ventures[level]
    tasks = await ticked(venture, SECOND)
    words = words_of((await investor.get(f"/portfolio/companies/{venture.id}")).text)
    assert "All ticked, not completed yet" in words
    assert "99%" not in words
    assert (f"{tasks} of {tasks} tasks" in words) == (level == Level.FULL)


async def test_what_is_partly_ticked_keeps_its_share(scene, investor):
    venture = scene.ventures[Level.FULL]
    tasks = await ticked(venture, SECOND, but=1)
    words = words_of((await investor.get(f"/portfolio/companies/{venture.id}")).text)
    assert f"{100 * (tasks - 1) // tasks}% ticked" in words
    assert "All ticked" not in words


async def test_a_reason_goes_with_the_skip(scene, investor, founder):
    venture = scene.ventures[Level.FULL]
    pages = (
        (investor, f"/portfolio/companies/{venture.id}"),
        (founder, f"/sharing/companies/{venture.id}/preview?level=full"),
    )
    held = {"journey_id": venture.journey.id, "step_slug": THIRD, "now": scene.place.now}
    async with scene.place.db.transaction(venture.founder.actor) as tx:
        await journeys.skip(tx, **held, reason="We are at home.")
    for browser, path in pages:
        assert "We are at home." in words_of((await browser.get(path)).text)
    async with scene.place.db.transaction(venture.founder.actor) as tx:
        await journeys.reopen(tx, **held)
    for browser, path in pages:
        assert "We are at home." not in words_of((await browser.get(path)).text)


async def test_only_the_last_word_on_a_step_is_shown(scene, investor):
    venture = scene.ventures[Level.FULL]
    for again, confidence in enumerate((1, 5)):
        async with scene.place.db.transaction(venture.founder.actor) as tx:
            await journeys.capture_outcome(
                tx,
                journey_id=venture.journey.id,
                step_slug=FIRST,
                task_results={},
                time_taken_days=30 + again,
                confidence_level=confidence,
                notes=f"Thought {again}.",
                key_learnings=[],
                share_anonymously=False,
                now=scene.place.now - timedelta(hours=2 - again),
            )
    page = await investor.get(f"/portfolio/companies/{venture.id}")
    words = words_of(page.text)
    assert re.findall(r"Thought \d", words) == ["Thought 1"]
    assert "Confidence 5 of 5" in words
    assert "Confidence 1 of 5" not in words
    assert "wrote for itself" not in words
