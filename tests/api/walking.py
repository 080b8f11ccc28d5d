"""A walk as a client makes it: only with what the API shows."""

from dataclasses import dataclass
from typing import Any

import httpx2

from tests.api.conftest import Caller


@dataclass(frozen=True, slots=True)
class Walk:
    """Somebody on a journey: `await walk.submit("sprint-0-woop")`."""

    caller: Caller
    journey_id: str

    @property
    def path(self) -> str:
        return f"/journeys/{self.journey_id}"

    def step(self, slug: str, more: str = "") -> str:
        return f"{self.path}/steps/{slug}{more}"

    async def available(self) -> list[dict[str, Any]]:
        return ok(await self.caller.get(self.path + "/steps/available"))["items"]

    async def states(self) -> dict[str, str]:
        steps = ok(await self.caller.get(self.path + "/steps"))["items"]
        return {step["slug"]: step["state"] for step in steps}

    async def open(self, slug: str) -> dict[str, Any]:
        return ok(await self.caller.get(self.step(slug)))

    async def answers(self, slug: str, **changed: Any) -> dict[str, Any]:
        """The answers that the step's form gives as examples, with some changed."""
        return example_of((await self.open(slug))["form"]) | changed

    async def submit(self, slug: str, *, key: str | None = None, **changed: Any) -> dict[str, Any]:
        data = await self.answers(slug, **changed)
        posted = await self.caller.post(self.step(slug, "/submissions"), {"data": data}, key=key)
        return ok(posted, 201)

    async def submit_up_to(self, slug: str) -> None:
        """Hand in what the refusal of a locked step names, until it is open."""
        found = await self.caller.get(self.step(slug))
        if found.status_code == 409:
            for step in found.json()["why"]["way"]:
                await self.submit(step["slug"])
        ok(await self.caller.get(self.step(slug)))


async def begin(caller: Caller, program: str = "fast-track") -> Walk:
    """Begin the program, or come back to it."""
    begun = await caller.post("/journeys", {"program": program})
    assert begun.status_code in (200, 201), begun.text
    return Walk(caller, begun.json()["id"])


def example_of(form: dict[str, Any]) -> dict[str, Any]:
    """The object made of each field's first example."""
    return {name: field["examples"][0] for name, field in form["properties"].items()}


def ok(response: httpx2.Response, status: int = 200) -> Any:
    assert response.status_code == status, response.text
    return response.json()


def refused(response: httpx2.Response, status: int, code: str) -> dict[str, Any]:
    """Make sure of a refusal, and return its problem."""
    assert response.status_code == status, response.text
    assert response.headers["content-type"] == "application/problem+json"
    problem = response.json()
    assert (problem["status"], problem["code"]) == (status, code), problem
    assert problem["detail"]
    return problem
