"""The JSON API of insights, by what a caller is about."""

from fastapi import APIRouter

from milepost.contexts.insights.routes import benchmarks, portfolio, suggestions

router = APIRouter()
router.include_router(portfolio.router)
router.include_router(suggestions.router)
router.include_router(benchmarks.router)
