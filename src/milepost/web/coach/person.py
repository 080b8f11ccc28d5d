"""One person's page for those who look after them: progress and, if they share it, the answers."""

from dataclasses import dataclass
from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter, Form, Query, Request
from starlette.responses import Response

from milepost.contexts.identity import service as identity
from milepost.contexts.identity.http import Tx
from milepost.contexts.identity.types import Capacity, Level, ListedGrant, Organization, Role, User
from milepost.contexts.journeys import service as journeys
from milepost.contexts.journeys.service import Walk
from milepost.contexts.journeys.types import State, StepRow, Submission, Verdict
from milepost.contexts.programs import service as programs
from milepost.contexts.programs.types import Program, Step, Walker
from milepost.platform import clock
from milepost.platform.db import Transaction
from milepost.platform.errors import Forbidden, Invalid, NotFound
from milepost.web import pages
from milepost.web.account import shares
from milepost.web.form_values import printable
from milepost.web.learner import answers, tool_view, walks

router = APIRouter(include_in_schema=False)

Text = Annotated[str, Form()]
MOST = 200
LONGEST_REVIEW = 10_000
VERDICTS = {
    Verdict.COMMENT: ("Comment", "a thought, nothing to do"),
    Verdict.STRONG: ("Strong", "this can be built on"),
    Verdict.REVISE: ("Revise", "look at this again"),
}


@dataclass(frozen=True, slots=True)
class Access:
    """What the actor sees of a person, and by which grants."""

    level: Level | None
    reviews: bool
    grants: tuple[ListedGrant, ...]
    asked: bool

    @property
    def full(self) -> bool:
        """Whether answers are shown."""
        return self.level == Level.FULL


@dataclass(frozen=True, slots=True)
class Result:
    """A value that a step gave, and how it is to be read."""

    title: str
    prop: dict[str, Any]
    value: Any


@dataclass(frozen=True, slots=True)
class Line:
    """A step of the person's path."""

    step: Step
    state: State
    row: StepRow | None


@router.get("/team/{user_id}")
async def show(
    user_id: UUID,
    request: Request,
    tx: Tx,
    program: Annotated[str, Query(max_length=100)] = "",
) -> Response:
    """Show how far a person is in a program."""
    user, access = await _person(tx, user_id)
    offered = await pages.walked_by(tx, Walker.PERSON)
    walked = await _walked(tx, user_id)
    chosen = next((one for one in offered if one.slug == program), None)
    chosen = chosen or next(iter(walked), None) or await journeys.find_team_program(tx)
    if chosen is None:
        raise NotFound("No program is published here yet.")
    walk = await journeys.find_walk(tx, subject_id=user_id, program_slug=chosen.slug)
    await identity.record_read(tx, subject_id=user_id, what="progress", now=clock.now())
    lines = await _lines(tx, walk) if walk else []
    reviews = (
        await journeys.list_reviews(tx, journey_id=walk.journey.id) if walk and access.full else []
    )
    return await _page(
        request,
        tx,
        "coach/person.html",
        walk.program if walk else chosen,
        user=user,
        access=access,
        back=f"/team?program={chosen.slug}" if len(offered) > 1 else "/team",
        organization=await _organization(tx, user),
        walked=sorted(walked, key=lambda one: (one.title, one.slug)),
        walk=walk,
        phases=_by_phase(walk.program, lines) if walk else [],
        done=sum(line.state.done for line in lines),
        reviewed={review.step_slug for review in reviews},
        results=await _results(tx, walk) if walk and access.level == Level.DETAILED else {},
    )


@router.get("/team/{user_id}/{step_slug}")
async def show_step(
    user_id: UUID,
    step_slug: str,
    request: Request,
    tx: Tx,
    version: Annotated[int | None, Query(ge=1, le=100_000)] = None,
) -> Response:
    """Show what a person wrote, one version at a time, with its reviews; the draft too."""
    return await _step_page(request, tx, user_id, step_slug, version=version)


