"""How often the same caller may do the same: counted in memory, for each process by itself (ADR 28).

A limit is so many within so many seconds, from the first on. Who comes too often is told when to come again.
"""

from __future__ import annotations

import ipaddress
import time
from collections import OrderedDict
from collections.abc import Callable
from functools import wraps
from threading import Lock
from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponseBase

KEPT = 20_000  # callers remembered; the longest unseen is forgotten first


class TooMany(Exception):
    """Too often; `wait` is in whole seconds."""

    def __init__(self, wait: int) -> None:
        super().__init__(f"again in {wait} s")
        self.wait = wait


class Counters:
    """For each caller of each limit: since when, and how often."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock, self._lock = clock, Lock()
        self._seen: OrderedDict[tuple[str, str], tuple[float, int]] = OrderedDict()

    def take(self, name: str, caller: str) -> None:
        """Count one more; TooMany where that is over the limit. A limit that is not set lets everybody."""
        limit = settings.RATES.get(name)
        if limit is None:
            return
        most, seconds = limit
        now, key = self._clock(), (name, caller)
        with self._lock:
            since, count = self._seen.pop(key, (now, 0))
            if now - since >= seconds:
                since, count = now, 0
            self._seen[key] = (since, min(count + 1, most + 1))
            if len(self._seen) > KEPT:
                self._seen.popitem(last=False)
        if count >= most:
            raise TooMany(max(1, round(since + seconds - now)))

    def forget(self) -> None:
        """Begin anew."""
        with self._lock:
            self._seen.clear()


counters = Counters()


def caller_of(request: HttpRequest) -> str:
    """The network address; of IPv6 the /64, for whoever has one has all of it. "" where it cannot be told: this machine's
    own address is a proxy nobody declared (YINUO_PROXIES), and all customers together must not share one limit."""
    text = str(request.META.get("REMOTE_ADDR", ""))
    try:
        found = ipaddress.ip_address(text)
    except ValueError:
        return text
    if found.is_loopback:
        return ""
    return (
        text if found.version == 4 else str(ipaddress.IPv6Network((text, 64), strict=False).network_address)
    )


def limited(
    name: str, methods: tuple[str, ...] = ("POST",)
) -> Callable[[Callable[..., HttpResponseBase]], Callable[..., HttpResponseBase]]:
    """Around a view: these methods count under the limit `name`, by network address."""

    def around(view: Callable[..., HttpResponseBase]) -> Callable[..., HttpResponseBase]:
        @wraps(view)
        def counted(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
            if request.method in methods and (caller := caller_of(request)):
                counters.take(name, caller)
            return view(request, *args, **kwargs)

        return counted

    return around
