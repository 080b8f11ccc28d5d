"""The company's home: how far it is, what is next and due, and every step as a board or a map."""

from collections.abc import Sequence
from datetime import timedelta
from typing import Annotated, Any

from fastapi import APIRouter, Query, Request
from starlette.responses import Response

from milepost.contexts.identity import service as identity
from milepost.contexts.identity.http import Tx
from milepost.contexts.identity.types import GrantState, ListedGrant
from milepost.contexts.journeys import service as journeys
from milepost.contexts.journeys.types import State, Task
from milepost.contexts.programs import service as programs
from milepost.platform import clock
from milepost.platform.db import Transaction
from milepost.web import pages, templating
from milepost.web.company import beginning, board
from milepost.web.company import here as place
from milepost.web.company.blocked import read_blockers
from milepost.web.company.filters import DIFFICULTIES, STATES, Filters
from milepost.web.company.here import Here
from milepost.web.company.team import ticked_by

router = APIRouter()

# What others ticked so lately is told to whoever has the page open.
_LATELY = timedelta(minutes=5)

Short = Annotated[str, Query(max_length=100)]


@router.get("/company")
async def show(
    request: Request,
    tx: Tx,
    view: Short = "",
    step: Short = "",
    text: Short = "",
    status: Short = "",
    phase: Short = "",
    domain: Short = "",
    difficulty: Short = "",
) -> Response:
    """Show the home; to htmx, only what is asked for anew."""
    here = await place.find(request, tx)
    if here is None:
        return await beginning.draw(request, tx)
    if not here.walk.program.steps:
        return await place.page(request, tx, here, "nothing_taken.html")
    if pages.asks_for(request, "detail"):
        return await place.page(request, tx, here, "map_detail.html", **_chosen(here, step))
    if view == "map":
        return await _home(request, tx, here, "map", Filters(), **_chosen(here, step))
    filters = Filters(text, status, phase, domain, difficulty).known(here.walk.program)
    return await _home(request, tx, here, "board", filters, detail=None)


async def after_tick(request: Request, tx: Transaction, here: Here) -> Response:
    """Answer a tick made here: what is next and due has changed."""
    if not pages.asks_for(request, "now"):
        return place.to_home()
    fresh = await place.get(request, tx, str(here.journey.id))
    return await _home(request, tx, fresh, "", Filters())


async def _home(
    request: Request,
    tx: Transaction,
    here: Here,
    view: str,
    filters: Filters,
    **context: Any,
) -> Response:
    now = clock.now()
    walk = here.walk
    tasks = await journeys.list_tasks(tx, journey_id=here.journey.id)
    ticked = board.ticks(tasks)
    blockers = await read_blockers(tx, here)
    seen: dict[str, Any] = {
        "states": STATES,
        "difficulties": DIFFICULTIES,
        "phase_pairs": [(one.slug, one.title) for one in walk.program.phases],
        "domain_pairs": [(one.slug, one.title) for one in walk.program.domains],
        "filters": filters,
        "columns": board.columns(walk, filters, ticked, blockers) if view == "board" else {},
        "grid": board.grid(walk) if view == "map" else [],
        "path": board.path(walk),
        "State": State,
        "view": view,
        **context,
    }
    if pages.asks_for(request, "steps"):
        return await place.page(request, tx, here, f"{view}.html", **seen)
    today = now.astimezone(templating.zone(tx.actor.time_zone)).date()
    available = await journeys.list_available(tx, walk=walk, now=now)
    due = board.due_tasks(walk, tasks, me=tx.actor.user_id, today=today)
    return await place.page(
        request,
        tx,
        here,
        "home_now.html" if pages.asks_for(request, "now") else "home.html",
        upcoming=board.next_steps(walk, available, ticked, blockers),
        due=due[: board.MOST_DUE],
        due_left=len(due[board.MOST_DUE :]),
        done=sum(standing.state.done for standing in walk.standings.values()),
        total=len(walk.program.steps),
        newer=await _newer(tx, here),
        waiting=await _waiting(tx, here),
        news=await _news(
            tx,
            here,
            [one for one in tasks if one.completed_at and one.completed_at > now - _LATELY],
        ),
        **seen,
    )


def _chosen(here: Here, slug: str) -> dict[str, Any]:
    """Tell of the station that is chosen on the map: what it needs, and what it opens."""
    walk = here.walk
    step = walk.program.find_step(slug)
    if step is None:
        return {"detail": None}
    before = walk.program.requires(slug)
    return {
        "detail": step,
        "standing": walk.standings[slug],
        "needs": [one for one in walk.program.topological if one.slug in before],
        "opens": [walk.program.step(one) for one in walk.program.dependents_of(slug)],
        "standings": walk.standings,
    }


async def _news(tx: Transaction, here: Here, ticked: Sequence[Task]) -> list[tuple[str, Task]]:
    """Tell which of the tasks ticked lately a colleague ticked, and who."""
    me = tx.actor.user_id
    if all(task.completed_by == me for task in ticked):
        return []
    members = await identity.list_members(tx, organization_id=here.company.id)
    names = ticked_by(ticked, members, me=me)
    return [(names[task.id], task) for task in ticked if task.id in names]


async def _waiting(tx: Transaction, here: Here) -> list[ListedGrant]:
    """Which firms ask to see the company, and wait for an answer."""
    given = await identity.list_given(tx, subject_id=here.company.id)
    return [grant for grant in given.items if grant.state == GrantState.PENDING]


async def _newer(tx: Transaction, here: Here) -> bool:
    """Tell whether a version came out that the company has not looked at yet."""
    latest = await programs.find_latest(tx, slug=here.walk.program.slug)
    if latest is None or latest.id == here.journey.version_id:
        return False
    return await journeys.preview_update(tx, journey_id=here.journey.id) is not None
