"""An authority outside signs the hour of a head (RFC 3161, section 3.4: by HTTP)."""

from __future__ import annotations

from django.conf import settings

from yinuo.facts import stamps
from yinuo.facts.models import Checkpoint, Stamp
from yinuo.ground.calls.outgoing import Address, call

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
    except (ValueError, OSError, stamps.StampRefused) as error:
        raise NotStamped(str(error)) from None


def _answer(asked: bytes) -> bytes:
    """What the authority answers; plain HTTP will do, for the answer is signed."""
    address = Address.read(settings.TIMESTAMP_URL, plain=True)
    answer = call(address, asked, {"Content-Type": ASKED, "Accept": ANSWERED}, most=MOST_READ)
    if answer.status != 200 or answer.headers.get("content-type", "").partition(";")[0] != ANSWERED:
        raise NotStamped(f"HTTP {answer.status}")
    return answer.body
