"""A calendar file as one long row of minutes, and promises held against it: plain counting, nothing of ours imported.

Times are naive local ones on whole minutes. Between two moments a stopwatch runs or stands; how much of the limit
that used up is the difference of two counts, and where it ended is looked up in the row.
"""

from __future__ import annotations

import tomllib
from array import array
from bisect import bisect_left
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from pathlib import Path
from typing import Any

MINUTE, DAY = timedelta(minutes=1), timedelta(days=1)
MINUTES = 24 * 60
Happened = tuple[Any, ...]  # a kind and a time, and the day that the fact says, where it says one
WEEK = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")


class Ruler:
    """The days from `first` to `last`, minute by minute: how many open ones lie before each."""

    def __init__(self, calendar: Path, first: date, last: date) -> None:
        told = tomllib.loads(calendar.read_text(encoding="utf-8"))
        off, worked = _exceptions(told)
        hours, confirmed = told["hours"], set(told["confirmed"])
        self.begin = datetime.combine(first, time.min)
        self.open_before = array("L", [0])
        self.works: dict[date, bool] = {}
        self.closes: dict[date, int] = {}
        usual = max(end for day in WEEK for _, end in _windows(hours.get(day, ())))
        count, day = 0, first
        while day <= last:
            name = WEEK[day.weekday()]
            if day.year in confirmed and day in off:
                name = ""
            elif day.year in confirmed and day in worked:
                name = "working_weekend"
            windows = _windows(hours.get(name, ()))
            self.works[day] = bool(windows)
            self.closes[day] = max((end for _, end in windows), default=usual)
            for minute in range(MINUTES):
                count += any(a <= minute < b for a, b in windows)
                self.open_before.append(count)
            day += DAY

    def place(self, at: datetime) -> int:
        """The minute's place in the row."""
        return (at - self.begin) // MINUTE

    def time(self, place: int) -> datetime:
        return self.begin + MINUTE * place

    def closing(self, day: date) -> datetime:
        """Close of business of the day, or of the next that is worked."""
        while not self.works[day]:
            day += DAY
        return datetime.combine(day, time.min) + MINUTE * self.closes[day]


def _exceptions(told: Mapping[str, Any]) -> tuple[set[date], set[date]]:
    off: set[date] = set()
    worked: set[date] = set()
    for holiday in told["holidays"]:
        day = holiday["first"]
        while day <= holiday.get("last", holiday["first"]):
            off.add(day)
            day += DAY
        worked.update(holiday.get("working", ()))
    return off, worked


def _windows(texts: Sequence[str]) -> list[tuple[int, int]]:
    return [(_minute(a), _minute(b)) for a, b in (text.split("-") for text in texts)]


def _minute(text: str) -> int:
    hours, minutes = text.split(":")
    return int(hours) * 60 + int(minutes)


@dataclass(frozen=True)
class Limit:
    """`within` of a promise: so many of a unit."""

    number: int
    unit: str

    @classmethod
    def read(cls, text: str) -> Limit:
        number, unit = text.split(" ", 1)
        return cls(int(number), unit if unit.endswith("s") else unit + "s")


@dataclass(frozen=True)
class Told:
    """A promise as its file tells it, in plain lists."""

    key: str
    starts: frozenset[str]
    stops: frozenset[str]
    pauses: frozenset[str]
    resumes: frozenset[str]
    lapses: frozenset[str]
    restores: Mapping[str, str]
    extends: Mapping[str, Limit]
    within: Limit | None  # None: the day that a fact gives
    until: frozenset[str] = frozenset()
    when: Mapping[str, Sequence[str]] = field(default_factory=dict)

    def holds(self, traits: Mapping[str, str]) -> bool:
        """Whether it is promised of a case of these traits."""
        return all(traits.get(name) in values for name, values in self.when.items())


def read_promises(file: Path) -> list[Told]:
    """The promises of a file; ValueError for what plain counting does not know how to hold."""
    found = []
    for key, table in tomllib.loads(file.read_text(encoding="utf-8")).items():
        pauses = _set(table.get("pauses", ())) if table.get("pausable") else frozenset()
        if len(pauses) > 1:
            raise ValueError(f"{key}: several kinds of pause")
        longer = {kind: Limit.read(text) for kind, text in table.get("extends", {}).items()}
        found.append(
            Told(
                key, _set(table["starts"]), _set(table["stops"]), pauses, _set(table.get("resumes", ())),
                _set(table.get("lapses", ())), table.get("restores", {}), longer,
                Limit.read(table["within"]) if "within" in table else None,
                _set(table.get("until", ())), table.get("when", {}),
            )
        )  # fmt: skip
    return found


def _set(value: str | Sequence[str]) -> frozenset[str]:
    return frozenset([value]) if isinstance(value, str) else frozenset(value)


@dataclass
class Stands:
    """How a promise stands."""

    status: str
    start: datetime | None = None
    due: datetime | None = None
    stop: datetime | None = None
    paused: int = 0


