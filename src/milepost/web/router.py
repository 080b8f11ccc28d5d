"""All pages together, and what they need of the application: templates and static files."""

from fastapi import APIRouter, FastAPI

from milepost.web import company, investor, learner, static_files, templating
from milepost.web.account import access, profile, security
from milepost.web.admin import imports, people, pool
from milepost.web.coach import person, team
from milepost.web.sign_in import links, oidc, password

router = APIRouter(include_in_schema=False)
for routes in (
    password.router,
    links.router,
    oidc.router,
    learner.router,
    company.router,
    team.router,
    person.router,
    investor.router,
    access.router,
    profile.router,
    security.router,
    imports.router,
    people.router,
    pool.router,
):
    router.include_router(routes)


def install(app: FastAPI) -> None:
    """Put the pages into an application, with their static files."""
    assets = static_files.load()
    app.state.templates = templating.environment(assets)
    app.mount(static_files.PREFIX, static_files.StaticFiles(assets))
    app.include_router(router)
