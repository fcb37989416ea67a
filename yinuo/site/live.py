"""The live streams as an ASGI application (served by granian), and the ear that hears whether the background lives."""

from __future__ import annotations

import os
from collections.abc import Awaitable, Callable, MutableMapping
from typing import Any

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "yinuo.site.settings")

from yinuo.web.live import application as streams

Message = MutableMapping[str, Any]


async def application(
    scope: Message, receive: Callable[[], Awaitable[Message]], send: Callable[[Message], Awaitable[None]]
) -> None:
    """As the streams are, with hearing begun when the server starts."""
    if scope["type"] == "lifespan":
        from yinuo.site.watch import hearing

        hearing()
    await streams(scope, receive, send)
