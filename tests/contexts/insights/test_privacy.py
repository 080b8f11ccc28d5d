"""Each rule of the figures over several companies, by example."""

from itertools import combinations_with_replacement
from random import Random

import pytest

from milepost.contexts.insights.privacy.cells import quantile, rounded_days, shares, show
from milepost.contexts.insights.privacy.releases import joined, release
from milepost.contexts.insights.privacy.summaries import band_of, even_out, turned
from milepost.contexts.insights.privacy.values import (
    BAND_ENDS,
    POLICY,
    WHOLE,
    Ledger,
    Place,
    Policy,
    Record,
    Summary,
)
from tests.contexts.insights.privacy_portfolios import SECRET, record


def a_record(number: int, **changes: object) -> Record:
    usual = Record(
        company=f"company-{number:03}",
        mark="first",
        industry="software",
        stage="seed",
        days=3 + number * 7 % 60,
        confidence=1 + number % 5,
        finished=number % 6 != 0,
    )
    return usual._replace(**changes)


def pool(*industries: str, stages: str = "abcdefghij") -> list[Record]:
    """Companies of these industries, each industry's spread over stages."""
    return [
        a_record(number, industry=industry, stage=stages[number % len(stages)])
        for number, industry in enumerate(industries)
    ]


def companies(ledger: Ledger) -> set[str]:
    return {member.company for block in ledger.blocks for member in block.members}


def test_four_companies_are_not_shown_and_five_are() -> None:
    four = release([a_record(n) for n in range(4)], Ledger(), secret=SECRET)
    assert four.cells == {}
    five = release([a_record(n) for n in range(5)], four.ledger, secret=SECRET)
    assert five.cells[WHOLE].companies == 5
    assert set(five.cells) == {
        WHOLE,
        Place("software", None),
        Place(None, "seed"),
        Place("software", "seed"),
    }


def test_a_company_counts_once() -> None:
    with pytest.raises(ValueError, match="counts once"):
        release([a_record(1), a_record(1, mark="second")], Ledger(), secret=SECRET)


def test_the_whole_less_an_industry_is_five_companies_or_none() -> None:
    made = release(pool(*["software"] * 6, "health", "health", "food"), Ledger(), secret=SECRET)
    assert made.cells[Place("software", None)].companies == 5
    # The three others can't be had by subtracting: they wait until they are enough.
    assert len(companies(made.ledger)) == 6
    assert made.cells[WHOLE] == made.cells[Place("software", None)]
    more = pool(*["software"] * 6, "health", "health", "food", "health", "energy")
    later = release(more, made.ledger, secret=SECRET)
    assert later.cells[Place("software", None)] == made.cells[Place("software", None)]
    assert len(companies(later.ledger)) == 11
    assert Place("health", None) not in later.cells


def test_one_who_joins_changes_nothing_until_there_are_five() -> None:
    records = [a_record(n) for n in range(10)]
    before = release(records, Ledger(), secret=SECRET)
    for joining in range(10, 14):
        records.append(a_record(joining))
        assert release(records, before.ledger, secret=SECRET) == before
    records.append(a_record(14))
    after = release(records, before.ledger, secret=SECRET)
    assert after.cells[WHOLE].companies == 15


def test_who_withdraws_is_out_of_the_next_release_with_the_whole_block() -> None:
    records = [a_record(n) for n in range(16)]
    before = release(records, Ledger(), secret=SECRET)
    assert len(before.ledger.blocks) == 2
    after = release(records[1:], before.ledger, secret=SECRET)
    assert after.ledger.blocks == before.ledger.blocks[1:]
    assert after.cells[WHOLE].companies == 5
    assert after.ledger.spent == {m.company for m in before.ledger.blocks[0].members}


def test_nobody_of_a_block_that_went_comes_back() -> None:
    records = [a_record(n) for n in range(8)]
    before = release(records, Ledger(), secret=SECRET)
    gone = release(records[1:], before.ledger, secret=SECRET)
    assert gone.cells == {}
    # Neither by consenting again, nor by saying something else, nor in better company.
    again = [a_record(n, mark="second", days=90) for n in range(8)]
    assert release(again, gone.ledger, secret=SECRET).cells == {}
    others = [a_record(n) for n in range(20, 26)]
    with_others = release([*records, *others], gone.ledger, secret=SECRET)
    assert companies(with_others.ledger) == {record.company for record in others}


