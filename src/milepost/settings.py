"""Every setting, with its type, its default and its environment variable (MILEPOST_ + name).

Also says where the files that ship (programs, migrations) are.
"""

import os
import sys
from functools import cache
from ipaddress import IPv4Address, IPv6Address
from pathlib import Path
from typing import Literal

from pydantic import BaseModel, ConfigDict, Field, SecretStr
from pydantic_settings import BaseSettings, SettingsConfigDict

# Addresses to listen on that nobody can be sent to.
_EVERYWHERE = (str(IPv4Address(0)), str(IPv6Address(0)))


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
    database_url: SecretStr | None = None
    secret_key: SecretStr | None = None
    host: str = "127.0.0.1"
    port: int = 8400
    workers: int = Field(default=1, ge=1, le=64)
    base_url: str | None = Field(default=None, description="how the world reaches this server")
    trusted_proxies: int = Field(
        default=0, ge=0, description="how many proxies in front say who the caller is"
    )
    default_tenant: str = "main"
    session_days: int = Field(default=14, ge=1, le=365)
    mail: MailSettings = MailSettings()
    oidc: tuple[OidcProvider, ...] = ()
    ai_model: str = Field(
        default="",
        pattern=r"^$|^[^:]+:.+$",
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
    embeddings_url: str = Field(
        default="",
        pattern=r"^$|^https?://.+$",
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
    log_level: str = "info"

    @property
    def public_url(self) -> str:
        """Tell under which address people reach this server, for links in mails."""
        if self.base_url:
            return self.base_url.rstrip("/")
        host = "localhost" if self.host in _EVERYWHERE else self.host
        return f"http://[{host}]:{self.port}" if ":" in host else f"http://{host}:{self.port}"


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
