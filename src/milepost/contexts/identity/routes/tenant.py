"""The tenant that somebody is in: what it is called, and whether it is counted with others."""

from fastapi import APIRouter

from milepost.contexts.identity import service as identity
from milepost.contexts.identity.http import Tx
from milepost.contexts.identity.routes.models import TenantChange, TenantOut
from milepost.platform import clock
from milepost.platform.http import problems
from milepost.platform.http.json import StrictRoute

router = APIRouter(tags=["people"], route_class=StrictRoute)


@router.get("/tenant", responses=problems.responses(403), operation_id="get_tenant")
async def get_tenant(tx: Tx) -> TenantOut:
    """Tell about the tenant that you are in."""
    return TenantOut.model_validate(await identity.get_own_tenant(tx))


@router.patch("/tenant", responses=problems.responses(403), operation_id="change_tenant")
async def change_tenant(body: TenantChange, tx: Tx) -> TenantOut:
    """Join the pool of all tenants, or leave it, as an administrator."""
    return TenantOut.model_validate(
        await identity.join_pool(tx, joins=body.joins_pool, now=clock.now())
    )
