"""The companies of the demo: what there is of them, who sees what, and what follows from it."""

import json
from collections import Counter
from typing import LiteralString

import pytest

from milepost.contexts.programs import files
from milepost.settings import shipped
from tests.cli import visits
from tests.cli.commands import Running, Spot, within

COMPANIES = {
    "Ferment Lab": "validation",
    "Stitchback": "ideation",
    "Kadera": "launch",
    "Tidewright": "growth",
}


def rows(demo: Running, query: LiteralString, *values: object) -> list[tuple[object, ...]]:
    """What an operator finds, beside the running demo."""
    with visits.as_operator(demo.data) as operator:
        return list(operator.execute(query, values).fetchall())


def test_founders_of_one_company_share_its_journey(demo: Running) -> None:
    seen = []
    for email in (visits.FOUNDER, visits.COFOUNDER):
        with visits.sign_in(demo.url, email) as caller:
            (journey,) = visits.ask(caller, "/journeys")["items"]
            stats = visits.ask(caller, f"/journeys/{journey['id']}/steps/stats")
            seen.append((journey["id"], journey["organization"], stats))
    assert seen[0] == seen[1]
    _, organization, stats = seen[0]
    assert organization == "Ferment Lab"
    assert stats["total"] == 168
    assert stats["completed"] > 40
    assert stats["in_progress"] > 2
    assert stats["skipped"] > 1


def test_four_companies_are_in_stages_of_their_own(demo: Running) -> None:
    found = rows(
        demo,
        """
        select o.name,
               o.settings ->> 'stage',
               max(f.at)::date - min(f.at)::date,
               count(distinct s.id)
          from identity.organizations o
          join journeys.facts f on f.subject_id = o.id
          join journeys.steps s on s.subject_id = o.id and s.state = 'completed'
         where o.name = any(%s)
         group by o.id, o.name, o.settings
        """,
        list(COMPANIES),
    )
    assert {str(name): stage for name, stage, _, _ in found} == COMPANIES
    days = {str(name): int(str(lasted)) for name, _, lasted, _ in found}
    assert min(days.values()) > 85
    assert max(days.values()) > 400
    done = {str(name): count for name, _, _, count in found}
    assert sorted(COMPANIES, key=lambda name: int(str(done[name]))) == [
        "Stitchback",
        "Ferment Lab",
        "Kadera",
        "Tidewright",
    ]


def test_plans_are_the_companies_own(demo: Running) -> None:
    found = rows(
        demo,
        """
        select o.name,
               count(*) filter (where p.version_id is null),
               count(*) filter (where p.version_id is not null and p.revision > 1),
               (
                 select count(*)
                   from journeys.facts f
                  where f.subject_id = o.id
                    and f.kind = 'explained'
               )
          from identity.organizations o
          join journeys.plan_steps p on p.subject_id = o.id
         where o.name = any(%s)
         group by o.id, o.name, o.settings
        """,
        list(COMPANIES),
    )
    assert {str(name): counts for name, *counts in found} == {
        "Ferment Lab": [2, 2, 3],
        "Stitchback": [0, 0, 1],
        "Kadera": [0, 4, 4],
        "Tidewright": [2, 2, 4],
    }


def test_what_they_wrote_is_theirs_and_each_of_it_another(demo: Running) -> None:
    notes = rows(
        demo,
        """
        select o.name, n.notes, n.key_learnings, n.task_results, w.share_anonymously
          from journeys.outcome_notes n
          join journeys.outcomes w on w.id = n.outcome_id
          join identity.organizations o on o.id = n.subject_id
        """,
    )
    assert len(notes) >= 40
    assert {str(name) for name, *_ in notes} == set(COMPANIES)
    assert len({text for _, text, *_ in notes}) == len(notes)
    assert all(len(str(text).split()) > 20 for _, text, *_ in notes)
    assert all(learnt and results for _, _, learnt, results, _ in notes)
    assert {shared for *_, shared in notes} == {True, False}


def test_the_founders_have_a_newer_framework_to_look_at(demo: Running) -> None:
    with visits.sign_in(demo.url, visits.FOUNDER) as founder:
        journey = visits.journey_of(founder)
        update = visits.ask(founder, f"/journeys/{journey}/update")
    kinds = Counter(step["kind"] for step in update["steps"])
    assert kinds == {"new": 3, "changed": 5, "retired": 1}
    assert [step["slug"] for step in update["steps"] if step["collides"]] == [
        "beachhead-market",
        "landing-page-test",
    ]
    locked = [move["slug"] for move in update["moves"] if move["after"] == "locked"]
    assert "technology-choice" in locked
    with visits.sign_in(demo.url, visits.ADMIN) as admin:
        newest = visits.ask(admin, "/programs/startup-journey")
    assert newest["version"] == 2
    assert len(newest["steps"]) == 168


