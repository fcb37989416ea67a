"""What everything is escaped by that goes into a page.

A list escapes 1,500 parts, nearly all of them plain text or markup already; `markupsafe.escape` makes an object of
each, only to be joined to the rest.
"""

from __future__ import annotations

from collections.abc import Callable
from uuid import UUID

import markupsafe
from django.utils.safestring import SafeString
from markupsafe import Markup, escape

# What `escape` makes its object of; a test holds it to what `escape` gives.
_plainly: Callable[[str], str] = markupsafe._escape_inner  # type: ignore[attr-defined]


def escaped(part: object) -> str:
    """The part as it may stand in a page: markup as it is, everything else escaped. What comes out is to be joined to a
    page and not escaped again."""
    kind = type(part)
    if kind is str:
        return _plainly(part)  # type: ignore[arg-type]
    if kind is SafeString or kind is Markup:
        return part  # type: ignore[return-value]
    if kind is UUID or kind is int:
        return str(part)
    return escape(part)
