"""One call to a program outside, to an address that a setting or somebody with the right to it names."""

from __future__ import annotations

import http.client
import ssl
from collections.abc import Mapping
from dataclasses import dataclass
from ipaddress import ip_address
from urllib.parse import urlsplit

SECONDS = 10.0


class AddressRefused(ValueError):
    """Nobody is called at this address; the message is a code: `unreadable`, `not_secure`."""


class CallFailed(OSError):
    """There was no answer; `code` says why: `tls`, `timeout`, `unreachable`, `too_much`."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


@dataclass(frozen=True, slots=True)
class Address:
    """Where to call."""

    secure: bool
    host: str
    port: int
    path: str

    @classmethod
    def read(cls, url: str, *, plain: bool = False) -> Address:
        """From an http or https address without credentials in it. AddressRefused otherwise, and for one without TLS that is
        not on this machine, unless `plain`: what is said there is signed by itself."""
        try:
            parts = urlsplit(url)
            host, given = parts.hostname or "", parts.port
        except ValueError:
            raise AddressRefused("unreadable") from None
        clean = url.isascii() and url.isprintable() and " " not in url
        if not clean or parts.scheme not in ("https", "http") or not host or "@" in parts.netloc:
            raise AddressRefused("unreadable")
        if parts.scheme == "http" and not plain and not _is_here(host):
            raise AddressRefused("not_secure")
        path = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
        secure = parts.scheme == "https"
        return cls(secure, host, given or (443 if secure else 80), path)


@dataclass(frozen=True, slots=True)
class Answer:
    """What came back, whatever its status; names of headers in small letters."""

    status: int
    headers: Mapping[str, str]
    body: bytes


def call(
    address: Address,
    body: bytes | None = None,
    headers: Mapping[str, str] | None = None,
    *,
    most: int,
    whole: bool = True,
) -> Answer:
    """POST the body, or GET without one. A redirection is an answer like others: it is not followed.

    At most `most` bytes are read; a longer answer is CallFailed, or cut where it need not be `whole`.
    """
    connection = _connection(address)
    try:
        connection.request("GET" if body is None else "POST", address.path, body, dict(headers or {}))
        answer = connection.getresponse()
        text = answer.read(most + 1)
    except ssl.SSLError:
        raise CallFailed("tls") from None
    except TimeoutError:
        raise CallFailed("timeout") from None
    except (OSError, http.client.HTTPException):
        raise CallFailed("unreachable") from None
    finally:
        connection.close()
    if whole and len(text) > most:
        raise CallFailed("too_much")
    return Answer(answer.status, {name.lower(): said for name, said in answer.getheaders()}, text[:most])


def _connection(address: Address) -> http.client.HTTPConnection:
    if not address.secure:
        return http.client.HTTPConnection(address.host, address.port, timeout=SECONDS)
    context = ssl.create_default_context()
    return http.client.HTTPSConnection(address.host, address.port, timeout=SECONDS, context=context)


def _is_here(host: str) -> bool:
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"
