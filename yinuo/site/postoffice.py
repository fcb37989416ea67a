"""The demonstration's post office: an SMTP server that keeps each letter as an .eml file in YINUO_HOME."""

from __future__ import annotations

import itertools
import os
import signal
import threading
import time
from pathlib import Path
from typing import Any

from aiosmtpd.controller import Controller

from yinuo.site import home

LARGEST = 25 * 1024 * 1024  # bytes of one letter


class Shelf:
    """Keeps letters; a letter is acknowledged only when its file is whole and on the disk."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.count = 0
        self._numbers = itertools.count(1)
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)

    async def handle_EHLO(  # noqa: N802 aiosmtpd's name
        self, server: Any, session: Any, envelope: Any, hostname: str, responses: list[str]
    ) -> list[str]:
        """Called by aiosmtpd when somebody greets: commands may come before their answers (RFC 2920)."""
        session.host_name = hostname
        return [responses[0], "250-PIPELINING", *responses[1:]]

    async def handle_DATA(self, server: Any, session: Any, envelope: Any) -> str:  # noqa: N802 aiosmtpd's name
        """Called by aiosmtpd for each letter."""
        name = f"{time.time_ns():020d}-{os.getpid()}-{next(self._numbers):06d}"
        draft = self.folder / f".{name}"
        with open(draft, "xb") as out:
            out.write(envelope.original_content)
            out.flush()
            os.fsync(out.fileno())
        os.replace(draft, self.folder / f"{name}.eml")
        self.count += 1
        return "250 kept"


def serve(port: int) -> int:
    """Receive letters until SIGTERM or SIGINT; returns how many came."""
    shelf = Shelf(home.folder() / "postoffice")
    controller = Controller(shelf, hostname="127.0.0.1", port=port, data_size_limit=LARGEST)
    stop = threading.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: stop.set())
    controller.start()
    stop.wait()
    controller.stop()
    return shelf.count
