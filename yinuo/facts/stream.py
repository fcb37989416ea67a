"""The live stream: server-sent events over ASGI, telling browsers that a fact happened, never what it says.

    id: 4711
    event: fact
    data: {"case":"…","kind":"complaints.received","seq":4711,"unit":"…"}

Other events: `ready` (first, with the seq the stream stands at) and `reset` (facts were missed or rights
changed: load the page's data again). `Last-Event-ID` resumes; an empty event with an id moves it on while
nothing is to be seen. A browser's EventSource gives up for good on any status but 200, so a house that cannot
serve right now ends an empty 200 stream, and the browser comes back. Not signed in is 401.
"""

from __future__ import annotations

import asyncio
import logging
import random
import signal
import threading
from collections.abc import AsyncIterator, Awaitable, Callable, Hashable, Iterable
from contextlib import suppress
from functools import partial
from typing import Any
from urllib.parse import urlsplit

from yinuo.facts import wire
from yinuo.facts.audience import EVERYTHING, Audience, Listener, Viewer, topics_of
from yinuo.facts.follow import SeqFact
from yinuo.facts.tail import Tail
from yinuo.facts.wire import Headers, Receive, Scope, Send

__all__ = ["EVERYTHING", "LiveApp", "Viewer", "topics_of"]


BEGIN_SECONDS = 5.0  # how long a request waits for the first look at the database
REFRESHES_AT_ONCE = 8  # a posting changes, a thousand streams ask: the database hears them eight at a time

log = logging.getLogger(__name__)


