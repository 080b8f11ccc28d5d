"""The places of the side bar: at most six, those that this person has something to do in."""

from milepost.contexts.identity.types import Person, Role
from milepost.web.belongings import Belongings

Place = tuple[str, str, str, bool]
Entry = tuple[str, str, str]

MOST = 6

COMPANY = ("/company", "Company", "company")
STANDUP = ("/company/standup", "Standup", "chat")
SUGGESTIONS = ("/company/suggestions", "Suggestions", "bulb")
TODAY = ("/today", "Today", "today")
MAP = ("/map", "Map", "map")
PORTFOLIO = ("/portfolio", "Portfolio", "portfolio")
TEAM = ("/team", "Team", "chart")
SHARING = ("/sharing", "Sharing", "share")
ACCOUNT = ("/account", "Account", "account")
PEOPLE = ("/people", "People", "team")

# What somebody who walks with a company goes to, in this order.
WITH_A_COMPANY: tuple[Entry, ...] = (COMPANY, STANDUP, SUGGESTIONS)
# What somebody who belongs to a firm goes to, in this order.
WITH_A_FIRM: tuple[Entry, ...] = (PORTFOLIO,)

# Given up first where more than six would stand: each is one link away from another of them.
_GIVEN_UP = (MAP, *reversed(WITH_A_COMPANY[1:]), TODAY)


def places(person: Person, has: Belongings, path: str) -> list[Place]:
    """List a person's places as (address, words, icon, whether the path is there)."""
    shown: list[Entry] = []
    if has.company_journeys:
        shown += WITH_A_COMPANY
    if has.firms:
        shown += WITH_A_FIRM
    if _looks_after_others(person.role) and not has.own_journeys:
        # They may begin to walk, which is Today's; a map they have none.
        shown += [TEAM] if shown else [TEAM, TODAY]
    else:
        if has.own_journeys or not shown:
            shown += [TODAY, MAP]
        if _looks_after_others(person.role):
            shown.append(TEAM)
    shown += [SHARING, ACCOUNT]
    if person.role == Role.ADMIN:
        shown.append(PEOPLE)
    for entry in _GIVEN_UP:
        if len(shown) > MOST and entry in shown:
            shown.remove(entry)
    here = max((href for href, _, _ in shown if _is_in(path, href)), key=len, default="")
    return [(href, words, icon, href == here) for href, words, icon in shown]


def first_place(has: Belongings, role: Role) -> str:
    """Tell where somebody begins who says nothing else: at what they have to do here."""
    return first_entry(has, role)[0]


def first_entry(has: Belongings, role: Role) -> Entry:
    """Return the place of the side bar where somebody begins."""
    if has.own_journeys:
        return TODAY
    if has.company_journeys:
        return COMPANY
    if has.firms:
        return PORTFOLIO
    return TEAM if _looks_after_others(role) else TODAY


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


def _looks_after_others(role: Role) -> bool:
    return role in (Role.ADMIN, Role.GURU)


def _is_in(path: str, href: str) -> bool:
    # A tool is a station of the map.
    path = "/map" if path.startswith("/tools/") else path
    return path == href or path.startswith(href + "/")
