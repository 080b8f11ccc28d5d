"""What holds for every history of a pool, whatever joins, leaves and changes."""

from random import Random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from milepost.contexts.insights.privacy.summaries import band_of
from milepost.contexts.insights.privacy.values import BAND_ENDS, Record
from tests.contexts.insights.privacy_attacker import contributors
from tests.contexts.insights.privacy_portfolios import History, lives, publish

histories = st.builds(
    lambda size, seed, restless: publish(lives(size, seed=seed, restless=restless)),
    size=st.integers(5, 90),
    seed=st.integers(0, 10_000),
    restless=st.sampled_from([0.0, 0.005, 0.02, 0.1]),
)


@settings(max_examples=60, deadline=None)
@given(histories)
def test_a_company_is_in_one_block_ever_and_a_block_has_five(history: History) -> None:
    members = [member for block in history.blocks for member in block.members]
    assert len({member.company for member in members}) == len(members)
    assert all(len(block.members) >= 5 for block in history.blocks)


@settings(max_examples=60, deadline=None)
@given(histories)
def test_only_who_consents_now_is_counted(history: History) -> None:
    for live, each in zip(history.lives, history.releases, strict=True):
        marks = {record.company: record.mark for record in live}
        for block in each.ledger.blocks:
            assert all(marks[member.company] == member.mark for member in block.members)


@settings(max_examples=40, deadline=None)
@given(histories)
def test_any_two_cells_of_any_releases_differ_by_five_companies_or_none(history: History) -> None:
    sets = {who for each in history.releases for who in contributors(each).values()}
    for one in sets:
        assert len(one) >= 5
        assert all(len(one ^ other) >= 5 for other in sets if other != one)


@settings(max_examples=40, deadline=None)
@given(histories, st.randoms(use_true_random=False))
def test_no_combination_of_cells_is_about_fewer_than_five(history: History, random: Random) -> None:
    sets = list({who for each in history.releases for who in contributors(each).values()})
    for _ in range(30):
        chosen = random.sample(sets, min(len(sets), random.randint(1, 6)))
        weights: dict[object, int] = {}
        for who in chosen:
            times = random.choice([-3, -2, -1, 1, 2, 3])
            for said in who:
                weights[said] = weights.get(said, 0) + times
        about = sum(1 for weight in weights.values() if weight)
        assert about == 0 or about >= 5


@settings(max_examples=40, deadline=None)
@given(histories, st.randoms(use_true_random=False))
def test_who_is_counted_with_whom_says_nothing_of_values(history: History, random: Random) -> None:
    other = publish(
        tuple(
            tuple(
                record._replace(
                    days=random.randint(1, 400),
                    confidence=random.randint(1, 5),
                    finished=random.random() < 0.5,
                )
                for record in live
            )
            for live in history.lives
        )
    )
    for one, two in zip(history.releases, other.releases, strict=True):
        assert [b.members for b in one.ledger.blocks] == [b.members for b in two.ledger.blocks]
        assert set(one.cells) == set(two.cells)


@settings(max_examples=30, deadline=None)
@given(histories, st.randoms(use_true_random=False))
def test_the_order_of_the_records_does_not_matter(history: History, random: Random) -> None:
    shuffled = tuple(tuple(random.sample(live, len(live))) for live in history.lives)
    assert publish(shuffled).releases == history.releases


@pytest.mark.parametrize("attribute", ["days", "confidence"])
@settings(max_examples=40, deadline=None)
@given(history=histories, random=st.randoms(use_true_random=False))
def test_for_every_company_there_is_a_world_that_looks_the_same(
    attribute: str, history: History, random: Random
) -> None:
    """All that is ever published stays, and the company said something else.

    Two others of its block, those that would tell most, keep what they said. So what is
    published can't tell the worlds apart, to anybody who knows these two.
    """
    if not history.blocks:
        return
    block = random.choice(history.blocks)
    records = [history.truth[member.company, member.mark] for member in block.members]
    random.shuffle(records)
    target = records.pop()
    own = level(target, attribute)
    records.sort(key=lambda record: level(record, attribute) == own)
    told, changing = records[:2], [target, *records[2:]]
    # The counts as published, less those told, are given out anew.
    counts = list(getattr(block.summary, attribute))
    for record in told:
        counts[level(record, attribute)] -= 1
    assert min(counts) >= 0
    levels = [at for at, count in enumerate(counts) for _ in range(count)]
    levels.sort(key=lambda at: at == own)
    assert levels[0] != own
    twins = {
        (record.company, record.mark): saying(record, attribute, at)
        for record, at in zip(changing, levels, strict=True)
    }
    again = publish(
        tuple(tuple(twins.get((r.company, r.mark), r) for r in live) for live in history.lives)
    )
    assert [each.cells for each in again.releases] == [each.cells for each in history.releases]


def level(record: Record, attribute: str) -> int:
    return band_of(record.days) if attribute == "days" else record.confidence - 1


def saying(record: Record, attribute: str, at: int) -> Record:
    if attribute == "confidence":
        return record._replace(confidence=at + 1)
    return record._replace(days=BAND_ENDS[at] if at < len(BAND_ENDS) else 365)
