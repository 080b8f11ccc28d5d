"""Being counted with other tenants: an administrator's switch on the page of people."""

from typing import Annotated

from fastapi import APIRouter, Form
from starlette.responses import Response

from milepost.contexts.identity import service as identity
from milepost.contexts.identity.http import Tx
from milepost.platform import clock
from milepost.web import pages
from milepost.web.admin.people import require_admin

router = APIRouter(include_in_schema=False)


@router.post("/people/benchmarks/pool")
async def change(tx: Tx, joins: Annotated[str, Form(max_length=5)] = "") -> Response:
    """Join the pool of all tenants, or leave it."""
    require_admin(tx)
    await identity.join_pool(tx, joins=joins == "yes", now=clock.now())
    return pages.redirect("/people#pool", "pool-changed")
