"""Every page there is, with addresses that show each of its faces, and who looks at it."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from milepost.web.router import router
from tests.browser.town import ADMIN, GURU, LEARNER, MAYA, Town

NOBODY = ""

# What answers a browser's GET with something else than a page of ours.
NO_PAGES = frozenset({"/", "/account/export", "/auth/oidc/{slug}", "/auth/oidc/{slug}/callback"})


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
    }
    found = face.address
    for name, value in ids.items():
        found = found.replace(name, str(value))
    return found
