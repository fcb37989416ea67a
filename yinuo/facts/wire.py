"""What the live stream writes on the wire: server-sent events, plain answers, headers for other origins."""

from __future__ import annotations

import json
from collections.abc import Awaitable, Callable, Iterable, MutableMapping
from functools import lru_cache
from typing import Any
from uuid import UUID

from yinuo.facts.follow import SeqFact

Scope = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[MutableMapping[str, Any]]]
Send = Callable[[MutableMapping[str, Any]], Awaitable[None]]
Headers = list[tuple[bytes, bytes]]

COME_BACK = "retry: 3000\n\n"  # milliseconds
EVENT_STREAM: Headers = [
    (b"content-type", b"text/event-stream; charset=utf-8"),
    (b"cache-control", b"no-store"),
    (b"x-accel-buffering", b"no"),
]
PREFLIGHT: Headers = [
    (b"access-control-allow-methods", b"GET"),
    (b"access-control-allow-headers", b"last-event-id"),
]


def event(name: str, data: dict[str, Any]) -> str:
    """One server-sent event; its id is the seq in the data."""
    return f"id: {data['seq']}\nevent: {name}\ndata: {json.dumps(data, separators=(',', ':'))}\n\n"


def fact_event(fact: SeqFact) -> str:
    """That a fact happened, in which case and unit; nothing of what it says."""
    return _fact_event(fact.seq, fact.kind, fact.case_id, fact.unit_id)


@lru_cache(maxsize=1_000)  # a thousand streams say the same
def _fact_event(seq: int, kind: str, case: UUID | None, unit: UUID | None) -> str:
    where = {name: str(one) if one else None for name, one in (("case", case), ("unit", unit))}
    return event("fact", {"seq": seq, "kind": kind, **where})


def shared_with(origin: str) -> Headers:
    """Headers that let a welcome origin read the answer with its cookies."""
    if not origin:
        return [(b"vary", b"Origin")]
    return [
        (b"vary", b"Origin"),
        (b"access-control-allow-origin", origin.encode("latin-1")),
        (b"access-control-allow-credentials", b"true"),
    ]


async def answer(send: Send, status: int, text: str, headers: Iterable[tuple[bytes, bytes]] = ()) -> None:
    """A short plain answer."""
    plain = [(b"content-type", b"text/plain; charset=utf-8"), (b"cache-control", b"no-store")]
    await send({"type": "http.response.start", "status": status, "headers": [*plain, *headers]})
    await send({"type": "http.response.body", "body": text.encode(), "more_body": False})


async def not_now(send: Send, shared: Headers) -> None:
    """An empty stream that ends at once: the browser comes back by itself."""
    await send({"type": "http.response.start", "status": 200, "headers": EVENT_STREAM + shared})
    await send({"type": "http.response.body", "body": COME_BACK.encode(), "more_body": False})
