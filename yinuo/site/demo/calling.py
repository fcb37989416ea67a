"""How the call-backs of the demonstration bank went: tried on working days, mostly reached, some never begun."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from random import Random

from yinuo.site.demo import content

UNTOUCHED = 0.1  # nobody has called yet, and the promise may have run out
FAILURES = ("no_answer", "no_answer", "busy", "off", "later")
OUTCOMES = {"satisfied": 80, "not_satisfied": 10, "other": 6, "refused": 4}
ANSWERED = 0.68  # of all calls
MOST_DAYS = 3


@dataclass(frozen=True, slots=True)
class Call:
    """One call: `failed` says why nobody was reached, else `outcome` how the call-back ended."""

    at: datetime
    failed: str = ""
    outcome: str = ""
    words: str = ""
    timely: bool | None = None


def draw_calls(
    rng: Random, closed_at: datetime, now: datetime, language: str, is_working: Callable[[date], bool]
) -> list[Call]:
    """The calls up to `now`, the first one a working day after closing, each on a day of its own."""
    if rng.random() < UNTOUCHED:
        return []
    calls: list[Call] = []
    at = closed_at
    for _ in range(MOST_DAYS):
        at = _next_working_day(at, is_working, rng)
        if rng.random() < ANSWERED:
            calls.append(_reached(rng, at, language))
            break
        calls.append(Call(at, failed=rng.choice(FAILURES)))
    else:
        calls.append(Call(at + timedelta(minutes=5), outcome="not_reached"))
    return [call for call in calls if call.at <= now]


def _next_working_day(at: datetime, is_working: Callable[[date], bool], rng: Random) -> datetime:
    day = at.date() + timedelta(days=1)
    while not is_working(day):
        day += timedelta(days=1)
    return datetime.combine(day, time(rng.randrange(9, 17), rng.randrange(55)), at.tzinfo)


def _reached(rng: Random, at: datetime, language: str) -> Call:
    outcome = rng.choices(list(OUTCOMES), list(OUTCOMES.values()))[0]
    said = content.calls().get(outcome)
    words = rng.choice(said)[language] if said else ""
    timely = None if outcome == "refused" else rng.random() < 0.85
    return Call(at, outcome=outcome, words=words, timely=timely)
