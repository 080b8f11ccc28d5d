"""The people and organizations of a tenant."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Query
from starlette.requests import Request
from starlette.responses import Response

from milepost.contexts.identity import http
from milepost.contexts.identity import service as identity
from milepost.contexts.identity.http import Tx
from milepost.contexts.identity.routes.grants import Cursor, Limit
from milepost.contexts.identity.routes.models import (
    NewUser,
    OrganizationChange,
    OrganizationOut,
    Organizations,
    UserChange,
    UserOut,
    Users,
)
from milepost.contexts.identity.types import Person, Role, User
from milepost.platform import clock
from milepost.platform.errors import Forbidden
from milepost.platform.http import problems
from milepost.platform.http.json import StrictRoute

router = APIRouter(tags=["people"], route_class=StrictRoute)


@router.get("/users", responses=problems.responses(403), operation_id="list_users")
async def list_users(
    tx: Tx,
    role: Role | None = None,
    organization_id: UUID | None = None,
    text: Annotated[str | None, Query(max_length=200, description="in name or e-mail")] = None,
    cursor: Cursor = None,
    limit: Limit = 50,
) -> Users:
    """List the people whom you know, by name."""
    page = await identity.list_users(
        tx, role=role, organization_id=organization_id, text=text, cursor=cursor, limit=limit
    )
    return Users(
        items=[_shown(user, tx.actor) for user in page.items], next_cursor=page.next_cursor
    )


@router.post(
    "/users",
    operation_id="add_user",
    status_code=201,
    response_model=UserOut,
    responses=problems.responses(403, 409),
)
async def add_user(request: Request, body: NewUser, tx: Tx) -> Response:
    """Add a person, as an administrator, and have an invitation sent."""
    if tx.actor.role != Role.ADMIN:
        raise Forbidden("Only an administrator may do this.")

    async def work() -> UserOut:
        now = clock.now()
        organization = (
            await identity.ensure_organization(tx, name=body.organization, now=now)
            if body.organization
            else None
        )
        user = await identity.add_user(
            tx,
            email=body.email,
            full_name=body.full_name,
            role=body.role,
            organization_id=organization.id if organization else None,
            lms_user_id=body.lms_user_id,
            time_zone=body.time_zone,
            now=now,
        )
        if body.invite:
            await identity.invite(tx, user_id=user.id)
        return UserOut.model_validate(user)

    return await http.once(tx, request, 201, work)


@router.get("/users/{user_id}", responses=problems.responses(403, 404), operation_id="get_user")
async def get_user(user_id: UUID, tx: Tx) -> UserOut:
    """Tell about somebody whom you know."""
    return _shown(await identity.get_user(tx, user_id=user_id), tx.actor)


@router.patch(
    "/users/{user_id}",
    operation_id="change_user",
    responses=problems.responses(403, 404, 409),
)
async def change_user(user_id: UUID, body: UserChange, tx: Tx) -> UserOut:
    """Change a person, as an administrator; what is left out stays."""
    # Of these, null is no value: a name, a role, and whether somebody is kept out.
    needed = {"full_name", "role", "disabled"}
    given = {
        name: getattr(body, name)
        for name in body.model_fields_set
        if name not in needed or getattr(body, name) is not None
    }
    user = await identity.update_user(tx, user_id=user_id, now=clock.now(), **given)
    return UserOut.model_validate(user)


@router.get("/organizations", responses=problems.responses(403), operation_id="list_organizations")
async def list_organizations(tx: Tx, cursor: Cursor = None, limit: Limit = 50) -> Organizations:
    """List the organizations that you know, by name."""
    page = await identity.list_organizations(tx, cursor=cursor, limit=limit)
    return Organizations(
        items=[OrganizationOut.of(found) for found in page.items], next_cursor=page.next_cursor
    )


@router.patch(
    "/organizations/{organization_id}",
    operation_id="change_organization",
    responses=problems.responses(403, 404),
)
async def change_organization(
    organization_id: UUID, body: OrganizationChange, tx: Tx
) -> OrganizationOut:
    """Say what a company is: its industry and its stage; for whoever acts for it."""
    said = {
        name: getattr(body, name)
        for name in body.model_fields_set
        if getattr(body, name) is not None
    }
    return OrganizationOut.of(
        await identity.describe_organization(
            tx, organization_id=organization_id, settings=said, now=clock.now()
        )
    )


def _shown(user: User, viewer: Person) -> UserOut:
    shown = UserOut.model_validate(user)
    if viewer.role == Role.ADMIN or viewer.user_id == user.id:
        return shown
    return shown.model_copy(update={"lms_user_id": None, "last_login": None})
