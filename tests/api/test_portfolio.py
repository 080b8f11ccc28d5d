"""Portfolios, and who lets a firm in, over HTTP."""

import csv
import io
from datetime import timedelta

import pytest
import pytest_asyncio

from milepost.contexts.identity.types import Level
from tests.api.walking import ok, refused
from tests.factories.portfolios import make_member, make_organization, make_venture

pytestmark = pytest.mark.asyncio(loop_scope="session")

FIRST, SECOND = "founder-motivation", "personal-runway"


@pytest_asyncio.fixture(loop_scope="session")
async def firm(place):
    return await make_organization(place, kind="investor")


@pytest_asyncio.fixture(loop_scope="session")
async def investor(place, firm, as_caller):
    return await as_caller(await make_member(place, firm, "Iris Investor"))


@pytest_asyncio.fixture(loop_scope="session")
async def venture(place):
    made = await make_venture(place, "Lindwerk", steps=(FIRST, SECOND))
    await made.finish(
        FIRST, at=place.now - timedelta(days=3), confidence=2, notes="Harder than we thought."
    )
    return made


@pytest_asyncio.fixture(loop_scope="session")
async def founder(venture, as_caller):
    return await as_caller(venture.founder)


async def test_a_portfolio_shows_each_company_at_its_level(place, firm, investor, venture):
    await venture.let_in(firm, Level.DETAILED)
    basic = await make_venture(place, "Alder", steps=(FIRST,))
    await basic.let_in(firm)
    found = ok(await investor.get("/portfolio?sort=progress"))
    assert found["firm"] == firm.name
    assert [(item["name"], item["level"]) for item in found["items"]] == [
        ("Lindwerk", "detailed"),
        ("Alder", "basic"),
    ]
    first, second = found["items"]
    assert second["details"] is None
    assert first["details"]["low_confidence"] is True
    assert first["details"]["completed_by_week"] == [0, 0, 0, 0, 0, 0, 0, 1]
    assert first["progress"] == {"total": 2, "in_progress": 0, "completed": 1, "skipped": 0}
    insights = ok(await investor.get("/portfolio/insights"))
    assert insights == found["insights"]
    assert insights["total_companies"] == 2
    assert insights["risk_indicators"]["low_confidence"] == 1
    assert [i["name"] for i in ok(await investor.get("/portfolio?level=basic"))["items"]] == [
        "Alder"
    ]
    refused(await investor.get("/portfolio?sort=luck"), 422, "invalid")


async def test_whoever_reads_a_figure_over_companies_reads_something_of_each(
    place, firm, investor, venture, founder, as_caller
):
    await venture.let_in(firm, Level.DETAILED)
    other = await make_venture(place, "Alder", steps=(FIRST,))
    await other.let_in(firm)
    callers = (founder, await as_caller(other.founder))

    async def times() -> list[int]:
        found = [ok(await caller.get("/reads"))["items"] for caller in callers]
        assert {read["what"] for reads in found for read in reads} <= {"progress"}
        return [sum(read["times"] for read in reads) for reads in found]

    assert await times() == [0, 0]
    ok(await investor.get("/portfolio/insights"))
    assert await times() == [1, 1]
    # Once more, from what is kept; and what all come to, beside the one that is asked for.
    ok(await investor.get("/portfolio/insights"))
    ok(await investor.get("/portfolio?text=lindwerk"))
    assert await times() == [3, 3]
    # The file holds only the companies asked for.
    assert (await investor.get("/portfolio.csv?text=lindwerk")).status_code == 200
    assert await times() == [4, 3]


async def test_a_portfolio_is_a_file_on_request(firm, investor, venture):
    await venture.let_in(firm, Level.FULL)
    asked = await investor.call("GET", "/portfolio", headers={"accept": "text/csv"})
    named = await investor.get("/portfolio.csv")
    assert asked.headers["content-type"] == named.headers["content-type"]
    assert asked.text == named.text
    header, line = csv.reader(io.StringIO(named.content.decode("utf-8-sig")))
    assert header[:3] == ["Company", "You see", "Progress"]
    assert line[:3] == ["Lindwerk", "Full", "50%"]


async def test_a_company_tells_as_much_as_its_level(firm, investor, venture, founder):
    path = f"/portfolio/companies/{venture.id}"
    refused(await investor.get(path), 404, "not_found")
    told = {}
    for level in Level:
        await venture.let_in(firm, level)
        told[level] = ok(await investor.get(path))
        assert told[level]["level"] == level
    assert told["basic"]["steps"] == told["basic"]["outcomes"] == []
    assert told["basic"]["cells"]
    assert told["detailed"]["outcomes"][0]["notes"] is None
    assert told["detailed"]["steps"][0]["tasks"] == []
    assert told["full"]["outcomes"][0]["notes"] == "Harder than we thought."
    assert told["full"]["steps"][0]["tasks"]
    refused(await founder.get(path), 404, "not_found")
    reads = ok(await founder.get(f"/reads?of={venture.id}"))["items"]
    assert [(read["what"], read["times"]) for read in reads] == [("portfolio", 3)]
    assert reads[0]["reader_name"] == "Iris Investor"


