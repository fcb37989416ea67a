"""Longer than the first limit: which complaints owe a reason before they are answered, extended or not.

Which promise asks for it and from which list is content (`explain` in promises.toml), and so is its limit.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from yinuo.engines.cases.models import Case
from yinuo.engines.editions import shelf
from yinuo.engines.promises.promise import Promise
from yinuo.ground.worktime import Calendar


@dataclass(frozen=True, slots=True)
class Overdue:
    """The promise whose first limit has passed, and when that was; a reason of its list is owed."""

    promise: Promise
    limit: datetime


def overdue(case: Case, at: datetime) -> Overdue | None:
    """What a case owes a reason for at that time; None while every first limit still runs."""
    calendar: Calendar = shelf.parsed(shelf.by_id(case.calendar_id))
    promises = {promise.key: promise for promise in shelf.parsed(shelf.by_id(case.promises_id))}
    for clock in case.clocks.all():
        promise = promises.get(clock.promise)
        if promise is None or not promise.explain or clock.stated or clock.started_at is None:
            continue
        limit = calendar.due(clock.started_at, promise.within).at
        if (clock.stopped_at or at) > limit:
            return Overdue(promise, limit)
    return None
