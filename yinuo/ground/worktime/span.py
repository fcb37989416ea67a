"""A length of promised time: "2 working hours", "3 working days", "15 days", "24 hours"."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Literal, get_args

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
        if self.unit not in get_args(Unit):
            raise ValueError(f"span: unknown unit {self.unit!r}, not one of {', '.join(LARGEST)}")
        whole = isinstance(self.number, int) and not isinstance(self.number, bool)
        if not whole or not 1 <= self.number <= LARGEST[self.unit]:
            raise ValueError(f"span: {self.number!r} {self.unit} is not between 1 and {LARGEST[self.unit]}")
        object.__setattr__(self, "working", self.unit.startswith("working"))

    @classmethod
    def parse(cls, text: str, *, rolls: bool = True, where: str = "span") -> Span:
        """From "3 working days" and the like; ValueError begins with `where`."""
        found = _TEXT.fullmatch(text.strip()) if isinstance(text, str) else None
        if found is None:
            raise ValueError(f"{where}: {str(text)[:40]!r} is not like '2 working hours' or '15 days'")
        unit = f"{'working ' if found[2] else ''}{found[3]}s"
        try:
            return cls(int(found[1]), unit, rolls)  # type: ignore[arg-type]  # the pattern allows no other
        except ValueError as refused:
            raise ValueError(f"{where}: {refused}") from None

    @property
    def length(self) -> timedelta:
        """The plain length; ValueError for working days, which are as long as their calendar says."""
        if self.unit == "working days":
            raise ValueError("span: a working day is as long as its calendar says")
        return timedelta(**{self.unit.removeprefix("working "): self.number})

    def __str__(self) -> str:
        return f"{self.number} {self.unit if self.number > 1 else self.unit[:-1]}"