@dataclass
class _Watch:
    ruler: Ruler
    start: datetime
    limit: Limit | None
    day: date | None = None  # the one given, and when that was
    given: datetime | None = None
    seen: datetime = field(init=False)
    used: int = 0
    paused: int = 0
    standing: bool = False
    due: datetime | None = None
    stop: datetime | None = None
    lapsed: datetime | None = None

    def __post_init__(self) -> None:
        self.seen = self.start

    @property
    def over(self) -> bool:
        return bool(self.stop or self.lapsed)

    @property
    def by_date(self) -> datetime | None:
        """Natural days end at the close of their last day, whatever happens meanwhile."""
        if self.day is not None and self.given is not None:
            return self.close_of_day(self.day, self.given)
        if self.limit is None or self.limit.unit != "days":
            return None
        return self.ruler.closing(self.start.date() + DAY * self.limit.number)

    def close_of_day(self, day: date, given: datetime) -> datetime:
        """The close of the day given, never before it was given."""
        end = self.ruler.closing(max(day, given.date()))
        return end if end > given else self.ruler.closing(given.date() + DAY)

    def counted(self, at: datetime) -> int:
        """How many minutes of the limit's kind lie before this one; working days begin after the first."""
        if self.limit.unit == "working days":
            at = max(at, datetime.combine(self.start.date() + DAY, time.min))
        place = self.ruler.place(at)
        return self.ruler.open_before[place] if self.limit.unit.startswith("working") else place

    @property
    def allowed(self) -> int:
        number, unit = self.limit.number, self.limit.unit.removeprefix("working ")
        if unit != "days":
            return number * {"hours": 60, "minutes": 1}[unit]
        day, minutes = self.start.date(), 0
        while number:
            day += DAY
            number -= self.ruler.works[day]
            first = self.ruler.place(datetime.combine(day, time.min))
            minutes += self.ruler.open_before[first + MINUTES] - self.ruler.open_before[first]
        return minutes

    def run_to(self, at: datetime) -> None:
        """Let the time pass from the last moment to this one."""
        if self.due is None and self.by_date is None:
            before, now = self.counted(self.seen), self.counted(at)
            if self.standing:
                self.paused += now - before
            elif self.used + now - before >= self.allowed:
                self.due = self.when(before + self.allowed - self.used)
                self.used = self.allowed
            else:
                self.used += now - before
        self.seen = at

    def when(self, count: int) -> datetime:
        """The first minute before which so many lie."""
        if self.limit.unit.startswith("working"):
            return self.ruler.time(bisect_left(self.ruler.open_before, count))
        return self.ruler.time(count)

    def end(self) -> datetime:
        """The due time: reached, or as if the watch ran on from the last moment."""
        return self.by_date or self.due or self.when(self.counted(self.seen) + self.allowed - self.used)

    def extend(self, longer: Limit, at: datetime) -> None:
        """At the due time itself is in time."""
        if longer.number > self.limit.number and (self.by_date or self.due or at) >= at:
            self.limit, self.due = longer, None


def stands(ruler: Ruler, promise: Told, happened: Sequence[Happened], now: datetime) -> Stands:
    """The latest run of a promise at `now`, after what happened, in its order."""
    watch: _Watch | None = None
    for kind, at, *given in _left(promise, happened):
        if watch and not watch.over:
            watch.run_to(at)
            if kind in promise.until and given and at <= watch.end():
                watch.day, watch.given = given[0], at
            _see(watch, promise, kind, at)
        if kind in promise.starts and (watch is None or watch.over):
            watch = _Watch(ruler, at, promise.within, given[0] if given and promise.until else None, at)
    if watch is None:
        return Stands("waiting")
    if not watch.over:
        watch.run_to(now)
    due = watch.end()
    return Stands(_status(watch, due, now), watch.start, due, watch.stop or watch.lapsed, watch.paused)


def _left(promise: Told, happened: Sequence[Happened]) -> list[Happened]:
    """What somebody took back is crossed out, and so is the taking back."""
    lines: list[Happened | None] = list(happened)
    for place, (kind, *_) in enumerate(happened):
        if kind in promise.restores:
            lines[place] = None
            for earlier in range(place - 1, -1, -1):
                if (line := lines[earlier]) and line[0] == promise.restores[kind]:
                    lines[earlier] = None
                    break
    return [line for line in lines if line]


def _see(watch: _Watch, promise: Told, kind: str, at: datetime) -> None:
    if kind in promise.stops:
        watch.stop = at
    elif kind in promise.pauses:
        watch.standing = True
    elif kind in promise.resumes:
        watch.standing = False
    if kind in promise.extends and not watch.stop:
        watch.extend(promise.extends[kind], at)
    if kind in promise.lapses and not watch.stop and at <= watch.end():
        watch.lapsed = at


def _status(watch: _Watch, due: datetime, now: datetime) -> str:
    if watch.stop:
        return "kept" if watch.stop <= due else "broken"
    if watch.lapsed:
        return "lapsed"
    if watch.standing and watch.due is None:
        return "paused"
    return "broken" if now > due else "running"
