"""`milepost up --demo`: what it says, what it answers, and what a second start keeps."""

import json
import re
from contextlib import closing
from pathlib import Path

import httpx2
import psycopg

from milepost.cli.demo import people as demo_people
from milepost.platform.db.connect import open_database
from tests.cli import visits
from tests.cli.commands import Running, Spot, within
from tests.cli.conftest import FirstStart, Up


def test_it_says_when_the_first_request_is_answered(first_start: FirstStart) -> None:
    lines = first_start.out.splitlines()
    assert lines[0] == f"Milepost is ready at http://127.0.0.1:{first_start.port}"
    assert first_start.first_answer == 200
    assert first_start.exit_code == 0


def test_the_demo_sign_ins_are_printed_and_work(first_start: FirstStart) -> None:
    printed = re.findall(r"^  (\S+@\S+)", first_start.out, re.MULTILINE)
    assert sorted(printed) == sorted(visits.SIGN_INS)
    assert visits.PASSWORD in first_start.out
    assert f"{first_start.data}/outbox" in first_start.out
    assert set(first_start.sign_ins) == {201}


def test_it_says_of_mail_and_of_providers_what_is_true(data: Path, spot: Spot, start: Up) -> None:
    provider = {
        "tenant": "nobody-s",
        "slug": "school",
        "name": "School",
        "issuer": "https://school.test",
        "client_id": "milepost",
        "client_secret": "wr0ng",
    }
    fine = {**provider, "tenant": "demo", "slug": "fine"}
    given = {
        "MILEPOST_MAIL__HOST": "mail.invalid",
        "MILEPOST_OIDC": json.dumps([provider, fine]),
    }
    running = start(data, "--demo", spot=Spot(spot.folder, environment=given))
    assert "Demo sign-ins" in running.out
    assert "outbox" not in running.out
    (line,) = [line for line in running.err.splitlines() if "oidc" in line]
    warned = json.loads(line)
    assert (warned["level"], warned["provider"], warned["tenant"]) == (
        "warning",
        "school",
        "nobody-s",
    )
    assert warned["tenants"] == ["demo"]
    assert "wr0ng" not in running.err


def test_an_invitation_leads_to_where_the_server_is(demo: Running, data: Path, spot: Spot) -> None:
    def invitation(email: str, *where: object, spot: Spot = spot) -> str:
        words = ("users", "add", email, "--name", "Ada", "--json", *where)
        return str(json.loads(spot.run(*words))["invitation"])

    link = invitation("ada@links.test", "--data", demo.data)
    assert link.startswith(f"{demo.url}/")
    assert httpx2.get(link, trust_env=False).status_code == 200
    told = Spot(spot.folder, environment={"MILEPOST_BASE_URL": "https://learn.example/"})
    link = invitation("bo@links.test", "--data", demo.data, spot=told)
    assert link.startswith("https://learn.example/sign-in/")
    # A copy of its folder, in which nothing runs, though it says where something ran.
    (data / "address").write_text(f"{demo.url}\n")
    assert invitation("ada@links.test", "--data", data).startswith("http://127.0.0.1:8400/")


def test_the_people_of_the_demo_stand_where_it_says(demo: Running) -> None:
    with visits.sign_in(demo.url, visits.MAYA) as maya:
        journey = visits.journey_of(maya)
        stats = visits.ask(maya, f"/journeys/{journey}/steps/stats")
        me = visits.ask(maya, "/me")
    assert stats["total"] == 31
    assert stats["completed"] == 15
    assert stats["in_progress"] == 1
    assert 45 <= stats["percent"] <= 55
    assert me["role"] == "user"
    with visits.sign_in(demo.url, visits.LEARNER) as learner:
        assert visits.ask(learner, "/journeys")["items"] == []
    roles = {}
    for email in (visits.ADMIN, visits.GURU):
        with visits.sign_in(demo.url, email) as caller:
            roles[email] = visits.ask(caller, "/me")["role"]
    assert roles == {visits.ADMIN: "admin", visits.GURU: "guru"}


def test_a_second_start_of_the_demo_keeps_it_as_it_is(
    first_start: FirstStart, demo: Running
) -> None:
    now = visits.contents(visits.operator_address(demo.data))
    before = first_start.contents
    # People come and go in other tests; what the demo made has to be there once, unchanged.
    kept = [
        name
        for name in before
        if name.split(".")[0].startswith(("journeys", "sprint_", "programs"))
    ]
    assert len(kept) > 62
    assert {name: now[name] for name in kept} == {name: before[name] for name in kept}
    assert any(before[name] for name in kept if name.startswith("sprint_"))
    emails = [row for row in now["identity.users"] if b"@demo.milepost.test" in row]
    assert len(emails) == len(demo_people.PEOPLE) + len(demo_people.OTHERS)


