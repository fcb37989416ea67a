"""Follows the facts' order inside an asyncio process: one reader, however many listeners.

On PostgreSQL the sequencer's NOTIFY wakes it, and it looks once a second anyway (a notification can be lost
with its connection); on SQLite it looks four times a second. The database is read by ordinary Django code in
one thread of its own, so the event loop never waits for it. A lost database is waited for.
"""

from __future__ import annotations

import asyncio
import logging
from collections import deque
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from typing import Any

import psycopg
from django.db import Error, connection

from yinuo.facts.follow import SeqFact, facts_after, head
from yinuo.facts.sequencer import CHANNEL

KEPT = 1_000  # facts remembered for readers who come back
BATCH = 500
POLL = {"postgresql": 1.0, "sqlite": 0.25}  # seconds
RETRY = 1.0  # seconds between attempts to reach a lost database

log = logging.getLogger(__name__)


class Tail:
    """Reads new facts and hands each batch to `deliver` on the event loop."""

    def __init__(self, deliver: Callable[[list[SeqFact]], None]) -> None:
        self.head = 0
        self.recent: deque[SeqFact] = deque(maxlen=KEPT)
        self._deliver = deliver
        self._news = asyncio.Event()
        self._began = False
        self._looking: list[asyncio.Future[None]] = []
        self._reader = ThreadPoolExecutor(1, thread_name_prefix="facts-tail")
        self._tasks: list[asyncio.Task[None]] = []

    def start(self) -> None:
        """Begin to follow, from the present head; the last KEPT facts are remembered."""
        self._tasks = [asyncio.create_task(self._follow())]
        if connection.vendor == "postgresql":
            self._tasks.append(asyncio.create_task(self._listen()))

    async def stop(self) -> None:
        """End both tasks and the reading thread."""
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        await asyncio.get_running_loop().run_in_executor(self._reader, _close)
        self._reader.shutdown(wait=False)

    async def look(self) -> None:
        """Wait until the database has been read once more: the head is then no older than this call."""
        done = asyncio.get_running_loop().create_future()
        self._looking.append(done)
        self._news.set()
        await done

    def after(self, seq: int) -> list[SeqFact] | None:
        """The facts after seq; None when some are no longer remembered, or seq is not of this order."""
        first = self.recent[0].seq if self.recent else self.head + 1
        if not first - 1 <= seq <= self.head:
            return None
        return [fact for fact in self.recent if fact.seq > seq]

    async def _follow(self) -> None:
        while True:
            try:
                await self._look()
                await self._wait()
            except (Error, OSError, ValueError) as error:
                log.warning("The live stream cannot read the facts and tries again: %s", error)
                await asyncio.sleep(RETRY)

    async def _look(self) -> None:
        looking = self._looking.copy()
        if not self._began:
            self._take(await self._read(_last_facts))
            self._began = True
        while facts := await self._read(facts_after, self.head, BATCH):
            self._take(facts)
            self._deliver(facts)
            await asyncio.sleep(0)
        for done in looking:
            self._looking.remove(done)
            if not done.done():  # who gave up waiting has cancelled it
                done.set_result(None)

    def _take(self, facts: list[SeqFact]) -> None:
        self.recent.extend(facts)
        self.head = facts[-1].seq if facts else self.head

    async def _wait(self) -> None:
        with suppress(TimeoutError):
            async with asyncio.timeout(POLL[connection.vendor]):
                await self._news.wait()
        self._news.clear()

    async def _read(self, read: Callable[..., list[SeqFact]], *arguments: int) -> list[SeqFact]:
        return await asyncio.get_running_loop().run_in_executor(self._reader, _reading, read, *arguments)

    async def _listen(self) -> None:
        while True:
            with suppress(psycopg.Error, OSError):
                async with await psycopg.AsyncConnection.connect(**_address(), autocommit=True) as listening:
                    await listening.execute(f"LISTEN {CHANNEL}")
                    async for _ in listening.notifies():
                        self._news.set()
            await asyncio.sleep(RETRY)


def _reading(read: Callable[..., list[SeqFact]], *arguments: int) -> list[SeqFact]:
    """Read in the thread; after an error its connection is closed, so that the next attempt opens another."""
    try:
        return read(*arguments)
    except (Error, OSError):
        connection.close()
        raise


def _close() -> None:
    connection.close()  # the name means another connection in every thread


def _last_facts() -> list[SeqFact]:
    return facts_after(max(0, head() - KEPT), KEPT)


def _address() -> dict[str, Any]:
    """Django's own connection parameters without those that only its synchronous cursors know."""
    parameters = connection.get_connection_params()
    only_sync = ("context", "cursor_factory", "prepare_threshold")
    return {name: value for name, value in parameters.items() if name not in only_sync}
