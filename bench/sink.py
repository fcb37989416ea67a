"""`python -m bench.sink PORT FILE`: a mail server that writes one line per letter before it says 250."""

from __future__ import annotations

import asyncio
import re
import signal
import sys
from pathlib import Path
from typing import Any

from aiosmtpd.smtp import SMTP

NUMBER = re.compile(r"\bTS-\d{8}-\d{4,}\b")


class Keeper:
    """Appends `Message-ID TAB complaint number` for every letter."""

    def __init__(self, path: Path) -> None:
        self.out = path.open("a", encoding="utf-8")

    async def handle_DATA(self, server: Any, session: Any, envelope: Any) -> str:  # noqa: N802 - aiosmtpd's
        """Keep the letter's line, then accept it."""
        self.out.write(line(envelope.content) + "\n")
        self.out.flush()
        return "250 OK"


def line(message: bytes) -> str:
    """The line of one letter; `-` where it names no complaint."""
    from email import message_from_bytes, policy

    letter = message_from_bytes(message, policy=policy.default)
    body = letter.get_body(("plain",))
    words = f"{letter['Subject']} {body.get_content() if body else ''}"
    number = NUMBER.search(words)
    return f"{letter['Message-ID']}\t{number[0] if number else '-'}"


async def serve(port: int, path: Path) -> None:
    """Until SIGTERM."""
    keeper, loop = Keeper(path), asyncio.get_running_loop()
    server = await loop.create_server(
        lambda: SMTP(keeper, hostname="sink.example", loop=loop), "127.0.0.1", port
    )
    stop = asyncio.Event()
    loop.add_signal_handler(signal.SIGTERM, stop.set)
    await stop.wait()
    server.close()


if __name__ == "__main__":
    asyncio.run(serve(int(sys.argv[1]), Path(sys.argv[2])))
