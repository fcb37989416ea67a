"""A mail server that can be made to stop at each phase of a letter, and remembers what it took."""

from __future__ import annotations

import asyncio
import threading
from collections import Counter
from email import message_from_bytes
from typing import Any

from aiosmtpd.smtp import SMTP

from bench.bank import HOST, free_port

GREETING, TEXT, TAKEN = (
    "greeting",
    "text",
    "taken",
)  # it stops before its greeting, in the text, before its 250


class Post:
    """`with Post() as post:`; `hold` names the phase at which it stops. One that `knows` drops a Message-ID it has."""

    def __init__(self, *, knows: bool = False) -> None:
        self.port, self.knows = free_port(), knows
        self.hold = ""
        self.stopped = threading.Event()  # somebody waits at the phase held
        self.came: Counter[str] = Counter()  # Message-ID: how often its text was taken
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._loop.run_forever, daemon=True)

    def __enter__(self) -> Post:
        self._thread.start()
        asyncio.run_coroutine_threadsafe(self._serve(), self._loop).result(10)
        return self

    def __exit__(self, *_raised: object) -> None:
        self.release()
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join(10)

    @property
    def box(self) -> dict[str, int]:
        """What lies in the recipients' boxes: how often each letter."""
        return dict.fromkeys(self.came, 1) if self.knows else dict(self.came)

    def stop_at(self, phase: str) -> None:
        """From now on nobody gets past this phase."""
        self.stopped.clear()
        self.hold = phase

    def release(self) -> None:
        """Whoever waits goes on."""
        self.hold = ""

    async def wait_at(self, phase: str) -> None:
        """Wait here while this phase is held; whoever hangs up is cancelled by the library."""
        while self.hold == phase:
            self.stopped.set()
            await asyncio.sleep(0.01)

    async def handle_EHLO(
        self, server: Any, session: Any, envelope: Any, hostname: str, responses: list[str]
    ) -> list[str]:
        """Offer what the usual mail servers offer."""
        await self.wait_at(GREETING)
        session.host_name = hostname
        return [responses[0], "250-PIPELINING", *responses[1:]]

    async def handle_DATA(self, server: Any, session: Any, envelope: Any) -> str:
        """Take the letter, then say so."""
        self.came[str(message_from_bytes(envelope.content)["Message-ID"])] += 1
        await self.wait_at(TAKEN)
        return "250 OK"

    async def _serve(self) -> None:
        await self._loop.create_server(
            lambda: _Stopping(self, hostname="post.example", loop=self._loop), HOST, self.port
        )


class _Stopping(SMTP):
    """Says "go ahead" and reads nothing of the text while that is held."""

    def __init__(self, post: Post, **more: Any) -> None:
        super().__init__(post, **more)
        self._post = post

    async def smtp_DATA(self, arg: str) -> None:
        """As the library's."""
        if self._post.hold == TEXT:
            await self.push("354 go ahead")
            await self._post.wait_at(TEXT)
            if self.transport:
                self.transport.close()  # what came meanwhile is no command
            return
        await super().smtp_DATA(arg)
