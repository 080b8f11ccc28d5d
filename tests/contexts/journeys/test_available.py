"""What to do next and why: the reason counts what really waits, in whatever phase it is."""

from dataclasses import replace
from datetime import date, timedelta

import pytest

from milepost.contexts.journeys import rules
from milepost.contexts.journeys.errors import WrongPlan
from milepost.contexts.journeys.types import Available, Facts, TaskCount
from milepost.contexts.programs.types import Program, Step
from tests.factories.frameworks import make_checklist, make_framework

TODAY = date(2026, 3, 2)


def early(slug: str, *, order: int, after: tuple[str, ...] = ()) -> Step:
    return replace(make_checklist(slug, order=order, after=after), phase="early")


def late(slug: str, *, order: int, after: tuple[str, ...] = ()) -> Step:
    return replace(make_checklist(slug, order=order, after=after), phase="late")


def look(*steps: Step, facts: Facts | None = None) -> list[Available]:
    program: Program = make_framework("small", steps)
    standings = rules.resolve(program, facts or Facts())
    return rules.available(program, standings, {}, today=TODAY)


def why(slug: str, *steps: Step, facts: Facts | None = None) -> Available:
    return next(item for item in look(*steps, facts=facts) if item.slug == slug)


def test_a_step_of_a_later_phase_waits_as_well() -> None:
    found = why("search", early("search", order=1), late("brand", order=2, after=("search",)))
    assert (found.kind, found.opens, found.opens_at_once) == ("opens", 1, ("brand",))
    assert found.text == "Done, it opens “Brand” of Late."


def test_what_waits_for_more_is_not_said_to_open() -> None:
    found = why(
        "cash",
        early("cash", order=1),
        early("talks", order=2),
        early("model", order=3, after=("cash", "talks")),
    )
    assert (found.kind, found.opens, found.opens_at_once) == ("opens", 1, ())
    assert found.text == "“Model” waits for it, and for one more step."


def test_what_it_opens_and_what_waits_for_more_are_told_apart() -> None:
    found = why(
        "cash",
        early("cash", order=1),
        early("talks", order=2),
        early("model", order=3, after=("cash",)),
        late("funding", order=4, after=("cash", "talks")),
    )
    assert (found.opens, found.opens_at_once) == (2, ("model",))
    assert found.text == (
        "Done, it opens “Model”. “Funding” of Late also waits for it, and for one more step."
    )


def test_many_are_counted_with_the_phases_they_are_in() -> None:
    steps = [early("cash", order=1), early("talks", order=2)]
    steps += [early(f"early-{n}", order=n, after=("cash",)) for n in (3, 4, 5)]
    steps += [late("late-6", order=6, after=("cash",))]
    steps += [early("both-7", order=7, after=("cash", "talks"))]
    steps += [late("both-8", order=8, after=("cash", "talks"))]
    found = why("cash", *steps)
    assert found.opens == 6
    assert found.opens_at_once == ("early-3", "early-4", "early-5", "late-6")
    assert found.text == (
        "Done, it opens “Early 3”, “Early 4” and two more, one of them in Late."
        " Two more steps wait for it, one of them in Late, and for others."
    )


def test_only_the_first_of_those_that_nothing_waits_for_comes_next() -> None:
    found = look(
        early("cash", order=1),
        early("talks", order=2),
        late("brand", order=3),
        late("shop", order=4),
    )
    assert {(item.kind, item.opens, item.opens_at_once) for item in found} == {("order", 0, ())}
    assert [item.text for item in found] == [
        "It comes next, and nothing else waits for it.",
        "No other step waits for it. It is one of two still to do in Early.",
        "No other step waits for it. It is one of two still to do in Late.",
        "No other step waits for it. It is one of two still to do in Late.",
    ]


