"""What takes long is read beside whoever else is served, and reads the same."""

import asyncio
import threading
from concurrent.futures import ThreadPoolExecutor

import pytest

from milepost.contexts.programs import files
from milepost.contexts.standups import evaluation, rules
from milepost.contexts.standups import service as standups
from milepost.contexts.standups.rules import Index, words
from milepost.contexts.standups.service import threads
from milepost.contexts.standups.types import Candidate
from milepost.settings import shipped
from tests.contexts.standups.conftest import TOLD


@pytest.fixture(scope="module")
def everything() -> list[Candidate]:
    """Every step of the program and all its tasks."""
    program = files.load(shipped("programs") / "startup-journey")
    return evaluation.candidates_of(
        program, {step.slug: "in_progress" for step in program.steps if step.checklist}
    )


@pytest.fixture
def ran_in(monkeypatch: pytest.MonkeyPatch) -> list[bool]:
    """Whether each reading ran in the thread that serves everybody."""
    seen: list[bool] = []
    read = rules.read

    def watched(*given) -> object:
        seen.append(threading.current_thread() is threading.main_thread())
        return read(*given)

    monkeypatch.setattr(rules, "read", watched)
    return seen


async def test_a_long_message_is_read_beside_others(company, ran_in):
    async with company.db.transaction(company.founder.actor) as tx:
        replies = [
            await standups.say(tx, journey_id=company.journey_id, text=text, now=company.place.now)
            for text in (TOLD, f"{TOLD} {'Lunch was good. ' * 60}")
        ]
    assert ran_in == [True, False]
    assert [one.label for one in replies[0].actions] == [one.label for one in replies[1].actions]


async def test_others_are_served_while_the_worst_of_messages_is_read(everything):
    """All there is, named in one message that fits as much of it as it can."""
    index = await threads.make_index(everything)
    text = " Done: ".join(one.title for one in everything)[:8000]
    turns = 0
    reading = asyncio.create_task(threads.read(text, index, None))
    while not reading.done():
        await asyncio.sleep(0.005)
        turns += 1
    assert turns >= 5
    assert reading.result().sure == rules.read(text, index).sure
    assert await threads.asks(text, index) == rules.asks(text, index)


def test_threads_do_not_disturb_one_another(everything):
    """Several read at once what none has read before."""
    index = Index(everything[:60])
    said = [f"Done: {one.title}." for one in everything[:240]]
    words.stem.cache_clear()
    with ThreadPoolExecutor(6) as pool:
        at_once = list(pool.map(lambda text: rules.read(text, index), said))
    words.stem.cache_clear()
    assert at_once == [rules.read(text, index) for text in said]
