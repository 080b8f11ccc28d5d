"""The learner's pages: Today, the map, a tool and its versions."""

from fastapi import APIRouter

from milepost.web.learner import drafts, map, today, tool, versions

router = APIRouter(include_in_schema=False)
for _page in (today, map, tool, drafts, versions):
    router.include_router(_page.router)
