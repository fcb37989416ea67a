"""An authority outside signs the hour of a head (RFC 3161, section 3.4: by HTTP)."""

from __future__ import annotations

import http.client
import ssl
from urllib.parse import urlsplit

from django.conf import settings

from yinuo.facts import stamps
from yinuo.facts.models import Checkpoint, Stamp

SECONDS = 10.0
MOST_READ = 64 * 1024  # bytes of an answer; tokens with their certificates are a tenth of it
ASKED, ANSWERED = "application/timestamp-query", "application/timestamp-reply"


class NotStamped(OSError):
    """The authority cannot be reached, or what it answered is no stamp of ours."""


def stamp(head: Checkpoint) -> Stamp:
    """A stamp of this head: the one that is there, else a new one. NotStamped where there is none to be had."""
    known = Stamp.objects.filter(seq=head.seq).first()
    if known is not None:
        return known
    try:
        roots = stamps.believed()
        if not roots:
            raise NotStamped("YINUO_TIMESTAMP_ROOTS names nobody to believe")
        request = stamps.asked_for(head)
        return stamps.keep(head, request, _answer(request.as_bytes()), roots)
    except (ValueError, stamps.StampRefused) as error:
        raise NotStamped(str(error)) from None


def _answer(asked: bytes) -> bytes:
    """What the authority answers; plain HTTP will do, for the answer is signed. A redirection is not followed."""
    parts = urlsplit(settings.TIMESTAMP_URL)
    if parts.scheme not in ("http", "https") or not parts.hostname:
        raise NotStamped("YINUO_TIMESTAMP_URL is no address")
    path = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
    connection = (
        http.client.HTTPSConnection(
            parts.hostname, parts.port, timeout=SECONDS, context=ssl.create_default_context()
        )
        if parts.scheme == "https"
        else http.client.HTTPConnection(parts.hostname, parts.port, timeout=SECONDS)
    )
    try:
        connection.request("POST", path, asked, {"Content-Type": ASKED, "Accept": ANSWERED})
        answer = connection.getresponse()
        text = answer.read(MOST_READ + 1)
    except http.client.HTTPException as error:
        raise NotStamped(type(error).__name__) from None
    finally:
        connection.close()
    if answer.status != 200 or answer.getheader("Content-Type", "").partition(";")[0] != ANSWERED:
        raise NotStamped(f"HTTP {answer.status}")
    if len(text) > MOST_READ:
        raise NotStamped("too much")
    return text
