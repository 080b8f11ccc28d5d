"""Mail: nothing breaks out of a header; the outbox is private; a real SMTP server takes it."""

import asyncio
import email
import os
import ssl
import stat
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta
from email.message import EmailMessage
from email.policy import default
from ipaddress import ip_address
from pathlib import Path
from typing import Any

import pytest
from aiosmtpd.smtp import SMTP, AuthResult, Envelope, LoginPassword, Session
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from pydantic import SecretStr

from milepost.platform import mail
from milepost.platform.mail import BadMail, Mail, MailNotSent, Outbox, Smtp
from milepost.settings import MailSettings

NOW = datetime(2026, 3, 2, 12, tzinfo=UTC)
SENDER = "Milepost <hello@milepost.test>"
HELLO = Mail("maya@example.org", "Grüße 😀", "Ein Link:\nhttps://example.org/a?b=c\n.\nEnde ä")


def read(raw: bytes) -> EmailMessage:
    made = email.message_from_bytes(raw, policy=default)
    assert isinstance(made, EmailMessage)
    return made


def assert_is_hello(raw: bytes) -> None:
    got = read(raw)
    assert got["To"] == "maya@example.org"
    assert got["Subject"] == "Grüße 😀"
    assert got["From"] == SENDER
    assert got.get_content().replace("\r\n", "\n").strip() == HELLO.text


@pytest.mark.parametrize(
    "to",
    [
        "a@example.org\nBcc: b@example.org",
        "a@example.org\r\n\r\nbody",
        "a@example.org, b@example.org",
        "Maya <a@example.org>",
        "a@example.org\u2028b",
        "a@example.org\x00",
        "a@example.org (comment)",
        "no-address",
        "@example.org",
        "a@",
        "",
    ],
)
async def test_only_one_plain_address_is_taken(to: str, tmp_path: Path) -> None:
    with pytest.raises(BadMail):
        await Outbox(tmp_path, SENDER).send(Mail(to, "s", "t"))
    assert os.listdir(tmp_path) == []


@pytest.mark.parametrize("subject", ["a\nBcc: b@example.org", "a\r\nX: y", "a\x00", "a" * 201])
async def test_a_subject_stays_one_line(subject: str, tmp_path: Path) -> None:
    with pytest.raises(BadMail):
        await Outbox(tmp_path, SENDER).send(Mail("a@example.org", subject, "t"))


async def test_a_text_that_looks_like_headers_stays_text(tmp_path: Path) -> None:
    text = "Bcc: b@example.org\n\nTo: c@example.org"
    made = read(mail.message(Mail("a@example.org", "s", text), sender=SENDER, now=NOW).as_bytes())
    assert made["Bcc"] is None
    assert made.get_all("To") == ["a@example.org"]
    assert made.get_content().strip().splitlines()[0] == "Bcc: b@example.org"


async def test_the_outbox_holds_whole_private_files_in_order(tmp_path: Path) -> None:
    folder = tmp_path / "deep" / "outbox"
    outbox = Outbox(folder, SENDER)
    for _ in range(3):
        await outbox.send(HELLO)
    files = sorted(folder.iterdir())
    assert [file.suffix for file in files] == [".eml"] * 3
    assert all("maya" not in file.name for file in files)
    assert {stat.S_IMODE(file.stat().st_mode) for file in files} == {0o600}
    assert stat.S_IMODE(folder.stat().st_mode) == 0o700
    times = [file.stat().st_mtime_ns for file in files]
    assert times == sorted(times)
    assert_is_hello(files[0].read_bytes())


