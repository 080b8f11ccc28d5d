"""A newcomer over HTTP: from signing in to the last of 31 tools, knowing only what is shown."""

from tests.api.conftest import API, Caller
from tests.api.walking import Walk, begin, example_of, ok, refused
from tests.factories.people import PASSWORD

FIRST = "sprint-0-woop"
LAST = "sprint-30-program-overview"


async def test_a_newcomer_walks_all_the_tools(client, place):
    someone = await place.person(password=PASSWORD)
    signed_in = await client.post(
        API + "/sessions", json={"email": someone.user.email, "password": PASSWORD}
    )
    session = ok(signed_in, 201)
    assert session["expires_in"] > 0
    assert session["user"]["email"] == someone.user.email
    caller = Caller(client, session["access_token"])
    assert ok(await caller.get("/me"))["id"] == str(someone.id)

    programs = ok(await caller.get("/programs"))["items"]
    program = next(item for item in programs if item["slug"] == "fast-track")
    assert program["step_count"] == 31
    walk = await begin(caller, program["slug"])
    assert (await begin(caller, program["slug"])) == walk
    assert ok(await caller.get("/journeys"))["items"][0]["stats"]["percent"] == 0

    states = await walk.states()
    assert states[FIRST] == "unlocked"
    assert sum(state == "locked" for state in states.values()) >= 29
    walked: list[str] = []
    while todo := await walk.available():
        states = await _do(walk, todo[0]["slug"], states)
        walked.append(todo[0]["slug"])
        stats = ok(await caller.get(walk.path + "/steps/stats"))
        assert (stats["completed"], stats["total"]) == (len(walked), 31)
        assert stats["percent"] == round(100 * len(walked) / 31)
    assert len(walked) == len(set(walked)) == 31
    assert walked[0] == FIRST
    assert set(states.values()) == {"completed"}

    overview = await walk.open(LAST)
    assert overview["fields"], "the overview gathers what the others gave"
    fields = ok(await caller.get(walk.path + "/fields"))["items"]
    given = {give["field"] for step in await _all(walk) for give in step["gives"]}
    assert {field["field"] for field in fields} == given


async def _do(walk: Walk, slug: str, before: dict[str, str]) -> dict[str, str]:
    """Start a step and hand it in, looking at every state on the way."""
    assert before[slug] == "unlocked"
    step = await walk.open(slug)
    assert (step["state"], step["why"], step["latest_version"]) == ("unlocked", None, None)
    # All that the step needs has flowed in, each value with where it came from.
    assert {field["field"] for field in step["fields"]} == set(step["needs"])
    for field in step["fields"]:
        assert before[field["step"]] == "completed"
        assert field["version"] == 1
    started = ok(await walk.caller.post(walk.step(slug, "/start")))
    assert started["state"] == "in_progress"
    assert (await walk.states())[slug] == "in_progress"
    handed_in = await walk.submit(slug)
    assert (handed_in["step"], handed_in["version"], handed_in["status"]) == (slug, 1, "completed")
    after = await walk.states()
    assert after[slug] == "completed"
    opened = {name for name, state in after.items() if (before[name], state) != (state, state)}
    assert opened - {slug} == {step["slug"] for step in handed_in["unlocked"]}
    assert all((before[name], after[name]) == ("locked", "unlocked") for name in opened - {slug})
    return after


async def _all(walk: Walk) -> list[dict]:
    return ok(await walk.caller.get(walk.path + "/steps"))["items"]


async def test_a_locked_step_is_refused_everywhere_with_the_reason_and_the_way(newcomer):
    walk = await begin(newcomer)
    locked = [step for step in await _all(walk) if step["state"] == "locked"]
    for step in locked:
        assert (step["form"], step["guidance"], step["layout"]) == (None, None, None)
        assert step["why"]["missing"]
    answers = {"data": {"anything": 1}}
    for method, more, body in (
        ("GET", "", None),
        ("GET", "/draft", None),
        ("PUT", "/draft", answers),
        ("POST", "/submissions", answers),
        ("POST", "/start", None),
        ("POST", "/skip", None),
    ):
        answer = await newcomer.call(method, walk.step(LAST, more), body)
        problem = refused(answer, 409, "step_locked")
        assert problem["state"] == "locked"
        assert problem["why"] == locked[-1]["why"]
        assert problem["why"]["way"][0]["slug"] == FIRST
        assert "form" not in problem
        assert "guidance" not in answer.text
    listed = await newcomer.get(walk.step(LAST, "/submissions"))
    assert listed.status_code == 409
    # What is named as missing is what the program says, and the way really opens the step.
    second = locked[0]["slug"]
    await walk.submit_up_to(second)
    assert (await walk.open(second))["state"] == "unlocked"


async def test_steps_are_found_by_status_phase_and_domain(newcomer):
    walk = await begin(newcomer)
    steps = await _all(walk)
    for name, of in (("status", "state"), ("phase", "phase"), ("domain", "domain")):
        for value in {step[of] for step in steps}:
            found = ok(await newcomer.get(f"{walk.path}/steps?{name}={value}"))["items"]
            assert found == [step for step in steps if step[of] == value]
    refused(await newcomer.get(walk.path + "/steps?status=done"), 422, "invalid")
    assert ok(await newcomer.get(walk.path + "/steps?phase=none"))["items"] == []


