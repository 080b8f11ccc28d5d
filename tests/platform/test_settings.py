"""Settings that can't be are refused in words that say what to write, never what was given."""

import pytest
from pydantic import ValidationError
from pydantic_settings import SettingsError

from milepost.settings import Settings, told

ADDRESS = "write an http(s) address, as https://learn.example"


def said_of(monkeypatch: pytest.MonkeyPatch, name: str, value: str) -> str:
    monkeypatch.setenv(f"MILEPOST_{name}", value)
    with pytest.raises((ValidationError, SettingsError)) as refusal:
        Settings()
    return told(refusal.value)


@pytest.mark.parametrize(
    ("name", "value", "words"),
    [
        ("AI_MODEL", "bad", "write provider:model, as openai:gpt-5"),
        ("BASE_URL", "blah", ADDRESS),
        ("BASE_URL", "ftp://learn.example", ADDRESS),
        ("BASE_URL", "https://", ADDRESS),
        ("BASE_URL", "https://learn.example:port", ADDRESS),
        ("BASE_URL", "https://learn.example/?a=b", ADDRESS),
        ("EMBEDDINGS_URL", "blah", ADDRESS),
        (
            "DEFAULT_TENANT",
            "a b",
            "write small letters and digits, with single hyphens between, as my-school",
        ),
        (
            "SECRET_KEY",
            "x" * 31,
            "give 32 characters at least, or leave the variable out: the data folder keeps one",
        ),
        ("LOG_LEVEL", "loud", "write one of debug, info, warning, error and critical"),
        ("PORT", "65536", "Input should be less than or equal to 65535"),
        ("MAIL", "wr0ng", "this is not JSON; MILEPOST_MAIL__… with a value of its own needs none"),
    ],
)
def test_a_fault_names_the_variable_and_says_what_to_write(
    monkeypatch: pytest.MonkeyPatch, name: str, value: str, words: str
) -> None:
    assert said_of(monkeypatch, name, value) == f"MILEPOST_{name}: {words}"


@pytest.mark.parametrize("value", ["xx", "{}", "", "3", '"main"'])
def test_providers_are_a_json_list(monkeypatch: pytest.MonkeyPatch, value: str) -> None:
    said = said_of(monkeypatch, "OIDC", value)
    assert said.startswith('MILEPOST_OIDC: write a JSON list of providers, as [{"tenant": "main"')


def test_of_several_providers_the_faulty_one_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    one = (
        '{"tenant": "main", "slug": "school", "name": "School", "issuer": "https://school.test",'
        ' "client_id": "milepost", "client_secret": "s3cret"}'
    )
    said = said_of(monkeypatch, "OIDC", f"[{one}, {one.replace('issuer', 'isuer')}]")
    assert said.startswith("MILEPOST_OIDC, entry 2, issuer: Field required; ")
    assert "s3cret" not in said
    monkeypatch.setenv("MILEPOST_OIDC", f"[{one}]")
    assert [provider.slug for provider in Settings().oidc] == ["school"]


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("AI_MODEL", "openai:gpt-5"),
        ("AI_MODEL", ""),
        ("BASE_URL", "https://learn.example/milepost/"),
        ("BASE_URL", "http://[::1]:8400"),
        ("DEFAULT_TENANT", "my-school-2"),
        ("LOG_LEVEL", "warning"),
    ],
)
def test_what_is_right_is_taken(monkeypatch: pytest.MonkeyPatch, name: str, value: str) -> None:
    monkeypatch.setenv(f"MILEPOST_{name}", value)
    assert getattr(Settings(), name.lower()) == value


def test_a_level_may_be_written_large(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("MILEPOST_LOG_LEVEL", "DEBUG")
    assert Settings().log_level == "debug"
