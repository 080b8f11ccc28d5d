"""Who sees what of whom, and what was read."""

from typing import Annotated, Literal
from uuid import UUID

from fastapi import APIRouter, Query
from starlette.requests import Request
from starlette.responses import Response

from milepost.contexts.identity import http
from milepost.contexts.identity import service as identity
from milepost.contexts.identity.http import Tx
from milepost.contexts.identity.routes.models import GrantOut, Grants, NewGrant, Reads
from milepost.platform import clock
from milepost.platform.http import problems
from milepost.platform.http.json import StrictRoute

router = APIRouter(tags=["sharing"], route_class=StrictRoute)

Limit = Annotated[int, Query(ge=1, le=200)]
Cursor = Annotated[str | None, Query(max_length=2000)]


@router.get("/grants", responses=problems.responses(403), operation_id="list_grants")
async def list_grants(
    tx: Tx,
    side: Literal["given", "received"] = "given",
    of: Annotated[UUID | None, Query(description="only of this one that you act for")] = None,
    cursor: Cursor = None,
    limit: Limit = 50,
) -> Grants:
    """List who sees you (given), or whom you see (received), ended ones included."""
    if side == "given":
        found = await identity.list_given(tx, subject_id=of, cursor=cursor, limit=limit)
    else:
        found = await identity.list_received(tx, audience_id=of, cursor=cursor, limit=limit)
    return Grants.model_validate(found)


@router.post(
    "/grants",
    operation_id="make_grant",
    status_code=201,
    response_model=GrantOut,
    responses=problems.responses(403, 404, 409),
)
async def make_grant(request: Request, body: NewGrant, tx: Tx) -> Response:
    """Let somebody see you, or ask to see somebody. Again: changes level and end.

    Who asks for more than is shown to them already is refused, `level_held`: only the one whose
    it is raises it.
    """

    async def work() -> GrantOut:
        audience = (
            None
            if body.audience is None
            else identity.Audience(
                user_id=body.audience.user_id,
                organization_id=body.audience.organization_id,
                organization=body.audience.organization,
                email=body.audience.email,
            )
        )
        grant = await identity.make_grant(
            tx,
            audience=audience,
            subject_id=body.subject_id,
            level=body.level,
            capacity=body.capacity,
            ends_at=body.ends_at,
            now=clock.now(),
        )
        return GrantOut.model_validate(grant)

    return await http.once(tx, request, 201, work)


@router.delete(
    "/grants/{grant_id}",
    operation_id="end_grant",
    status_code=204,
    responses=problems.responses(403, 404),
)
async def end_grant(grant_id: UUID, tx: Tx) -> None:
    """End a grant, from either side; holds at once."""
    await identity.end(tx, grant_id=grant_id, now=clock.now())


@router.post(
    "/grants/{grant_id}/accept",
    operation_id="accept_grant",
    response_model=GrantOut,
    responses=problems.responses(403, 404, 409),
)
async def accept_grant(request: Request, grant_id: UUID, tx: Tx) -> Response:
    """Say yes to whoever asked."""

    async def work() -> GrantOut:
        grant = await identity.accept(tx, grant_id=grant_id, now=clock.now())
        return GrantOut.model_validate(grant)

    return await http.once(tx, request, 200, work)


@router.post(
    "/grants/{grant_id}/decline",
    operation_id="decline_grant",
    response_model=GrantOut,
    responses=problems.responses(403, 404, 409),
)
async def decline_grant(request: Request, grant_id: UUID, tx: Tx) -> Response:
    """Say no to whoever asked."""

    async def work() -> GrantOut:
        grant = await identity.decline(tx, grant_id=grant_id, now=clock.now())
        return GrantOut.model_validate(grant)

    return await http.once(tx, request, 200, work)


@router.get("/reads", responses=problems.responses(403), operation_id="list_reads")
async def list_reads(
    tx: Tx,
    of: Annotated[UUID | None, Query(description="only of this one that you act for")] = None,
    cursor: Cursor = None,
    limit: Limit = 50,
) -> Reads:
    """List what others read of you: one entry a day, reader and kind."""
    return Reads.model_validate(
        await identity.list_reads(tx, subject_id=of, cursor=cursor, limit=limit)
    )
