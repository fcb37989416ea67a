"""Reading content written as TOML: one way for every kind, and one refusal."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Callable
from typing import Any

from yinuo.ground.terms.unreadable import Unreadable
from yinuo.ground.terms.unreadable import gettext_noop as _

_PLACE = re.compile(r"\(at line (\d+), column (\d+)\)")
_AGAIN = ("Cannot", "Duplicate")  # how the reader's sentences begin that blame a second mention
EXCERPT = 40  # characters of the line at fault


def read_toml(text: str, what: str, parse_float: Callable[[str], Any] = float) -> dict[str, Any]:
    """The tables of a content file; Unreadable, beginning with what it should be, for anything else."""
    try:
        return tomllib.loads(text, parse_float=parse_float)
    except tomllib.TOMLDecodeError as error:
        raise _at_fault(text, what, str(error)) from None
    except ValueError:  # Python reads no whole number of more digits than this
        raise Unreadable(what, _("not readable as TOML: a number in it is too long")) from None
    except (RecursionError, TypeError):
        raise Unreadable(what, _("not readable as TOML: nested too deeply")) from None


def _at_fault(text: str, what: str, said: str) -> Unreadable:
    """Where reading stopped. The reader's own sentence is English alone: the line itself tells as much."""
    place = _PLACE.search(said)
    if place is None:
        return Unreadable(what, _("not readable as TOML: it ends too early"))
    number = int(place[1])
    line = text.split("\n")[number - 1].strip()[:EXCERPT]
    if said.startswith(_AGAIN):
        again = _("not readable as TOML: line {line} says again what was said before: {text!r}")
        return Unreadable(what, again, line=number, text=line)
    where = _("not readable as TOML at line {line}, column {column}: {text!r}")
    return Unreadable(what, where, line=number, column=place[2], text=line)
