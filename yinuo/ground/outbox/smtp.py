"""One conversation with a mail server, letter after letter, that knows what the server can know by now."""

from __future__ import annotations

import re
import smtplib
import ssl
import time
from collections.abc import Sequence
from dataclasses import dataclass
from email.utils import parseaddr
from enum import Enum
from itertools import pairwise
from urllib.parse import parse_qs, unquote, urlsplit

TIMEOUT = 30.0  # seconds for each answer
OK, GO_AHEAD, LINE_ENDS = 250, 354, 421  # RFC 5321 4.2.3
TAKEN = (250, 251)
LOOPBACK = frozenset({"localhost", "127.0.0.1", "::1"})


class Outcome(Enum):
    """What became of one letter."""

    SENT = "sent"
    LATER = "later"  # the server has it not and said so, or never saw it
    REFUSED = "refused"
    DOUBTFUL = "doubtful"  # the line went dead after the text was handed over


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

    def transmit(self, letters: Sequence[tuple[str, bytes]], seconds: float = 60.0) -> list[Result]:
        """Hand letters (recipient, message) over; the results of the first ones, in order, at least one.

        It stops early when the line is lost or after so many seconds: of the others nothing has left. A server
        that offers PIPELINING (RFC 2920) gets the next letter's envelope together with this letter's text: one
        turn for a letter instead of four.
        """
        until, results, announced = time.monotonic() + seconds, list[Result](), False
        for (to, message), (following, _) in pairwise([*letters, ("", b"")]):
            in_time = time.monotonic() <= until
            if not self.is_open or not (announced or in_time or not results):
                break
            ahead = following if self._pipelining and in_time else ""
            result, announced = self._hand_over(to, message, ahead, announced)
            results.append(result)
        return results

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
        self._pipelining = self._smtp.has_extn("pipelining")

    def _hand_over(self, to: str, message: bytes, following: str, announced: bool) -> tuple[Result, bool]:
        """One letter; whether the envelope of the `following` one is on its way. `announced`: this one's is."""
        try:
            mail, rcpt, data = self._envelope(to, announced)
        except (OSError, smtplib.SMTPException):
            self.close()
            return Result(Outcome.LATER), False  # no text has left
        if mail != OK or rcpt not in TAKEN or data != GO_AHEAD:
            return self._stopped(mail, rcpt, data), False
        try:
            self._smtp.send(_dotted(message) + (self._commands(following) if following else b""))
            code, _text = self._smtp.getreply()
        except (OSError, smtplib.SMTPException):
            self.close()
            return Result(Outcome.DOUBTFUL), False
        return self._judged(code), bool(following)

    def _envelope(self, to: str, announced: bool) -> tuple[int, int, int]:
        """What the server says to sender, recipient and DATA; the later ones are 0 where they were not asked."""
        commands = self._commands(to)
        if self._pipelining:
            if not announced:
                self._smtp.send(commands)
            mail, rcpt, data = (self._smtp.getreply()[0] for _ in range(3))
            return mail, rcpt, data
        codes = [0, 0, 0]
        for turn, command in enumerate(commands.splitlines(keepends=True)):
            self._smtp.send(command)
            codes[turn] = self._smtp.getreply()[0]
            if codes[turn] not in (*TAKEN, GO_AHEAD):
                break
        return codes[0], codes[1], codes[2]

    def _commands(self, to: str) -> bytes:
        return f"MAIL FROM:<{self.sender}>\r\nRCPT TO:<{to}>\r\nDATA\r\n".encode("ascii")

    def _stopped(self, mail: int, rcpt: int, data: int) -> Result:
        """The letter stops before its text. A server that waits for one all the same would take an empty letter."""
        if LINE_ENDS in (mail, rcpt, data) or min(mail, rcpt, data) < 0 or data == GO_AHEAD:
            self._smtp.close()
            self.is_open = False
        else:
            self._reset()
        if mail != OK:
            return Result(Outcome.LATER, mail)  # a refused sender is no letter's fault
        return _judgement(rcpt if rcpt not in TAKEN else data)

    def _reset(self) -> None:
        try:
            self._smtp.rset()
        except (OSError, smtplib.SMTPException):
            self.close()

    def _judged(self, code: int) -> Result:
        """What the answer to the text means; the end of a text ends its envelope, whatever the answer."""
        if code == LINE_ENDS or code < 0:
            self.close()
        return Result(Outcome.SENT, code) if code == OK else _judgement(code)


def _judgement(code: int) -> Result:
    return Result(Outcome.REFUSED if 500 <= code < 600 else Outcome.LATER, code)


def _dotted(text: bytes) -> bytes:
    """The text with its lines ended by CRLF, leading dots doubled, and the final dot (RFC 5321 4.5.2)."""
    lines = re.sub(rb"\r\n|\r|\n", b"\r\n", text)
    stuffed = re.sub(rb"(?m)^\.", b"..", lines)
    return stuffed + (b"" if stuffed.endswith(b"\r\n") else b"\r\n") + b".\r\n"
