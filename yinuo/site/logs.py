"""What must not stand in a log: an address may hold a customer's tracking code."""

from __future__ import annotations

import logging


class RoutesNotPaths(logging.Filter):
    """Django's request log names the route of an answer (`s/track/<str:code>`), never the address itself."""

    def filter(self, record: logging.LogRecord) -> bool:
        """Rewrites the record; every record passes."""
        request = getattr(record, "request", None)
        if request is not None and isinstance(record.args, tuple):
            match = getattr(request, "resolver_match", None)
            route = match.route if match else "?"
            path = request.path.encode("unicode_escape").decode("ascii")  # as Django writes it
            record.args = tuple(route if each in (path, request.path) else each for each in record.args)
        return True
