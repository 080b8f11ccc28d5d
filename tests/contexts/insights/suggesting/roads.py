"""Companies on the shipped journey without a database: what they did, told, and dismissed."""

import random
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from uuid import UUID, uuid4

from milepost.contexts.insights import rules
from milepost.contexts.insights.service.situations import situation_of
from milepost.contexts.insights.types import Advice, Benchmark, Said, Situation, Wording
from milepost.contexts.journeys.rules import resolve
from milepost.contexts.journeys.service import Walk
from milepost.contexts.journeys.types import Facts, Journey, Outcome, OutcomeNotes, Task
from milepost.contexts.programs.types import Program

NOW = datetime(2026, 5, 4, tzinfo=UTC)
NOTES = (
    "",
    "We were blocked by the bank for a week.",
    "Good talks. The clinic never answered us! We liked it.",
)
LEARNINGS = ("Prices matter more than time.", "Ask two banks at once.", "Nobody reads long mails.")


@dataclass
class Road:
    """A company that walks and dismisses all it is told."""

    program: Program
    chance: random.Random
    facts: Facts = field(default_factory=Facts)
    confidence: dict[str, int] = field(default_factory=dict[str, int])
    dismissed: frozenset[str] = frozenset()
    words: tuple[Wording, ...] = ()
    open: frozenset[str] = frozenset()
    subject: UUID = field(default_factory=uuid4)

    def walk(self) -> Walk:
        journey = Journey(
            id=self.subject,
            subject_id=self.subject,
            program_id=self.subject,
            version_id=self.subject,
            name="",
            status="active",
            plan_stamp=None,
            held_fields=[],
            created_at=NOW,
            updated_at=NOW,
        )
        return Walk(journey, self.program, self.facts, resolve(self.program, self.facts))

    def go(self, most: int) -> str:
        """Do or leave out up to so many of what is open; name the last."""
        slug = self.program.steps[0].slug
        for _ in range(self.chance.randint(1, most)):
            steps = self.walk().next_steps()
            if not steps:
                break
            slug = self.chance.choice(steps).slug
            facts = replace(self.facts, started=self.facts.started | {slug})
            if self.chance.random() < 0.15 and self.program.step(slug).skippable:
                self.facts = replace(facts, skipped=facts.skipped | {slug})
            else:
                self.facts = replace(facts, completed=facts.completed | {slug})
            self.confidence[slug] = self.chance.randint(1, 5)
        return slug

    def told(self, slug: str) -> Situation:
        """Tell how a step went, in one way or another."""
        chance, step = self.chance, self.program.step(slug)
        outcome = Outcome(
            id=uuid4(),
            subject_id=self.subject,
            journey_id=self.subject,
            program_id=self.subject,
            step_slug=slug,
            author_id=self.subject,
            finished=slug not in self.facts.skipped,
            time_taken_days=chance.randint(0, 3 * step.days + 2),
            confidence_level=self.confidence.setdefault(slug, chance.randint(1, 5)),
            share_anonymously=False,
            industry="",
            stage="",
            created_at=NOW,
            updated_at=NOW,
        )
        tasks = [
            _task(task.slug, task.title, slug, ticked=chance.random() < 0.8) for task in step.tasks
        ]
        notes = OutcomeNotes(
            outcome_id=outcome.id,
            task_results={str(tasks[0].id): "It took longer than we thought."} if tasks else {},
            notes=chance.choice(NOTES),
            key_learnings=chance.sample(LEARNINGS, chance.randint(0, 2)),
        )
        benchmark = Benchmark(companies=15, days_lower=2, days_median=4, days_upper=6)
        return situation_of(
            self.walk(),
            outcome,
            notes,
            tasks,
            confidence=self.confidence,
            reason="",
            said=Said(self.dismissed, frozenset(), self.open, self.words),
            benchmark=chance.choice((None, benchmark)),
        )

    def advised(self, slug: str) -> tuple[Situation, list[Advice]]:
        """Tell how a step went, hear what is suggested, and dismiss all of it."""
        situation = self.told(slug)
        advice = rules.suggest(situation)
        self.dismissed |= {item.fingerprint for item in advice}
        self.words = (*(item.wording for item in advice), *self.words)
        return situation, advice


def _task(slug: str, title: str, step_slug: str, *, ticked: bool) -> Task:
    return Task(
        id=uuid4(),
        journey_id=uuid4(),
        step_slug=step_slug,
        slug=slug,
        title=title,
        place=1,
        assignee_id=None,
        assignee_name=None,
        due_on=None,
        completed_at=NOW if ticked else None,
        completed_by=None,
    )
