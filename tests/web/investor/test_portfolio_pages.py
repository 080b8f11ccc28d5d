"""The portfolio as a page and as a file, and a company at its level."""

import csv
import io
import re
from html.parser import HTMLParser

import pytest

from milepost.contexts.identity.types import Level
from tests.factories.portfolios import make_member, make_organization
from tests.web.people.conftest import words_of

pytestmark = pytest.mark.asyncio(loop_scope="session")


class Table(HTMLParser):
    """The cells of the first table with a head, as somebody reads them."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.rows: list[list[str]] = []
        self._in_cell = False
        self._tables = 0
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self._tables += tag == "table"
        if self._tables != 1:
            return
        if tag == "tr":
            self.rows.append([])
        elif tag in ("td", "th"):
            self.rows[-1].append("")
            self._in_cell = True

    def handle_endtag(self, tag: str) -> None:
        if tag in ("td", "th"):
            if self._in_cell and self._tables == 1:
                # As a browser draws it.
                self.rows[-1][-1] = " ".join(self.rows[-1][-1].split())
            self._in_cell = False

    def handle_data(self, data: str) -> None:
        if self._in_cell and self._tables == 1:
            self.rows[-1][-1] += data


@pytest.mark.parametrize(
    "query",
    ["", "sort=progress", "only=stalled&sort=confidence", "level=detailed", "text=a&sort=x"],
)
async def test_the_file_is_the_table_of_the_page_cell_by_cell(scene, investor, query):
    page = await investor.get(f"/portfolio?{query}")
    assert page.status_code == 200, page.text[:500]
    answer = await investor.get(f"/portfolio.csv?{query}")
    assert answer.headers["content-type"] == "text/csv; charset=utf-8"
    assert "attachment" in answer.headers["content-disposition"]
    written = list(csv.reader(io.StringIO(answer.content.decode("utf-8-sig"))))
    shown = Table(page.text).rows
    assert len(shown) >= 2
    assert len(shown[0]) == 16
    for row, cells in zip(shown, written, strict=True):
        # A name that a spreadsheet would take for a formula is written as words.
        assert [f"'{cell}" if cell.startswith("=") else cell for cell in row] == cells


async def test_what_is_at_risk_comes_before_the_domains(scene, investor):
    page = await investor.get("/portfolio")
    columns = Table(page.text).rows[0]
    assert columns[:6] == [
        "Company",
        "You see",
        "Progress",
        "Stalled steps",
        "Confidence",
        "Pace",
    ]
    assert columns[-2:] == ["Done in 28 days", "Last active"]
    assert len(columns[6:-2]) == 8
    birch = {row[0]: row for row in Table(page.text).rows}["Birch"]
    assert birch[3:6] == ["1", "2.0 (last 2)", "–"]


async def test_what_was_counted_earlier_says_so_wherever_it_stands(scene, investor):
    page = await investor.get("/portfolio")
    words = words_of(page.text)
    assert words.count("as of the last count,") == 2
    assert "The table and the lists below are as of now" in words
    averages = words.partition("Average by domain")[2]
    assert averages.lstrip().startswith("All 3 companies, as of the last count,")
    part = await investor.get("/portfolio?text=birch", hx_request="true", hx_target="div#companies")
    assert "All 3 companies, as of the last count," in re.sub(r"\s+", " ", part.text)


async def test_a_name_is_no_formula_and_no_markup(scene, investor):
    page = await investor.get("/portfolio")
    assert "=Cedar &amp; Sons" in page.text
    answer = await investor.get("/portfolio.csv")
    assert '"\'=Cedar & Sons",' in answer.text
    assert "\n=Cedar" not in answer.text


async def test_the_page_says_what_stands_still_and_what_is_not_shown(scene, investor):
    page = await investor.get("/portfolio")
    words = words_of(page.text)
    assert "3 companies" in words
    assert "are those of the 2 companies that show them" in words
    assert words.count("quiet for 50 days") == 2
    assert "Last 2 of 5" in words
    assert words.count("not shared") == 5
    assert "What Alder wrote" not in page.text
    assert 'aria-sort="ascending"' in page.text
    only = words_of((await investor.get("/portfolio?text=birch")).text)
    assert "Birch" in only
    assert "Alder" not in only
    assert "No company fits" in words_of((await investor.get("/portfolio?text=zzz")).text)


async def test_a_table_that_is_not_there_is_no_file(scene, investor):
    for query, there in (("", True), ("?level=detailed", True), ("?text=zzz", False)):
        page = (await investor.get(f"/portfolio{query}")).text
        assert ("Table as CSV" in page) is there
        assert ("/portfolio.csv" in page) is there


async def test_a_company_left_out_of_the_table_is_told_that_its_figures_were_read(
    scene, investor, founder
):
    await investor.get("/portfolio.csv?text=birch")
    here = f"/sharing/companies/{scene.ventures[Level.FULL].id}"
    assert "Iris Investor" not in words_of((await founder.get(here)).text)
    # What all companies come to stands on the page whichever are chosen.
    assert "3 companies" in words_of((await investor.get("/portfolio?text=birch")).text)
    words = words_of((await founder.get(here)).text)
    assert "Iris Investor" in words
    assert "Progress, in the portfolio" in words


async def test_htmx_gets_the_companies_alone(scene, investor):
    part = await investor.get("/portfolio?text=birch", hx_request="true", hx_target="div#companies")
    assert "<html" not in part.text
    assert "Birch" in part.text


async def test_a_company_is_shown_at_its_level(scene, investor):
    pages = {}
    for level, venture in scene.ventures.items():
        answer = await investor.get(f"/portfolio/companies/{venture.id}")
        assert answer.status_code == 200, answer.text[:500]
        pages[level] = words_of(answer.text)
        assert f"You see level {level}" in pages[level]
    assert "Steps and outcomes are not shown" in pages[Level.BASIC]
    assert "Confidence 2 of 5" not in pages[Level.BASIC]
    assert "Confidence 2 of 5" in pages[Level.DETAILED]
    assert "wrote for itself" not in pages[Level.DETAILED]
    assert "What =Cedar & Sons wrote for itself." in pages[Level.FULL]
    assert "Ask about last week." in pages[Level.FULL]


async def test_others_find_no_portfolio_and_no_company(scene, open_browser, founder):
    venture = scene.ventures[Level.FULL]
    rival = await open_browser(
        await make_member(
            scene.place, await make_organization(scene.place, kind="investor"), "Rival"
        )
    )
    assert (await rival.get(f"/portfolio/companies/{venture.id}")).status_code == 404
    assert "No company shows you anything yet" in words_of((await rival.get("/portfolio")).text)
    assert (await founder.get("/portfolio")).status_code == 404
    assert (await founder.get("/portfolio.csv")).status_code == 404
    assert (await founder.get(f"/portfolio/companies/{venture.id}")).status_code == 404
    assert (await rival.get("/portfolio?firm=nonsense")).status_code == 404


async def test_the_firm_has_its_place_in_the_side_bar(scene, investor, founder):
    assert 'href="/portfolio"' in (await investor.get("/portfolio")).text
    assert 'href="/portfolio"' not in (await founder.get("/sharing")).text


async def test_a_viewer_reads_every_page_of_the_firm_and_is_told_that_they_look_on(
    scene, open_browser, investor, founder
):
    viewer = await open_browser(
        await make_member(scene.place, scene.firm, "Vera Viewer", role="viewer")
    )
    venture = scene.ventures[Level.FULL]
    page = await viewer.get("/portfolio")
    assert Table(page.text).rows == Table((await investor.get("/portfolio")).text).rows
    assert 'href="/portfolio"' in (await viewer.get("/account")).text
    company = f"/portfolio/companies/{venture.id}"
    assert (
        words_of((await viewer.get(company)).text).partition("Progress")[2]
        == (words_of((await investor.get(company)).text).partition("Progress")[2])
    )
    assert (await viewer.get("/portfolio.csv")).text == (await investor.get("/portfolio.csv")).text
    words = words_of(page.text)
    assert "You look on here" in words
    assert f"Those who act for {scene.firm.name} ask companies to let it in." in words
    assert "/portfolio/ask" not in page.text
    assert "You look on here" not in words_of((await investor.get("/portfolio")).text)
    for what in ("ask", "take-back"):
        asked = await viewer.post(f"/portfolio/{what}", {"company": "Nobody", "level": "full"})
        assert asked.status_code == 403
        assert f"those who act for {scene.firm.name} ask companies" in words_of(asked.text)
    grant = await venture.let_in(scene.firm, Level.FULL)
    assert (await viewer.post(f"/sharing/{grant.id}/end")).status_code == 403
    assert (await investor.get(company)).status_code == 200
    shared = words_of((await founder.get(f"/sharing/companies/{venture.id}")).text)
    assert "Vera Viewer" in shared


async def test_a_viewer_of_a_firm_that_nobody_let_in_is_asked_for_nothing(scene, open_browser):
    empty = await make_organization(scene.place, kind="investor")
    viewer = await open_browser(await make_member(scene.place, empty, "Vera", role="viewer"))
    rhea = await open_browser(await make_member(scene.place, empty, "Rhea Rowan"))
    page = await viewer.get("/portfolio")
    assert "No company shows you anything yet" in words_of(page.text)
    assert "Ask a company" not in words_of(page.text)
    assert "Ask a company" in words_of((await rhea.get("/portfolio")).text)


async def test_a_firm_asks_and_the_company_decides(scene, open_browser, founder, operator):
    venture = scene.ventures[Level.FULL]
    rival_firm = await make_organization(scene.place, "Rowan Partners", kind="investor")
    rival = await open_browser(await make_member(scene.place, rival_firm, "Rhea Rowan"))
    here = f"/sharing/companies/{venture.id}"
    known = await rival.post(
        "/portfolio/ask", {"company": venture.organization.name, "level": "full"}
    )
    unknown = await rival.post("/portfolio/ask", {"company": "Nobody Knows", "level": "full"})
    assert (known.status_code, known.headers["location"]) == (
        unknown.status_code,
        unknown.headers["location"],
    )
    assert (await rival.get(f"/portfolio/companies/{venture.id}")).status_code == 404
    home = words_of((await founder.get("/company")).text)
    assert f"Rowan Partners asks to see {venture.organization.name}" in home
    page = await founder.get(here)
    assert "Rowan Partners asks to see full" in words_of(page.text)
    row = await (
        await operator.execute(
            "select id from identity.grants where audience_id = %s", [rival_firm.id]
        )
    ).fetchone()
    # Less than was asked for.
    answer = await founder.post(f"{here}/grants/{row['id']}/accept", {"level": "basic"})
    assert answer.status_code == 303
    seen = words_of((await rival.get(f"/portfolio/companies/{venture.id}")).text)
    assert "You see level basic" in seen
    more = await rival.post(
        "/portfolio/ask", {"company": venture.organization.name, "level": "full"}
    )
    assert more.status_code == 409
    assert (
        "The company lets you in already, at the level Basic. Only the company can raise it to"
        " Full, under Sharing."
    ) in words_of(more.text)
    assert f'value="{venture.organization.name.replace("&", "&amp;")}"' in more.text
    changed = await founder.post(f"{here}/grants/{row['id']}/level", {"level": "detailed"})
    assert changed.status_code == 303
    seen = words_of((await rival.get(f"/portfolio/companies/{venture.id}")).text)
    assert "You see level detailed" in seen
    assert (await founder.post(f"{here}/grants/{row['id']}/end")).status_code == 303
    assert (await rival.get(f"/portfolio/companies/{venture.id}")).status_code == 404
    late = await founder.post(f"{here}/grants/{row['id']}/level", {"level": "full"})
    assert late.status_code == 409
    blank = await rival.post("/portfolio/ask", {"company": " ", "level": "full"})
    assert blank.status_code == 422


async def test_asking_tells_nobody_whether_there_is_such_a_company(
    scene, open_browser, founder, operator
):
    """Each of these is done with a name that is a company's, and with one that is nobody's."""
    name = scene.ventures[Level.FULL].organization.name
    answers: list[list[object]] = []
    for company in (name, "Nobody Knows"):
        firm = await make_organization(scene.place, kind="investor")
        rival = await open_browser(await make_member(scene.place, firm, "Rhea Rowan"))
        before = words_of((await rival.get("/portfolio")).text)
        told: list[object] = []
        for path in ("ask", "ask", "take-back", "take-back", "ask"):
            answer = await rival.post(f"/portfolio/{path}", {"company": company, "level": "full"})
            told += [answer.status_code, answer.headers["location"].replace(str(firm.id), "")]
            assert words_of((await rival.get("/portfolio")).text) == before
            for listed in ("/grants?side=received", f"/grants?side=received&of={firm.id}"):
                found = await rival.client.get(f"/api/v1{listed}")
                told.append(found.json())
            told.append((await rival.get("/portfolio/companies/" + str(firm.id))).status_code)
        answers.append(told)
        rows = await operator.execute(
            "select state from identity.grants where audience_id = %s order by id", [firm.id]
        )
        states = [row["state"] for row in await rows.fetchall()]
        assert states == (["ended", "pending"] if company == name else [])
    assert answers[0] == answers[1]
    assert "asks to see full" in words_of(
        (await founder.get(f"/sharing/companies/{scene.ventures[Level.FULL].id}")).text
    )


async def test_who_only_looks_on_takes_nothing_back(scene, open_browser):
    viewer = await open_browser(
        await make_member(scene.place, scene.firm, "Vic Viewer", role="viewer")
    )
    answer = await viewer.post("/portfolio/take-back", {"company": "Alder"})
    assert answer.status_code == 403


async def test_a_company_lets_a_firm_in_and_reads_what_was_read(scene, open_browser, founder):
    venture = scene.ventures[Level.FULL]
    firm = await make_organization(scene.place, "Aspen Ventures", kind="investor")
    analyst = await open_browser(await scene.place.person("Anna Analyst", organization=firm))
    here = f"/sharing/companies/{venture.id}"
    assert "Aspen Ventures" in (await founder.get(here)).text
    wrong = await founder.post(here, {"firm": "", "level": "basic"})
    assert wrong.status_code == 422
    assert "Choose which firm" in wrong.text
    made = await founder.post(here, {"firm": str(firm.id), "level": "detailed"})
    assert made.status_code == 303
    await analyst.get("/portfolio")
    await analyst.get(f"/portfolio/companies/{venture.id}")
    words = words_of((await founder.get(here)).text)
    assert "Anna Analyst Aspen Ventures The company’s page, Progress, in the portfolio" in words
    # It is the company's, and stands on the company's page.
    assert "Anna Analyst" not in words_of((await founder.get("/sharing")).text)
    assert venture.organization.name in words_of((await founder.get("/sharing")).text)


async def test_it_is_clear_why_there_is_no_firm_to_choose(scene, open_browser, founder):
    venture = scene.ventures[Level.FULL]
    here = f"/sharing/companies/{venture.id}"
    name = venture.organization.name
    nobody = words_of((await founder.get(here)).text)
    assert f"Every firm here sees {name} already." in nobody
    rival = await open_browser(
        await make_member(
            scene.place, await make_organization(scene.place, kind="investor"), "Rhea"
        )
    )
    await rival.post("/portfolio/ask", {"company": name, "level": "full"})
    asked = words_of((await founder.get(here)).text)
    assert (
        f"Every firm here sees {name} already, or has asked to: those wait for your answer above."
    ) in asked
    assert "asked to be" not in asked


async def test_the_preview_is_the_page_that_the_firm_sees(scene, founder, investor, operator):
    venture = scene.ventures[Level.FULL]
    here = f"/sharing/companies/{venture.id}/preview"

    def body(text: str) -> str:
        """From the progress on: what stands above says who looks."""
        return words_of(text).partition("Progress")[2]

    before = await (await operator.execute("select count(*) as n from identity.reads")).fetchone()
    previews = {level: await founder.get(f"{here}?level={level}") for level in Level}
    after = await (await operator.execute("select count(*) as n from identity.reads")).fetchone()
    assert before == after
    assert "As an investor sees you" in words_of(previews[Level.BASIC].text)
    real = await investor.get(f"/portfolio/companies/{venture.id}")
    assert body(previews[Level.FULL].text) == body(real.text) != ""
    assert "Confidence 2 of 5" not in previews[Level.BASIC].text
    assert "wrote for itself" not in previews[Level.DETAILED].text
    assert "At this level, a firm sees no more" in words_of(previews[Level.BASIC].text)
    assert (await founder.get(f"{here}?level=everything")).status_code == 422


async def test_only_who_acts_for_a_company_opens_its_sharing(scene, open_browser, investor):
    venture = scene.ventures[Level.FULL]
    viewer = await open_browser(
        await make_member(scene.place, venture.organization, "Vic Viewer", role="viewer")
    )
    other = await open_browser(scene.ventures[Level.BASIC].founder)
    for browser in (investor, viewer, other):
        for path in ("", "/preview"):
            answer = await browser.get(f"/sharing/companies/{venture.id}{path}")
            assert answer.status_code == 404
        posted = await browser.post(
            f"/sharing/companies/{venture.id}", {"firm": str(scene.firm.id), "level": "full"}
        )
        assert posted.status_code == 404
