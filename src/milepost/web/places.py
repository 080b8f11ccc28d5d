"""The places of the side bar: at most six, those that this person has something to do in."""

from milepost.contexts.identity.types import Person, Role

Place = tuple[str, str, str, bool]

TODAY = ("/today", "Today", "today")
MAP = ("/map", "Map", "map")
TEAM = ("/team", "Team", "chart")
SHARING = ("/sharing", "Sharing", "share")
ACCOUNT = ("/account", "Account", "account")
PEOPLE = ("/people", "People", "team")


def places(person: Person, path: str) -> list[Place]:
    """List a person's places as (address, words, icon, whether the path is there)."""
    shown: list[tuple[str, str, str]] = [TODAY, MAP]
    if person.role in (Role.ADMIN, Role.GURU):
        shown.append(TEAM)
    shown += [SHARING, ACCOUNT]
    if person.role == Role.ADMIN:
        shown.append(PEOPLE)
    return [(href, words, icon, _is_in(path, href)) for href, words, icon in shown]


def local(address: str | None) -> str:
    """Read an address to go on to, as one of our own pages; anything else is the first page.

    A browser reads `//host`, `/\\host` and addresses with line breaks in them as other
    people's, so only what can't be mistaken is let through.
    """
    if not address or len(address) > 2000 or not address.startswith("/"):
        return "/"
    if address[1:2] in ("/", "\\") or "\\" in address or not address.isprintable():
        return "/"
    if address.startswith(("/api/", "/auth/", "/sign-in", "/sign-out")):
        return "/"
    return address


def _is_in(path: str, href: str) -> bool:
    # A tool is a station of the map.
    path = "/map" if path.startswith("/tools/") else path
    return path == href or path.startswith(href + "/")
