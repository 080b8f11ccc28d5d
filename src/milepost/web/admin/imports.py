"""Importing people from a CSV file: the plan is shown first, then applied whole or not at all."""

import base64
import binascii
import hashlib
from typing import Annotated

from fastapi import APIRouter, File, Form, Request, UploadFile
from starlette.responses import Response

from milepost.contexts.identity import service as identity
from milepost.contexts.identity.http import Caller, Tx
from milepost.contexts.identity.types import System
from milepost.platform import clock
from milepost.platform.errors import Conflict, Invalid
from milepost.web import pages
from milepost.web.admin.people import ROLES, require_admin

router = APIRouter(include_in_schema=False)

Text = Annotated[str, Form()]
# A file comes back inside the form that applies its plan, a third longer: it must fit a request.
LARGEST = 300 * 1024
SHOWN = 200


@router.get("/people/import")
async def ask(request: Request, tx: Tx) -> Response:
    """Ask for the file."""
    require_admin(tx)
    return await pages.page(request, tx, "admin/import.html", problem="", largest=LARGEST // 1024)


@router.post("/people/import")
async def plan(
    request: Request, caller: Caller, file: Annotated[UploadFile | None, File()] = None
) -> Response:
    """Show what the file would change. Nothing is changed yet."""
    content = await file.read() if file else b""
    return await _plan_page(request, caller, content)


@router.post("/people/import/apply")
async def apply(
    request: Request, caller: Caller, content: Text = "", digest: Text = ""
) -> Response:
    """Do what the plan said, if it still says the same."""
    try:
        raw = base64.b64decode(content.encode("ascii"), validate=True)
    except (binascii.Error, ValueError):
        raw = b""
    system = await _as_system(request, caller)
    try:
        async with request.app.state.db.transaction(system) as tx:
            made = await identity.plan_import(tx, content=raw)
            if _digest(made) != digest:
                raise Conflict("Somebody changed people meanwhile: look at the plan again.")
            await identity.apply_import(tx, plan=made, now=clock.now())
    except (Invalid, Conflict) as error:
        return await _plan_page(request, caller, raw, problem=error.message)
    return pages.redirect("/people", "people-imported")


async def _plan_page(
    request: Request, caller: Caller, content: bytes, *, problem: str = ""
) -> Response:
    system = await _as_system(request, caller)
    db = request.app.state.db
    made = None
    try:
        _require_a_file(content)
        async with db.transaction(system) as tx:
            made = await identity.plan_import(tx, content=content)
    except Invalid as error:
        problem = error.message
    status = 422 if problem or (made and made.refused) else 200
    async with db.transaction(caller) as tx:
        if made is None:
            return await pages.page(
                request,
                tx,
                "admin/import.html",
                status=status,
                problem=problem,
                largest=LARGEST // 1024,
            )
        return await pages.page(
            request,
            tx,
            "admin/import_plan.html",
            status=status,
            plan=made,
            problem=problem,
            content=base64.b64encode(content).decode("ascii"),
            digest=_digest(made),
            roles=ROLES,
            most=SHOWN,
        )


def _require_a_file(content: bytes) -> None:
    if not content.strip():
        raise Invalid("Choose a CSV file that is not empty.")
    if len(content) > LARGEST:
        raise Invalid(
            f"This file is larger than {LARGEST // 1024} kB. Split it, or use the command line:"
            " milepost users import FILE.csv."
        )


async def _as_system(request: Request, caller: Caller) -> System:
    """Plans look at accounts of everybody, as the system; only administrators may ask for one."""
    async with request.app.state.db.transaction(caller) as tx:
        require_admin(tx)
        return System(tx.actor.tenant_id)


def _digest(plan: object) -> str:
    """Tell two plans apart: what was agreed to must be what is done."""
    return hashlib.sha256(repr(plan).encode("utf-8", "replace")).hexdigest()
