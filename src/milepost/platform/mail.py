"""Sends mail: through an SMTP server, or into an outbox folder where none is configured."""

import asyncio
import contextlib
import os
import re
import secrets
import smtplib
import ssl
from dataclasses import dataclass
from datetime import datetime
from email.errors import HeaderParseError
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime, make_msgid, parseaddr
from pathlib import Path
from typing import Protocol

from milepost.platform import clock
from milepost.platform.errors import Invalid, Unavailable
from milepost.settings import MailSettings

_SECONDS = 20
_LONGEST_SUBJECT = 200
_CONTROLS = re.compile(r"[\x00-\x1f\x7f\u0085\u2028\u2029]")


class BadMail(Invalid):
    """The address or the subject can't stand in a mail's head."""

    code = "bad_mail"


class MailNotSent(Unavailable):
    """The mail server is away, or refuses."""

    code = "mail_not_sent"


@dataclass(frozen=True, slots=True)
class Mail:
    """A plain-text mail to one person."""

    to: str
    subject: str
    text: str


class Mailer(Protocol):
    """Whatever sends mail."""

    async def send(self, mail: Mail) -> None:
        """Send it. Raises BadMail for one that can't be, MailNotSent when it may be tried again."""
        ...


@dataclass(frozen=True, slots=True)
class Outbox:
    """Writes each mail as a file into a folder: for demos, pilots and tests."""

    folder: Path
    sender: str

    async def send(self, mail: Mail) -> None:
        """Write the mail, whole or not at all, for nobody else to read."""
        now = clock.now()
        await asyncio.to_thread(self._write, message(mail, sender=self.sender, now=now), now)

    def _write(self, mail: EmailMessage, now: datetime) -> None:
        # The name tells when, not to whom: folder listings end up in logs and backups.
        name = f"{now:%Y%m%dT%H%M%S.%fZ}-{secrets.token_hex(4)}"
        draft = self.folder / f".{name}.part"
        try:
            self.folder.mkdir(mode=0o700, parents=True, exist_ok=True)
            with open(draft, "xb", opener=lambda path, flags: os.open(path, flags, 0o600)) as file:
                file.write(mail.as_bytes())
                file.flush()
                os.fsync(file.fileno())
            draft.rename(self.folder / f"{name}.eml")
        except OSError as error:
            with contextlib.suppress(OSError):
                draft.unlink()
            raise MailNotSent("The outbox folder can't be written to.") from error


@dataclass(frozen=True, slots=True)
class Smtp:
    """Hands each mail to an SMTP server, over a connection of its own."""

    settings: MailSettings

    async def send(self, mail: Mail) -> None:
        """Hand the mail over, in a thread: the library blocks."""
        prepared = message(mail, sender=self.settings.sender, now=clock.now())
        await asyncio.to_thread(self._hand_over, prepared)

    def _hand_over(self, mail: EmailMessage) -> None:
        settings = self.settings
        try:
            with smtplib.SMTP(settings.host, settings.port, timeout=_SECONDS) as server:
                if settings.starttls:
                    server.starttls(context=ssl.create_default_context())
                if settings.user:
                    server.login(settings.user, settings.password.get_secret_value())
                server.send_message(mail)
        except smtplib.SMTPRecipientsRefused as error:
            if all(500 <= code < 600 for code, _ in error.recipients.values()):
                raise BadMail("The mail server doesn't take mail for this address.") from error
            raise MailNotSent("The mail server refuses just now.") from error
        except (smtplib.SMTPException, OSError) as error:
            raise MailNotSent("The mail server doesn't answer as it should.") from error


def mailer(settings: MailSettings, data: Path) -> Mailer:
    """The SMTP server of the settings, or else the outbox in the data folder."""
    if settings.host:
        return Smtp(settings)
    return Outbox(data / "outbox", settings.sender)


def message(mail: Mail, *, sender: str, now: datetime) -> EmailMessage:
    """Put a mail together. Raises BadMail when something could break out of its header."""
    _refuse_controls(mail.to, mail.subject)
    if len(mail.subject) > _LONGEST_SUBJECT:
        raise BadMail("The subject of this mail is too long.")
    source = _sender(sender)
    made = EmailMessage(policy=SMTP)
    made["From"] = source
    made["To"] = _recipient(mail.to)
    made["Subject"] = mail.subject
    made["Date"] = format_datetime(now)
    made["Message-ID"] = make_msgid(domain=source.domain or "localhost")
    # Says that no holiday notice is wanted in answer.
    made["Auto-Submitted"] = "auto-generated"
    made.set_content(mail.text, charset="utf-8")
    return made


def _refuse_controls(*values: str) -> None:
    if any(_CONTROLS.search(value) for value in values):
        raise BadMail("An address or a subject can't hold line breaks.")


def _recipient(text: str) -> Address:
    """One address and nothing else: no name, no list, no comment."""
    try:
        found = Address(addr_spec=text)
    except (HeaderParseError, ValueError, IndexError) as error:
        raise BadMail("This is not an e-mail address.") from error
    if not found.username or not found.domain or found.addr_spec != text:
        raise BadMail("This is not an e-mail address.")
    return found


def _sender(text: str) -> Address:
    name, address = parseaddr(text)
    _refuse_controls(name)
    user, _, domain = address.rpartition("@")
    return Address(name, user, domain)