async def test_whoever_acts_for_a_company_lets_a_firm_in(firm, investor, venture, founder):
    body = {"subject_id": str(venture.id), "level": "basic", "capacity": "investor"}
    by_slug = {**body, "audience": {"organization": firm.slug}}
    made = ok(await founder.post("/grants", by_slug), 201)
    assert (made["state"], made["audience_id"]) == ("active", str(firm.id))
    assert len(ok(await investor.get("/portfolio"))["items"]) == 1
    by_id = {**body, "audience": {"organization_id": str(firm.id)}, "level": "full"}
    again = ok(await founder.post("/grants", by_id), 201)
    assert (again["id"], again["level"]) == (made["id"], "full")
    given = ok(await founder.get(f"/grants?of={venture.id}"))["items"]
    assert [(grant["id"], grant["audience_name"]) for grant in given] == [(made["id"], firm.name)]
    assert (await founder.delete(f"/grants/{made['id']}")).status_code == 204
    assert ok(await investor.get("/portfolio"))["items"] == []
    both = {**body, "audience": {"organization": firm.slug, "organization_id": str(firm.id)}}
    refused(await founder.post("/grants", both), 422, "invalid")
    nobody = {**body, "audience": {"organization": "no-such-firm"}}
    refused(await founder.post("/grants", nobody), 404, "no_such_audience")


async def test_others_cannot_let_a_firm_in(place, firm, investor, venture, as_caller):
    viewer = await as_caller(
        await make_member(place, venture.organization, "Vic Viewer", role="viewer")
    )
    rival = await as_caller((await make_venture(place, "Rival", steps=(FIRST,))).founder)
    admin = await as_caller(place.admin)
    body = {
        "subject_id": str(venture.id),
        "audience": {"organization_id": str(firm.id)},
        "level": "full",
        "capacity": "investor",
    }
    for caller in (viewer, rival, admin):
        answer = await caller.post("/grants", body)
        assert answer.status_code in (403, 404), answer.text
    assert ok(await investor.get("/portfolio"))["items"] == []


async def test_a_firm_can_only_ask_and_step_back(firm, investor, venture, founder):
    body = {
        "subject_id": str(venture.id),
        "audience": {"organization_id": str(firm.id)},
        "level": "full",
        "capacity": "investor",
    }
    asked = ok(await investor.post("/grants", body), 201)
    assert asked["state"] == "pending"
    assert ok(await investor.get("/portfolio"))["items"] == []
    refused(await investor.post(f"/grants/{asked['id']}/accept"), 403, "forbidden")
    ok(await founder.post(f"/grants/{asked['id']}/accept"))
    assert len(ok(await investor.get("/portfolio"))["items"]) == 1
    # Asking for more changes nothing, and says so.
    await founder.post("/grants", {**body, "level": "basic"})
    held = refused(await investor.post("/grants", body), 409, "level_held")
    assert held["detail"] == (
        "The company lets you in already, at the level Basic. Only the company can raise it to"
        " Full, under Sharing."
    )
    assert (held["level"], held["grant_id"]) == ("basic", asked["id"])
    assert ok(await investor.get("/portfolio"))["items"][0]["level"] == "basic"
    assert (await investor.delete(f"/grants/{asked['id']}")).status_code == 204
    assert ok(await investor.get("/portfolio"))["items"] == []


async def test_a_viewer_of_a_firm_reads_its_portfolio_and_changes_nothing(
    place, firm, investor, venture, founder, as_caller
):
    grant = await venture.let_in(firm, Level.FULL)
    viewer = await as_caller(await make_member(place, firm, "Vera Viewer", role="viewer"))
    company = f"/portfolio/companies/{venture.id}"
    for path in ("/portfolio", "/portfolio/insights", company):
        # Once the member has looked, what the portfolio comes to is kept for both.
        assert ok(await investor.get(path)) == ok(await viewer.get(path))
    file = await viewer.get("/portfolio.csv")
    assert file.text == (await investor.get("/portfolio.csv")).text
    reads = ok(await founder.get(f"/reads?of={venture.id}"))["items"]
    assert {(read["reader_name"], read["what"], read["times"]) for read in reads} == {
        (reader, what, times)
        for reader in ("Iris Investor", "Vera Viewer")
        for what, times in (("progress", 3), ("portfolio", 1))
    }
    body = {
        "subject_id": str((await make_venture(place, "Alder", steps=(FIRST,))).id),
        "audience": {"organization_id": str(firm.id)},
        "level": "full",
        "capacity": "investor",
    }
    refused(await viewer.post("/grants", body), 403, "forbidden")
    refused(await viewer.call("DELETE", f"/grants/{grant.id}"), 403, "forbidden")
    refused(await viewer.post(f"/grants/{grant.id}/accept"), 403, "forbidden")
    assert len(ok(await investor.get("/portfolio"))["items"]) == 1


async def test_who_acts_for_no_firm_has_no_portfolio(newcomer, founder):
    for caller in (newcomer, founder):
        for path in ("/portfolio", "/portfolio.csv", "/portfolio/insights"):
            refused(await caller.get(path), 404, "not_found")
