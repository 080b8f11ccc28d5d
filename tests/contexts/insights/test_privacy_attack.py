"""The attack: everything ever published, and no company's values rebuilt.

And the controls: without the rules, or without one of them, the same attacker rebuilds
them, so that finding nothing means something.
"""

from dataclasses import replace
from itertools import combinations

import pytest

from milepost.contexts.insights.privacy.values import POLICY
from tests.contexts.insights.privacy_attacker import ATTRIBUTES, Said, attack, guess
from tests.contexts.insights.privacy_portfolios import (
    UNPROTECTED,
    History,
    lives,
    publish,
)

SIZES = (10, 20, 50, 100, 250, 500)
SEEDS = (1, 2, 3)


def rebuilt(history: History, *, sums: bool = False) -> int:
    return sum(len(attack(history, attribute, sums=sums)) for attribute in ATTRIBUTES)


@pytest.mark.parametrize("size", SIZES)
@pytest.mark.parametrize("seed", SEEDS)
@pytest.mark.parametrize("restless", [0.003, 0.03])
def test_nothing_is_rebuilt_from_all_the_pages(size: int, seed: int, restless: float) -> None:
    history = publish(lives(size, seed=seed, releases=12, restless=restless))
    assert any(each.cells for each in history.releases)
    for attribute in ATTRIBUTES:
        assert attack(history, attribute) == set()


@pytest.mark.parametrize("size", SIZES)
@pytest.mark.parametrize("seed", SEEDS)
def test_nothing_is_rebuilt_even_if_nothing_were_rounded(size: int, seed: int) -> None:
    history = publish(lives(size, seed=seed, releases=12))
    for attribute in ATTRIBUTES:
        assert attack(history, attribute, sums=True) == set()


@pytest.mark.parametrize("size", [10, 20, 50])
def test_nothing_is_rebuilt_by_two_who_tell_each_other_theirs_beforehand(size: int) -> None:
    history = publish(lives(size, seed=4, releases=12, restless=0.01))
    smallest = min(history.blocks, key=lambda block: len(block.members))
    members: list[Said] = [(member.company, member.mark) for member in smallest.members]
    for pair in list(combinations(members, 2))[:12]:
        for attribute in ("days", "confidence"):
            # The two told theirs, so that nobody is left to collude with afterwards.
            found = attack(history, attribute, sums=True, told=pair, colluding=0)
            assert found == set()


@pytest.mark.parametrize("size", [10, 20, 50, 100])
def test_without_the_rules_nearly_all_is_rebuilt(size: int) -> None:
    history = publish(lives(size, seed=1), UNPROTECTED)
    counted = {member.company for block in history.blocks for member in block.members}
    for attribute in ATTRIBUTES:
        known = attack(history, attribute)
        truth = history.truth
        read = ATTRIBUTES[attribute].of_record
        assert all(read(truth[c.said], history.policy) == c.value for c in known)
        assert len({claim.said[0] for claim in known}) > 0.6 * len(counted)


def test_rounding_alone_would_not_do() -> None:
    history = publish(lives(50, seed=1), replace(UNPROTECTED, rounded=True))
    assert rebuilt(history) > 50


def test_five_companies_alone_would_not_do() -> None:
    """Without evening out, companies that say the same are all told of."""
    uneven = replace(POLICY, others=0)
    assert sum(rebuilt(publish(lives(size, seed=1), uneven)) for size in SIZES) > 20


def test_letting_those_come_back_whose_block_went_would_not_do() -> None:
    """Old and new blocks overlap, and what they share gives away what they don't."""
    found = sum(rebuilt(publish(lives(size, seed=1), forgetful=True)) for size in SIZES)
    assert found > 50


@pytest.mark.parametrize("attribute", ["days", "confidence"])
def test_guessing_gets_better_by_little(attribute: str) -> None:
    """What may be learnt is what a block's companies have in common, not who said what."""
    better = [
        with_all - without
        for size in (50, 100, 250)
        for with_all, without in [guess(publish(lives(size, seed=2, restless=0.01)), attribute)]
    ]
    exposed, plain = guess(publish(lives(50, seed=2), UNPROTECTED), attribute)
    assert max(better) < 0.25
    assert exposed - plain > 0.35
