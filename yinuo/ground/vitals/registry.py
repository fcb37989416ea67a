"""Vital signs as they are declared and read."""

from __future__ import annotations

import logging
import math
import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from types import MappingProxyType
from typing import TYPE_CHECKING

from django.db import Error

if TYPE_CHECKING:
    from django.utils.functional import _StrPromise

log = logging.getLogger(__name__)

SECONDS, COUNT = "s", ""
_KEY = re.compile(r"[a-z]+\.[a-z_]+")
_declared: dict[str, Vital] = {}
VITALS = MappingProxyType(_declared)


class Silent(LookupError):
    """There is nothing to read although there should be."""


@dataclass(frozen=True, slots=True)
class Vital:
    """One figure that says whether something is well.

    `key`: area.what. `unit`: SECONDS or COUNT. `most`: the largest value that is still well. `read(now)`: the value, by a
    query or two that stay quick however large the bank is; raises Silent where nothing is heard that should be.
    `mend`: what somebody should do when it is not well.
    """

    key: str
    name: str | _StrPromise
    unit: str
    most: float
    read: Callable[[datetime], float]
    mend: str | _StrPromise


@dataclass(frozen=True, slots=True)
class Reading:
    """A vital sign at one moment; `value` is None where it could not be read, and `problem` says why (a kind of error,
    never its words)."""

    vital: Vital
    value: float | None
    problem: str = ""

    @property
    def is_well(self) -> bool:
        """Whether it could be read and is within its limit."""
        return self.value is not None and self.value <= self.vital.most


def declare_vital(vital: Vital) -> Vital:
    """Make a vital sign known; another one under a known key, or an odd key, is a ValueError."""
    if not _KEY.fullmatch(vital.key):
        raise ValueError(f"vital sign {vital.key!r}: area.what in small letters is expected")
    known = _declared.setdefault(vital.key, vital)
    if known is not vital:
        raise ValueError(f"vital sign {vital.key!r} is already declared")
    return vital


def readings(now: datetime, area: str = "") -> list[Reading]:
    """Those whose key begins so, in the order of their keys; one that cannot be read hides no other."""
    return [_read(VITALS[key], now) for key in sorted(VITALS) if key.startswith(area)]


def _read(vital: Vital, now: datetime) -> Reading:
    try:
        value = float(vital.read(now))
    except Silent:
        return Reading(vital, None, "silent")
    except (Error, OSError, ArithmeticError, LookupError, TypeError, ValueError) as error:
        log.exception("%s cannot be read", vital.key)
        return Reading(vital, None, type(error).__name__)
    return Reading(vital, value) if math.isfinite(value) else Reading(vital, None, "not a number")


def age(now: datetime, oldest: datetime | None) -> float:
    """Seconds since the oldest that waits; 0 where nothing does, or a clock was set back."""
    return max(0.0, (now - oldest).total_seconds()) if oldest else 0.0
