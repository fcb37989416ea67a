"""`python -m bench.sink PORT FILE`: a mail server that keeps every letter before it says 250.

It is measured on the same processors as those who write to it, so it does nothing else: letters are read later.
"""

from __future__ import annotations

import asyncio
import re
import signal
import sys
from collections.abc import Iterator
from email import message_from_bytes
from email.header import decode_header, make_header
from pathlib import Path
from typing import Any

from aiosmtpd.smtp import SMTP

NUMBER = re.compile(r"\bTS-\d{8}-\d{4,}\b")


class Keeper:
    """Appends each letter after a line with its length."""

    def __init__(self, path: Path) -> None:
        self.out = path.open("ab")

    async def handle_EHLO(  # noqa: N802 - aiosmtpd's
        self, server: Any, session: Any, envelope: Any, hostname: str, responses: list[str]
    ) -> list[str]:
        """Offer what the usual mail servers offer."""
        session.host_name = hostname
        return [responses[0], "250-PIPELINING", *responses[1:]]

    async def handle_DATA(self, server: Any, session: Any, envelope: Any) -> str:  # noqa: N802 - aiosmtpd's
        """Keep the letter, then accept it."""
        self.out.write(b"%d\n%s" % (len(envelope.content), envelope.content))
        self.out.flush()
        return "250 OK"


def letters(path: Path) -> Iterator[tuple[str, str]]:
    """(Message-ID, complaint number) of every letter kept, in order; `-` where it names no complaint."""
    with path.open("rb") as kept:
        while length := kept.readline():
            content = kept.read(int(length))
            if len(content) == int(length):  # the last one may still be written
                yield _read(content)


def _read(content: bytes) -> tuple[str, str]:
    letter = message_from_bytes(content)
    plain = next(part for part in letter.walk() if part.get_content_type() == "text/plain")
    words = plain.get_payload(decode=True)
    body = words.decode() if isinstance(words, bytes) else ""
    number = NUMBER.search(f"{make_header(decode_header(letter['Subject']))} {body}")
    return letter["Message-ID"], number[0] if number else "-"


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
