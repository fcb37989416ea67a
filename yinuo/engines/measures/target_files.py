"""Targets as content files write them, in TOML; what is wrong is told with the table and the field.

    [mean_handling]                            a level
    measure = "complaints.handling_days"
    at_most = "3"

    [fewer]                                    a change against a frozen baseline
    measure = "complaints.per_10_000_customers"
    change_at_most = "-0.10"
    baseline = { period = "2025", value = "1.94", low = "1.80", high = "2.09" }

    [quick]                                    a share within a limit
    measure = "complaints.handling_days"
    within = "3"
    share_at_least = "0.95"

    [like_others]                              against a peer series
    measure = "complaints.per_hundred_branches"
    peers_at_most = { "2026Q2" = "45.49" }

Any number may be "[X]": the plan leaves it open. It is a draft until somebody fills it in.
"""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal, InvalidOperation
from typing import Any

from yinuo.engines.measures.periods import Period
from yinuo.engines.measures.targets import CHANGE, LEVEL, PEERS, WITHIN, Baseline, Target
from yinuo.ground.terms.toml import read_toml
from yinuo.ground.terms.unreadable import Unreadable
from yinuo.ground.terms.unreadable import gettext_noop as _
from yinuo.ground.terms.words import Words

BLANK = "[X]"
MOST_DIGITS = 20  # written out, 1e999999999 would be a gigabyte
LIMITS = {
    "at_least": (LEVEL, False),
    "at_most": (LEVEL, True),
    "change_at_least": (CHANGE, False),
    "change_at_most": (CHANGE, True),
    "share_at_least": (WITHIN, False),
    "peers_at_least": (PEERS, False),
    "peers_at_most": (PEERS, True),
}
BESIDES = {LEVEL: set[str](), CHANGE: {"baseline"}, WITHIN: {"within"}, PEERS: set[str]()}


def parse_targets(text: str) -> tuple[Target, ...]:
    """Targets in the order of the file; ValueError names the table and the field."""
    return tuple(_target(name, table) for name, table in read_toml(text, "targets").items())


def _target(name: str, table: Any) -> Target:
    if not isinstance(table, dict) or not table.get("measure"):
        raise Unreadable(f"[{name}]", _("says no measure"))
    limits = [limit for limit in LIMITS if limit in table]
    if len(limits) != 1:
        raise Unreadable(f"[{name}]", _("give exactly one of {limits}"), limits=", ".join(LIMITS))
    kind, ceiling = LIMITS[limits[0]]
    wanted = {"measure", "source", limits[0]} | BESIDES[kind]
    if unknown := set(table) - wanted:
        raise Unreadable(f"[{name}]", _("{unknown} is not known here"), unknown=", ".join(sorted(unknown)))
    if lacking := BESIDES[kind] - set(table):
        raise Unreadable(f"[{name}]", _("{lacking} is missing"), lacking=", ".join(sorted(lacking)))
    return _Reading(name, table).target(kind, limits[0], ceiling)


class _Reading:
    """One table, and the numbers in it that are left open."""

    def __init__(self, name: str, table: Mapping[str, Any]) -> None:
        self.name, self.table, self.blanks = name, table, list[str]()

    def target(self, kind: str, limit: str, ceiling: bool) -> Target:
        """The whole of it."""
        level = None if kind == PEERS else self.number(limit, self.table[limit])
        baseline = self.baseline() if kind == CHANGE else None
        within = self.number("within", self.table["within"]) if kind == WITHIN else None
        peers = self.peers(limit) if kind == PEERS else {}
        return Target(
            name=self.name,
            measure=self.table["measure"],
            kind=kind,
            at_least=None if ceiling else level,
            at_most=level if ceiling else None,
            source=Words.read_any(self.table.get("source", ""), f"[{self.name}].source"),
            baseline=baseline,
            within=within,
            peers=peers,
            ceiling=ceiling,
            blanks=tuple(self.blanks),
        )

    def baseline(self) -> Baseline:
        """Period and value, and the interval where it is known."""
        said = self.sub_table("baseline", {"period", "value", "low", "high"})
        if "period" not in said or "value" not in said:
            raise Unreadable(f"[{self.name}].baseline", _("{lacking} is missing"), lacking="period, value")
        period = said["period"]
        if period == BLANK:
            self.blanks.append("baseline.period")
        else:
            self.period("baseline.period", period)
        value, low, high = (
            self.number(f"baseline.{key}", said[key]) if key in said else None
            for key in ("value", "low", "high")
        )
        return Baseline(str(period), value, low, high)

    def peers(self, limit: str) -> dict[str, Decimal]:
        """Values by period."""
        said = self.sub_table(limit, None)
        found = {}
        for period, value in said.items():
            self.period(f"{limit}.{period}", period)
            number = self.number(f"{limit}.{period}", value)
            if number is not None:
                found[period] = number
        return found

    def sub_table(self, key: str, known: set[str] | None) -> dict[str, Any]:
        """A table in the table."""
        said = self.table[key]
        if not isinstance(said, dict) or not said:
            raise Unreadable(f"[{self.name}].{key}", _("not a table"))
        if known is not None and (unknown := set(said) - known):
            where = f"[{self.name}].{key}"
            raise Unreadable(where, _("{unknown} is not known here"), unknown=", ".join(sorted(unknown)))
        return said

    def period(self, key: str, text: Any) -> None:
        """A period as addresses write it."""
        try:
            Period.read(str(text))
        except ValueError as error:
            where = f"[{self.name}].{key}"
            raise Unreadable(where, _("write a period like 2026, 2026Q3 or 2026-09")) from error

    def number(self, key: str, value: Any) -> Decimal | None:
        """A number written as text, because a TOML float has lost its digits; None where it is left open."""
        if value == BLANK:
            self.blanks.append(key)
            return None
        where = f"[{self.name}].{key}"
        try:
            number = Decimal(value if isinstance(value, str) else "many")
        except InvalidOperation as error:
            raise Unreadable(where, _('write a number as text, like "0.95"')) from error
        if not number.is_finite() or len(value) > MOST_DIGITS or abs(number.adjusted()) > MOST_DIGITS:
            raise Unreadable(where, _("{table} is not a number to reach"), table=value)
        return number
