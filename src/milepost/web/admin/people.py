"""People: who belongs to the tenant; inviting, changing and letting go, for administrators."""

from collections.abc import Mapping
from typing import Annotated, Any
from urllib.parse import urlencode
from uuid import UUID

from fastapi import APIRouter, Form, Query, Request
from starlette.responses import Response

from milepost.contexts.identity import service as identity
from milepost.contexts.identity.http import Caller, Tx
from milepost.contexts.identity.types import Role, User
from milepost.platform import clock
from milepost.platform.db import Transaction
from milepost.platform.errors import AppError, Conflict, Forbidden, Invalid
from milepost.web import pages

router = APIRouter(include_in_schema=False)

Text = Annotated[str, Form()]
Short = Annotated[str, Query(max_length=100)]
PAGE = 50
ORGANIZATIONS = 500
ROLES: Mapping[str, tuple[str, str]] = {
    Role.USER: ("Member", "walks the program"),
    Role.GURU: ("Coach", "sees those who share with them, writes reviews"),
    Role.ADMIN: ("Administrator", "sees everybody's progress, manages people"),
}


@router.get("/people")
async def show(
    request: Request,
    tx: Tx,
    text: Short = "",
    role: Short = "",
    cursor: Annotated[str | None, Query(max_length=600)] = None,
) -> Response:
    """List the people of the tenant."""
    return await _page(request, tx, text=pages.line(text), role=role, cursor=cursor)


@router.post("/people")
async def invite(
    request: Request,
    caller: Caller,
    email: Text = "",
    full_name: Text = "",
    role: Text = Role.USER,
    organization: Text = "",
) -> Response:
    """Add a person, and have an invitation sent to them."""
    db = request.app.state.db
    now = clock.now()
    try:
        async with db.transaction(caller) as tx:
            require_admin(tx)
            name = pages.line(organization)
            found = await identity.ensure_organization(tx, name=name, now=now) if name else None
            user = await identity.add_user(
                tx,
                email=email,
                full_name=full_name,
                role=_role(role),
                organization_id=found.id if found else None,
                time_zone=tx.actor.time_zone,
                now=now,
            )
            await identity.invite(tx, user_id=user.id)
    except (Invalid, Conflict) as error:
        typed = {
            "email": pages.line(email),
            "full_name": pages.line(full_name),
            "role": role,
            "organization": pages.line(organization),
        }
        # The failed transaction can't be asked anything any more.
        async with db.transaction(caller) as tx:
            return await _page(request, tx, problem=error, typed=typed, status=422)
    return pages.redirect("/people", "person-invited")


@router.get("/people/{user_id}")
async def show_person(user_id: UUID, request: Request, tx: Tx) -> Response:
    """Show a person, and what can be decided about them."""
    return await _person_page(request, tx, user_id)


@router.post("/people/{user_id}")
async def change(
    user_id: UUID,
    request: Request,
    caller: Caller,
    full_name: Text = "",
    role: Text = "",
    organization_id: Text = "",
) -> Response:
    """Change name, role and organization."""
    try:
        await _update(
            request,
            caller,
            user_id,
            full_name=full_name,
            role=_role(role),
            organization_id=_organization_id(organization_id),
        )
    except (Invalid, Conflict) as error:
        async with request.app.state.db.transaction(caller) as tx:
            typed = {"full_name": full_name, "role": role, "organization_id": organization_id}
            return await _person_page(request, tx, user_id, problem=error, typed=typed, status=422)
    return pages.redirect(f"/people/{user_id}", "person-changed")


@router.post("/people/{user_id}/access")
async def change_access(
    user_id: UUID, request: Request, caller: Caller, disabled: Text = ""
) -> Response:
    """Keep a person out, or let them in again; what they did stays."""
    try:
        await _update(request, caller, user_id, disabled=disabled == "yes")
    except Conflict as error:
        async with request.app.state.db.transaction(caller) as tx:
            return await _person_page(request, tx, user_id, problem=error, status=422)
    return pages.redirect(f"/people/{user_id}", "person-changed")


@router.post("/people/{user_id}/invitation")
async def invite_again(user_id: UUID, tx: Tx) -> Response:
    """Have another invitation sent."""
    require_admin(tx)
    await identity.invite(tx, user_id=user_id)
    return pages.redirect(f"/people/{user_id}", "person-invited")


def require_admin(tx: Transaction) -> None:
    """Let nobody but administrators on. Raises Forbidden."""
    if tx.actor.role != Role.ADMIN:
        raise Forbidden("People are for administrators.")


async def _update(request: Request, caller: Caller, user_id: UUID, **changes: Any) -> None:
    async with request.app.state.db.transaction(caller) as tx:
        require_admin(tx)
        await identity.update_user(tx, user_id=user_id, now=clock.now(), **changes)


async def _page(
    request: Request,
    tx: Transaction,
    *,
    text: str = "",
    role: str = "",
    cursor: str | None = None,
    problem: AppError | None = None,
    typed: Mapping[str, str] | None = None,
    status: int = 200,
) -> Response:
    require_admin(tx)
    role = role if role in ROLES else ""
    listed = await identity.list_users(
        tx, text=text, role=Role(role) if role else None, cursor=cursor or None, limit=PAGE
    )
    organizations = await identity.list_organizations(tx, limit=ORGANIZATIONS)
    query = {"text": text, "role": role, "cursor": listed.next_cursor or ""}
    nothing_typed = {"email": "", "full_name": "", "role": str(Role.USER), "organization": ""}
    return await pages.page(
        request,
        tx,
        "admin/people_list.html" if pages.asks_for(request, "people") else "admin/people.html",
        status=status,
        people=listed.items,
        text=text,
        role=role,
        roles=ROLES,
        organizations=organizations.items,
        names={organization.id: organization.name for organization in organizations.items},
        from_start=not cursor,
        tenant=await identity.get_own_tenant(tx),
        later="/people?" + urlencode({key: value for key, value in query.items() if value})
        if listed.next_cursor
        else "",
        problem=problem,
        typed={**nothing_typed, **(typed or {})},
    )


async def _person_page(
    request: Request,
    tx: Transaction,
    user_id: UUID,
    *,
    problem: AppError | None = None,
    typed: Mapping[str, str] | None = None,
    status: int = 200,
) -> Response:
    require_admin(tx)
    user = await identity.get_user(tx, user_id=user_id)
    organizations = await identity.list_organizations(tx, limit=ORGANIZATIONS)
    return await pages.page(
        request,
        tx,
        "admin/person.html",
        status=status,
        user=user,
        roles=ROLES,
        organizations=organizations.items,
        problem=problem,
        typed={**_as_typed(user), **(typed or {})},
    )


def _as_typed(user: User) -> dict[str, str]:
    return {
        "full_name": user.full_name,
        "role": user.role,
        "organization_id": str(user.organization_id or ""),
    }


def _role(text: str) -> Role:
    try:
        return Role(text)
    except ValueError:
        raise Invalid("Choose a role.") from None


def _organization_id(text: str) -> UUID | None:
    try:
        return UUID(text) if text else None
    except ValueError:
        raise Invalid("Choose an organization, or none.") from None