def test_tasks_are_given_due_and_late(demo: Running) -> None:
    found = rows(
        demo,
        """
        select t.due_on < current_date, u.full_name
          from journeys.tasks t
          join identity.users u on u.id = t.assignee_id
         where t.completed_at is null
        """,
    )
    assert {late for late, _ in found} == {True, False}
    assert {"Nadia Lindqvist", "Tomasz Zieliński"} <= {str(name) for _, name in found}


def test_firms_see_as_much_as_they_were_let(demo: Running) -> None:
    portfolios = []
    for email in (visits.INVESTOR, visits.ANALYST):
        with visits.sign_in(demo.url, email) as caller:
            items = visits.ask(caller, "/portfolio")["items"]
            portfolios.append({item["name"]: item["level"] for item in items})
    assert portfolios[0] == portfolios[1]
    assert portfolios[0] == {
        "Ferment Lab": "full",
        "Kadera": "detailed",
        "Tidewright": "basic",
    }
    with visits.sign_in(demo.url, visits.FOUNDER) as founder:
        grants = visits.ask(founder, "/grants")["items"]
    asked = [grant for grant in grants if grant["state"] == "pending"]
    assert [grant["audience_name"] for grant in asked] == ["Harbor & Field Capital"]


@pytest.mark.parametrize("phase", ["ideation", "validation", "launch"])
def test_every_step_has_enough_companies_for_a_benchmark(demo: Running, phase: str) -> None:
    found = rows(
        demo,
        """
        select o.step_slug, count(distinct o.subject_id)
          from journeys.outcomes o
         where o.share_anonymously
         group by o.step_slug
        """,
    )
    counts = {str(slug): int(str(count)) for slug, count in found}
    program = files.load(shipped("programs") / "startup-journey")
    steps = [step.slug for step in program.steps if step.phase == phase]
    enough = [slug for slug in steps if counts.get(slug, 0) >= 5]
    assert len(enough) > 0.85 * len(steps)


def test_benchmarks_suggestions_and_portfolios_follow_by_themselves(demo: Running) -> None:
    with visits.sign_in(demo.url, visits.FOUNDER) as founder:
        place = "/programs/startup-journey/steps/first-ten-interviews/benchmarks?industry=hardware"
        assert within(60, lambda: (visits.ask(founder, place).get("companies") or 0) >= 5)
        journey = visits.journey_of(founder)
        told = visits.ask(founder, f"/journeys/{journey}/outcomes?step=unit-economics-draft")[
            "items"
        ][0]
        assert within(
            60, lambda: visits.ask(founder, f"/outcomes/{told['id']}/suggestions")["ready"]
        )
        given = visits.ask(founder, f"/outcomes/{told['id']}/suggestions")["items"]
    assert 3 <= len(given) <= 5
    with visits.sign_in(demo.url, visits.INVESTOR) as investor:
        figures = visits.ask(investor, "/portfolio/insights")
    assert figures["risk_indicators"]["stalled_companies"] >= 1
    assert figures["risk_indicators"]["low_confidence"] >= 1


def test_benchmarks_are_counted_beside_the_server_and_once_only(demo: Running, spot: Spot) -> None:
    spot.run("benchmarks", "refresh", "--data", demo.data)
    (again,) = json.loads(spot.run("benchmarks", "refresh", "--json", "--data", demo.data))
    assert again["program_slug"] == "startup-journey"
    assert again["steps"] >= 168
    assert (again["made"], again["gone"], again["changed"]) == (0, 0, 0)


def test_a_standup_was_held(demo: Running) -> None:
    found = rows(demo, "select a.kind, a.state from standups.actions a order by a.kind, a.state")
    assert [kind for kind, state in found if state == "confirmed"] == [
        "complete_task",
        "complete_task",
        "lift_blocker",
        "note_blocker",
    ]
    assert ("note_blocker", "proposed") in found
    ((days,),) = rows(
        demo, "select count(distinct m.at::date) from standups.messages m where m.speaker = 'user'"
    )
    assert int(str(days)) >= 5


def test_nothing_of_it_is_stale(demo: Running, spot: Spot) -> None:
    told = spot.run("verify", "--data", demo.data)
    assert "journeys derived anew: 0 stale values, 0 catalog faults." in told
