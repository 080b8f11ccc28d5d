"""What the API takes about a company's plan: steps to add, words of its own, places."""

from typing import Annotated, Self

from pydantic import BaseModel, Field, model_validator

from milepost.contexts.journeys.routes.answers import NamedStep
from milepost.contexts.journeys.routes.shapes import PARTS, OpenStepOut
from milepost.contexts.journeys.service.plans import PER_STEP
from milepost.contexts.journeys.types import State, StepEdit
from milepost.platform.http.json import Body

Slug = Annotated[str, Field(min_length=1, max_length=120, examples=["first-ten-interviews"])]
Title = Annotated[str, Field(min_length=1, max_length=200, examples=["Visit three bakeries"])]
Text = Annotated[
    str, Field(max_length=10_000, examples=["Watch how they order flour, and what goes wrong."])
]
Line = Annotated[str, Field(min_length=1, max_length=200, examples=["Notes of three visits"])]
Lines = Annotated[list[Line], Field(max_length=20)]
Slugs = Annotated[list[Slug], Field(max_length=500)]
Part = Annotated[str, Field(min_length=1, max_length=100)]
Days = Annotated[int, Field(ge=0, le=3650, examples=[5])]
TaskTitles = Annotated[
    list[Annotated[str, Field(min_length=1, max_length=200, examples=["Ask the baker next door"])]],
    Field(max_length=PER_STEP),
]

_OWN = ("title", "phase", "domain")


class NewStep(Body):
    """Steps to add: `slug` or `slugs` of the framework; or one's own, with what it is about."""

    slug: Slug | None = Field(default=None, examples=[None])
    slugs: Slugs | None = Field(default=None, examples=[None])
    title: Title | None = None
    phase: Part | None = Field(default=None, examples=["ideation"])
    domain: Part | None = Field(default=None, examples=["customers"])
    description: Text = ""
    deliverables: Lines = Field(default=[])
    success_criteria: Lines = Field(default=[])
    after: Slugs = Field(default=[])
    estimated_days: Days | None = None
    tasks: TaskTitles = Field(default=[])

    @model_validator(mode="after")
    def _one_of_both(self) -> Self:
        wanted = [self.slug is not None, self.slugs is not None, self.title is not None]
        if sum(wanted) != 1:
            raise ValueError("Give slug, slugs or the title of a step of your own: just one.")
        if self.title is not None and (self.phase is None or self.domain is None):
            raise ValueError("A step of your own needs a title, a phase and a domain.")
        return self

    @property
    def content(self) -> StepEdit:
        """What a step of the company's own says."""
        return StepEdit(
            title=self.title,
            description=self.description,
            deliverables=self.deliverables,
            criteria=self.success_criteria,
            phase=self.phase,
            domain=self.domain,
            after=self.after,
            days=self.estimated_days,
        )


class StepChange(Body):
    """What the company writes about a step; null goes back to what the framework says."""

    title: Title | None = None
    description: Text | None = None
    deliverables: Lines | None = None
    success_criteria: Lines | None = None
    phase: Part | None = Field(default=None, examples=["ideation"])
    domain: Part | None = Field(default=None, examples=["customers"])
    after: Slugs | None = None
    estimated_days: Days | None = None

    @property
    def edit(self) -> StepEdit:
        """What changes: what was left out stays as it is."""
        given = {PARTS.get(name, name): getattr(self, name) for name in self.model_fields_set}
        restore = frozenset(name for name, value in given.items() if value is None)
        return StepEdit(**given, restore=restore)


class StepPlace(Body):
    """The step behind which to put it; null: first."""

    after: Slug | None


class SkipReason(Body):
    """Why a step is left out; a company says so."""

    reason: str = Field(
        default="", max_length=1000, examples=["We sell to one bakery chain, and know its buyer."]
    )


class AddedOut(BaseModel):
    """The steps that are new in the plan: those it had already are not among them."""

    added: list[OpenStepOut]


class CompletedOut(BaseModel):
    """Where the step stands now, and which steps that opened."""

    state: State = Field(examples=["completed"])
    unlocked: list[NamedStep]
