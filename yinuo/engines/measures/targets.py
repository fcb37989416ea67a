"""Targets: what a measure is held against, and the four words of the verdict."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from typing import Any

from yinuo.engines.measures.measure import Sample
from yinuo.ground.terms.toml import read_toml
from yinuo.ground.terms.unreadable import Unreadable
from yinuo.ground.terms.unreadable import gettext_noop as _
from yinuo.ground.terms.words import Words

MET, NEAR, MISSED, CANNOT_TELL = "met", "near", "missed", "cannot_tell"
NEAR_BY = Decimal("0.05")  # misses by at most 5 % of the target
ENOUGH = 5  # fewer observations say nothing


@dataclass(frozen=True, slots=True)
class Target:
    """A level to reach: `at_least` or `at_most` a value. Other kinds of target come with the cockpit."""

    measure: str
    at_least: Decimal | None
    at_most: Decimal | None
    source: Words | str

    @property
    def level(self) -> Decimal:
        """The number itself."""
        level = self.at_least if self.at_least is not None else self.at_most
        return Decimal(0) if level is None else level

    def verdict(self, sample: Sample) -> str:
        """met, near, missed or cannot_tell (fewer than five observations)."""
        value = sample.value
        if value is None or sample.n < ENOUGH:
            return CANNOT_TELL
        if self._meets(value):
            return MET
        return NEAR if abs(value - self.level) <= NEAR_BY * abs(self.level) else MISSED

    def _meets(self, value: Decimal) -> bool:
        return value >= self.at_least if self.at_least is not None else value <= self.level


def parse_targets(text: str) -> dict[str, Target]:
    """Targets by measure key, from TOML; ValueError names the table and the field."""
    tables = read_toml(text, "targets")
    return {target.measure: target for target in (_target(name, table) for name, table in tables.items())}


def _target(name: str, table: Any) -> Target:
    if not isinstance(table, dict) or not table.get("measure"):
        raise Unreadable(f"[{name}]", _("says no measure"))
    unknown = set(table) - {"measure", "at_least", "at_most", "source"}
    if unknown:
        raise Unreadable(f"[{name}]", _("{unknown} is not known here"), unknown=", ".join(sorted(unknown)))
    if ("at_least" in table) == ("at_most" in table):
        raise Unreadable(f"[{name}]", _("give either at_least or at_most"))
    return Target(
        table["measure"],
        _number(name, table, "at_least"),
        _number(name, table, "at_most"),
        Words.read_any(table.get("source", ""), f"[{name}].source"),
    )


def _number(name: str, table: dict[str, Any], key: str) -> Decimal | None:
    if key not in table:
        return None
    try:
        number = Decimal(_text(table[key]))
    except (InvalidOperation, TypeError, ValueError) as error:
        raise Unreadable(f"[{name}].{key}", _('write a number as text, like "0.95"')) from error
    if not number.is_finite():
        raise Unreadable(f"[{name}].{key}", _("{table} is not a number to reach"), table=table[key])
    return number


def _text(value: Any) -> str:
    """A TOML float has lost the digits that were written; only text keeps them."""
    if not isinstance(value, str):
        raise TypeError(type(value).__name__)
    return value
