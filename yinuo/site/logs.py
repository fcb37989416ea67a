"""What stands in a log, and what must not: an address may hold a customer's tracking code, an error's words a name.

`YINUO_LOG_FORMAT=json` writes one JSON object a line, with the trace of the request or round; plain text otherwise. Of an
error both write kinds and places, no words, unless YINUO_DEBUG=1: PostgreSQL quotes the row that it refuses.
"""

from __future__ import annotations

import logging
import traceback
from types import TracebackType

from django.conf import settings
from django.http import HttpRequest
from pythonjsonlogger.json import JsonFormatter

from yinuo.ground.vitals import trace

Caught = tuple[type[BaseException], BaseException, TracebackType | None] | tuple[None, None, None]


class RoutesNotPaths(logging.Filter):
    """Django's request log names the route of an answer (`s/track/<str:code>`), never the address itself."""

    def filter(self, record: logging.LogRecord) -> bool:
        """Rewrites the record; every record passes."""
        request = getattr(record, "request", None)
        if isinstance(request, HttpRequest) and isinstance(record.args, tuple):
            match = getattr(request, "resolver_match", None)
            route = match.route if match else "?"
            path = request.path.encode("unicode_escape").decode("ascii")  # as Django writes it
            record.args = tuple(route if each in (path, request.path) else each for each in record.args)
        return True


class Traced(logging.Filter):
    """Every record knows its trace, and carries nothing that a formatter might write out unasked."""

    def filter(self, record: logging.LogRecord) -> bool:
        """Adds `trace`; takes the request away once its route is known. Every record passes."""
        record.trace = trace.current()
        for name in ("request", "status_code", "server_time", "params", "sql"):
            record.__dict__.pop(name, None)
        return True


class Plain(logging.Formatter):
    """One line for people."""

    def formatException(self, ei: Caught) -> str:  # noqa: N802 - logging's own name
        """Kinds and places."""
        return told(ei)


class Json(JsonFormatter):
    """One JSON object a line for programs."""

    def formatException(self, ei: Caught) -> str:  # noqa: N802 - logging's own name
        """Kinds and places."""
        return told(ei)


def told(caught: Caught) -> str:
    """An error as its log may have it: what was called where, which kinds of error, and none of their words."""
    if settings.DEBUG:
        return "".join(traceback.format_exception(*caught)).rstrip()
    lines: list[str] = []
    error, seen = caught[1], set[int]()
    while error is not None and id(error) not in seen:
        seen.add(id(error))
        lines.append(f"{type(error).__module__}.{type(error).__qualname__}")
        frames = traceback.extract_tb(error.__traceback__)
        lines += [f"  {frame.filename}:{frame.lineno} {frame.name}" for frame in frames]
        error = error.__cause__ or (None if error.__suppress_context__ else error.__context__)
    return "\n".join(lines)
