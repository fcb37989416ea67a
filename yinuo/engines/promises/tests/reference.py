"""The slow, obviously right fold: a stopwatch that is looked at every minute."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date, datetime

from yinuo.engines.promises.limits import Given
from yinuo.engines.promises.promise import Promise
from yinuo.ground.worktime import Span
from yinuo.ground.worktime.tests.reference import DAY, MINUTE, Plan

Happened = list[tuple[str, datetime]]  # local times, in order


def day_said(at: datetime) -> date:
    """The day that whatever happened at this minute says: from two days before to six days later."""
    return at.date() + DAY * (at.minute % 9 - 2)


@dataclass
class Stopwatch:
    start: datetime
    counts: Callable[[datetime], bool]  # this minute uses the promise up
    within: Span | Given
    allowed: int  # minutes
    used: int = 0
    paused: int = 0
    due: datetime | None = None
    stop: datetime | None = None
    lapsed: datetime | None = None
    standing: set[str] = field(default_factory=set)
    end: datetime | None = None  # where a day was set

    def set_day(self, plan: Plan, at: datetime) -> None:
        """At the due time itself is in time."""
        if self.due is None or at == self.due:
            self.due, self.end = None, _end_of(plan, day_said(at), at, self.within.rolls)

    def extend(self, plan: Plan, promise: Promise, kind: str, at: datetime) -> None:
        """At the due time itself is in time; the watch then goes on as if it had never stopped."""
        longer = promise.extends[kind]
        if (self.due is None or at == self.due) and longer.number > self.within.number:
            self.within, self.due = longer, None
            self.allowed = _allowed(plan, longer, self.start)

    @property
    def over(self) -> bool:
        return bool(self.stop or self.lapsed)

    def lapse(self, at: datetime) -> None:
        """At the due time itself it is not broken yet."""
        if self.due is None or at == self.due:
            self.lapsed = at

    def see(self, promise: Promise, kind: str, at: datetime) -> None:
        if kind in promise.stops:
            self.stop = at
        elif promise.pausable and kind in promise.pauses:
            self.standing.add(kind)
        elif promise.pausable and kind in promise.resumes:
            self.standing = {pause for pause in self.standing if pause not in promise.ends_of[kind]}

    def pass_a_minute(self, at: datetime) -> None:
        """The minute that begins at `at`."""
        if self.end:
            self.due = self.due or (self.end if at + MINUTE == self.end else None)
        elif self.due is None and self.counts(at):
            self.paused += bool(self.standing)
            self.used += not self.standing
            if self.used == self.allowed:
                self.due = at + MINUTE


@dataclass
class Expected:
    status: str
    start: datetime | None = None
    due: datetime | None = None
    stop: datetime | None = None
    paused: int = 0


def expected(plan: Plan, promise: Promise, happened: Happened, now: datetime) -> Expected:
    watch, happened = None, _left(promise, [each for each in happened if each[1] <= now])
    at = min([when for _, when in happened], default=now)
    while at <= now:
        for kind in [kind for kind, when in happened if when == at]:
            if watch and not watch.over:
                watch.see(promise, kind, at)
                if kind in promise.extends and not watch.stop:
                    watch.extend(plan, promise, kind, at)
                if kind in promise.until and not watch.stop:
                    watch.set_day(plan, at)
                if kind in promise.lapses:
                    watch.lapse(at)
            if kind in promise.starts and (watch is None or watch.over):
                watch = _started(plan, promise, at)
        if watch and not watch.over and at < now:
            watch.pass_a_minute(at)
        at += MINUTE
    return _verdict(watch, now) if watch else Expected("waiting")


def _started(plan: Plan, promise: Promise, at: datetime) -> Stopwatch:
    if promise.until:
        watch = Stopwatch(at, lambda _minute: False, promise.within, 0)
        watch.set_day(plan, at)
        return watch
    return Stopwatch(at, _counts(plan, promise, at), promise.within, _allowed(plan, promise.within, at))


def _end_of(plan: Plan, day: date, said: datetime, rolls: bool) -> datetime:
    """Turn over one leaf after the other until a day closes after it was said, and is worked if it has to be."""
    day = max(day, said.date())
    while plan.close_of(day) <= said or (rolls and not plan.open_minutes(day)):
        day += DAY
        rolls = True  # whatever takes its place is worked
    return plan.close_of(day)


def _left(promise: Promise, happened: Happened) -> Happened:
    """Whoever takes something back crosses out its last line, and writes none."""
    lines: Happened = []
    for kind, at in happened:
        if kind not in promise.restores:
            lines = [*lines, (kind, at)]
        else:
            back = lines[::-1]
            found = next((n for n, line in enumerate(back) if line[0] == promise.restores[kind]), None)
            lines = lines if found is None else [*back[:found], *back[found + 1 :]][::-1]
    return lines


def _verdict(watch: Stopwatch, now: datetime) -> Expected:
    if watch.stop:
        status = "kept" if watch.due is None or watch.stop <= watch.due else "broken"
    elif watch.lapsed:
        status = "lapsed"
    elif watch.due is not None:
        status = "broken" if now > watch.due else "running"
    else:
        status = "paused" if watch.standing else "running"
    at, paused = watch.stop or watch.lapsed or now, watch.paused
    watch.standing = set()
    while watch.due is None:  # as if it ran on from here
        watch.pass_a_minute(at)
        at += MINUTE
    return Expected(status, watch.start, watch.due, watch.stop or watch.lapsed, paused)


def _counts(plan: Plan, promise: Promise, start: datetime) -> Callable[[datetime], bool]:
    if promise.within.unit == "working days":
        return lambda at: at.date() > start.date() and plan.is_open(at)
    return plan.is_open if promise.within.working else lambda at: True


def _allowed(plan: Plan, span: Span, start: datetime) -> int:
    if span.unit != "working days":
        return int(span.length / MINUTE)
    day, minutes = start.date(), 0
    for _ in range(span.number):
        day = plan.add_working_days(day, 1)
        minutes += len(plan.open_minutes(day))
    return minutes