def test_everything_killed_while_the_demo_is_filled_is_made_good_by_the_next_start(
    first_start: FirstStart, tmp_path: Path, start: Up
) -> None:
    data = tmp_path / "own"
    running = start(data, "--demo", wait=False)
    assert within(60, lambda: _handed_in(data) >= 3)
    with closing(psycopg.connect(visits.operator_address(data))) as operator:
        # Maya's next tool waits for this lock: the filling stands still when it is cut off.
        operator.execute("select id from journeys.journeys for update")
        assert 3 <= _handed_in(data) < 15
        running.kill()
    again = start(data, "--demo")
    found = visits.contents(visits.operator_address(data))
    made = [name for name in found if name.startswith(("journeys.", "sprint_"))]
    assert {name: len(found[name]) for name in made} == {
        name: len(first_start.contents[name]) for name in made
    }
    made = ("identity.grants", "identity.organizations", "identity.users")
    assert {name: len(found[name]) for name in made} == {
        name: len(first_start.contents[name]) for name in made
    }
    assert again.stop() == 0


def test_what_people_changed_in_a_demo_stays(data: Path, start: Up) -> None:
    running = start(data, "--demo", "--port", 0)
    with visits.sign_in(running.url, visits.MAYA) as maya:
        granted = visits.ask(maya, "/grants")["items"][0]
        assert maya.delete(f"/grants/{granted['id']}").status_code in (200, 204)
    before = _grants(data)
    _check_that_mails_name_the_port(running)
    assert running.stop() == 0
    again = start(data, "--demo", "--host", "::1", "--port", 0)
    assert again.url.startswith("http://[::1]:")
    assert httpx2.get(f"{again.url}/healthz", trust_env=False).text == "ok\n"
    assert _grants(data) == before


def test_without_a_demo_it_starts_empty_and_refuses_to_become_one(
    tmp_path: Path, spot: Spot, start: Up
) -> None:
    data = tmp_path / "own"
    running = start(data)
    assert running.out == f"Milepost is ready at {running.url}\n"
    assert httpx2.get(f"{running.url}/readyz", trust_env=False).text == "ready\n"
    spot.run("users", "add", "ada@school.test", "--name", "Ada", "--data", data)
    assert running.stop() == 0
    told = spot.refusal("up", "--demo", "--data", data, "--port", 0)
    assert told.startswith("milepost: This data folder holds something else than the demo:")
    found = spot.run("db", "shell", "--data", data, "--", "-XAtc", "select email from shared.users")
    assert found == "ada@school.test\n"


def test_a_start_after_months_off_has_months_to_write_into(tmp_path: Path, start: Up) -> None:
    data = tmp_path / "own"
    assert start(data).stop() == 0
    with (
        open_database(data_dir=data, url=None) as access,
        psycopg.connect(access.roles.owner, autocommit=True) as owner,
    ):
        months = _months(owner)
        assert {month.split(".")[0] for month in months} == {"events", "platform", "standups"}
        owner.execute(f"drop table {', '.join(months)}")
        assert _months(owner) == []
    assert start(data).stop() == 0
    with (
        open_database(data_dir=data, url=None) as access,
        psycopg.connect(access.roles.owner) as owner,
    ):
        assert _months(owner) == months


def _months(owner: psycopg.Connection) -> list[str]:
    """The partitions by month, by name."""
    return [
        name
        for (name,) in owner.execute(
            """
            select c.oid::regclass::text
              from pg_class c
              join pg_inherits i
                on i.inhrelid = c.oid
              join pg_partitioned_table p
                on p.partrelid = i.inhparent
             where p.partstrat = 'r'
               and c.relkind = 'r'
             order by 1
            """
        )
    ]


def _check_that_mails_name_the_port(running: Running) -> None:
    """With --port 0 only the running server knows the port that a link has to name."""
    outbox = running.data / "outbox"
    before = set(outbox.iterdir())
    with visits.client(running.url) as visitor:
        asked = visitor.post("/password-resets", json={"email": visits.LEARNER})
    assert asked.status_code in (202, 204), asked.text
    assert within(20, lambda: any(f"{running.url}/" in mail for mail in _mails(outbox, before)))


def _mails(outbox: Path, before: set[Path]) -> list[str]:
    return [mail.read_text("utf-8") for mail in set(outbox.iterdir()) - before]


def _grants(data: Path) -> list[tuple[object, ...]]:
    with visits.as_operator(data) as operator:
        return operator.execute(
            "select id, state, updated_at from identity.grants order by id"
        ).fetchall()


def _handed_in(data: Path) -> int:
    """How many tools were handed in, in a Milepost that may just be starting."""
    try:
        with visits.as_operator(data) as operator:
            found = operator.execute("select count(*) from journeys.submissions").fetchone()
    except (AssertionError, psycopg.Error):
        return 0
    return int(found[0]) if found else 0
