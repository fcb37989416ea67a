"""Tells systemd that all is ready, that the supervisor lives, and that it stops (sd_notify(3)); nobody else is asked."""

from __future__ import annotations

import os
import socket
import time

READY, ALIVE, STOPPING = "READY=1", "WATCHDOG=1", "STOPPING=1"


def tell(what: str) -> None:
    """Say it to whoever started us and wants to know; nobody listening is no fault."""
    path = os.environ.get("NOTIFY_SOCKET", "")
    if not path.startswith(("/", "@")):
        return
    address = "\0" + path[1:] if path.startswith("@") else path
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM | socket.SOCK_CLOEXEC) as out:
        try:
            out.sendto(what.encode(), address)
        except OSError:
            return


class Alive:
    """Says at most four times within the limit that we live; never where no limit was set."""

    def __init__(self) -> None:
        given = os.environ.get("WATCHDOG_USEC", "")
        self._every = int(given) / 4e6 if given.isdigit() else 0.0  # seconds
        self._last = 0.0

    def tell(self) -> None:
        """Say so if it is time."""
        now = time.monotonic()
        if self._every and now - self._last >= self._every:
            self._last = now
            tell(ALIVE)
