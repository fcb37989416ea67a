"""Two transactions at the same moment, for tests of locks."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable

from django.db import connection, transaction

BLINK = 0.3  # seconds SQLite's second writer gets to do what it must not
LONGEST = 60.0


def meet(
    first: Callable[[], object], second: Callable[[], object], then: Callable[[], object] = lambda: None
) -> Exception | None:
    """Do `first`, and before its transaction ends let another connection do `second`; what that one raised.

    `then` is what the first does once the second has come, in the same transaction. Where `second` has to wait for a lock it goes on after `first` has committed, else it is over before.
    """
    raised: list[Exception] = []

    def work() -> None:
        try:
            with transaction.atomic():
                second()
        except Exception as error:
            raised.append(error)
        finally:
            connection.close()

    other = threading.Thread(target=work)
    with transaction.atomic():
        first()
        other.start()
        _until_waiting_or_done(other)
        then()
    other.join(LONGEST)
    if other.is_alive():
        raise TimeoutError("the second transaction waits for somebody else")
    return raised[0] if raised else None


def _until_waiting_or_done(other: threading.Thread) -> None:
    if connection.vendor != "postgresql":
        other.join(BLINK)  # the first one's transaction shuts every other writer out
        return
    until = time.monotonic() + LONGEST
    asked = "SELECT 1 FROM pg_locks WHERE NOT granted AND pg_backend_pid() = ANY(pg_blocking_pids(pid))"
    with connection.cursor() as cursor:
        while other.is_alive() and time.monotonic() < until:
            cursor.execute(asked)
            if cursor.fetchone():
                return
            other.join(0.01)
