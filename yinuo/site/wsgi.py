"""The pages as a WSGI application (served by granian)."""

import gc
import os
import time
from collections.abc import Callable, Iterable
from typing import Any

from django.conf import settings
from django.core.wsgi import get_wsgi_application
from granian.utils.proxies import wrap_wsgi_with_proxy_headers

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "yinuo.site.settings")
Served = Callable[[dict[str, Any], Callable[..., Any]], Iterable[bytes]]


def timed(inner: Served) -> Served:
    """Says in each answer how long it took inside, from the request in hand to the answer written: for whoever measures.
    Nobody else is told: how long a refusal takes might say what there is to hide."""

    def outer(environ: dict[str, Any], start_response: Callable[..., Any]) -> Iterable[bytes]:
        begun = time.perf_counter()

        def start(status: str, headers: list[tuple[str, str]], *more: Any) -> Any:
            took = 1000 * (time.perf_counter() - begun)
            return start_response(status, [*headers, ("Server-Timing", f"app;dur={took:.2f}")], *more)

        return inner(environ, start)

    return outer


application: Served = get_wsgi_application()
if settings.PROXIES:
    application = wrap_wsgi_with_proxy_headers(application, settings.PROXIES)
if os.environ.get("YINUO_SERVER_TIMING") == "1":
    application = timed(application)

# What was loaded lives as long as the worker: the collector need not walk through it again every few pages, and a
# page makes more than the 700 objects after which it would begin.
gc.collect()
gc.freeze()
gc.set_threshold(10_000, 20, 50)
