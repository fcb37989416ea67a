"""One conversation with a mail server, letter after letter, that knows what the server can know by now."""

from __future__ import annotations

import re
import smtplib
import ssl
from collections.abc import Callable
from dataclasses import dataclass
from email.message import EmailMessage
from email.utils import parseaddr
from enum import Enum
from urllib.parse import parse_qs, unquote, urlsplit

TIMEOUT = 30.0  # seconds for each answer
LOOPBACK = frozenset({"localhost", "127.0.0.1", "::1"})


class Outcome(Enum):
    """What became of one letter."""

    SENT = "sent"
    LATER = "later"  # the server has it not and said so, or never saw it
    REFUSED = "refused"
    DOUBTFUL = "doubtful"  # the line went dead after the text was handed over
    MISSED = "missed"  # another worker took the letter meanwhile


@dataclass(frozen=True, slots=True)
class Result:
    """An outcome with the server's code, 0 if it gave none."""

    outcome: Outcome
    code: int = 0


@dataclass(frozen=True, slots=True)
class Server:
    """Where letters go. `tls` from the first byte (smtps); else STARTTLS is used where offered."""

    host: str
    port: int
    user: str = ""
    password: str = ""
    tls: bool = False
    starttls: bool = True


def server_from_url(url: str) -> Server:
    """From `smtp://user:password@host:port` or `smtps://…`; `?starttls=never` turns STARTTLS off.

    Raises ValueError for another scheme, a missing host, or a port that is none.
    """
    parts = urlsplit(url)
    if parts.scheme not in ("smtp", "smtps") or not parts.hostname:
        raise ValueError("SMTP_URL: smtp://[user:password@]host[:port] or smtps://… is expected")
    tls = parts.scheme == "smtps"
    return Server(
        host=parts.hostname,
        port=parts.port or (465 if tls else 25),
        user=unquote(parts.username or ""),
        password=unquote(parts.password or ""),
        tls=tls,
        starttls=parse_qs(parts.query).get("starttls") != ["never"],
    )


class Conversation:
    """An open connection. Opening raises OSError or smtplib.SMTPException if the server is not to be had."""

    def __init__(self, server: Server, sender: str) -> None:
        self.sender = parseaddr(sender)[1]
        self.is_open = True
        name = self.sender.rpartition("@")[2] or "localhost"
        if server.tls:
            context = ssl.create_default_context()
            self._smtp: smtplib.SMTP = smtplib.SMTP_SSL(
                server.host, server.port, name, timeout=TIMEOUT, context=context
            )
        else:
            self._smtp = smtplib.SMTP(server.host, server.port, name, timeout=TIMEOUT)
        try:
            self._greet(server)
        except BaseException:
            self._smtp.close()
            raise

    def transmit(self, to: str, message: EmailMessage, before_data: Callable[[], bool]) -> Result:
        """Hand one letter over. `before_data` is called before the text leaves; False from it stops here."""
        try:
            early = self._envelope(to)
        except (OSError, smtplib.SMTPException):
            self.close()
            return Result(Outcome.LATER)
        if early is not None:
            return early
        if not before_data():
            self._reset()
            return Result(Outcome.MISSED)
        return self._data(message)

    def close(self) -> None:
        """Hang up; errors do not matter any more."""
        if self.is_open:
            self.is_open = False
            try:
                self._smtp.quit()
            except (OSError, smtplib.SMTPException):
                self._smtp.close()

    def _greet(self, server: Server) -> None:
        self._smtp.ehlo_or_helo_if_needed()
        if not server.tls and server.starttls and self._smtp.has_extn("starttls"):
            self._smtp.starttls(context=ssl.create_default_context())
            self._smtp.ehlo_or_helo_if_needed()
        if server.user:
            if not isinstance(self._smtp.sock, ssl.SSLSocket) and server.host not in LOOPBACK:
                raise smtplib.SMTPException("no encryption offered: the password is not sent in the clear")
            self._smtp.login(server.user, server.password)

    def _envelope(self, to: str) -> Result | None:
        """Sender and recipient; a result if the letter stops here."""
        code, _text = self._smtp.mail(self.sender)
        if code != 250:
            return self._stopped(code, fault_is_ours=True)
        code, _text = self._smtp.rcpt(to)
        return None if code in (250, 251) else self._stopped(code)

    def _data(self, message: EmailMessage) -> Result:
        try:
            code, _text = self._smtp.docmd("DATA")
        except (OSError, smtplib.SMTPException):
            self.close()
            return Result(Outcome.LATER)  # no text has left
        if code != 354:
            return self._stopped(code)
        try:
            self._smtp.send(_dotted(message.as_bytes()))
            code, _text = self._smtp.getreply()
        except (OSError, smtplib.SMTPException):
            self.close()
            return Result(Outcome.DOUBTFUL)
        return Result(Outcome.SENT, code) if code == 250 else self._stopped(code)

    def _stopped(self, code: int, *, fault_is_ours: bool = False) -> Result:
        if code == 421 or code < 0:
            self.close()
        else:
            self._reset()
        permanent = 500 <= code < 600 and not fault_is_ours  # a refused sender is no letter's fault
        return Result(Outcome.REFUSED if permanent else Outcome.LATER, code)

    def _reset(self) -> None:
        try:
            self._smtp.rset()
        except (OSError, smtplib.SMTPException):
            self.close()


def _dotted(text: bytes) -> bytes:
    """The text with its lines ended by CRLF, leading dots doubled, and the final dot (RFC 5321 4.5.2)."""
    lines = re.sub(rb"\r\n|\r|\n", b"\r\n", text)
    stuffed = re.sub(rb"(?m)^\.", b"..", lines)
    return stuffed + (b"" if stuffed.endswith(b"\r\n") else b"\r\n") + b".\r\n"
