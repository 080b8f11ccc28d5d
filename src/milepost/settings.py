"""Every setting, with its type, its default and its environment variable (MILEPOST_ + name).

Also says where the files that ship (programs, migrations) are.
"""

import json
import os
import re
import sys
from functools import cache
from ipaddress import IPv4Address, IPv6Address
from pathlib import Path
from typing import Annotated, Any, Literal
from urllib.parse import urlsplit

from pydantic import (
    AfterValidator,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    SecretStr,
    ValidationError,
)
from pydantic_core import PydanticCustomError
from pydantic_settings import BaseSettings, NoDecode, SettingsConfigDict, SettingsError

# Addresses to listen on that nobody can be sent to.
_EVERYWHERE = (str(IPv4Address(0)), str(IPv6Address(0)))
_LEVELS = ("debug", "info", "warning", "error", "critical")
_SECRET_CHARACTERS = 32


def _level(given: str) -> str:
    if given.lower() not in _LEVELS:
        raise PydanticCustomError(
            "setting", "write one of debug, info, warning, error and critical"
        )
    return given.lower()


def _web_address(given: str) -> str:
    try:
        parts = urlsplit(given)
        fits = parts.scheme in {"http", "https"} and parts.hostname and parts.port != 0
    except ValueError:
        fits = False
    if given and (not fits or re.search(r"[\s?#]", given)):
        raise PydanticCustomError("setting", "write an http(s) address, as https://learn.example")
    return given


def _slug(given: str) -> str:
    if not re.fullmatch(r"[a-z0-9]+(-[a-z0-9]+)*", given):
        raise PydanticCustomError(
            "setting", "write small letters and digits, with single hyphens between, as my-school"
        )
    return given


def _model(given: str) -> str:
    if given and not re.fullmatch(r"[^:\s]+:\S+", given):
        raise PydanticCustomError("setting", "write provider:model, as openai:gpt-5")
    return given


def _named_server(given: SecretStr) -> SecretStr:
    if not given.get_secret_value().strip():
        raise PydanticCustomError(
            "setting", "is empty: name a PostgreSQL server, or leave the variable out"
        )
    return given


def _long_secret(given: SecretStr) -> SecretStr:
    if len(given.get_secret_value()) < _SECRET_CHARACTERS:
        raise PydanticCustomError(
            "setting",
            "give 32 characters at least, or leave the variable out: the data folder keeps one",
        )
    return given


def _providers(given: Any) -> Any:
    if isinstance(given, str):
        try:
            given = json.loads(given)
        except ValueError:
            given = None
    if not isinstance(given, list | tuple):
        raise PydanticCustomError(
            "setting",
            "write a JSON list of providers, as"
            ' [{"tenant": "main", "slug": "school", "name": "School", "issuer": "https://…",'
            ' "client_id": "…", "client_secret": "…"}]',
        )
    return given


class OidcProvider(BaseModel):
    """One OpenID Connect provider of one tenant."""

    model_config = ConfigDict(extra="forbid")

    tenant: str
    slug: str = Field(pattern=r"^[a-z0-9-]+$", description="stands in the callback address")
    name: str = Field(description="stands on the sign-in button")
    issuer: str
    client_id: str
    client_secret: SecretStr
    scopes: str = "openid email profile"
    lms_user_id_claim: str | None = None


class MailSettings(BaseModel):
    """An SMTP server; without a host, mail is written to the outbox folder."""

    host: str = ""
    port: int = 587
    user: str = ""
    password: SecretStr = SecretStr("")
    starttls: bool = True
    sender: str = "Milepost <milepost@localhost>"