def test_who_corrects_an_outcome_is_not_shown_by_the_difference() -> None:
    records = [a_record(n) for n in range(8)]
    before = release(records, Ledger(), secret=SECRET)
    records[3] = records[3]._replace(mark="second", days=200)
    assert release(records, before.ledger, secret=SECRET).cells == {}


def test_a_company_stays_where_it_was_counted_when_it_grows() -> None:
    records = [a_record(n) for n in range(8)]
    before = release(records, Ledger(), secret=SECRET)
    records[3] = records[3]._replace(stage="growth")
    assert release(records, before.ledger, secret=SECRET) == before


def test_companies_that_all_say_the_same_are_not_each_told_of() -> None:
    same = [a_record(n, days=10, confidence=4) for n in range(5)]
    cell = release(same, Ledger(), secret=SECRET).cells[WHOLE]
    assert max(cell.durations) == 40.0
    assert cell.durations[band_of(10)] == 40.0
    assert max(cell.confidence) == 40.0
    many = [a_record(n, days=10, confidence=4) for n in range(200)]
    assert max(release(many, Ledger(), secret=SECRET).cells[WHOLE].durations) <= 65.0


def test_evening_out_moves_the_excess_to_the_nearest_bands() -> None:
    assert even_out((0, 5, 0, 0, 0), POLICY) == (1, 2, 2, 0, 0)
    assert even_out((8, 0, 0, 0, 0), POLICY) == (5, 3, 0, 0, 0)
    assert even_out((1, 4, 2, 1, 0), POLICY) == (1, 4, 2, 1, 0)


@pytest.mark.parametrize("size", range(5, 16))
def test_two_colluding_members_never_know_what_the_others_said(size: int) -> None:
    """Every block there can be: the others differ in some block that looks the same."""
    levels = 5
    alike: dict[tuple[int, ...], list[tuple[int, ...]]] = {}
    for said in combinations_with_replacement(range(levels), size):
        counts = tuple(said.count(level) for level in range(levels))
        alike.setdefault(even_out(counts, POLICY), []).append(counts)
    for worlds in alike.values():
        for world in worlds:
            for one, other in combinations_with_replacement(range(levels), 2):
                told = [(one, other).count(level) for level in range(levels)]
                if any(a > b for a, b in zip(told, world, strict=True)):
                    continue
                possible = {
                    level
                    for twin in worlds
                    if all(a <= b for a, b in zip(told, twin, strict=True))
                    for level in range(levels)
                    if twin[level] > told[level]
                }
                assert len(possible) >= 2


def test_a_few_bands_are_too_few() -> None:
    with pytest.raises(ValueError, match="too few bands"):
        even_out((5, 0), POLICY)


def test_finished_is_turned_over_for_one_in_ten_and_always_the_same_ones() -> None:
    names = [f"company-{n}" for n in range(4000)]
    over = {name for name in names if turned(name, secret=SECRET, policy=POLICY)}
    assert 320 < len(over) < 480
    assert over == {name for name in names if turned(name, secret=SECRET, policy=POLICY)}
    other = {name for name in names if turned(name, secret=b"x" * 32, policy=POLICY)}
    assert len(over & other) < 100


@pytest.mark.parametrize(("share", "shown"), [(1.0, 90.0), (0.6, 60.0), (0.0, 10.0)])
def test_the_share_finished_is_right_in_the_long_run(share: float, shown: float) -> None:
    records = [a_record(n, finished=n % 100 < share * 100) for n in range(4000)]
    assert release(records, Ledger(), secret=SECRET).cells[WHOLE].finished == shown


def test_the_share_finished_needs_ten_companies() -> None:
    nine = release([a_record(n) for n in range(9)], Ledger(), secret=SECRET)
    assert nine.cells[WHOLE].finished is None
    ten = release([a_record(n) for n in range(10)], Ledger(), secret=SECRET)
    assert ten.cells[WHOLE].finished is not None


def test_what_is_shown_is_rounded() -> None:
    random = Random(7)
    cells = release(
        [record(f"company-{n}", random) for n in range(300)], Ledger(), secret=SECRET
    ).cells
    assert len(cells) > 20
    for cell in cells.values():
        assert cell.companies % 5 == 0
        step = 5 if cell.companies >= 50 else 10
        for row in (cell.durations, cell.confidence):
            assert sum(row) == pytest.approx(100)
            assert all(share % step == 0 for share in row)
        assert cell.first_quartile <= cell.median <= cell.third_quartile
        assert cell.median == rounded_days(cell.median)


