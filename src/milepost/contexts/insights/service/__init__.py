"""The use cases of insights, and its public face."""

from milepost.contexts.insights.service.answered import list_answered, list_runs
from milepost.contexts.insights.service.audits import StaleFigure, verify_benchmarks
from milepost.contexts.insights.service.benchmarks import (
    find_for_advice,
    get_benchmark,
    list_typical,
)
from milepost.contexts.insights.service.portfolio import (
    Community,
    forget_insights,
    get_holder,
    get_insights,
    list_holders,
    list_holders_of,
    list_portfolio,
    list_working_holders,
)
from milepost.contexts.insights.service.portfolio_company import (
    READ,
    get_community,
    get_company,
    preview_company,
)
from milepost.contexts.insights.service.refreshing import (
    AT_ONCE,
    REFRESH_BENCHMARKS,
    Refreshed,
    is_refreshing,
    refresh_all,
)
from milepost.contexts.insights.service.suggestions import (
    MAKE_SUGGESTIONS,
    answer_suggestion,
    ask_again,
    begin,
    give_up,
    keep,
    list_inbox,
    list_lost,
    list_suggestions,
)

__all__ = [
    "AT_ONCE",
    "MAKE_SUGGESTIONS",
    "READ",
    "REFRESH_BENCHMARKS",
    "Community",
    "Refreshed",
    "StaleFigure",
    "answer_suggestion",
    "ask_again",
    "begin",
    "find_for_advice",
    "forget_insights",
    "get_benchmark",
    "get_community",
    "get_company",
    "get_holder",
    "get_insights",
    "give_up",
    "is_refreshing",
    "keep",
    "list_answered",
    "list_holders",
    "list_holders_of",
    "list_inbox",
    "list_lost",
    "list_portfolio",
    "list_runs",
    "list_suggestions",
    "list_typical",
    "list_working_holders",
    "preview_company",
    "refresh_all",
    "verify_benchmarks",
]