async def test_an_outbox_that_cannot_be_written_says_so(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("in the way")
    with pytest.raises(MailNotSent):
        await Outbox(tmp_path / "file" / "outbox", SENDER).send(HELLO)


async def test_settings_choose_the_way(tmp_path: Path) -> None:
    assert mail.mailer(MailSettings(), tmp_path) == Outbox(
        tmp_path / "outbox", "Milepost <milepost@localhost>"
    )
    assert isinstance(mail.mailer(MailSettings(host="mail.example.org"), tmp_path), Smtp)


class Receiver:
    """What the SMTP server on the loopback does with what it is given."""

    def __init__(self) -> None:
        self.envelopes: list[Envelope] = []

    async def handle_RCPT(
        self, server: SMTP, session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        if address.startswith("unknown"):
            return "550 nobody of that name"
        if address.startswith("busy"):
            return "450 try later"
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:
        self.envelopes.append(envelope)
        return "250 taken"


def authenticate(server: SMTP, session: Session, envelope: Envelope, way: str, given: Any) -> Any:
    wanted = LoginPassword(b"milepost", b"s3cret")
    return AuthResult(success=given == wanted, handled=False)


@asynccontextmanager
async def serving(receiver: Receiver, **options: Any) -> AsyncIterator[int]:
    def session() -> SMTP:
        return SMTP(receiver, hostname="127.0.0.1", authenticator=authenticate, **options)

    server = await asyncio.get_running_loop().create_server(session, "127.0.0.1", 0)
    async with server:
        yield server.sockets[0].getsockname()[1]


@pytest.fixture
async def server() -> AsyncIterator[tuple[Receiver, int]]:
    receiver = Receiver()
    async with serving(receiver, auth_require_tls=False) as port:
        yield receiver, port


def certificate(folder: Path) -> tuple[Path, Path]:
    """A key, and a certificate for the loopback that vouches for itself."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "loopback")])
    now = datetime.now(UTC)
    made = (
        x509.CertificateBuilder(name, name, key.public_key(), x509.random_serial_number())
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=1))
        .add_extension(
            x509.SubjectAlternativeName([x509.IPAddress(ip_address("127.0.0.1"))]), False
        )
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), True)
        .sign(key, hashes.SHA256())
    )
    pem = serialization.Encoding.PEM
    (folder / "cert.pem").write_bytes(made.public_bytes(pem))
    (folder / "key.pem").write_bytes(
        key.private_bytes(pem, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
    )
    return folder / "cert.pem", folder / "key.pem"


def settings(port: int, password: str = "s3cret") -> MailSettings:
    return MailSettings(
        host="127.0.0.1",
        port=port,
        user="milepost",
        password=SecretStr(password),
        starttls=False,
        sender=SENDER,
    )


async def test_an_smtp_server_takes_the_mail(server: Any) -> None:
    receiver, port = server
    await Smtp(settings(port)).send(HELLO)
    (envelope,) = receiver.envelopes
    assert envelope.mail_from == "hello@milepost.test"
    assert envelope.rcpt_tos == ["maya@example.org"]
    assert_is_hello(envelope.content)


async def test_a_wrong_password_an_unknown_and_a_busy_recipient_differ(server: Any) -> None:
    receiver, port = server
    with pytest.raises(MailNotSent):
        await Smtp(settings(port, "wrong")).send(HELLO)
    with pytest.raises(BadMail):
        await Smtp(settings(port)).send(Mail("unknown@example.org", "s", "t"))
    with pytest.raises(MailNotSent):
        await Smtp(settings(port)).send(Mail("busy@example.org", "s", "t"))
    assert receiver.envelopes == []


async def test_a_server_without_tls_gets_no_password_when_tls_is_wanted(server: Any) -> None:
    receiver, port = server
    wanting_tls = settings(port).model_copy(update={"starttls": True})
    with pytest.raises(MailNotSent):
        await Smtp(wanting_tls).send(HELLO)
    assert receiver.envelopes == []


async def test_the_password_goes_over_a_verified_connection(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    cert, key = certificate(tmp_path)
    theirs = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    theirs.load_cert_chain(cert, key)
    receiver = Receiver()
    async with serving(receiver, tls_context=theirs, require_starttls=True) as port:
        safe = Smtp(settings(port).model_copy(update={"starttls": True}))
        with pytest.raises(MailNotSent):
            await safe.send(HELLO)
        assert receiver.envelopes == []
        monkeypatch.setenv("SSL_CERT_FILE", str(cert))
        await safe.send(HELLO)
    (envelope,) = receiver.envelopes
    assert_is_hello(envelope.content)


async def test_no_server_is_told_as_such() -> None:
    with pytest.raises(MailNotSent):
        await asyncio.wait_for(Smtp(settings(9)).send(HELLO), 5)
