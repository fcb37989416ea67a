"""One number for everything that one request or one round did: in the log, on the page for errors, in the answer.

As W3C Trace Context has it: 32 hexadecimal digits, taken over from `traceparent` where whoever asks brings one.
"""

from __future__ import annotations

import re
import secrets
from contextvars import ContextVar

_current: ContextVar[str] = ContextVar("yinuo_trace", default="")
_TRACEPARENT = re.compile(r"[0-9a-f]{2}-([0-9a-f]{32})-[0-9a-f]{16}-[0-9a-f]{2}")


def current() -> str:
    """The trace of what is being done; "" outside of anything."""
    return _current.get()


def begin(traceparent: str = "") -> str:
    """Start a trace, or go on with the caller's."""
    given = _TRACEPARENT.fullmatch(traceparent)
    trace = given[1] if given and given[1].strip("0") else secrets.token_hex(16)
    _current.set(trace)
    return trace
