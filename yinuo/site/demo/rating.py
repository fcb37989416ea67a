"""How customers of the demonstration bank rate what was done: fewer than half answer, most of them content."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from random import Random

from yinuo.site.demo import content

ANSWERS = 0.45  # of those who are asked
RATINGS = {5: 55, 4: 33, 3: 6, 2: 4, 1: 2}
LOW = 3


@dataclass(frozen=True, slots=True)
class Rated:
    """A rating of 1 to 5 with a few words, perhaps none."""

    at: datetime
    rating: int
    words: str


def draw_rating(rng: Random, asked_at: datetime, now: datetime, language: str) -> Rated | None:
    """What a customer answers within some days, None where nothing has come by `now`."""
    at = asked_at + timedelta(minutes=rng.randrange(20, 6 * 24 * 60))
    if rng.random() > ANSWERS or at > now:
        return None
    rating = rng.choices(list(RATINGS), list(RATINGS.values()))[0]
    said = content.calls()["low" if rating < LOW else "high"] if rating != LOW else []
    return Rated(at, rating, rng.choice(said)[language] if said else "")
