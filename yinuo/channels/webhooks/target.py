"""Where messages go: only to hosts that the bank names, over TLS, and nowhere a receiver sends us on to."""

from __future__ import annotations

import http.client
import ssl
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from ipaddress import ip_address
from typing import Self
from urllib.parse import urlsplit

SECONDS = 10.0
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

    secure: bool
    host: str
    port: int
    path: str

    @classmethod
    def read(cls, url: str, allowed: Collection[str]) -> Self:
        """TargetRefused: `unreadable`, `host_not_named` (neither host nor host:port is in `allowed`), `not_secure`."""
        try:
            parts = urlsplit(url)
            host, given = parts.hostname or "", parts.port
        except ValueError:
            raise TargetRefused("unreadable") from None
        plain = url.isascii() and url.isprintable() and " " not in url
        if not plain or parts.scheme not in ("https", "http") or not host or "@" in parts.netloc:
            raise TargetRefused("unreadable")
        port = given or (443 if parts.scheme == "https" else 80)
        if host not in allowed and f"{host}:{port}" not in allowed:
            raise TargetRefused("host_not_named")
        if parts.scheme == "http" and not _is_here(host):
            raise TargetRefused("not_secure")
        path = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
        return cls(parts.scheme == "https", host, port, path)

    def post(self, body: bytes, headers: Mapping[str, str]) -> None:
        """Hand it over; NotTaken unless the answer is 2xx. A redirection is not followed: it would lead out of what the
        bank named."""
        connection = self._connection()
        try:
            connection.request("POST", self.path, body, {"Content-Type": "application/json", **headers})
            answer = connection.getresponse()
            answer.read(MOST_READ)
        except ssl.SSLError:
            raise NotTaken("tls") from None
        except TimeoutError:
            raise NotTaken("timeout") from None
        except (OSError, http.client.HTTPException):
            raise NotTaken("unreachable") from None
        finally:
            connection.close()
        if not 200 <= answer.status < 300:
            raise NotTaken(
                f"http_{answer.status}",
                wait=_seconds(answer.getheader("Retry-After", "")),
                gone=answer.status == 410,
            )

    def _connection(self) -> http.client.HTTPConnection:
        if not self.secure:
            return http.client.HTTPConnection(self.host, self.port, timeout=SECONDS)
        context = ssl.create_default_context()
        return http.client.HTTPSConnection(self.host, self.port, timeout=SECONDS, context=context)


def _is_here(host: str) -> bool:
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"


def _seconds(text: str) -> float:
    return float(text) if text.isascii() and text.isdigit() and len(text) < 7 else 0.0
