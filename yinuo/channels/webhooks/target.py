"""Where messages go: only to hosts that the bank names, over TLS, and nowhere a receiver sends us on to."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Self

from yinuo.ground.calls.outgoing import Address, AddressRefused, CallFailed, call

MOST_READ = 4096  # of an answer; nothing in it is looked at


class TargetRefused(ValueError):
    """The bank does not send to this address; the message is a code."""


class NotTaken(Exception):
    """Nobody took the message. `code` says why; `wait` the seconds the receiver asks for; `gone` that it wants no more."""

    def __init__(self, code: str, *, wait: float = 0.0, gone: bool = False) -> None:
        super().__init__(code)
        self.code, self.wait, self.gone = code, wait, gone


@dataclass(frozen=True, slots=True)
class Target:
    """An address that may be sent to."""

    address: Address

    @classmethod
    def read(cls, url: str, allowed: Collection[str]) -> Self:
        """TargetRefused: `unreadable`, `host_not_named` (neither host nor host:port is in `allowed`), `not_secure`."""
        try:
            named = Address.read(url, plain=True)
            if named.host not in allowed and f"{named.host}:{named.port}" not in allowed:
                raise TargetRefused("host_not_named")
            return cls(Address.read(url))
        except AddressRefused as refusal:
            raise TargetRefused(str(refusal)) from None

    def post(self, body: bytes, headers: Mapping[str, str]) -> None:
        """Hand it over; NotTaken unless the answer is 2xx. A redirection is not followed: it would lead out of what the
        bank named."""
        try:
            sent = {"Content-Type": "application/json", **headers}
            answer = call(self.address, body, sent, most=MOST_READ, whole=False)
        except CallFailed as failure:
            raise NotTaken(failure.code) from None
        if not 200 <= answer.status < 300:
            wait = _seconds(answer.headers.get("retry-after", ""))
            raise NotTaken(f"http_{answer.status}", wait=wait, gone=answer.status == 410)


def _seconds(text: str) -> float:
    return float(text) if text.isascii() and text.isdigit() and len(text) < 7 else 0.0
