"""Canonical bytes: the one way a fact is written down, so that its digest can be computed again in ten years.

RFC 8785 JSON over a closed set of values: null, bool, str, int within ±(2^53-1), lists and ASCII-keyed
tables. Numbers with a fraction never appear: decimals, times and UUIDs are strings before they come here. For
this set the C encoder of `json` writes the very bytes of the `rfc8785` package, six times faster; a property
test compares.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable
from datetime import UTC, datetime
from decimal import Decimal
from functools import lru_cache
from types import NoneType
from typing import Any

MAX_INTEGER = 2**53 - 1

_PLAIN = frozenset((str, bool, NoneType))
# JSONEncoder makes one of these anew for every text, which costs more than writing it.
_make = json.encoder.c_make_encoder  # type: ignore[attr-defined]
_chunks = _make and _make(None, None, json.encoder.encode_basestring, None, ":", ",", True, False, False)
_slow = json.JSONEncoder(sort_keys=True, separators=(",", ":"), ensure_ascii=False, allow_nan=False).encode


def _encode(value: Any) -> str:
    return "".join(_chunks(value, 0)) if _chunks else _slow(value)


def dumps(value: Any) -> str:
    """Canonical JSON text; TypeError or ValueError for a value outside the closed set."""
    _check(value)
    text = _encode(value)
    text.encode()  # a lone surrogate has no UTF-8 bytes: UnicodeEncodeError, a ValueError
    return text


def digest(text: str) -> str:
    """SHA-256 of the text's UTF-8 bytes, 64 lower-case hexadecimal digits."""
    return hashlib.sha256(text.encode()).hexdigest()


def digest_of(data: bytes) -> str:
    """SHA-256 of bytes, written in the same way."""
    return hashlib.sha256(data).hexdigest()


def instant(moment: datetime) -> str:
    """`2026-11-21T05:06:07.000008Z`: UTC, always six digits of microseconds.

    ValueError when it has no zone.
    """
    return _instant(moment, moment.fold)


@lru_cache(maxsize=1024)  # facts of one moment are written together; times of either side of a fold are equal
def _instant(moment: datetime, fold: int) -> str:
    if moment.utcoffset() is None:
        raise ValueError("a time without a zone")
    return moment.astimezone(UTC).isoformat(timespec="microseconds")[:-6] + "Z"  # instead of its +00:00


def decimal(number: Decimal) -> str:
    """Plain digits without an exponent, as many decimals as the number carries.

    ValueError for NaN, infinity.
    """
    if not number.is_finite():
        raise ValueError("not a finite number")
    return format(number, "f")


def _check(value: Any) -> None:
    kind = type(value)
    if kind is dict:
        for key in value:
            if type(key) is not str or not key.isascii():
                raise TypeError("a key that is not ASCII text")
        _check_all(value.values())
    elif kind is list or kind is tuple:
        _check_all(value)
    elif kind is int:
        if abs(value) > MAX_INTEGER:
            raise ValueError("an integer beyond 2^53-1")
    elif kind not in _PLAIN:
        raise TypeError(f"{kind.__name__} has no canonical form")


def _check_all(values: Iterable[Any]) -> None:
    for value in values:
        if type(value) not in _PLAIN:
            _check(value)
