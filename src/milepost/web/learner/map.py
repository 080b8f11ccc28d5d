"""The map of the program: as a picture, and as a list for those who prefer one."""

from typing import Annotated

from fastapi import APIRouter, Query, Request
from starlette.responses import Response

from milepost.contexts.identity.http import Tx
from milepost.contexts.journeys.service import Walk
from milepost.contexts.journeys.types import State
from milepost.platform.db import Transaction
from milepost.web.learner import map_layout, map_view, walks

router = APIRouter()

Short = Annotated[str, Query(max_length=100)]


@router.get("/map")
async def show_map(
    request: Request,
    tx: Tx,
    program: Short = "",
    view: Short = "",
    step: Short = "",
    status: Short = "",
    phase: Short = "",
    domain: Short = "",
    text: Short = "",
) -> Response:
    """Show the program as a graph or as a table; to htmx, only what is asked for anew."""
    walk = await walks.find_walk(request, tx, program=program, step=step)
    if walk is None:
        return await walks.page(request, tx, None, "map_empty.html")
    if view == "list":
        filters = map_view.Filters(status, phase, domain, text.strip())
        return await _list(request, tx, walk, filters)
    return await _picture(request, tx, walk, step)


async def _picture(request: Request, tx: Transaction, walk: Walk, slug: str) -> Response:
    step = walk.program.find_step(slug)
    detail = map_view.detail(walk, step) if step else None
    if _fragment(request, "detail"):
        return await walks.page(request, tx, walk, "map_detail.html", detail=detail)
    selected = step.slug if step else None
    return await walks.page(
        request,
        tx,
        walk,
        "map.html",
        detail=detail,
        wide=map_view.drawn(walk, map_layout.wide(walk.program), selected),
        tall=map_view.drawn(walk, map_layout.tall(walk.program), selected),
        counts=map_view.state_counts(walk),
        states=State,
        choices=await walks.choices(tx),
    )


async def _list(
    request: Request, tx: Transaction, walk: Walk, filters: map_view.Filters
) -> Response:
    template = "map_rows.html" if _fragment(request, "rows") else "map_list.html"
    return await walks.page(
        request,
        tx,
        walk,
        template,
        rows=map_view.rows(walk, filters),
        filters=filters,
        states=State,
        choices=await walks.choices(tx),
    )


def _fragment(request: Request, target: str) -> bool:
    """Tell whether htmx asks for one part of the page alone."""
    asked = request.headers.get("hx-target", "")
    return request.headers.get("hx-request") == "true" and asked.rpartition("#")[2] == target
