"""The environment of the pages: words for values, forms and frames that hold what they promise."""

import hashlib
import posixpath
import re
from datetime import UTC, date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from jinja2 import Environment
from jinja2.exceptions import UndefinedError
from starlette.applications import Starlette
from starlette.routing import Mount
from starlette.testclient import TestClient

from milepost.web import forms, static_files, templating
from tests.web.form_examples import DATA, LAYOUT, SCHEMA

ASSETS = static_files.load()
NOW = datetime(2026, 3, 2, 9, 30, tzinfo=UTC)
AMSTERDAM = ZoneInfo("Europe/Amsterdam")
FORM = (
    '{% from "macros/form.html" import form with context %}'
    '{{ form(schema, layout, data, errors, raw, action="/x") }}'
)
ANSWER = '{% from "macros/form.html" import answer %}{{ answer(prop, value) }}'


@pytest.fixture(scope="module")
def env() -> Environment:
    return templating.environment(ASSETS)


def draw(env: Environment, source: str, **context: Any) -> str:
    return env.from_string(source).render(**context)


def form_of(env: Environment, **given: Any) -> str:
    return draw(
        env,
        FORM,
        **{"schema": SCHEMA, "layout": LAYOUT, "data": None, "errors": None, "raw": None, **given},
    )


@pytest.mark.parametrize(
    ("away", "words"),
    [
        (timedelta(seconds=-20), "just now"),
        (timedelta(minutes=-1), "1 minute ago"),
        (timedelta(minutes=-59), "59 minutes ago"),
        (timedelta(hours=-3), "3 hours ago"),
        (timedelta(hours=8), "today, 18:30"),
        (timedelta(hours=-11), "yesterday, 23:30"),
        (timedelta(days=1), "tomorrow, 10:30"),
        (timedelta(days=3), "in 3 days"),
        (timedelta(days=-22), "3 weeks ago"),
        (timedelta(days=-100), "3 months ago"),
        (timedelta(days=-400), "26 January 2025"),
    ],
)
def test_times_read_as_on_a_calendar(away: timedelta, words: str) -> None:
    assert templating.ago(NOW + away, now=NOW, tz=AMSTERDAM) == words


def test_days_go_by_the_zone_of_the_person() -> None:
    late = datetime(2026, 3, 1, 23, 30, tzinfo=UTC)
    assert templating.ago(late, now=NOW + timedelta(hours=5), tz=AMSTERDAM).startswith("today")
    assert templating.ago(late, now=NOW + timedelta(hours=5), tz=ZoneInfo("UTC")).startswith(
        "yesterday"
    )
    assert templating.ago(date(2026, 3, 3), now=NOW, tz=AMSTERDAM) == "tomorrow"


def test_a_time_on_a_page_carries_the_exact_one(env: Environment) -> None:
    source = '{% from "macros/time.html" import when with context %}{{ when(at) }}'
    html = draw(env, source, at=NOW - timedelta(days=22), now=NOW, zone="Europe/Amsterdam")
    assert html.strip() == (
        '<time datetime="2026-02-08T09:30:00+00:00" '
        'title="Sunday 8 February 2026, 10:30 CET">3 weeks ago</time>'
    )


@pytest.mark.parametrize("name", ["Nowhere/Land", "../etc/passwd", "", None, "\x00"])
def test_a_zone_nobody_knows_is_utc(name: str | None) -> None:
    assert templating.zone(name).key == "UTC"


def test_numbers_money_and_shares() -> None:
    assert templating.number(6800000) == "6\u202f800\u202f000"
    assert templating.number(-1200.5) == "\u22121\u202f200.5"
    assert templating.number(0.1 + 0.2) == "0.3"
    assert templating.money({"amount": 6800000, "currency": "EUR"}) == "€6\u202f800\u202f000"
    assert templating.money({"amount": -89.5, "currency": "CHF"}) == "\u2212CHF\u202f89.50"
    assert [templating.percent(share) for share in (0, 0.001, 0.5, 0.999, 1)] == [
        f"{shown}%" for shown in (0, 1, 50, 99, 100)
    ]
    assert [templating.minutes(value) for value in (0, 45, 60, 90)] == [
        "0 min",
        "45 min",
        "1 h",
        "1 h 30 min",
    ]
    assert [templating.ordinal(value) for value in (1, 2, 3, 11, 22, 113)] == [
        "1st",
        "2nd",
        "3rd",
        "11th",
        "22nd",
        "113th",
    ]
    assert templating.plural(1, "tool") == "1 tool"
    assert templating.plural(2, "company", "companies") == "2 companies"


