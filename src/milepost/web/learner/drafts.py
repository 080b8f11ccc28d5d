"""Autosave: what the page's script sends while somebody types, and is told in return."""

from fastapi import APIRouter, Request
from starlette.responses import JSONResponse, Response

from milepost.contexts.identity.http import Tx
from milepost.contexts.journeys import service as journeys
from milepost.contexts.journeys.errors import VersionConflict, WrongAnswers
from milepost.contexts.journeys.types import Submission
from milepost.platform import clock
from milepost.platform.errors import Conflict
from milepost.web.forms import Parsed
from milepost.web.learner import posted, walks

router = APIRouter()


class NotBegun(Conflict):
    """There is no journey to write in."""

    code = "not_begun"


# A script sends PUT or, as the form itself would, POST: the same is done.
@router.api_route("/tools/{slug}/draft", methods=["PUT", "POST"])
async def autosave(request: Request, slug: str, tx: Tx) -> Response:
    """Save unfinished answers; what could not be read of them is told beside the rest.

    Raises NotBegun, StepLocked, NotFound.
    """
    walk = await walks.find_walk(request, tx, step=slug)
    if walk is None:
        raise NotBegun("There is nothing to write in yet: begin the program first.")
    parsed, seen = await posted.read(request, walk.open_step(slug))
    try:
        saved = await journeys.save_draft(
            tx,
            journey_id=walk.journey.id,
            step_slug=slug,
            data=parsed.data,
            seen=seen,
            now=clock.now(),
        )
    except VersionConflict as conflict:
        return _overtaken(conflict)
    except WrongAnswers as wrong:
        errors = {**posted.refusals(wrong), **parsed.errors}
        return JSONResponse({"errors": errors, "detail": wrong.message}, 422)
    return _saved(saved, parsed)


def _saved(saved: Submission, parsed: Parsed) -> Response:
    body = {
        "revision": saved.etag.strip('"'),
        "etag": saved.etag,
        "saved_at": saved.updated_at.isoformat(),
        "errors": parsed.errors,
    }
    return JSONResponse(body, headers={"etag": saved.etag})


def _overtaken(conflict: VersionConflict) -> Response:
    etag: str = conflict.data.get("current_etag") or ""
    body = {
        "code": conflict.code,
        "detail": conflict.message,
        "current_revision": etag.strip('"'),
        "current_version": conflict.data.get("current_version"),
        "current_data": conflict.data.get("current_data"),
    }
    return JSONResponse(body, 409)