def test_what_is_shown_is_true_enough_to_go_by() -> None:
    random = Random(3)
    records = [record(f"company-{n:04}", random) for n in range(400)]
    made = release(records, Ledger(), secret=SECRET)
    cell = made.cells[WHOLE]
    counted = sorted(r.days for r in records if r.company in companies(made.ledger))
    assert len(counted) > 350
    for shown, part in (
        (cell.first_quartile, 0.25),
        (cell.median, 0.5),
        (cell.third_quartile, 0.75),
    ):
        assert shown == pytest.approx(counted[int(len(counted) * part)], rel=0.2)
    assert cell.mean_confidence == pytest.approx(3.6, abs=0.2)


def test_quantiles_are_read_off_the_bands() -> None:
    counts = [0] * (len(BAND_ENDS) + 1)
    counts[band_of(10)] = 4
    assert 7 < quantile(counts, 0.25) < quantile(counts, 0.5) < quantile(counts, 0.75) < 14
    assert shares((1, 1, 1), 10) == (40.0, 30.0, 30.0)
    assert [rounded_days(days) for days in (0.2, 13.4, 33, 148)] == [1, 13, 35, 150]


def test_a_record_without_industry_counts_in_views_that_need_none() -> None:
    records = [a_record(n, industry=None) for n in range(6)]
    assert set(release(records, Ledger(), secret=SECRET).cells) == {WHOLE, Place(None, "seed")}
    records = [a_record(n, industry=None, stage=None) for n in range(6)]
    assert set(release(records, Ledger(), secret=SECRET).cells) == {WHOLE}


def test_a_pool_that_grows_by_one_company_at_a_time_comes_to_show_industries() -> None:
    random = Random(5)
    everybody = [record(f"company-{n:03}", random) for n in range(150)]
    ledger = Ledger()
    for size in range(1, 151):
        made = release(everybody[:size], ledger, secret=SECRET)
        ledger = made.ledger
    assert made.cells[WHOLE].companies >= 95
    assert made.cells[Place("software", None)].companies >= 10
    assert made.cells[Place(None, "seed")].companies >= 20


def test_pools_are_joined_block_by_block() -> None:
    one = release([a_record(n) for n in range(6)], Ledger(), secret=SECRET).ledger
    two = release([a_record(n) for n in range(50, 56)], Ledger(), secret=SECRET).ledger
    both = joined([one, two])
    assert both.blocks == one.blocks + two.blocks
    with pytest.raises(ValueError, match="one pool"):
        joined([one, one])


def test_a_secret_is_one_and_a_policy_makes_sense() -> None:
    with pytest.raises(ValueError, match="too short"):
        release([], Ledger(), secret=b"")
    with pytest.raises(ValueError, match="must differ"):
        Policy(least=3)
    with pytest.raises(ValueError, match="out of range"):
        Policy(turned=0.6)


@pytest.mark.parametrize("changes", [{"days": -1}, {"confidence": 0}, {"confidence": 6}])
def test_a_record_out_of_range_is_refused(changes: dict[str, int]) -> None:
    records = [a_record(1, **changes), *(a_record(n) for n in range(2, 8))]
    with pytest.raises(ValueError, match="out of range"):
        release(records, Ledger(), secret=SECRET)


def test_nobody_dominates_as_no_magnitude_is_summed() -> None:
    records = [a_record(n, days=5 + 2 * n) for n in range(8)]
    usual = release(records, Ledger(), secret=SECRET).cells[WHOLE]
    records[7] = records[7]._replace(days=100_000)
    with_giant = release(records, Ledger(), secret=SECRET).cells[WHOLE]
    assert with_giant.median == usual.median
    assert with_giant.first_quartile == usual.first_quartile


def test_a_cell_is_shown_from_sums_alone() -> None:
    total = Summary(20, (0, 0, 5, 5, 5, 5, 0, 0, 0, 0), (4, 4, 4, 4, 4), 15)
    cell = show(total, POLICY)
    assert (cell.companies, cell.mean_confidence, cell.finished) == (20, 3.0, 80.0)
