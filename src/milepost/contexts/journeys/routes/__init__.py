"""The JSON API of journeys, by what a caller is about: walking, planning, answering, and others."""

from fastapi import APIRouter

from milepost.contexts.journeys.routes import (
    answering,
    doing,
    listening,
    outcomes,
    planning,
    tasks,
    team,
    updates,
    walking,
)

router = APIRouter()
router.include_router(walking.router)
router.include_router(listening.router)
router.include_router(planning.router)
router.include_router(tasks.router)
router.include_router(doing.router)
router.include_router(answering.router)
router.include_router(outcomes.router)
router.include_router(team.router)
router.include_router(updates.router)
