"""When each step of a complaint happened, in working time, and how far it has come by now."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from random import Random

OPENS, CLOSES = time(9), time(17)
DAY_MINUTES = 8 * 60

# The steps in order, and the state a complaint is in when that step was the last.
STATES = {
    "graded_at": "graded",
    "first_reply_at": "graded",
    "investigating_at": "investigating",
    "waiting_from": "waiting",
    "waiting_until": "investigating",
    "answered_at": "answered",
    "closed_at": "closed",
}
# age in days -> how likely a complaint of that age is in which state, before `now` cuts the course
AIMS = (
    (1, {"new": 5, "graded": 4, "investigating": 2, "waiting": 1, "answered": 1}),
    (4, {"graded": 3, "investigating": 6, "waiting": 4, "answered": 4, "closed": 3}),
    (10, {"graded": 2, "investigating": 5, "waiting": 3, "answered": 5, "closed": 9}),
    (25, {"investigating": 2, "waiting": 1, "answered": 2, "closed": 40}),
    (10_000, {"investigating": 1, "closed": 99}),
)


@dataclass(frozen=True, slots=True)
class Course:
    """The times of the steps, None where they did not or not yet happen, and the state that follows."""

    state: str = "new"
    graded_at: datetime | None = None
    first_reply_at: datetime | None = None
    investigating_at: datetime | None = None
    waiting_from: datetime | None = None
    waiting_until: datetime | None = None
    answered_at: datetime | None = None
    closed_at: datetime | None = None


@dataclass(frozen=True)
class Hours:
    """Counting in working minutes, nine to five on working days."""

    is_working: Callable[[date], bool]

    def after(self, start: datetime, minutes: int) -> datetime:
        """The moment when so many working minutes have passed since `start`."""
        at = self._open_from(start)
        while minutes > (left := self._left(at)):
            minutes -= left
            at = self._open_from(datetime.combine(at.date() + timedelta(days=1), OPENS, at.tzinfo))
        return at + timedelta(minutes=minutes)

    def _left(self, at: datetime) -> int:
        return (CLOSES.hour - at.hour) * 60 - at.minute

    def _open_from(self, at: datetime) -> datetime:
        if at.time() >= CLOSES:
            at = datetime.combine(at.date() + timedelta(days=1), OPENS, at.tzinfo)
        while not self.is_working(at.date()):
            at = datetime.combine(at.date() + timedelta(days=1), OPENS, at.tzinfo)
        return max(at, datetime.combine(at.date(), OPENS, at.tzinfo))


def draw_course(rng: Random, received: datetime, now: datetime, hours: Hours, *, slow: bool) -> Course:
    """How one complaint went; `slow` doubles the work of an answer, as complex matters do."""
    aim = _aim(rng, (now.date() - received.date()).days)
    waits = aim == "waiting" or rng.random() < 0.16
    last = rng.choice([step for step, state in STATES.items() if state == aim] or [""])
    reached: dict[str, datetime] = {}
    for step, at in _steps(rng, received, hours, slow, waits=waits).items():
        if aim == "new" or at > now:
            break
        reached[step] = at
        if step == last:
            break
    return Course(_state(reached), *(reached.get(step) for step in STATES))


def _aim(rng: Random, age: int) -> str:
    weights = next(weights for limit, weights in AIMS if age <= limit)
    return rng.choices(list(weights), list(weights.values()))[0]


def _state(reached: dict[str, datetime]) -> str:
    return STATES[list(reached)[-1]] if reached else "new"


def _steps(rng: Random, received: datetime, hours: Hours, slow: bool, *, waits: bool) -> dict[str, datetime]:
    """All steps of the whole course in order, as if there were no `now`."""
    steps = {"graded_at": hours.after(received, _one_of(rng, ((88, 4, 70), (9, 121, 400), (3, 500, 900))))}
    steps["first_reply_at"] = hours.after(steps["graded_at"], rng.randrange(3, 45))
    steps["investigating_at"] = last = hours.after(steps["first_reply_at"], rng.randrange(5, 60))
    if waits:
        steps["waiting_from"] = hours.after(last, rng.randrange(30, 300))
        steps["waiting_until"] = last = _customer_time(rng, steps["waiting_from"])
    work = _one_of(rng, ((70, 15, 240), (18, 480, 1440), (9, 1500, 4000), (3, 5300, 9000)))
    steps["answered_at"] = hours.after(last, work * (2 if slow else 1))
    rest = _one_of(rng, ((75, 5, 60), (25, 480, 1440)))
    steps["closed_at"] = hours.after(steps["answered_at"], rest)
    return steps


def _one_of(rng: Random, choices: tuple[tuple[int, int, int], ...]) -> int:
    """(weight, from, to): a number of one of the ranges."""
    _, low, high = rng.choices(choices, [weight for weight, _, _ in choices])[0]
    return rng.randrange(low, high)


def _customer_time(rng: Random, asked: datetime) -> datetime:
    """When the customer answers: some days later, between eight and ten in the evening."""
    day = asked.date() + timedelta(days=rng.randrange(1, 6))
    return datetime.combine(day, time(rng.randrange(8, 22), rng.randrange(60)), asked.tzinfo)
