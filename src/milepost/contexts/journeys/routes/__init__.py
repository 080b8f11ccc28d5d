"""The JSON API of journeys, by what a caller is about: walking, answering, a team's progress."""

from fastapi import APIRouter

from milepost.contexts.journeys.routes import answering, team, updates, walking

router = APIRouter()
router.include_router(walking.router)
router.include_router(answering.router)
router.include_router(team.router)
router.include_router(updates.router)
