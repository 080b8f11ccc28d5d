"""The pages between companies and those who invest: the portfolio, a company, what it shares."""

from fastapi import APIRouter

from milepost.web.investor import company, portfolio, sharing

router = APIRouter(include_in_schema=False)
for _page in (portfolio, company, sharing):
    router.include_router(_page.router)
