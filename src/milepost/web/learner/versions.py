"""The versions of an answer: all of them, and two side by side."""

from typing import Annotated

from fastapi import APIRouter, Query, Request
from starlette.responses import Response

from milepost.contexts.identity.http import Tx
from milepost.contexts.journeys import service as journeys
from milepost.contexts.journeys.types import State
from milepost.platform.errors import NotFound
from milepost.web.learner import versions_view, walks
from milepost.web.learner.desk_page import draw_locked, to_today

router = APIRouter()


@router.get("/tools/{slug}/versions")
async def list_versions(request: Request, slug: str, tx: Tx) -> Response:
    """List every version handed in, the newest first, with what was written about each."""
    walk = await walks.find_walk(request, tx, step=slug)
    if walk is None:
        return to_today()
    step = walk.step(slug)
    if walk.standings[slug].state is State.LOCKED:
        return await draw_locked(request, tx, walk, step)
    found = await journeys.list_submissions(tx, journey_id=walk.journey.id, step_slug=slug)
    reviews = await journeys.list_reviews(tx, journey_id=walk.journey.id, step_slug=slug)
    before = [*found[1:], None]
    return await walks.page(
        request,
        tx,
        walk,
        "versions.html",
        step=step,
        versions=[
            (
                one,
                versions_view.changed_count(step, older, one),
                versions_view.reviews_of(reviews, one.version),
            )
            for one, older in zip(found, before, strict=True)
        ],
    )


@router.get("/tools/{slug}/versions/{number}")
async def show_version(
    request: Request,
    slug: str,
    number: int,
    tx: Tx,
    beside: Annotated[int | None, Query(alias="with")] = None,
) -> Response:
    """Show a version beside another one, or beside the one before it."""
    walk = await walks.find_walk(request, tx, step=slug)
    if walk is None:
        return to_today()
    step = walk.step(slug)
    if walk.standings[slug].state is State.LOCKED:
        return await draw_locked(request, tx, walk, step)
    found = await journeys.list_submissions(tx, journey_id=walk.journey.id, step_slug=slug)
    by_number = {one.version: one for one in found}
    wanted = beside if beside is not None else number - 1
    if number not in by_number or (beside is not None and wanted not in by_number):
        raise NotFound("There is no such version.")
    older, newer = sorted({wanted, number} & by_number.keys())[0], max(wanted, number)
    alone = older == newer
    reviews = await journeys.list_reviews(tx, journey_id=walk.journey.id, step_slug=slug)
    return await walks.page(
        request,
        tx,
        walk,
        "version.html",
        step=step,
        newer=by_number[newer],
        older=None if alone else by_number[older],
        pairs=versions_view.compared(step, None if alone else by_number[older], by_number[newer]),
        newer_reviews=versions_view.reviews_of(reviews, newer),
        older_reviews=[] if alone else versions_view.reviews_of(reviews, older),
        numbers=sorted(by_number, reverse=True),
    )
