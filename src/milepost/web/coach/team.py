"""Team: how far everybody is whom the actor may see, as a matrix of people and steps."""

from dataclasses import dataclass
from typing import Annotated
from urllib.parse import urlencode
from uuid import UUID

from fastapi import APIRouter, Query, Request
from starlette.responses import Response

from milepost.contexts.identity import service as identity
from milepost.contexts.identity.http import Tx
from milepost.contexts.identity.types import Organization, Role
from milepost.contexts.journeys import service as journeys
from milepost.contexts.journeys.types import PersonProgress
from milepost.contexts.programs.types import Program, Walker
from milepost.platform import clock
from milepost.platform.db import Transaction
from milepost.platform.errors import Forbidden
from milepost.platform.http.pages import decode, encode
from milepost.web import pages
from milepost.web.coach import matrix
from milepost.web.learner import walks

router = APIRouter(include_in_schema=False)

PAGE = 200
# A filter that few pass reads on, but no further than this in one go.
MOST_READ = 2000
ORGANIZATIONS = 500

Short = Annotated[str, Query(max_length=100)]


@dataclass(frozen=True, slots=True)
class Filters:
    """What is asked for; what could not be read asks for nothing."""

    text: str = ""
    organization_id: UUID | None = None
    standing: str = ""
    program: str = ""

    @property
    def any(self) -> bool:
        """Whether anything is asked for at all."""
        return bool(self.text or self.organization_id or self.standing)

    def address(self, cursor: str = "") -> str:
        """The team page with these filters, from a place in the list on."""
        asked = {
            "text": self.text,
            "organization": self.organization_id or "",
            "standing": self.standing,
            "program": self.program,
            "cursor": cursor,
        }
        query = urlencode({name: value for name, value in asked.items() if value})
        return f"/team?{query}" if query else "/team"


@router.get("/team")
async def show(
    request: Request,
    tx: Tx,
    text: Short = "",
    organization: Short = "",
    standing: Short = "",
    program: Short = "",
    cursor: Annotated[str, Query(max_length=600)] = "",
) -> Response:
    """Show people and how far each of them is."""
    if tx.actor.role not in (Role.ADMIN, Role.GURU):
        raise Forbidden("The team is for coaches and administrators.")
    offered = await pages.walked_by(tx, Walker.PERSON)
    within = _uuid(organization)
    chosen = next((one for one in offered if one.slug == program), None)
    chosen = chosen or await journeys.find_team_program(tx, organization_id=within)
    if chosen is None:
        return await pages.page(request, tx, "coach/nothing_published.html")
    filters = Filters(
        pages.line(text),
        within,
        standing if standing in matrix.STANDINGS else "",
        # Where there are several, a filter stays in the one it was set in.
        chosen.slug if len(offered) > 1 else "",
    )
    known = await _organizations(tx)
    rows, next_cursor = await _rows(tx, chosen, filters, cursor, known)
    await identity.record_reads(
        tx, subject_ids=[row.user_id for row in rows], what="progress", now=clock.now()
    )
    return await pages.page(
        request,
        tx,
        "coach/team_people.html" if pages.asks_for(request, "people") else "coach/team.html",
        hue=chosen.accent,
        program=chosen,
        words=walks.words(chosen),
        bands=matrix.bands(chosen),
        # Who walks is who one looks for; the others follow.
        rows=sorted(rows, key=lambda row: not row.begun),
        total=len(chosen.steps),
        offered=[(one, Filters(program=one.slug).address()) for one in offered],
        filters=filters,
        everybody=Filters(program=filters.program).address(),
        standings=matrix.STANDINGS,
        organizations=known,
        sees_all=tx.actor.role == Role.ADMIN,
        from_start=not cursor,
        later=filters.address(next_cursor) if next_cursor else "",
    )


async def _rows(
    tx: Transaction,
    program: Program,
    filters: Filters,
    cursor: str,
    organizations: list[Organization],
) -> tuple[list[matrix.Row], str]:
    """Read on until a page is full, the list ends, or enough was read for once."""
    after = _place(cursor)
    names = {organization.id: organization.name for organization in organizations}
    found: list[matrix.Row] = []
    read = 0
    while True:
        people = await _people(tx, program, filters, after)
        read += len(people)
        for at, person in enumerate(people[:PAGE]):
            made = matrix.row(person, program, names)
            after = (person.full_name, person.user_id)
            if _only_looks_on(tx, made):
                continue
            if filters.standing and made.standing != filters.standing:
                continue
            found.append(made)
            if len(found) == PAGE:
                return found, encode(*after) if at + 1 < len(people) else ""
        if len(people) <= PAGE or after is None:
            return found, ""
        if read >= MOST_READ:
            return found, encode(*after)


def _only_looks_on(tx: Transaction, row: matrix.Row) -> bool:
    """Whether this is the coach, who walks nothing: their team is those who let them in."""
    mine = row.user_id == tx.actor.user_id and tx.actor.role != Role.ADMIN
    return mine and not row.begun


async def _people(
    tx: Transaction, program: Program, filters: Filters, after: tuple[str, UUID] | None
) -> list[PersonProgress]:
    _, people = await journeys.list_progress(
        tx,
        program_slug=program.slug,
        organization_id=filters.organization_id,
        text=filters.text,
        after=after,
        limit=PAGE + 1,
    )
    return people


async def _organizations(tx: Transaction) -> list[Organization]:
    return list((await identity.list_organizations(tx, limit=ORGANIZATIONS)).items)


def _place(cursor: str) -> tuple[str, UUID] | None:
    if not cursor:
        return None
    name, user_id = decode(cursor, str, UUID)
    return name, user_id


def _uuid(text: str) -> UUID | None:
    try:
        return UUID(text)
    except ValueError:
        return None
