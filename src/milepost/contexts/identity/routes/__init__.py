"""The JSON API of identity; `main` puts it under /api/v1."""

from fastapi import APIRouter

from milepost.contexts.identity.routes import grants, keys, me, people, sessions, tenant

router = APIRouter()
for _part in (sessions, me, keys, grants, people, tenant):
    router.include_router(_part.router)

__all__ = ["router"]
