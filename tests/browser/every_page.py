"""Every page there is, with addresses that show each of its faces, and who looks at it."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from milepost.web.router import router
from tests.browser.town import (
    ADMIN,
    CLOSED,
    FOUNDER,
    GURU,
    INVESTOR,
    LEARNER,
    MAYA,
    OPEN,
    PIA,
    Town,
)

NOBODY = ""

# What answers a browser's GET with something else than a page of ours.
NO_PAGES = frozenset(
    {
        "/",
        "/account/export",
        "/portfolio.csv",
        "/auth/oidc/{slug}",
        "/auth/oidc/{slug}/callback",
    }
)

_IN_PORTFOLIO = "/portfolio/companies/{organization_id}"
_SHARED = "/sharing/companies/{organization_id}"


@dataclass(frozen=True, slots=True)
class Face:
    """A page as somebody sees it."""

    route: str
    who: str
    address: str
    status: int = 200

    def __str__(self) -> str:
        return f"{self.who.partition('@')[0] or 'nobody'} {self.address}"


FACES = (
    Face("/sign-in", NOBODY, "/sign-in?next=/map&refused=provider"),
    Face("/forgot-password", NOBODY, "/forgot-password"),
    Face("/sign-in/reset/{token}", NOBODY, "/sign-in/reset/some.token"),
    Face("/sign-in/invitation/{token}", NOBODY, "/sign-in/invitation/some.token"),
    Face("/today", LEARNER, "/today"),
    Face("/today", MAYA, "/today"),
    Face("/map", LEARNER, "/map"),
    Face("/map", MAYA, "/map?step=sprint-8-goals"),
    Face("/map", MAYA, "/map?view=list"),
    Face("/map", MAYA, "/map?view=list&text=nothing+has+this+name"),
    Face("/tools/{slug}", MAYA, "/tools/sprint-8-goals"),
    Face("/tools/{slug}", MAYA, "/tools/sprint-10-performance?write=1"),
    Face("/tools/{slug}", MAYA, "/tools/sprint-15-value-proposition"),
    Face("/tools/{slug}", MAYA, "/tools/sprint-30-program-overview", 409),
    Face("/tools/{slug}", MAYA, "/tools/no-such-tool", 404),
    Face("/tools/{slug}/done", MAYA, "/tools/sprint-1-identity/done?version=1"),
    Face("/tools/{slug}/versions", MAYA, "/tools/sprint-6-cash/versions"),
    Face("/tools/{slug}/versions/{number}", MAYA, "/tools/sprint-6-cash/versions/2"),
    Face("/tools/{slug}/versions/{number}", MAYA, "/tools/sprint-10-performance/versions/1"),
    Face("/company", MAYA, "/company"),
    Face("/company", PIA, "/company"),
    Face("/company", PIA, "/company?text=nothing+has+this+name"),
    Face("/company", PIA, "/company?status=locked&phase=launch"),
    Face("/company", PIA, "/company?view=map&step=first-ten-interviews"),
    Face("/company/steps/{slug}", PIA, "/company/steps/founder-motivation"),
    Face("/company/steps/{slug}", PIA, "/company/steps/first-customer-profile"),
    Face("/company/steps/{slug}", PIA, "/company/steps/offer-readiness", 409),
    Face("/company/steps/{slug}", PIA, "/company/steps/no-such-step", 404),
    Face("/company/steps/{slug}/done", PIA, "/company/steps/founder-motivation/done"),
    Face("/company/plan", PIA, "/company/plan"),
    Face("/company/plan/add", PIA, "/company/plan/add"),
    Face("/company/plan/own", PIA, "/company/plan/own"),
    Face("/company/plan/steps/{slug}", PIA, "/company/plan/steps/first-ten-interviews"),
    Face("/company/update", PIA, "/company/update"),
    Face("/company/steps/{slug}/outcome", PIA, "/company/steps/idea-shortlist/outcome"),
    Face("/company/steps/{slug}/outcome", PIA, "/company/steps/founder-motivation/outcome"),
    Face(
        "/company/steps/{slug}/outcome/{outcome_id}",
        PIA,
        "/company/steps/founder-motivation/outcome/{outcome}",
    ),
    Face("/company/steps/{slug}/benchmark", PIA, "/company/steps/founder-motivation/benchmark"),
    Face(
        "/company/steps/{slug}/benchmark",
        PIA,
        "/company/steps/founder-motivation/benchmark?industry=food&stage=scale",
    ),
    Face("/company/suggestions", PIA, "/company/suggestions"),
    Face("/company/suggestions", FOUNDER, "/company/suggestions"),
    Face("/company/suggestions", MAYA, "/company/suggestions", 404),
    Face("/company/standup", PIA, "/company/standup"),
    Face("/company/standup", FOUNDER, "/company/standup"),
    Face("/sharing", PIA, "/sharing"),
    Face("/team", GURU, "/team"),
    Face("/team", ADMIN, "/team"),
    Face("/team", ADMIN, "/team?text=nobody+at+all"),
    Face("/team", LEARNER, "/team", 403),
    Face("/team/{user_id}", GURU, "/team/{maya}"),
    Face("/team/{user_id}", ADMIN, "/team/{maya}"),
    Face("/team/{user_id}", ADMIN, "/team/{learner}"),
    Face("/team/{user_id}/{step_slug}", GURU, "/team/{maya}/sprint-6-cash"),
    Face("/sharing", MAYA, "/sharing"),
    Face("/sharing", LEARNER, "/sharing"),
    Face("/sharing", GURU, "/sharing"),
    Face("/portfolio", INVESTOR, "/portfolio"),
    Face("/portfolio", INVESTOR, "/portfolio?text=nothing+has+this+name"),
    Face("/portfolio", LEARNER, "/portfolio", 404),
    Face(_IN_PORTFOLIO, INVESTOR, "/portfolio/companies/{open}"),
    Face(_IN_PORTFOLIO, INVESTOR, "/portfolio/companies/{closed}"),
    Face(_SHARED, FOUNDER, "/sharing/companies/{open}"),
    Face(_SHARED, INVESTOR, "/sharing/companies/{open}", 404),
    Face(f"{_SHARED}/preview", FOUNDER, "/sharing/companies/{open}/preview?level=detailed"),
    Face("/account", MAYA, "/account"),
    Face("/people", ADMIN, "/people"),
    Face("/people/import", ADMIN, "/people/import"),
    Face("/people/{user_id}", ADMIN, "/people/{maya}"),
)


def routes(of: Iterable[Any] = router.routes) -> set[str]:
    """The path of every page that a browser can ask for."""
    found: set[str] = set()
    for route in of:
        inner = getattr(route, "original_router", None)
        if inner is not None:
            found |= routes(inner.routes)
        elif "GET" in route.methods:
            found.add(route.path)
    return found - NO_PAGES


def address(face: Face, town: Town) -> str:
    """The address of a face, with the people of this demo in it."""
    ids: Mapping[str, object] = {
        "{maya}": town.maya.id,
        "{learner}": town.learner.id,
        "{outcome}": town.ids["outcome"],
        "{open}": town.ids[OPEN],
        "{closed}": town.ids[CLOSED],
    }
    found = face.address
    for name, value in ids.items():
        found = found.replace(name, str(value))
    return found
