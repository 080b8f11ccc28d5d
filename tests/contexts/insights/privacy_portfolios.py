"""Synthetic portfolios: pools of companies that live for some releases, as real ones do, only
more restless: what comes apart in years comes apart in ten releases here."""

from dataclasses import dataclass
from random import Random

from milepost.contexts.insights.privacy.releases import release
from milepost.contexts.insights.privacy.values import (
    POLICY,
    Block,
    Ledger,
    Policy,
    Record,
    Release,
)

SECRET = b"a secret of one step's benchmark"
UNPROTECTED = Policy(
    least=1,
    usual=1,
    others=0,
    turned=0.0,
    finished_from=1,
    patience=0.0,
    rounded=False,
)

# A few industries and stages have most companies, as anywhere.
INDUSTRIES = {"software": 30, "health": 16, "finance": 12, "retail": 8, "energy": 5, "food": 4}
RARE = {"space": 2, "mining": 1}
STAGES = {"seed": 40, "idea": 25, "series-a": 20, "growth": 10, "late": 5}


@dataclass(frozen=True)
class History:
    """What was live at each release, what was published of it, and what was true."""

    lives: tuple[tuple[Record, ...], ...]
    releases: tuple[Release, ...]
    policy: Policy

    @property
    def truth(self) -> dict[tuple[str, str], Record]:
        return {(r.company, r.mark): r for live in self.lives for r in live}

    @property
    def blocks(self) -> list[Block]:
        return list(dict.fromkeys(block for each in self.releases for block in each.ledger.blocks))


def record(company: str, random: Random, *, revision: int = 0) -> Record:
    industries = INDUSTRIES | RARE
    return Record(
        company=company,
        mark=f"{company}/{revision}",
        industry=random.choices(list(industries), list(industries.values()))[0],
        stage=random.choices(list(STAGES), list(STAGES.values()))[0],
        days=max(1, round(random.lognormvariate(2.9, 0.8))),
        confidence=random.choices(range(1, 6), [4, 10, 26, 40, 20])[0],
        finished=random.random() < 0.85,
    )


def lives(
    size: int, *, seed: int, releases: int = 10, restless: float = 0.02
) -> tuple[tuple[Record, ...], ...]:
    """Some are there from the start; others join, withdraw, come back, correct what they said."""
    random = Random(seed)
    everybody = [f"company-{number:03}" for number in range(size)]
    said = {company: record(company, random) for company in everybody}
    revisions = dict.fromkeys(everybody, 0)
    inside = set(everybody[: max(5, size * 6 // 10)])
    outside = [company for company in everybody if company not in inside]
    pool: list[tuple[Record, ...]] = []
    for _ in range(releases):
        pool.append(tuple(said[company] for company in everybody if company in inside))
        for company in sorted(inside):
            if random.random() < restless:
                inside.discard(company)
                outside.append(company)
            elif random.random() < restless:
                revisions[company] += 1
                changed = record(company, random, revision=revisions[company])
                said[company] = changed
        random.shuffle(outside)
        joining = random.choice([0, 1, 1, 2, 3, max(1, size // 12)])
        inside.update(outside[:joining])
        outside = outside[joining:]
    return tuple(pool)


def publish(
    pool: tuple[tuple[Record, ...], ...], policy: Policy = POLICY, *, forgetful: bool = False
) -> History:
    """Every release of a pool. A forgetful one lets those come back whose block went."""
    ledger = Ledger()
    made: list[Release] = []
    for live in pool:
        if forgetful:
            ledger = Ledger(ledger.blocks)
        made.append(release(live, ledger, secret=SECRET, policy=policy))
        ledger = made[-1].ledger
    return History(pool, tuple(made), policy)
