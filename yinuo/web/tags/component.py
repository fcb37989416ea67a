"""What every module of tags shares: where component templates stand, how one is registered, what time it
is."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import Any, TypeVar

from django.template import Context, Library
from django.utils import timezone

FOLDER = "web/components"
Drawn = TypeVar("Drawn", bound=Callable[..., dict[str, Any]])


def component(register: Library, name: str) -> Callable[[Drawn], Drawn]:
    """Registers a function that gives the context of templates/web/components/`name`.html."""
    return register.inclusion_tag(f"{FOLDER}/{name}.html")


def now_of(context: Context) -> datetime:
    """The page's `now` (pages about another day hand their own in), else the present."""
    given = context.get("now")
    return given if isinstance(given, datetime) else timezone.now()
