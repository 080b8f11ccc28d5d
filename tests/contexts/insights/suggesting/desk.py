"""Where suggestions are made, read and answered, and what a good model says."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

from milepost.contexts.insights import jobs as insight_jobs
from milepost.contexts.insights import service as insights
from milepost.contexts.insights.types import Feedback, Suggested, Suggestion
from milepost.contexts.journeys import service as journeys
from milepost.contexts.journeys.types import Outcome
from milepost.platform.jobs import JobContext
from tests.factories.companies import Company
from tests.factories.models import Asked, FakeModel, Reply
from tests.factories.people import Someone

NOW = datetime.now(UTC)


@dataclass(frozen=True, slots=True)
class Desk:
    """Where suggestions are made, read and answered."""

    company: Company
    context: JobContext

    async def make(self, outcome: Outcome, *, model: FakeModel | None = None) -> Suggested:
        """Run the job as a worker does, and read what came of it."""
        context = self.context
        if model is not None:
            context = replace(context, settings=model.settings(context.settings, timeout=2))
        await insight_jobs.make_suggestions(
            context, tenant_id=str(self.company.place.tenant_id), outcome_id=str(outcome.id)
        )
        return await self.read(outcome.id)

    async def read(self, outcome_id: UUID, who: Someone | None = None) -> Suggested:
        async with self.company.db.transaction((who or self.company.founder).actor) as tx:
            return await insights.list_suggestions(tx, outcome_id=outcome_id, now=NOW)

    async def inbox(self, who: Someone | None = None) -> list[Suggestion]:
        async with self.company.db.transaction((who or self.company.founder).actor) as tx:
            return await insights.list_inbox(tx, journey_id=self.company.journey_id, now=NOW)

    async def answer(
        self,
        suggestion: Suggestion,
        feedback: Feedback,
        *,
        who: Someone | None = None,
        note: str = "",
    ) -> Suggestion:
        async with self.company.db.transaction((who or self.company.founder).actor) as tx:
            return await insights.answer_suggestion(
                tx, suggestion_id=suggestion.id, feedback=feedback, note=note, now=NOW
            )

    async def walk(self) -> journeys.Walk:
        async with self.company.db.transaction(self.company.founder.actor) as tx:
            return await journeys.get_walk(tx, journey_id=self.company.journey_id)

    async def tasks(self, step_slug: str) -> list[str]:
        async with self.company.db.transaction(self.company.founder.actor) as tx:
            found = await journeys.list_tasks(
                tx, journey_id=self.company.journey_id, step_slug=step_slug
            )
        return [task.title for task in found]


def targeting(items: list[Suggestion] | Any, kind: str) -> Suggestion:
    return next(item for item in items if item.target["kind"] == kind)


GOOD = [
    {
        "topic": "start",
        "priority": "high",
        "text": "Start the pain ranking while the talks are fresh.",
        "reasoning": "The talks took 4 days as planned, and the ranking rests on them.",
        "kind": "start_step",
        "step_slug": "pain-ranking",
        "rests_on": ["outcome", "step:pain-ranking"],
    },
    {
        "topic": "carry",
        "priority": "medium",
        "text": "Bring what you learnt about prices into the market sketch.",
        "reasoning": "You named prices as a key learning of the talks.",
        "kind": "add_task",
        "step_slug": "market-sketch",
        "title": "Note the prices people told you",
        "rests_on": ["outcome"],
    },
    {
        "topic": "ask",
        "priority": "low",
        "text": "Ask one of the ten to look at your ranking with you.",
        "reasoning": "Your confidence in the talks is 4 of 5.",
        "kind": "add_task",
        "step_slug": "pain-ranking",
        "title": "Invite one of the ten to the ranking",
        "rests_on": ["outcome"],
    },
]


def say(items: Any) -> Callable[[Asked], Reply]:
    return lambda _: Reply({"items": items})
