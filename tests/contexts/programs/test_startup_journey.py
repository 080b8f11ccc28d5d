"""What a founder may rely on in the startup journey: what a step speaks of is there before it, and
what its words ask for fits into the days that it is given."""

import re
from functools import cache

import pytest

from milepost.contexts.programs import files
from milepost.contexts.programs.types import Program, Step
from milepost.settings import shipped

# What the words of a step lean on, however far back it comes.
LEANS_ON = {
    "first-ten-interviews": "assumptions-log",
    "unfair-advantage": "first-advisers",
    "value-hypothesis": "competitor-landscape",
    "founder-voice": "interview-pipeline",
    "clickable-prototype": "beachhead-market",
    "usability-round": "beachhead-market",
    "solution-interviews": "beachhead-market usability-round",
    "design-partners": "beachhead-market",
    "concierge-pilot": "beachhead-market",
    "mvp-scope": "design-partners",
    "landing-page-test": "experiment-plan",
    "unit-economics-draft": "landing-page-test first-advisers",
    "skills-gap-map": "cash-plan",
    "trademark-search": "company-formation",
    "contract-set": "design-partners",
    "pivot-or-persevere": "unit-economics-draft",
    "north-star-metric": "concierge-pilot",
    "go-to-market-plan": "cash-plan",
    "mvp-build": "design-partners concierge-pilot pivot-or-persevere launch-goal",
    "security-basics": "mvp-build",
    "accessibility-check": "regulatory-map quality-baseline",
    "beta-release": "mvp-build terms-and-privacy analytics-foundation onboarding-journey",
    "website": "beta-release",
    "founder-led-selling": "mvp-build",
    "first-paying-customers": "activation-study",
    "public-release": (
        "billing terms-and-privacy support-desk incident-routine onboarding-journey"
        " activation-study"
    ),
    "quarterly-goals": "growth-model cash-plan",
    "board-rhythm": "bookkeeping",
    "success-playbook": "first-paying-customers",
    "experiment-engine": "public-release",
    "onboarding-experiments": "retention-cohorts",
    "platform-reliability": "public-release first-paying-customers",
    "measured-unit-economics": "customer-segmentation",
    "process-map": "first-hire",
    "culture-at-scale": "hiring-process",
    "customer-council": "roadmap-by-outcome",
    "demand-plan": "measured-unit-economics",
    "series-a-preparation": "scenario-plan",
    "pricing-overhaul": "pricing-page",
}

# What goes on beside each other in a small team: none of two waits for the other.
BESIDE = (
    ("design-partners", "price-experiments"),
    ("concierge-pilot", "mvp-scope"),
    ("letters-of-intent", "concierge-pilot"),
    ("company-formation", "concierge-pilot"),
    ("mvp-build", "quality-baseline"),
    ("mvp-build", "terms-and-privacy"),
    ("mvp-build", "billing"),
    ("first-hire", "mvp-build"),
    ("roadmap-by-outcome", "quarterly-goals"),
    ("seed-round", "hiring-process"),
)

_NUMBERS = {
    "a": 1,
    "two": 2,
    "three": 3,
    "four": 4,
    "six": 6,
    "thirteen": 13,
    "thirty": 30,
    "ninety": 90,
    "third": 3,
}
_UNITS = {"day": 1, "week": 7, "monday": 7, "month": 30, "quarter": 91}
_NUMBER = rf"(?P<number>\d+|{'|'.join(_NUMBERS)})"
_UNIT = rf"(?P<unit>{'|'.join(_UNITS)})"
# Stretches of time that have to go by before such a sentence can be true. A plan for twelve months
# or a figure of the last quarter asks for none.
_GOES_BY = tuple(
    re.compile(pattern, re.IGNORECASE)
    for pattern in (
        rf"\b(?:in|by|on) {_UNIT} {_NUMBER}\b",
        rf"\b(?:in|by) the {_NUMBER} {_UNIT}\b",
        rf"\b{_NUMBER} {_UNIT}s (?:running|in a row)\b",
        rf"\b{_NUMBER} consecutive {_UNIT}s\b",
        rf"\b(?:for|over|over at least|of|all|first) {_NUMBER} weeks?\b(?P<unit>)",
        rf"\bsix {_UNIT}s after\b(?P<number>)",
        rf"(?<!results )(?<!expected )\bafter {_NUMBER} {_UNIT}s\b",
        rf"\b{_NUMBER} (?:full|trial) weeks?\b(?P<unit>)",
    )
)