async def test_a_revised_answer_makes_its_users_outdated_until_decided(newcomer):
    walk = await begin(newcomer)
    user = await _first_that_needs(walk, FIRST)
    await walk.submit_up_to(user["slug"])
    await walk.submit(user["slug"])
    field = next(
        field for field in (await walk.open(user["slug"]))["fields"] if field["step"] == FIRST
    )
    give = next(
        give for give in (await walk.open(FIRST))["gives"] if give["field"] == field["field"]
    )
    decision = walk.step(user["slug"], f"/inputs/{field['field']}")
    refused(await newcomer.post(decision, {"choice": "keep"}), 409, "already_done")

    for version, wording, choice in ((2, "Another thing", "keep"), (3, "A third thing", "take")):
        assert (await walk.submit(FIRST, **{give["from"]: wording}))["version"] == version
        (outdated,) = (await walk.open(user["slug"]))["outdated"]
        assert (outdated["field"], outdated["used"]) == (field["field"], field["value"])
        assert (outdated["current"], outdated["current_version"]) == (wording, version)
        # Nothing was changed behind the author's back, and nothing locked again.
        before = ok(await newcomer.get(walk.step(user["slug"], "/submissions")))["items"]
        assert [item["version"] for item in before] == [1]
        assert before[0]["inputs"][field["field"]]["value"] == field["value"]
        assert (await walk.states())[user["slug"]] == "completed"
        decided = ok(await newcomer.post(decision, {"choice": choice}))
        assert decided["version"] == (2 if choice == "take" else 1)
        assert (await walk.open(user["slug"]))["outdated"] == []
    assert decided["inputs"][field["field"]]["value"] == "A third thing"
    first = ok(await newcomer.get(walk.step(user["slug"], "/submissions/1")))
    assert first["inputs"][field["field"]]["value"] == field["value"]
    refused(await newcomer.get(walk.step(user["slug"], "/submissions/9")), 404, "not_found")


async def _first_that_needs(walk: Walk, giver: str) -> dict:
    steps = await _all(walk)
    given = {give["field"] for step in steps if step["slug"] == giver for give in step["gives"]}
    return next(step for step in steps if given & set(step["needs"]))


async def test_a_draft_is_saved_over_only_by_who_has_seen_it(newcomer):
    walk = await begin(newcomer)
    path = walk.step(FIRST, "/draft")
    refused(await newcomer.get(path), 404, "not_found")
    first = await newcomer.call("PUT", path, {"data": {"wish": "A wish"}})
    etag = first.headers["etag"]
    assert ok(first)["etag"] == etag
    assert (await walk.states())[FIRST] == "in_progress"
    shown = await newcomer.get(path)
    assert (shown.headers["etag"], ok(shown)["data"]) == (etag, {"wish": "A wish"})

    phone = await newcomer.call(
        "PUT", path, {"data": {"wish": "From the phone"}}, headers={"if-match": etag}
    )
    assert ok(phone)["revision"] == first.json()["revision"] + 1
    laptop = await newcomer.call(
        "PUT", path, {"data": {"wish": "From the laptop"}}, headers={"if-match": etag}
    )
    problem = refused(laptop, 409, "version_conflict")
    assert problem["current_etag"] == phone.headers["etag"]
    assert problem["current_data"] == {"wish": "From the phone"}
    assert ok(await newcomer.get(path))["data"] == {"wish": "From the phone"}

    stale = await newcomer.call(
        "POST",
        walk.step(FIRST, "/submissions"),
        {"data": await walk.answers(FIRST)},
        headers={"if-match": etag},
    )
    refused(stale, 409, "version_conflict")
    assert ok(await newcomer.get(walk.step(FIRST, "/submissions")))["items"] == []
    wrong = await newcomer.call("PUT", path, {"data": {"wish": 7}})
    assert refused(wrong, 422, "wrong_answers")["errors"][0]["path"] == "wish"


async def test_wrong_answers_are_told_field_by_field_and_not_kept(newcomer):
    walk = await begin(newcomer)
    form = (await walk.open(FIRST))["form"]
    data = example_of(form) | {"unknown": 1}
    del data[form["required"][0]]
    problem = refused(
        await newcomer.post(walk.step(FIRST, "/submissions"), {"data": data}), 422, "wrong_answers"
    )
    assert {error["path"] for error in problem["errors"]} == {"unknown", form["required"][0]}
    assert (await walk.states())[FIRST] == "unlocked"


async def test_what_later_steps_rest_on_can_not_be_skipped(newcomer):
    walk = await begin(newcomer)
    assert (await walk.open(FIRST))["skippable"] is False
    refused(await newcomer.post(walk.step(FIRST, "/skip")), 409, "already_done")
    assert (await walk.states())[FIRST] == "unlocked"
