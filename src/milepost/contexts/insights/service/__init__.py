"""The use cases of insights, and its public face."""

from milepost.contexts.insights.service.answered import list_answered, list_runs
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
from milepost.contexts.insights.service.refreshing import AT_ONCE, Refreshed, refresh_all
from milepost.contexts.insights.service.suggestions import (
    answer_suggestion,
    begin,
    give_up,
    keep,
    list_inbox,
    list_suggestions,
)

__all__ = [
    "AT_ONCE",
    "READ",
    "Community",
    "Refreshed",
    "answer_suggestion",
    "begin",
    "find_for_advice",
    "forget_insights",
    "get_benchmark",
    "get_community",
    "get_company",
    "get_holder",
    "get_insights",
    "give_up",
    "keep",
    "list_answered",
    "list_holders",
    "list_holders_of",
    "list_inbox",
    "list_portfolio",
    "list_runs",
    "list_suggestions",
    "list_typical",
    "list_working_holders",
    "preview_company",
    "refresh_all",
]
