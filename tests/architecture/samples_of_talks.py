"""The rows of `standups`: what a founder told the bot, for the access matrix."""

from collections.abc import Iterator
from datetime import timedelta
from uuid import uuid4

from tests.architecture.cast import Cast
from tests.architecture.planted import ACTOR, Planted, Row, months_later


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
    for month in range(3):
        yield Planted(
            "standups.messages",
            {
                **about,
                "id": said if month == 0 else str(uuid4()),
                "session_id": session,
                "seq": 1 + month,
                "speaker": "user",
                "text": "Held the first three interviews.",
                "extracted": {},
                "at": months_later(cast.now, month),
            },
            fresh={"seq": 9, "user_id": ACTOR},
            asked=month == 0,
        )
    yield Planted(
        "standups.sent",
        {**about, "client_key": "a-1", "seq": 1, "at": cast.now},
        fresh={"client_key": "a-2", "user_id": ACTOR},
    )
    proposed: Row = {
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
    }
    noted, other = str(uuid4()), str(uuid4())
    for action in (noted, other):
        yield Planted(
            "standups.actions",
            {**proposed, "id": action},
            fresh={"place": 2, "user_id": ACTOR},
            asked=action == noted,
        )
    yield Planted(
        "standups.lifted",
        {
            "tenant_id": cast.tenant_id,
            "subject_id": cast.company_id,
            "action_id": noted,
            "lifted_by": cast.people["owner"],
            "lifted_at": cast.now,
        },
        fresh={"action_id": other, "lifted_by": ACTOR},
    )
