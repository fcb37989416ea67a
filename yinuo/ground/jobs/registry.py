"""Which functions do which kind of job, and which kinds come again by themselves."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import timedelta
from types import MappingProxyType
from typing import Any

Function = Callable[..., Any]

_functions: dict[str, Function] = {}
_periods: dict[str, timedelta] = {}
FUNCTIONS = MappingProxyType(_functions)
PERIODS = MappingProxyType(_periods)


class JobFailed(Exception):
    """Raised by a job that cannot succeed by trying again.

    The message stays as its note; `result` is JSON from which a page says why in its reader's language.
    """

    def __init__(self, note: str, result: Mapping[str, Any] | None = None) -> None:
        super().__init__(note)
        self.result = dict(result) if result is not None else None


class JobCancelled(Exception):
    """Raised by a job that stops because somebody asked it to."""


class LeaseLost(Exception):
    """Raised into a job that another worker has taken over: what it does from here on is in vain."""


def declare_job(kind: str, function: Function) -> None:
    """`function(ctx, **arguments)` does the jobs of a kind; what it returns (JSON or None) is the result.

    It may be run again after a crash, so it must be safe to repeat. Another function for a known kind is a
    ValueError.
    """
    if _functions.setdefault(kind, function) is not function:
        raise ValueError(f"job kind {kind!r} is already declared")


def declare_periodic(kind: str, every: timedelta) -> None:
    """Let a declared kind (without arguments) come again; another period for a known kind is a ValueError."""
    if every <= timedelta(0):
        raise ValueError(f"job kind {kind!r}: a period is longer than nothing")
    if _periods.setdefault(kind, every) != every:
        raise ValueError(f"job kind {kind!r} is already declared with another period")