class Settings(BaseSettings):
    """Read from the environment; nested ones as MILEPOST_MAIL__HOST, lists as JSON."""

    model_config = SettingsConfigDict(
        env_prefix="MILEPOST_", env_nested_delimiter="__", extra="ignore", frozen=True
    )

    data: Path = Field(default_factory=lambda: default_data_folder())
    database_url: Annotated[SecretStr, AfterValidator(_named_server)] | None = None
    secret_key: Annotated[SecretStr, AfterValidator(_long_secret)] | None = None
    host: str = "127.0.0.1"
    port: int = Field(default=8400, ge=0, le=65535)
    workers: int = Field(default=1, ge=1, le=64)
    base_url: Annotated[str, AfterValidator(_web_address)] | None = Field(
        default=None, description="how the world reaches this server"
    )
    trusted_proxies: int = Field(
        default=0, ge=0, description="how many proxies in front say who the caller is"
    )
    default_tenant: Annotated[str, AfterValidator(_slug)] = "main"
    session_days: int = Field(default=14, ge=1, le=365)
    mail: MailSettings = MailSettings()
    oidc: Annotated[tuple[OidcProvider, ...], NoDecode, BeforeValidator(_providers)] = ()
    ai_model: Annotated[str, AfterValidator(_model)] = Field(
        default="",
        description="provider:model; without one, suggestions are made by rules, without a network",
    )
    ai_base_url: str | None = Field(
        default=None, description="of any server that speaks the protocol of the provider"
    )
    ai_api_key: SecretStr | None = None
    ai_timeout: float = Field(
        default=30, gt=0, le=300, description="seconds for an answer, tries included"
    )
    embeddings: Literal["auto", "off"] = Field(
        default="auto",
        description="auto: the endpoint if one is named, or else the local model if installed",
    )
    embeddings_url: Annotated[str, AfterValidator(_web_address)] = Field(
        default="",
        description="of a server that speaks the OpenAI protocol, up to before /embeddings",
    )
    embeddings_model: str = "text-embedding-3-small"
    embeddings_key: SecretStr | None = None
    embeddings_timeout: float = Field(
        default=2, gt=0, le=30, description="seconds for which a message waits for its meaning"
    )
    ai_daily_tokens: int = Field(
        default=0,
        ge=0,
        description="how many tokens, read and written, models may take for one tenant in 24 hours;"
        " above that, rules answer. 0: no limit",
    )
    benchmark_settle_days: float = Field(
        default=3,
        ge=0,
        le=90,
        description="days for which a shared outcome waits before benchmarks count it, so that"
        " whoever thinks better of it was never counted",
    )
    archive_after_months: int = Field(
        default=24,
        ge=0,
        le=1200,
        description="how many months of events, talk and models' usage stay where they were made;"
        " older ones go to schemas like standups_archive, and are read as before. 0: all stay",
    )
    log_level: Annotated[str, AfterValidator(_level)] = "info"

    @property
    def public_url(self) -> str:
        """Tell under which address people reach this server, for links in mails."""
        if self.base_url:
            return self.base_url.rstrip("/")
        host = "localhost" if self.host in _EVERYWHERE else self.host
        return f"http://[{host}]:{self.port}" if ":" in host else f"http://{host}:{self.port}"


def told(error: ValidationError | SettingsError) -> str:
    """Say which variables are wrong, and how. What they hold stays unsaid: it may be a secret."""
    if isinstance(error, SettingsError):
        named = re.search(r'field "(\w+)"', str(error))
        name = f"MILEPOST_{named[1].upper()}" if named else "A variable MILEPOST_…"
        return f"{name}: this is not JSON; {name}__… with a value of its own needs none"
    return "; ".join(
        f"{_variable(fault['loc'])}: {fault['msg']}" for fault in error.errors(include_input=False)
    )


def _variable(place: tuple[int | str, ...]) -> str:
    """The variable's name; of one that holds a list, which entry too, counted from 1."""
    for depth, part in enumerate(place):
        if isinstance(part, int):
            inner = "".join(f", {name}" for name in place[depth + 1 :])
            return f"{_variable(place[:depth])}, entry {part + 1}{inner}"
    return f"MILEPOST_{'__'.join(map(str, place)).upper()}"


def default_data_folder() -> Path:
    """Tell where data goes when nothing is said: the place the system has for it."""
    if sys.platform == "darwin":
        return Path.home() / "Library" / "Application Support" / "milepost"
    if sys.platform != "win32" and os.geteuid() == 0:
        return Path("/var/lib/milepost")
    base = os.environ.get("XDG_DATA_HOME")
    return (Path(base) if base else Path.home() / ".local" / "share") / "milepost"


@cache
def shipped(name: str) -> Path:
    """Tell where the shipped folder `name` is: in the package, or in the checkout."""
    package = Path(__file__).parent
    for folder in (package / "_shipped" / name, package.parents[1] / name):
        if folder.is_dir():
            return folder
    raise FileNotFoundError(f"the folder {name} that ships with Milepost is missing")


def shipped_programs() -> list[Path]:
    """List the folders of the programs that ship."""
    return sorted(file.parent for file in shipped("programs").glob("*/program.yaml"))
