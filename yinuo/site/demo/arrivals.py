"""When complaints come: fewer on rest days, two peaks at the counters, evenings on the phone in the hand."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime, time, timedelta
from random import Random
from zoneinfo import ZoneInfo

ZONE = ZoneInfo("Asia/Shanghai")
SPAN_DAYS = 120
LATELY = 9
NOW = time(10)

# weights of the hours from 0 to 23
COUNTER = [0] * 9 + [7, 10, 8, 3, 4, 8, 9, 6] + [0] * 7
PHONE = [0] * 8 + [4, 9, 11, 8, 5, 6, 9, 10, 8, 5, 4, 4, 3] + [0] * 3
SCREEN = [1] + [0] * 5 + [1, 3, 5, 7, 8, 6, 6, 5, 6, 6, 5, 4, 5, 7, 9, 8, 5, 2]


def now_of(today: date) -> datetime:
    """The moment the demonstration bank stands still at: ten in the morning of today."""
    return datetime.combine(today, NOW, ZONE)


def draw_arrival(rng: Random, today: date, channel: str, is_working: Callable[[date], bool]) -> datetime:
    """A moment in the 120 days before `now_of(today)`, likelier on working days and lately."""
    hours = COUNTER if channel == "counter" else PHONE if channel in {"phone", "referral"} else SCREEN
    while True:
        back = rng.randrange(LATELY if rng.random() < 0.15 else SPAN_DAYS)
        day = today - timedelta(days=back)
        if not is_working(day) and (channel in {"letter", "referral"} or rng.random() > 0.35):
            continue
        hour = rng.choices(range(24), hours)[0]
        at = datetime.combine(day, time(hour, rng.randrange(60), rng.randrange(60)), ZONE)
        if at < now_of(today):
            return at
