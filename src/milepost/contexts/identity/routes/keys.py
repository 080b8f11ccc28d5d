"""API keys."""

from uuid import UUID

from fastapi import APIRouter
from starlette.requests import Request

from milepost.contexts.identity import http
from milepost.contexts.identity import service as identity
from milepost.contexts.identity.http import Tx
from milepost.contexts.identity.routes.models import KeyOut, Keys, NewKey, NewKeyOut
from milepost.platform import clock
from milepost.platform.http import problems
from milepost.platform.http.json import StrictRoute

router = APIRouter(prefix="/api-keys", tags=["api keys"], route_class=StrictRoute)


@router.get("", responses=problems.responses(403), operation_id="list_api_keys")
async def list_keys(tx: Tx) -> Keys:
    """List your API keys."""
    return Keys(items=[KeyOut.model_validate(key) for key in await identity.list_keys(tx)])


@router.post("", status_code=201, responses=problems.responses(403), operation_id="make_api_key")
async def make_key(request: Request, body: NewKey, tx: Tx) -> NewKeyOut:
    """Make an API key. It is told this once: an Idempotency-Key lets you ask again."""
    key, token = await identity.make_key(
        tx,
        name=body.name,
        scopes=body.scopes,
        expires_at=body.expires_at,
        now=clock.now(),
        secret=request.app.state.secret,
        idempotency_key=http.idempotency_key(request),
    )
    return NewKeyOut(**KeyOut.model_validate(key).model_dump(), token=str(token))


@router.delete(
    "/{key_id}",
    operation_id="revoke_api_key",
    status_code=204,
    responses=problems.responses(403, 404),
)
async def revoke_key(key_id: UUID, tx: Tx) -> None:
    """Revoke an API key."""
    await identity.revoke_key(tx, key_id=key_id, now=clock.now())
