"""What is worked out of portfolios: of the owner, who invests on their own account; of a firm."""

from collections.abc import Iterator

from tests.architecture.cast import Cast
from tests.architecture.planted import Planted


def portfolios(cast: Cast) -> Iterator[Planted]:
    """One row a holder: another one of the owner's would be the company's."""
    worked_out = {
        "tenant_id": cast.tenant_id,
        "rests_on": "0" * 64,
        "total_companies": 3,
        "average_progress_by_domain": {"product": 0.4},
        "risk_indicators": {"stalled_steps": 1},
        "calculated_at": cast.now,
    }
    yield Planted(
        "insights.portfolio_insights",
        {**worked_out, "subject_id": cast.people["owner"]},
        variant="owner's",
        fresh={"subject_id": cast.company_id},
    )
    yield Planted(
        "insights.portfolio_insights",
        {**worked_out, "subject_id": cast.firm_id},
        variant="firm's",
    )
