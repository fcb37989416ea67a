"""Whether this machine's clock can be believed: what was recorded was recorded in the past.

A clock that was set back would put what happens now before what happened already: an answer before its complaint stops no
clock of it, and a promise that was kept would be judged broken.
"""

from __future__ import annotations

import time
from datetime import datetime, timedelta

TOLERATED = timedelta(seconds=10)  # machines of one bank differ by so much, and time servers correct by less
LOOKED_AT = (
    10_000  # the last facts: those of the moment after a step back say an earlier time than those before
)


def behind(now: datetime) -> timedelta:
    """How far `now` lies before the newest of the last facts was recorded; zero or less where it does not."""
    from django.db.models import Max

    from yinuo.facts.models import Position  # the supervisor needs no models

    last = Position.objects.order_by("-seq")[:LOOKED_AT]
    newest = Position.objects.filter(seq__in=last.values("seq")).aggregate(at=Max("fact__recorded_at"))["at"]
    return newest - now if newest else timedelta(0)


class SetBack:
    """Notices that the clock of days was set back while the clock that only runs on ran on."""

    def __init__(self) -> None:
        self._furthest = self._apart()

    def by(self) -> timedelta:
        """How far the clock lies behind where it has been."""
        now = self._apart()
        self._furthest = max(self._furthest, now)
        return timedelta(seconds=self._furthest - now)

    def _apart(self) -> float:
        return time.time() - time.monotonic()
