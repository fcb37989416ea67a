"""Telling that one runs, and hearing who does not."""

from __future__ import annotations

import os
import socket
from collections.abc import Iterable
from datetime import datetime

from yinuo.ground.vitals.models import Pulse
from yinuo.ground.vitals.registry import Silent, age


def beat(names: Iterable[str], now: datetime) -> None:
    """Tell that these run, in one statement."""
    me = f"{socket.gethostname()}:{os.getpid()}"[:120]
    Pulse.objects.bulk_create(
        [Pulse(name=name, at=now, process=me) for name in names],
        update_conflicts=True,
        unique_fields=["name"],
        update_fields=["at", "process"],
    )


def silence(prefix: str, now: datetime) -> float:
    """Seconds since the one of them was heard of that was silent longest. Raises Silent if none ever was."""
    heard = list(Pulse.objects.filter(name__startswith=prefix).values_list("at", flat=True))
    if not heard:
        raise Silent(prefix)
    return age(now, min(heard))