@router.post("/team/{user_id}/{step_slug}/reviews")
async def write_review(
    user_id: UUID,
    step_slug: str,
    request: Request,
    tx: Tx,
    version: Annotated[int, Form(ge=1, le=100_000)],
    text: Text = "",
    verdict: Text = Verdict.COMMENT,
) -> Response:
    """Write a review of a version."""
    walk = await _walk(tx, user_id, step_slug)
    written = printable(text).replace("\r\n", "\n").strip()
    try:
        await journeys.write_review(
            tx,
            journey_id=walk.journey.id,
            step_slug=step_slug,
            version=version,
            text=_review_text(written),
            verdict=_verdict(verdict),
            now=clock.now(),
        )
    except Invalid as error:
        return await _step_page(
            request,
            tx,
            user_id,
            step_slug,
            version=version,
            problem=error.message,
            typed={"text": written, "verdict": verdict},
            status=422,
        )
    return pages.redirect(
        f"/team/{user_id}/{step_slug}?version={version}#reviews", "review-written"
    )


async def _results(tx: Transaction, walk: Walk) -> dict[str, list[Result]]:
    """Gather what each step gave, for somebody who is shown results and no answers."""
    found: dict[str, list[Result]] = {}
    for field, value in (await journeys.list_fields(tx, walk=walk)).items():
        shown = Result(
            title=walk.program.give_of(field).title,
            prop=answers.field_property(walk.program, field),
            value=value.value,
        )
        found.setdefault(walk.program.producer_of(field).slug, []).append(shown)
    return found


async def _step_page(
    request: Request,
    tx: Transaction,
    user_id: UUID,
    step_slug: str,
    *,
    version: int | None,
    problem: str = "",
    typed: dict[str, str] | None = None,
    status: int = 200,
) -> Response:
    user, access = await _person(tx, user_id)
    walk = await _walk(tx, user_id, step_slug)
    step = walk.step(step_slug)
    if not access.full:
        raise Forbidden(f"{user.full_name} has not shared answers with you.")
    standing = walk.standings[step_slug]
    if standing.state is State.LOCKED:
        return await _page(
            request,
            tx,
            "coach/locked.html",
            walk.program,
            status=409,
            user=user,
            step=step,
            obstacles=tool_view.obstacles(walk, standing.missing),
            opener=walk.program.step(standing.way[0]),
        )
    submissions = await journeys.list_submissions(
        tx, journey_id=walk.journey.id, step_slug=step_slug
    )
    draft = await _draft(tx, walk, step_slug)
    there = [*submissions, *([draft] if draft else ())]
    shown = next((one for one in there if version in (None, one.version)), None)
    if version is not None and shown is None:
        raise NotFound("There is no such version.")
    await identity.record_read(tx, subject_id=user_id, what=step_slug, now=clock.now())
    reviews = await journeys.list_reviews(tx, journey_id=walk.journey.id, step_slug=step_slug)
    return await _page(
        request,
        tx,
        "coach/answers.html",
        walk.program,
        status=status,
        user=user,
        access=access,
        step=step,
        standing=standing,
        versions=there,
        shown=shown,
        form=answers.ordered_form(step),
        reviews=[one for one in reviews if shown and one.version == shown.version],
        other_reviews=[one for one in reviews if shown and one.version != shown.version],
        verdicts=VERDICTS,
        longest=LONGEST_REVIEW,
        problem=problem,
        typed={"text": "", "verdict": str(Verdict.COMMENT), **(typed or {})},
    )


async def _draft(tx: Transaction, walk: Walk, step_slug: str) -> Submission | None:
    """Return what is being written just now: it will be the next version."""
    try:
        return await journeys.get_draft(tx, journey_id=walk.journey.id, step_slug=step_slug)
    except NotFound:
        return None


