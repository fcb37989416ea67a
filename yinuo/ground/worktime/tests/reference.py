"""The slow, obviously right way: walk minute by minute, look each one up in the plan, count."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from functools import cached_property
from zoneinfo import ZoneInfo

from hypothesis import strategies as st

from yinuo.ground.worktime import Calendar, parse_calendar
from yinuo.ground.worktime.reading import WEEKDAYS

MINUTE, DAY = timedelta(minutes=1), timedelta(days=1)
NAME = '{ zh-hans = "假", en = "off", zh-hant = "假" }'
Windows = list[tuple[int, int]]


@dataclass
class Plan:
    """A calendar as plain lists; times are naive local ones."""

    zone: str
    week: list[Windows]
    weekend: Windows
    off: set[date]
    worked: set[date]
    confirmed: list[int]
    _open: dict[date, set[int]] = field(default_factory=dict)

    def open_minutes(self, day: date) -> set[int]:
        if day not in self._open:
            windows = self.week[day.weekday()]
            if day.year in self.confirmed and day in self.off:
                windows = []
            elif day.year in self.confirmed and day in self.worked:
                windows = self.weekend
            self._open[day] = {minute for a, b in windows for minute in range(a, b)}
        return self._open[day]

    def is_open(self, at: datetime) -> bool:
        return at.hour * 60 + at.minute in self.open_minutes(at.date())

    def working_minutes(self, a: datetime, b: datetime) -> int:
        return sum(self.is_open(a + MINUTE * step) for step in range(int((b - a) / MINUTE)))

    def working_days(self, a: date, b: date) -> int:
        return sum(bool(self.open_minutes(a + DAY * step)) for step in range(1, (b - a).days + 1))

    def add_working_days(self, day: date, number: int) -> date:
        while number:
            day += DAY
            number -= bool(self.open_minutes(day))
        return day

    def rolled(self, day: date) -> date:
        while not self.open_minutes(day):
            day += DAY
        return day

    def close_of(self, day: date) -> datetime:
        minutes = self.open_minutes(day) or {b - 1 for windows in self.week for a, b in windows}
        return datetime.combine(day, time.min) + MINUTE * (max(minutes) + 1)

    def aware(self, local: datetime) -> datetime:
        return local.replace(tzinfo=ZoneInfo(self.zone))

    def local(self, at: datetime) -> datetime:
        return at.astimezone(ZoneInfo(self.zone)).replace(tzinfo=None)

    @cached_property
    def calendar(self) -> Calendar:
        return parse_calendar(self.toml())

    def toml(self) -> str:
        lines = [f'zone = "{self.zone}"', f"confirmed = {self.confirmed}", f"name = {NAME}"]
        lines += ["[names]", f"off = {NAME}", "[hours]"]
        lines += [f"{day} = {_texts(windows)}" for day, windows in zip(WEEKDAYS, self.week, strict=True)]
        lines.append(f"working_weekend = {_texts(self.weekend)}")
        worked = ", ".join(str(day) for day in sorted(self.worked))
        for place, day in enumerate(sorted(self.off)):
            lines += ["[[holidays]]", 'name = "off"', f"first = {day}"]
            lines += [] if place else [f"working = [{worked}]"]
        return "\n".join(lines)


def _texts(windows: Windows) -> list[str]:
    return [f"{a // 60:02}:{a % 60:02}-{b // 60:02}:{b % 60:02}" for a, b in windows]


@st.composite
def windows(draw: st.DrawFn) -> Windows:
    """One to three windows of a day, often up to midnight."""
    edges = sorted(draw(st.sets(st.integers(0, 1440) | st.just(1440), min_size=2, max_size=6)))
    return [(edges[at], edges[at + 1]) for at in range(0, len(edges) - 1, 2)]


@st.composite
def plans(draw: st.DrawFn) -> Plan:
    """Calendars around the turn of the years 2026 and 2027, with holidays and weekends worked for them."""
    kinds = [draw(windows()), draw(st.sampled_from(USUAL)), []]
    week = [kinds[kind] for kind in draw(st.lists(st.integers(0, 2), min_size=7, max_size=7))]
    if not any(week):
        week[draw(st.integers(0, 6))] = kinds[1]
    confirmed = draw(st.sampled_from([[], [2026], [2026, 2027]]))
    off = {day for day in _some_days(draw) if day.year in confirmed}
    worked = {day for day in _some_days(draw) if day.year in confirmed and day.weekday() > 4}
    zone = draw(st.sampled_from(["Asia/Shanghai", "UTC", "Asia/Kolkata", "Pacific/Honolulu"]))
    return Plan(zone, week, kinds[draw(st.integers(0, 1))], off, worked - off if off else set(), confirmed)


def _some_days(draw: st.DrawFn) -> list[date]:
    """Of the six weeks around the new year, each bit of a number a day."""
    bits = draw(st.integers(0, 2**45 - 1))
    return [date(2026, 12, 5) + DAY * place for place in range(45) if bits >> place & 1]


USUAL = [[(540, 1020)], [(540, 720), (780, 1020)], [(0, 1440)], [(0, 120), (1320, 1440)]]
local_times = st.integers(0, 30 * 1440).map(
    lambda number: datetime.combine(date(2026, 12, 10), time.min) + MINUTE * number
)
zones = st.sampled_from(["UTC", "Asia/Shanghai", "America/New_York", "Australia/Adelaide", "Asia/Kathmandu"])
