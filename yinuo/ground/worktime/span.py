"""A length of promised time: "2 working hours", "3 working days", "15 days", "24 hours"."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Literal, get_args

from yinuo.ground.terms.unreadable import Unreadable
from yinuo.ground.terms.unreadable import gettext_noop as _

Unit = Literal["minutes", "hours", "days", "working minutes", "working hours", "working days"]

# About ten years of each: more is a slip of the keyboard, not a promise.
LARGEST: dict[str, int] = {
    "minutes": 5_270_400,
    "hours": 87_840,
    "days": 3_660,
    "working minutes": 1_300_000,
    "working hours": 22_000,
    "working days": 2_600,
}
_TEXT = re.compile(r"([0-9]{1,12}) +(working +)?(minute|hour|day)s?")


@dataclass(frozen=True, slots=True)
class Span:
    """A number of one unit. `rolls`: natural days that end on a rest day move to the next working day."""

    number: int
    unit: Unit
    rolls: bool = True
    working: bool = field(init=False, repr=False, compare=False)  # only working time uses it up

    def __post_init__(self) -> None:
        _check(self.number, self.unit, "span")
        object.__setattr__(self, "working", self.unit.startswith("working"))

    @classmethod
    def parse(cls, text: str, *, rolls: bool = True, where: str = "span") -> Span:
        """From "3 working days" and the like; Unreadable begins with `where`."""
        found = _TEXT.fullmatch(text.strip()) if isinstance(text, str) else None
        if found is None:
            raise Unreadable(
                where, _("{text!r} is not like '2 working hours' or '15 days'"), text=str(text)[:40]
            )
        unit = f"{'working ' if found[2] else ''}{found[3]}s"
        _check(int(found[1]), unit, where)
        return cls(int(found[1]), unit, rolls)  # type: ignore[arg-type]  # the pattern allows no other

    @property
    def length(self) -> timedelta:
        """The plain length; ValueError for working days, which are as long as their calendar says."""
        if self.unit == "working days":
            raise ValueError("span: a working day is as long as its calendar says")
        return timedelta(**{self.unit.removeprefix("working "): self.number})

    def __str__(self) -> str:
        return f"{self.number} {self.unit if self.number > 1 else self.unit[:-1]}"


def _check(number: int, unit: str, where: str) -> None:
    if unit not in get_args(Unit):
        units = ", ".join(LARGEST)
        raise Unreadable(where, _("unknown unit {unit!r}, not one of {units}"), unit=unit, units=units)
    whole = isinstance(number, int) and not isinstance(number, bool)
    if not whole or not 1 <= number <= LARGEST[unit]:
        told = f"{number} {unit}"
        raise Unreadable(where, _("{text!r} is not between 1 and {most}"), text=told, most=LARGEST[unit])