class LiveApp:
    """An ASGI application of one path. Durations are seconds.

    `authenticate` gets the scope and gives a Viewer or None (401); `origins` are the pages' origins that may
    read the stream with cookies, besides its own; facts of a kind in `refresh_on` make every viewer refresh
    before the next fact is judged; a stream that spoke is silent for `gather`, so that a busy bank costs a stream
    five writes a second and not one for every fact; `room` facts may wait for a slow client, `limit` streams be open, a send
    last `patience`.
    """

    def __init__(
        self,
        authenticate: Callable[[Scope], Awaitable[Viewer | None]],
        *,
        origins: Iterable[str] = (),
        refresh_on: Iterable[str] = (),
        topics: Callable[[SeqFact], Iterable[Hashable]] = topics_of,
        path: str = "/live",
        heartbeat: float = 15.0,
        gather: float = 0.2,
        refresh: float = 30.0,
        room: int = 1_000,
        limit: int = 10_000,
        patience: float = 30.0,
    ) -> None:
        self._authenticate, self._origins, self._path = authenticate, frozenset(origins), path
        self._heartbeat, self._refresh_every, self._patience = heartbeat, refresh, patience
        self._gather = gather
        self._room, self._limit = room, limit
        self._audience = Audience(frozenset(refresh_on), topics)
        self._tail: Tail | None = None
        self._ending = False
        self._handlers: dict[int, Callable[..., Any]] = {}  # the server's own, by signal
        self._refreshing = asyncio.Semaphore(REFRESHES_AT_ONCE)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one ASGI scope."""
        if scope["type"] == "lifespan":
            await self._live(receive, send)
        elif scope["type"] == "http":
            await self._request(scope, receive, send)
        else:
            await send({"type": "websocket.close", "code": 1000})

    async def _live(self, receive: Receive, send: Send) -> None:
        while True:
            message = await receive()
            if message["type"] == "lifespan.startup":
                self._following()
                self._heed_signals()
                await send({"type": "lifespan.startup.complete"})
            else:
                self._end()
                self._leave_signals()
                if self._tail:
                    await self._tail.stop()
                await send({"type": "lifespan.shutdown.complete"})
                return

    def _heed_signals(self) -> None:
        """End the streams when the process is told to: a server silently waits for open responses."""
        if threading.current_thread() is not threading.main_thread():
            return
        loop = asyncio.get_running_loop()
        for number in (signal.SIGTERM, signal.SIGINT):
            servers = signal.getsignal(number)
            if callable(servers):
                self._handlers[number] = servers
                signal.signal(number, partial(self._heed, loop, servers))

    def _heed(self, loop: asyncio.AbstractEventLoop, servers: Callable[..., Any], *of_signal: Any) -> None:
        loop.call_soon_threadsafe(self._end)
        servers(*of_signal)

    def _leave_signals(self) -> None:
        while self._handlers:
            signal.signal(*self._handlers.popitem())

    def _end(self) -> None:
        self._ending = True
        self._audience.dismiss()

    def _following(self) -> Tail:
        if self._tail is None:
            self._tail = Tail(self._audience.deliver)
            self._tail.start()
        return self._tail

    async def _request(self, scope: Scope, receive: Receive, send: Send) -> None:
        headers = {name.lower(): value.decode("latin-1") for name, value in scope["headers"]}
        origin = headers.get(b"origin", "")
        if scope["path"] != self._path:
            return await wire.answer(send, 404, "Not here.")
        if origin and not self._welcome(origin, headers.get(b"host", "")):
            return await wire.answer(send, 403, "This origin may not read the stream.")
        shared = wire.shared_with(origin)
        if scope["method"] == "OPTIONS":
            return await wire.answer(send, 204, "", shared + wire.PREFLIGHT)
        if scope["method"] != "GET":
            return await wire.answer(send, 405, "GET only.", [*shared, (b"allow", b"GET")])
        await self._admit(scope, headers.get(b"last-event-id", ""), shared, receive, send)
        return None

    def _welcome(self, origin: str, host: str) -> bool:
        return origin in self._origins or (bool(host) and urlsplit(origin).netloc == host)

    async def _admit(self, scope: Scope, last: str, shared: Headers, receive: Receive, send: Send) -> None:
        tail, changes = self._following(), self._audience.changes
        try:
            viewer = await self._authenticate(scope)
            await asyncio.wait_for(tail.look(), BEGIN_SECONDS)
        except Exception as error:  # whatever the web floor's database raises, the browser shall come back
            log.warning("A stream could not begin: %s", error)
            return await wire.not_now(send, shared)
        if viewer is None:
            return await wire.answer(send, 401, "Sign in first.", shared)
        if self._ending or len(self._audience.listeners) >= self._limit:
            return await wire.not_now(send, shared)
        await send({"type": "http.response.start", "status": 200, "headers": wire.EVENT_STREAM + shared})
        # From here until the listener has joined nothing awaits: no batch falls between memory and hearing.
        listener, opening = self._listener(viewer, last, tail)
        if changes != self._audience.changes:  # rights changed after they were read
            listener.mistrust()
        await self._serve(listener, opening, tail, receive, send)
        return None

    def _listener(self, viewer: Viewer, last: str, tail: Tail) -> tuple[Listener, str]:
        known = last.isascii() and last.isdigit() and len(last) < 19
        missed = tail.after(int(last)) if known else None
        listener = Listener(viewer, self._room, missed or ())
        self._audience.join(listener)
        opening = wire.COME_BACK + wire.event("ready", {"seq": tail.head if missed is None else int(last)})
        if last and missed is None:
            opening += wire.event("reset", {"seq": tail.head})
        return listener, opening

    async def _serve(
        self, listener: Listener, opening: str, tail: Tail, receive: Receive, send: Send
    ) -> None:
        """Write until the client leaves, is too slow, or is no longer signed in."""
        writing = asyncio.create_task(self._write(listener, opening, tail, send))
        leaving = asyncio.create_task(_gone(receive))
        try:
            await asyncio.wait({writing, leaving}, return_when=asyncio.FIRST_COMPLETED)
        finally:
            self._audience.leave(listener)
            writing.cancel()
            leaving.cancel()
            await asyncio.gather(writing, leaving, return_exceptions=True)

    async def _write(self, listener: Listener, opening: str, tail: Tail, send: Send) -> None:
        try:
            async for chunk in self._chunks(listener, opening, tail):
                async with asyncio.timeout(self._patience):
                    await send({"type": "http.response.body", "body": chunk.encode(), "more_body": True})
            await send({"type": "http.response.body", "body": b"", "more_body": False})
        except (TimeoutError, OSError):
            log.info("A stream's client does not read; let go.")
        except Exception:
            log.exception("A stream broke; its client comes back.")

    async def _chunks(self, listener: Listener, opening: str, tail: Tail) -> AsyncIterator[str]:
        clock = asyncio.get_running_loop().time
        listener.refresh_at = clock() + self._next_refresh()
        yield opening
        spoken = clock()
        while True:
            await _news(listener, min(listener.refresh_at, spoken + self._heartbeat) - clock())
            if listener.ended or not (changed := await self._fresh(listener)):
                return
            if listener.lost or changed == "topics":
                listener.waiting.clear()
                yield wire.event("reset", {"seq": tail.head})
                if listener.lost:
                    return
            text = "".join(wire.fact_event(fact) for fact in listener.take())
            if text or clock() >= spoken + self._heartbeat:
                yield text or f": still here\nid: {tail.head}\n\n"
                spoken = clock()
                await asyncio.sleep(self._gather)

    async def _fresh(self, listener: Listener) -> str:
        """Refresh the viewer when due: "" when signed out, "topics" when they changed, else "same"."""
        clock = asyncio.get_running_loop().time
        changed = "same"
        while listener.stale or clock() >= listener.refresh_at:
            listener.stale = False
            async with self._refreshing:
                if not await listener.viewer.refresh():
                    return ""
            listener.refresh_at = clock() + self._next_refresh()
            if self._audience.retopic(listener):
                changed = "topics"
        return changed

    def _next_refresh(self) -> float:
        return self._refresh_every * random.uniform(0.8, 1.0)  # noqa: S311 # nosec B311 # only spreads the load


async def _news(listener: Listener, seconds: float) -> None:
    with suppress(TimeoutError):
        async with asyncio.timeout(max(seconds, 0.0)):
            await listener.news.wait()


async def _gone(receive: Receive) -> None:
    while (await receive())["type"] != "http.disconnect":
        pass
