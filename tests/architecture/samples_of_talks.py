"""The rows of `standups`: what a founder told the bot, for the access matrix."""

from collections.abc import Iterator
from datetime import timedelta
from uuid import uuid4

from tests.architecture.cast import Cast
from tests.architecture.planted import ACTOR, Planted, Row


def talks(cast: Cast, *, journey: str) -> Iterator[Planted]:
    """A session of the owner's, what was said in it, and what was proposed."""
    session, said = str(uuid4()), str(uuid4())
    about: Row = {
        "tenant_id": cast.tenant_id,
        "subject_id": cast.company_id,
        "journey_id": journey,
        "user_id": cast.people["owner"],
    }
    yield Planted(
        "standups.sessions",
        {
            **about,
            "id": session,
            "day": cast.now.date(),
            "last_seq": 2,
            "started_at": cast.now,
        },
        fresh={"day": cast.now.date() + timedelta(days=1), "user_id": ACTOR},
    )
    yield Planted(
        "standups.messages",
        {
            **about,
            "id": said,
            "session_id": session,
            "seq": 1,
            "speaker": "user",
            "text": "Held the first three interviews.",
            "extracted": {},
            "at": cast.now,
        },
        fresh={"seq": 9, "user_id": ACTOR},
    )
    yield Planted(
        "standups.actions",
        {
            **about,
            "session_id": session,
            "message_id": said,
            "place": 1,
            "kind": "start_step",
            "target": "first-ten-interviews",
            "step_slug": "first-ten-interviews",
            "label": "Interview the first ten people",
            "said": "Held the first three interviews.",
            "confidence": 0.9,
            "sure": True,
            "state": "proposed",
            "outcome": "",
        },
        fresh={"place": 2, "user_id": ACTOR},
    )
