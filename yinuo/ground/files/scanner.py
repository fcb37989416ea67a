"""The scanner for malware: clamd's own protocol, over TCP or a socket of the machine.

A file is sent as a stream of chunks (INSTREAM), so the scanner needs no way to our folders. Nothing is asked of the
network that the setting does not name. Source: clamd(8), "Commands".
"""

from __future__ import annotations

import socket
import struct
from collections.abc import Iterable
from dataclasses import dataclass
from urllib.parse import urlsplit

from django.conf import settings

PATIENCE = 30.0  # seconds for each step of the talk
LONGEST_ANSWER = 4096
_CHUNK = 64 * 1024


class ScannerAway(Exception):
    """The scanner does not answer, or not in a way that says anything: nobody knows yet what the file is."""


@dataclass(frozen=True, slots=True)
class Verdict:
    """What the scanner says: the name of what it found, "" where it found nothing."""

    found: str = ""

    @property
    def clean(self) -> bool:
        """Whether nothing was found."""
        return not self.found


class Scanner:
    """A clamd at "tcp://host:port" or "unix:/path"; ValueError for any other address."""

    def __init__(self, address: str) -> None:
        where = urlsplit(address)
        self._at: str | tuple[str, int]
        if where.scheme == "unix" and where.path:
            self._family, self._at = socket.AF_UNIX, where.path
        elif where.scheme == "tcp" and where.hostname:
            self._family, self._at = socket.AF_INET, (where.hostname, where.port or 3310)
        else:
            raise ValueError("the scanner's address is tcp://host:port or unix:/path")

    def scan(self, chunks: Iterable[bytes]) -> Verdict:
        """What is in a content. Raises ScannerAway."""
        try:
            with self._connected() as wire:
                wire.sendall(b"zINSTREAM\0")
                for chunk in chunks:
                    for start in range(0, len(chunk), _CHUNK):
                        piece = chunk[start : start + _CHUNK]
                        wire.sendall(struct.pack(">I", len(piece)) + piece)
                wire.sendall(struct.pack(">I", 0))
                answer = _answer(wire)
        except OSError as reason:
            raise ScannerAway(type(reason).__name__) from reason
        return _verdict(answer)

    def version(self) -> str:
        """What the scanner calls itself and its signatures. Raises ScannerAway."""
        try:
            with self._connected() as wire:
                wire.sendall(b"zVERSION\0")
                return _answer(wire)
        except OSError as reason:
            raise ScannerAway(type(reason).__name__) from reason

    def _connected(self) -> socket.socket:
        wire = socket.socket(self._family, socket.SOCK_STREAM)
        try:
            wire.settimeout(PATIENCE)
            wire.connect(self._at)
        except OSError:
            wire.close()
            raise
        return wire


def scanner() -> Scanner | None:
    """The scanner that the settings name (YINUO_CLAMD), if any."""
    return Scanner(settings.CLAMD_URL) if settings.CLAMD_URL else None


def _answer(wire: socket.socket) -> str:
    """One answer, ended by a NUL."""
    said = b""
    while not said.endswith(b"\0"):
        more = wire.recv(LONGEST_ANSWER)
        if not more or len(said) > LONGEST_ANSWER:
            break
        said += more
    return said.rstrip(b"\0\n").decode("utf-8", "replace")


def _verdict(answer: str) -> Verdict:
    """ "stream: OK", "stream: Some.Name FOUND"; all else (its size limit, an error) says nothing about the file."""
    said = answer.removeprefix("stream: ")
    if said == "OK":
        return Verdict()
    if said.endswith(" FOUND"):
        return Verdict(said.removesuffix(" FOUND")[:100])
    raise ScannerAway("no verdict")