@pytest.fixture(scope="module")
def journey() -> Program:
    return files.load(shipped("programs") / "startup-journey")


def before(journey: Program, slug: str) -> frozenset[str]:
    """All that is done once a step opens."""

    @cache
    def gathered(slug: str) -> frozenset[str]:
        after = journey.step(slug).after
        return frozenset(after).union(*(gathered(earlier) for earlier in after))

    return gathered(slug)


def stretches(text: str) -> list[int]:
    """The days that have to go by before a sentence can be true."""
    return [
        _number(found["number"] or "six") * _UNITS[(found["unit"] or "week").lower()]
        for pattern in _GOES_BY
        for found in pattern.finditer(text)
    ]


def asked(step: Step) -> list[str]:
    """The sentences by which a step is done."""
    tasks = step.checklist.tasks if step.checklist else ()
    return [*step.deliverables, *step.criteria, *(task.title for task in tasks)]


def _number(word: str) -> int:
    return int(word) if word.isdigit() else _NUMBERS[word.lower()]


@pytest.mark.parametrize("slug", LEANS_ON)
def test_what_a_step_leans_on_is_done_before_it(journey: Program, slug: str) -> None:
    assert set(LEANS_ON[slug].split()) <= before(journey, slug)


@pytest.mark.parametrize("pair", BESIDE, ids=" ".join)
def test_work_beside_each_other_stays_possible(journey: Program, pair: tuple[str, str]) -> None:
    one, other = pair
    assert one not in before(journey, other)
    assert other not in before(journey, one)


def test_no_step_waits_for_a_later_one(journey: Program) -> None:
    order = {step.slug: step.order for step in journey.steps}
    late = [
        (step.slug, earlier)
        for step in journey.steps
        for earlier in step.after
        if order[earlier] >= step.order
    ]
    assert not late


def test_stretches_of_time_are_read() -> None:
    assert stretches("By day 90 two customers were won") == [90]
    assert stretches("The targets were met in four consecutive weeks") == [28]
    assert stretches("Marketing and sales reported the same three months running") == [90]
    assert stretches("The review took place in at least eleven of thirteen weeks") == [91]
    assert stretches("Decide in week six whether a goal needs correction") == [42]
    assert stretches("Write the result expected after ninety days") == []
    assert stretches("Spreadsheet of twelve months with money in and money out") == []


def test_what_is_asked_fits_into_the_days(journey: Program) -> None:
    short = {
        (step.slug, step.days, sentence)
        for step in journey.steps
        for sentence in asked(step)
        if max(stretches(sentence), default=0) > step.days
    }
    assert not short


@pytest.mark.parametrize(
    ("slug", "days"),
    [
        ("concierge-pilot", 14 + 21),
        ("waiting-list", 2 * 10),
        ("public-release", 10 + 7),
        ("first-paying-customers", 30 + 30),
        ("launch-campaign", 28 + 7 + 30),
        ("first-salesperson", 30 + 90),
        ("leadership-team", 90 + 90),
        ("finance-lead", 90 + 90),
        ("partner-channel", 30 + 45),
        ("beta-release", 7 + 14),
        ("interview-pipeline", 10),
        ("willingness-to-pay-signals", 10),
    ],
)
def test_what_comes_one_after_the_other_adds_up(journey: Program, slug: str, days: int) -> None:
    assert journey.step(slug).days >= days


def test_nobody_waits_a_quarter_for_what_takes_days(journey: Program) -> None:
    # A launch is near enough that no step before it may hold it up for longer than the build.
    longest = max(
        journey.step(slug).days for slug in before(journey, "public-release") | {"public-release"}
    )
    assert longest == journey.step("mvp-build").days