def test_a_number_shown_can_be_typed_in_again() -> None:
    schema = {"properties": {"n": {"type": "number"}}}
    for value in (1200, 1200.5, -6800000, 0.25):
        assert forms.parse(schema, [("n", templating.number(value))]).data == {"n": value}


def test_markdown_obeys_no_html() -> None:
    html = templating.markdown(
        "### Why\n\n*Because* <script>alert(1)</script> [x](javascript:alert(1)) ![p](x.png)"
    )
    assert "<h3>Why</h3>" in html
    assert "<em>Because</em>" in html
    assert "<script" not in html
    assert 'href="javascript' not in html
    assert "<img" not in html


def test_values_are_escaped_and_missing_names_are_loud(env: Environment) -> None:
    assert draw(env, "{{ x }}", x="<b>") == "&lt;b&gt;"
    with pytest.raises(UndefinedError):
        draw(env, "{{ nobody.passed.this }}")


def posted_by(html: str) -> list[tuple[str, str]]:
    """What a browser would post for the form as drawn: a reading of its own, not the code's."""
    from html.parser import HTMLParser

    pairs: list[tuple[str, str]] = []

    class Reader(HTMLParser):
        inside = 0
        select: str | None = None
        area: str | None = None
        first: str | None = None
        chosen: str | None = None

        def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
            at = {name: value or "" for name, value in attrs}
            if tag == "template":
                self.inside += 1
            if self.inside:
                return
            if tag == "input" and at.get("type") not in ("checkbox", "radio"):
                pairs.append((at["name"], at.get("value", "")))
            elif tag == "input" and "checked" in at:
                pairs.append((at["name"], at["value"]))
            elif tag == "select":
                self.select, self.first, self.chosen = at["name"], None, None
            elif tag == "option":
                self.first = at["value"] if self.first is None else self.first
                self.chosen = at["value"] if "selected" in at else self.chosen
            elif tag == "textarea":
                self.area, self.text = at["name"], ""

        def handle_endtag(self, tag: str) -> None:
            if tag == "template":
                self.inside -= 1
            elif not self.inside and tag == "select" and self.select is not None:
                pairs.append(
                    (self.select, self.chosen if self.chosen is not None else self.first or "")
                )
            elif not self.inside and tag == "textarea" and self.area is not None:
                # A browser drops the first line end of a textarea.
                pairs.append((self.area, self.text.removeprefix("\n")))
                self.area = None

        def handle_data(self, data: str) -> None:
            if self.area is not None:
                self.text += data

    Reader().feed(html)
    return pairs


def test_a_form_drawn_and_posted_untouched_gives_the_same_data(env: Environment) -> None:
    parsed = forms.parse(SCHEMA, posted_by(form_of(env, data=DATA)))
    assert parsed.errors == {}
    assert parsed.data == {**DATA, "levers": ["price", "cost"]}


def test_an_empty_form_posts_no_answers(env: Environment) -> None:
    assert forms.parse(SCHEMA, posted_by(form_of(env))).data == {}


def test_a_form_that_comes_back_holds_what_was_typed(env: Environment) -> None:
    pairs = [
        ("head_count", "1,200"),
        ("decided_on", "2 March"),
        ("style", "tyrant"),
        ("people.0.score", "9<"),
    ]
    parsed = forms.parse(SCHEMA, pairs)
    html = form_of(env, raw=parsed.raw, errors=parsed.errors)
    again = dict(posted_by(html))
    assert again["head_count"] == "1,200"
    assert again["decided_on"] == "2 March"
    assert again["people.0.score"] == "9<"
    assert 'value="9&lt;" selected' in html


