"""The background process: loops in threads, each of which outlives what goes wrong in one of its rounds.

A round does a bounded piece of work and says how much it did. Little done: the loop rests. An error:
it is logged whole, the thread's database connection is thrown away, and the next round waits longer,
half a minute at most. Beside them one thread tells when each loop last ended a round (`Pulses`): a loop that hangs is
heard of as one that is silent.
"""

from __future__ import annotations

import logging
import os
import signal
import socket
import threading
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass

from django.db import connections
from django.utils import timezone

from yinuo.ground.vitals import trace
from yinuo.ground.vitals.names import BACKGROUND, EVERY, SILENT

log = logging.getLogger("yinuo.background")

LONGEST_WAIT = 30.0  # seconds between two attempts of a failing round
GRACE = 8.0  # seconds a round may still take when the process is told to stop
LETTERS_AT_ONCE = 100


@dataclass(frozen=True, slots=True)
class Loop:
    """`round` does some work and returns how much; `rest` is the pause (s) after a round that did less than `full`.

    Work that is cheaper together lets a little gather. `steadily`, where given, is the same work done until it is
    told to stop, with a pace of its own. `after`: seconds before the first round.
    """

    name: str
    round: Callable[[], int]
    rest: float
    full: int = 1
    after: float = 0.0
    steadily: Callable[[threading.Event], None] | None = None


def _facts() -> int:
    from yinuo.facts.sequencer import sequence_once

    return sequence_once()


def _facts_steadily(stop: threading.Event) -> None:
    from yinuo.facts.sequencer import sequencer_loop

    sequencer_loop(stop)


def _letters() -> int:
    from yinuo.ground.outbox.deliver import deliver_once

    return deliver_once(timezone.now(), LETTERS_AT_ONCE)


def _jobs() -> int:
    from yinuo.ground.jobs.run import run_one

    return int(run_one(f"{socket.gethostname()}:{os.getpid()}"))


def _periodic() -> int:
    from yinuo.ground.jobs.run import due_periodic

    return due_periodic()


def _clocks() -> int:
    from yinuo.engines.cases.due import judge_due
    from yinuo.engines.cases.ladder import climb_due

    now = timezone.now()
    return judge_due(now) + climb_due(now)


def _intentions() -> int:
    from yinuo.engines.cases.releasing import release_due

    return release_due(timezone.now())


def _calendars() -> int:
    from yinuo.engines.cases.calendars import follow_calendars

    return follow_calendars(timezone.now())


def _heads() -> int:
    from yinuo.site.leaving import leave

    return leave(timezone.now())


def _leavers() -> int:
    from yinuo.ground.access.accounts import close_due

    return close_due(timezone.now())


def _webhooks() -> int:
    from yinuo.channels.webhooks.deliver import deliver

    return deliver(timezone.now())


def _archive() -> int:
    from yinuo.ground.backups.base import follow_by_loop

    return follow_by_loop()


def _watch() -> int:
    from yinuo.site.watch import look

    return look(timezone.now())


def _loops() -> int:
    from yinuo.engines.loops.follow import loops_once

    return loops_once()


LOOPS = (
    Loop("facts", _facts, 0.05, steadily=_facts_steadily),
    Loop("letters", _letters, 0.25, full=LETTERS_AT_ONCE),
    Loop("jobs", _jobs, 0.5),
    Loop("periodic", _periodic, 20.0),
    Loop("clocks", _clocks, 2.0),
    Loop("intentions", _intentions, 0.25),
    Loop("calendars", _calendars, 5.0, full=1_000),
    Loop("loops", _loops, 0.5, full=2_000),
    Loop("heads", _heads, 60.0),
    Loop("leavers", _leavers, 20.0),
    Loop("webhooks", _webhooks, 1.0),
    Loop("archive", _archive, 60.0),
    Loop("watch", _watch, 20.0, after=SILENT / 2),  # what has just been started need not be heard of yet
)


class Pulses:
    """When each loop was last heard of, told to the database by a thread of its own."""

    def __init__(self, loops: Sequence[Loop]) -> None:
        self._steady = {loop.name for loop in loops if loop.steadily}
        self._heard = {loop.name: timezone.now() for loop in loops}

    def heard(self, name: str) -> None:
        """A loop has ended a round."""
        self._heard[name] = timezone.now()

    def tell(self, running: Collection[str]) -> None:
        """Write down what was heard since the start; a steady loop has no rounds and is heard of while its thread runs."""
        from yinuo.ground.vitals.pulse import beat

        now = timezone.now()
        for name, at in self._heard.items():
            beat([f"{BACKGROUND}{name}"], now if name in self._steady and name in running else at)

    def until(self, stop: threading.Event, threads: Sequence[threading.Thread]) -> None:
        """Tell now and then, whatever goes wrong."""
        while not stop.is_set():
            try:
                self.tell([thread.name for thread in threads if thread.is_alive()])
            except Exception:
                log.exception("pulse not told")
                connections.close_all()
            stop.wait(EVERY)
        connections.close_all()


def once(loops: Sequence[Loop]) -> Mapping[str, int]:
    """One round of each, in order; an error is the caller's."""
    return {loop.name: loop.round() for loop in loops}


def turn(loop: Loop, stop: threading.Event, heard: Callable[[str], None] = lambda name: None) -> None:
    """Round after round until told to stop; an error never ends the loop. `heard` is told of every round's end."""
    failures = 0
    if loop.after:
        stop.wait(loop.after)
    while not stop.is_set():
        wait = 0.0
        trace.begin()
        try:
            if loop.steadily:
                loop.steadily(stop)
            elif loop.round() < loop.full:
                wait = loop.rest
            failures = 0
        except Exception:
            failures += 1
            wait = min(LONGEST_WAIT, 0.5 * 2.0 ** min(failures, 10))
            log.exception("%s: round failed, attempt %d; again in %.1f s", loop.name, failures, wait)
            connections.close_all()
        heard(loop.name)
        stop.wait(wait)
    connections.close_all()


def until_stopped(loops: Sequence[Loop]) -> None:
    """Run every loop in a thread of its own until SIGTERM or SIGINT, then give running rounds a moment."""
    stop = threading.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: stop.set())
    pulses = Pulses(loops)
    threads = [
        threading.Thread(target=turn, args=(loop, stop, pulses.heard), name=loop.name, daemon=True)
        for loop in loops
    ]
    telling = threading.Thread(target=pulses.until, args=(stop, threads), name="pulses", daemon=True)
    for thread in (*threads, telling):
        thread.start()
    stop.wait()
    for thread in threads:
        thread.join(GRACE)
