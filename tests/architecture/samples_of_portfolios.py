"""What is worked out of a portfolio: a row about the owner, who invests on their own account."""

from collections.abc import Iterator

from tests.architecture.cast import Cast
from tests.architecture.planted import Planted


def portfolios(cast: Cast) -> Iterator[Planted]:
    """One row a holder; another one would be the company's."""
    yield Planted(
        "insights.portfolio_insights",
        {
            "tenant_id": cast.tenant_id,
            "subject_id": cast.people["owner"],
            "rests_on": "0" * 64,
            "total_companies": 3,
            "average_progress_by_domain": {"product": 0.4},
            "risk_indicators": {"stalled_steps": 1},
            "calculated_at": cast.now,
        },
        fresh={"subject_id": cast.company_id},
    )