async def _page(
    request: Request,
    tx: Transaction,
    template: str,
    program: Program,
    *,
    status: int = 200,
    **context: Any,
) -> Response:
    words = walks.words(program)
    return await pages.page(
        request,
        tx,
        template,
        status=status,
        hue=program.accent,
        program=program,
        words=words,
        levels=shares.levels(words, of_others=True),
        **context,
    )


async def _person(tx: Transaction, user_id: UUID) -> tuple[User, Access]:
    """Return a person whose progress the actor sees. Raises NotFound for anybody else."""
    user = await identity.get_user(tx, user_id=user_id)
    access = await _access(tx, user_id)
    if access.level is None:
        raise NotFound("There is nobody here, or they share nothing with you.")
    return user, access


async def _access(tx: Transaction, user_id: UUID) -> Access:
    now = clock.now()
    mine = shares.sorted_out(await _received(tx, user_id), now=now)
    levels = [Level(grant.level) for grant in mine.holding]
    if tx.actor.role == Role.ADMIN:
        levels.append(Level.BASIC)
    if user_id == tx.actor.user_id:
        levels.append(Level.FULL)
    level = max(levels, key=list(Level).index, default=None)
    coached = {Capacity.COACH, Capacity.TEACHER} & {grant.capacity for grant in mine.holding}
    return Access(
        level=level,
        reviews=bool(coached) and level == Level.FULL,
        grants=mine.holding,
        asked=bool(mine.waiting),
    )


async def _received(tx: Transaction, user_id: UUID) -> list[ListedGrant]:
    found: list[ListedGrant] = []
    cursor = None
    while True:
        page = await identity.list_received(tx, cursor=cursor, limit=MOST)
        found += [grant for grant in page.items if grant.subject_id == user_id]
        cursor = page.next_cursor
        if cursor is None:
            return found


async def _organization(tx: Transaction, user: User) -> Organization | None:
    """Return a person's organization, if the actor knows it: a coach may not."""
    if user.organization_id is None:
        return None
    try:
        return await identity.get_organization(tx, organization_id=user.organization_id)
    except NotFound:
        return None


async def _walk(tx: Transaction, user_id: UUID, step_slug: str) -> Walk:
    """Return the walk of a person that has this step in it."""
    for program in await pages.walked_by(tx, Walker.PERSON):
        if program.find_step(step_slug) is not None:
            walk = await journeys.find_walk(tx, subject_id=user_id, program_slug=program.slug)
            if walk is not None:
                return walk
    raise NotFound("This person has not begun, or does not share it with you.")


async def _walked(tx: Transaction, user_id: UUID) -> list[Program]:
    """Return what a person walks, as far as the actor sees it: first what they were in last."""
    found = await journeys.list_journeys(tx, subject_id=user_id)
    latest = sorted(found, key=lambda journey: journey.changed_at, reverse=True)
    return [
        (await programs.get_version(tx, version_id=journey.version_id)).program
        for journey in latest
    ]


async def _lines(tx: Transaction, walk: Walk) -> list[Line]:
    rows = await journeys.list_steps(tx, journey_id=walk.journey.id)
    return [
        Line(step, walk.standings[step.slug].state, rows.get(step.slug))
        for step in walk.program.steps
    ]


def _by_phase(program: Program, lines: list[Line]) -> list[tuple[str, list[Line]]]:
    return [
        (phase.title, [line for line in lines if line.step.phase == phase.slug])
        for phase in program.phases
    ]


def _review_text(text: str) -> str:
    if not text:
        raise Invalid("Write a few words: a verdict alone helps nobody.")
    if len(text) > LONGEST_REVIEW:
        raise Invalid(f"This is {len(text):,} characters long; {LONGEST_REVIEW:,} fit here.")
    return text


def _verdict(text: str) -> Verdict:
    try:
        return Verdict(text)
    except ValueError:
        raise Invalid("Choose a verdict.") from None
