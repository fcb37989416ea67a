"""The limit of a promise: a length of time, or a day that a fact of the case itself gives."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, ClassVar, Literal

from yinuo.ground.terms.unreadable import Unreadable
from yinuo.ground.terms.unreadable import gettext_noop as _
from yinuo.ground.worktime import Span, Until


@dataclass(frozen=True, slots=True)
class Given:
    """The close of a day that the case itself gives; `rolls`: off a day of rest, to the next working day."""

    rolls: bool = True
    unit: ClassVar[Literal["given"]] = "given"
    working: ClassVar[bool] = False  # what is left of it is plain time

    def __str__(self) -> str:
        return "the day given"


def limit_of(within: Span | Given, day: date | None, said: datetime | None) -> Span | Until | None:
    """The limit of one run: the promise's own, or the close of the day given; None where nobody knows which."""
    if isinstance(within, Span):
        return within
    return Until(day, said, within.rolls) if day is not None and said is not None else None


def read_limit(table: Mapping[str, Any], rolls: bool, key: str) -> Span | Given:
    """`within` of a promise's table, or that `until` stands in its place."""
    if "until" not in table:
        return Span.parse(table.get("within", ""), rolls=rolls, where=f"{key}.within")
    if "within" in table:
        raise Unreadable(f"{key}.within", _("either within or until, not both"))
    return Given(rolls)
