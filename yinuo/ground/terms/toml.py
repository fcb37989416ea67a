"""Reading content written as TOML: one way for every kind, and one refusal."""

from __future__ import annotations

import tomllib
from collections.abc import Callable
from typing import Any

from yinuo.ground.terms.unreadable import Unreadable
from yinuo.ground.terms.unreadable import gettext_noop as _


def read_toml(text: str, what: str, parse_float: Callable[[str], Any] = float) -> dict[str, Any]:
    """The tables of a content file; ValueError, beginning with what it should be, for anything else."""
    try:
        return tomllib.loads(text, parse_float=parse_float)
    except (tomllib.TOMLDecodeError, RecursionError, TypeError) as unreadable:
        raise Unreadable(what, _("not readable as TOML: {unreadable}"), unreadable=unreadable) from None
