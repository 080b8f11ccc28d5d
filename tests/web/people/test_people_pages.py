"""People: inviting, changing, keeping out, and importing a list after seeing its plan."""

import re

from milepost.contexts.identity import service as identity
from milepost.contexts.identity.types import Role
from tests.factories.people import Place, new_address
from tests.web.people.conftest import Browser, field, words_of


async def test_people_are_for_administrators(place: Place, learner: Browser, guru: Browser) -> None:
    other = await place.person("Lotte Brouwer")
    for browser in (learner, guru):
        for address in ("/people", f"/people/{other.id}", "/people/import"):
            assert (await browser.get(address)).status_code == 403, address
        for address in (
            "/people",
            f"/people/{other.id}",
            f"/people/{other.id}/access",
            f"/people/{other.id}/invitation",
            "/people/import/apply",
        ):
            answer = await browser.post(
                address, {"email": new_address(), "full_name": "X", "role": "admin"}
            )
            assert answer.status_code == 403, address
        upload = await browser.post("/people/import", files={"file": ("p.csv", b"email,name\n")})
        assert upload.status_code == 403


async def test_inviting_somebody(place: Place, admin: Browser) -> None:
    address = new_address()
    fields = {
        "email": address.upper(),
        "full_name": "Pieter Claes",
        "role": "guru",
        "organization": "Kestrel",
    }
    invited = await admin.post("/people", fields)
    assert (invited.status_code, invited.headers["location"]) == (303, "/people")
    async with place.db.transaction(place.admin.actor) as tx:
        user = await identity.find_user_by_email(tx, email=address)
    assert user is not None
    assert (user.full_name, user.role) == ("Pieter Claes", Role.GURU)
    page = words_of((await admin.get("/people?text=pieter")).text)
    assert "Pieter Claes" in page
    assert "Kestrel" in page
    assert "Ada Admin" not in page
    again = await admin.post("/people", fields)
    assert again.status_code == 422
    assert "There is somebody with this address here." in words_of(again.text)
    assert field(again.text, "full_name") == "Pieter Claes"
    broken = await admin.post("/people", {**fields, "email": "nowhere", "role": "king"})
    assert broken.status_code == 422


async def test_changing_and_keeping_out(place: Place, admin: Browser, learner: Browser) -> None:
    assert learner.someone is not None
    address = f"/people/{learner.someone.id}"
    changed = await admin.post(address, {"full_name": "Maya V.", "role": "guru"})
    assert changed.headers["location"] == address
    assert field((await admin.get(address)).text, "full_name") == "Maya V."
    assert (await learner.get("/team")).status_code == 200
    odd = await admin.post(address, {"full_name": "", "role": "guru"})
    assert odd.status_code == 422
    await admin.post(f"{address}/access", {"disabled": "yes"})
    assert (await learner.get("/team")).status_code == 303
    assert "Kept out" in words_of((await admin.get(address)).text)
    await admin.post(f"{address}/access", {"disabled": "no"})
    assert (await learner.get("/team")).status_code == 200


async def test_the_last_administrator_stays(place: Place, admin: Browser) -> None:
    answer = await admin.post(
        f"/people/{place.admin.id}", {"full_name": "Ada Admin", "role": "user"}
    )
    assert answer.status_code == 422
    assert "This is the last administrator." in words_of(answer.text)
    assert (await admin.get("/people")).status_code == 200


async def test_an_import_shows_its_plan_and_does_just_that(place: Place, admin: Browser) -> None:
    known = await place.person("Old Name", lms_user_id="7")
    address = new_address()
    content = (
        "id,email,name,organization,role\n"
        f"7,{known.user.email},New Name,,\n"
        f"8,{address},Sanne Bakker,Acme,user\n"
    ).encode()
    plan = await admin.post("/people/import", files={"file": ("people.csv", content, "text/csv")})
    assert plan.status_code == 200
    page = words_of(plan.text)
    assert "New 1 Changed 1 Unchanged 0 Refused 0" in page
    assert "Name: Old Name New Name" in page
    async with place.db.transaction(place.admin.actor) as tx:
        assert await identity.find_user_by_email(tx, email=address) is None

    agreed = {"content": field(plan.text, "content"), "digest": field(plan.text, "digest")}
    tampered = await admin.post("/people/import/apply", {**agreed, "digest": "0" * 64})
    assert tampered.status_code == 422
    assert "look at the plan again" in words_of(tampered.text)
    done = await admin.post("/people/import/apply", agreed)
    assert done.headers["location"] == "/people"
    async with place.db.transaction(place.admin.actor) as tx:
        assert await identity.find_user_by_email(tx, email=address) is not None
        assert (await identity.get_user(tx, user_id=known.id)).full_name == "New Name"
    second = await admin.post("/people/import", files={"file": ("people.csv", content, "text/csv")})
    assert "Everything is as the file says" in words_of(second.text)
    late = await admin.post("/people/import/apply", agreed)
    assert late.status_code == 422


async def test_a_plan_made_before_somebody_else_changed_people_is_shown_anew(
    place: Place, admin: Browser
) -> None:
    address = new_address()
    content = f"email,name\n{address},Sanne Bakker\n".encode()
    plan = await admin.post("/people/import", files={"file": ("people.csv", content, "text/csv")})
    await place.person("Sanne B.", email=address)
    answer = await admin.post(
        "/people/import/apply",
        {"content": field(plan.text, "content"), "digest": field(plan.text, "digest")},
    )
    assert answer.status_code == 422
    assert "New 0 Changed 1" in words_of(answer.text)


async def test_a_file_with_a_wrong_row_can_not_be_applied(admin: Browser) -> None:
    content = f"email,name\nnot-an-address,X\n{new_address()},Y\n".encode()
    plan = await admin.post("/people/import", files={"file": ("people.csv", content, "text/csv")})
    assert plan.status_code == 422
    assert "The file cannot be taken as it is" in words_of(plan.text)
    assert not re.search(r'action="/people/import/apply"', plan.text)


async def test_files_that_are_none(admin: Browser) -> None:
    for content in (b"", b"   ", b"\xff\xfe\x00broken", b"colour,size\nred,4\n", b"a" * 400_000):
        answer = await admin.post("/people/import", files={"file": ("people.csv", content)})
        assert answer.status_code == 422, content[:20]
        assert "Nothing was changed." in words_of(answer.text)
    nothing = await admin.post("/people/import", {})
    assert nothing.status_code == 422
    garbled = await admin.post("/people/import/apply", {"content": "é", "digest": ""})
    assert garbled.status_code == 422