def test_errors_stand_beside_their_field_and_on_top_with_links(env: Environment) -> None:
    parsed = forms.parse(SCHEMA, [("people.0.score", "x"), ("head_count", "many")])
    html = form_of(env, raw=parsed.raw, errors=forms.problems(SCHEMA, parsed))
    summary = html[html.index('id="form-problems"') : html.index('class="form-path"')]
    linked = re.findall(r'<a href="#([^"]+)">', summary)
    assert linked[0] == "f-dream"
    assert "f-people-0-score" in linked
    for anchor in linked:
        assert html.count(f'id="{anchor}"') == 1
    assert html.count(" autofocus") == 1
    field = html[html.index('id="f-head_count"') :][:600]
    assert 'aria-invalid="true"' in field
    assert "“many” is not a number" in field


def test_every_id_is_unique_and_every_reference_leads_somewhere(env: Environment) -> None:
    html = re.sub(r"<template.*?</template>", "", form_of(env, data=DATA), flags=re.DOTALL)
    ids = re.findall(r'\bid="([^"]+)"', html)
    assert len(ids) == len(set(ids))
    for attribute in ("for", "aria-describedby", "aria-labelledby"):
        for named in re.findall(rf'\s{attribute}="([^"]*)"', html):
            assert set(named.split()) <= set(ids), (attribute, named)


def test_nothing_inline_that_the_content_security_policy_forbids(env: Environment) -> None:
    page = env.get_template("errors/error.html").render(status=404)
    for html in (page, form_of(env, data=DATA)):
        assert not re.search(r"\sstyle=|<style|\son\w+=|<script(?![^>]*\ssrc=)", html)


@pytest.mark.parametrize("status", [403, 404, 409, 422, 429, 500, 503, "offline", 418])
def test_every_error_page_says_what_happened_what_is_safe_and_what_to_do(
    env: Environment, status: int | str
) -> None:
    html = env.get_template("errors/error.html").render(status=status)
    assert html.count("<h1>") == 1
    assert "What is safe" in html
    assert "What to do" in html


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("revenue", ">€6\u202f800\u202f000<"),
        ("style", ">Captain<"),
        ("levers", "<li>Cost</li><li>Price</li>"),
        ("core_values", "<li>Craft</li><li>Candour</li><li>Care</li>"),
        ("people", '<td class="number"><span class="answer number">4</span>'),
        ("decided_on", '<time class="answer" datetime="2026-03-02">2 March 2026</time>'),
        ("shared", ">Yes<"),
        ("head_count", ">42<"),
    ],
)
def test_answers_are_shown_for_reading(env: Environment, name: str, expected: str) -> None:
    html = draw(env, ANSWER, prop=SCHEMA["properties"][name], value=DATA[name])
    assert expected in re.sub(r"\s*\n\s*", "", html)


@pytest.mark.parametrize(
    "value", [None, "", [], "<i>", 3, True, [1, 2], {"amount": "x"}, [{"a": 1}], ["a", {}]]
)
@pytest.mark.parametrize("name", list(SCHEMA["properties"]))
def test_a_value_of_another_shape_is_shown_rather_than_breaking_the_page(
    env: Environment, name: str, value: Any
) -> None:
    html = draw(env, ANSWER, prop=SCHEMA["properties"][name], value=value)
    assert "<i>" not in html
    assert form_of(env, data={name: value})


@pytest.fixture(scope="module")
def client() -> TestClient:
    return TestClient(Starlette(routes=[Mount("/static", static_files.StaticFiles(ASSETS))]))


def test_static_files_are_kept_for_ever_under_their_fingerprint(client: TestClient) -> None:
    url = ASSETS.url("app.css")
    answer = client.get(url, headers={"accept-encoding": "gzip"})
    assert answer.headers["cache-control"] == "public, max-age=31536000, immutable"
    assert answer.headers["content-encoding"] == "gzip"
    assert answer.headers["content-type"] == "text/css; charset=utf-8"
    assert answer.content == (static_files.ROOT / "app.css").read_bytes()
    plain = client.get(url, headers={"accept-encoding": "identity"})
    assert "content-encoding" not in plain.headers
    assert plain.content == answer.content