def test_none_comes_next_behind_what_opens_something() -> None:
    found = why(
        "talks",
        early("cash", order=1),
        early("talks", order=2),
        late("brand", order=3, after=("cash",)),
        facts=Facts(started=frozenset({"cash"})),
    )
    assert found.kind == "order"
    assert found.text == "No other step waits for it. It is one of two still to do in Early."
    done = Facts(started=frozenset({"cash"}), completed=frozenset({"cash"}))
    last = look(
        early("cash", order=1),
        early("talks", order=2),
        late("brand", order=3, after=("cash",)),
        late("shop", order=4, after=("brand",)),
        facts=done,
    )
    assert [item.slug for item in last] == ["brand", "talks"]
    assert last[1].text == "No other step waits for it. It is the last one still to do in Early."


def test_how_long_a_task_has_been_due_is_said_as_one_writes_a_date() -> None:
    program = make_framework("small", (early("search", order=1),))
    due = TaskCount(step_slug="search", total=3, completed=0, next_due_on=date(2025, 9, 7))
    found = rules.available(program, rules.resolve(program, Facts()), {"search": due}, today=TODAY)
    assert found[0].text == "A task of it has been due since 7 September 2025."


@pytest.mark.parametrize("due", [None, date(2000, 1, 1), TODAY, date(2076, 3, 2)])
def test_a_task_is_due_on_a_day_that_can_be_meant(due: date | None) -> None:
    rules.require_sensible(due, today=TODAY)


@pytest.mark.parametrize(
    ("due", "message"),
    [
        (date(1, 1, 1), "Choose a day from the year 2000 on."),
        (date(1999, 12, 31), "Choose a day from the year 2000 on."),
        (date(2076, 3, 3), "Choose a day within the next 50 years."),
        (date.max, "Choose a day within the next 50 years."),
    ],
)
def test_a_day_that_nobody_means_is_refused_where_it_stands(due: date, message: str) -> None:
    with pytest.raises(WrongPlan) as refused:
        rules.require_sensible(due, today=TODAY)
    assert message in refused.value.message
    assert refused.value.data["errors"] == [{"path": "due_on", "message": message}]


def test_what_rests_on_a_step_in_the_end_decides_the_order_and_is_said() -> None:
    found = look(
        early("name", order=1),
        early("idea", order=2),
        early("talks", order=3, after=("idea",)),
        early("offer", order=4, after=("talks",)),
        late("brand", order=5, after=("name",)),
        late("shop", order=6, after=("name",)),
    )
    assert [(item.slug, item.opens) for item in found] == [("idea", 1), ("name", 2)]
    assert found[0].text == "Done, it opens “Talks”. In all, two steps of Early rest on it."


def test_what_opens_something_later_comes_before_what_opens_nothing() -> None:
    found = look(
        early("name", order=1),
        early("search", order=2),
        late("brand", order=3, after=("search",)),
    )
    assert [item.slug for item in found] == ["search", "name"]


def test_what_is_open_already_waits_no_more() -> None:
    # Taken up again: what it opened stays open.
    facts = Facts(
        started=frozenset({"idea"}),
        completed=frozenset({"idea"}),
        reopened=frozenset({"idea"}),
    )
    found = why(
        "idea",
        early("idea", order=1),
        early("talks", order=2, after=("idea",)),
        early("offer", order=3, after=("talks",)),
        facts=facts,
    )
    assert (found.kind, found.opens, found.opens_at_once) == ("begun", 0, ())


def test_a_task_that_is_due_is_the_reason_and_what_waits_is_counted_all_the_same() -> None:
    program = make_framework(
        "small", (early("search", order=1), late("brand", order=2, after=("search",)))
    )
    due = TaskCount(step_slug="search", total=3, completed=0, next_due_on=TODAY + timedelta(days=1))
    found = rules.available(program, rules.resolve(program, Facts()), {"search": due}, today=TODAY)
    assert [(item.kind, item.opens, item.opens_at_once) for item in found] == [
        ("due", 1, ("brand",))
    ]
    assert found[0].text == "A task of it is due tomorrow."
