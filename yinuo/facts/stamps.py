"""Time stamps of heads by an authority outside (RFC 3161): what it signed stood there at that time, whoever holds our keys.

A stamp is over the head just as it leaves (left.py), so that it can be checked by itself: `openssl ts -verify`.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator, Sequence
from pathlib import Path

from cryptography.x509 import Certificate, load_pem_x509_certificates
from django.conf import settings
from rfc3161_client import (
    HashAlgorithm,
    TimeStampRequest,
    TimestampRequestBuilder,
    TimeStampResponse,
    VerificationError,
    VerifierBuilder,
    decode_timestamp_response,
)

from yinuo.facts import left
from yinuo.facts.models import Checkpoint, Stamp


class StampRefused(Exception):
    """What the authority answered is no time stamp of what was sent to it."""


def believed() -> list[Certificate]:
    """The certificates of the authorities that are believed, of settings.TIMESTAMP_ROOTS; none where nothing is set.

    ValueError or OSError where the file is none.
    """
    path = settings.TIMESTAMP_ROOTS
    return load_pem_x509_certificates(Path(path).read_bytes()) if path else []


def asked_for(head: Checkpoint) -> TimeStampRequest:
    """What is sent to an authority: the SHA-256 of the head and a number never used before. It learns nothing else."""
    return TimestampRequestBuilder().hash_algorithm(HashAlgorithm.SHA256).data(left.stated(head)).build()


def keep(head: Checkpoint, request: TimeStampRequest, answer: bytes, roots: Sequence[Certificate]) -> Stamp:
    """Keep what an authority answered, once it is shown to be a stamp of this head for this request.

    Raises StampRefused; nothing is written then.
    """
    text = left.stated(head)
    response = _checked(text, answer, roots, request.nonce)
    return Stamp.objects.create(
        seq=head.seq, at=response.tst_info.gen_time, stated=text.decode(), token=answer
    )


def first_over(seq: int) -> Stamp | None:
    """The earliest stamp of a head that covers this place in the order."""
    return Stamp.objects.filter(seq__gte=seq).order_by("seq").first()


def problems(roots: Sequence[Certificate]) -> Iterator[str]:
    """Sentences about stamps that are not what they were, or that the chain does not bear out.

    Without `roots` everything is compared but who signed.
    """
    for stamp in Stamp.objects.order_by("seq").iterator():
        yield from (f"time stamp of {stamp.seq}: {problem}" for problem in _problems(stamp, roots))


def _problems(stamp: Stamp, roots: Sequence[Certificate]) -> Iterator[str]:
    text = stamp.stated.encode()
    try:
        response = _checked(text, bytes(stamp.token), roots, None)
        said = (json.loads(text)["seq"], response.tst_info.gen_time)
    except (ValueError, TypeError, KeyError, StampRefused):
        yield "is none, or of something else"
        return
    if (stamp.seq, stamp.at) != said:
        yield "speaks of another head or time"
    yield from left.problems_of(text)


def _checked(
    text: bytes, answer: bytes, roots: Sequence[Certificate], nonce: int | None
) -> TimeStampResponse:
    try:
        response = decode_timestamp_response(answer)
        if roots:
            builder = VerifierBuilder(roots=list(roots), nonce=nonce)
            builder.build().verify_message(response, text)
        elif response.tst_info.message_imprint.message != hashlib.sha256(text).digest():
            raise StampRefused("it is of something else")
    except (ValueError, VerificationError) as error:
        raise StampRefused(str(error)) from None
    return response