def test_another_releases_fingerprint_gets_the_file_but_may_not_keep_it(client: TestClient) -> None:
    for path in ("/static/000000000000/js/rows.js", "/static/js/rows.js"):
        answer = client.get(path)
        assert answer.status_code == 200
        assert answer.headers["cache-control"] == "no-cache"
        again = client.get(path, headers={"if-none-match": answer.headers["etag"]})
        assert again.status_code == 304
        assert again.content == b""


@pytest.mark.parametrize(
    "path",
    [
        "/static/../forms.py",
        "/static/x/%2e%2e/forms.py",
        "/static/nothing",
        "/static/accent/360.css",
        "/static/accent/07.css",
        "/static/accent/٣.css",
    ],
)
def test_what_is_not_a_static_file_is_not_there(client: TestClient, path: str) -> None:
    assert client.get(path).status_code == 404


def test_accents_come_as_stylesheets(client: TestClient) -> None:
    answer = client.get(ASSETS.url("accent/30.css"))
    assert answer.text.startswith(".hue-30 {")
    assert "immutable" in answer.headers["cache-control"]
    with pytest.raises(LookupError):
        ASSETS.url("accent/999.css")
    with pytest.raises(LookupError):
        ASSETS.url("nothing.css")


def test_static_files_are_only_read(client: TestClient) -> None:
    assert client.post(ASSETS.url("app.css")).status_code == 405
    head = client.head(ASSETS.url("app.css"))
    assert head.content == b""
    assert int(head.headers["content-length"]) > 1000


def test_what_others_wrote_is_listed_with_its_checksum() -> None:
    vendor = static_files.ROOT / "vendor"
    listed = dict(
        re.findall(r"`([\w.-]+\.js)` \| `([0-9a-f]{64})`", (vendor / "VENDOR.md").read_text())
    )
    found = {
        path.name: hashlib.sha256(path.read_bytes()).hexdigest() for path in vendor.glob("*.js")
    }
    assert listed == found


def test_a_first_page_stays_under_60_kilobytes(env: Environment) -> None:
    import gzip

    page = (
        '{% extends "base.html" %}'
        '{% block head %}{% include "layout/form_scripts.html" %}{% endblock %}'
        "{% block main %}" + FORM + "{% endblock %}"
    )
    html = draw(
        env,
        page,
        schema=SCHEMA,
        layout=LAYOUT,
        data=DATA,
        errors=None,
        raw=None,
        hue=30,
        csrf_token="t",
    )
    fetched = set(re.findall(rf"{static_files.PREFIX}/{ASSETS.fingerprint}/([^\"']+)", html))
    asked = sorted(fetched)
    while asked:
        name = asked.pop()
        for found in (
            re.findall(r"from '(\.[^']+)'", _text_of(name)) if name.endswith(".js") else ()
        ):
            imported = posixpath.normpath(posixpath.join(posixpath.dirname(name), found))
            if imported not in fetched:
                fetched.add(imported)
                asked.append(imported)
    assert {"app.css", "js/autosave.js", "js/rows.js", "js/say.js"} <= fetched
    sent = [ASSETS.files[name] for name in fetched if name in ASSETS.files]
    weight = sum(len(asset.gzipped or asset.body) for asset in sent)
    assert weight + len(gzip.compress(html.encode(), 6)) < 60_000


def _text_of(name: str) -> str:
    return ASSETS.files[name].body.decode()


def test_a_suggestion_leads_to_no_step_that_is_gone(env: Environment) -> None:
    source = (
        '{% from "company/talk_parts.html" import rests_on with context %}'
        "{{ rests_on(one, steps.get) }}"
    )
    one = {
        "step_slug": "there",
        "rests_on": [
            {"kind": "step", "ref": slug, "label": f"Step {slug}"} for slug in ("there", "gone")
        ],
    }
    drawn = draw(env, source, one=one, steps={"there": "a step"})
    assert '<a href="/company/steps/there">Step there</a>' in drawn
    assert "Step gone" in drawn
    assert "/company/steps/gone" not in drawn
