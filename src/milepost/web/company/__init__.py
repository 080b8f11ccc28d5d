"""The pages of a company's journey: home, steps, plan; how steps went; suggestions; standup."""

from fastapi import APIRouter, Depends

from milepost.web import typed
from milepost.web.company import (
    beginning,
    benchmark,
    home,
    outcome,
    plan,
    plan_step,
    removal,
    standup,
    step,
    suggestions,
    tasks,
    update,
)

router = APIRouter(include_in_schema=False, dependencies=[Depends(typed.note)])
for _page in (
    home,
    beginning,
    step,
    tasks,
    plan,
    plan_step,
    removal,
    update,
    outcome,
    suggestions,
    benchmark,
    standup,
):
    router.include_router(_page.router)
