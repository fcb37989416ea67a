"""A target in words: what is to be reached, in the measure's unit and the reader's language."""

from __future__ import annotations

from decimal import Decimal

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from yinuo.engines.measures.targets import CHANGE, PEERS, WITHIN, Target
from yinuo.web.formats import money, number, share

UNITS = {
    "working_days": gettext_lazy("working days"),
    "days": gettext_lazy("days"),
    "minutes": gettext_lazy("minutes"),
    "times": gettext_lazy("times"),
}


def target_words(target: Target, goal: Decimal | None, unit: str) -> str:
    """In one line; `unit` is the measure's, of a share within a limit that of the limit."""
    sign = "≤" if target.ceiling else "≥"
    if target.kind == CHANGE and target.baseline is not None:
        base = told(target.baseline.value, unit)
        return _("%(sign)s %(change)s against %(period)s (%(base)s)") % {
            "sign": sign, "change": signed(target.level), "period": target.baseline.period, "base": base,
        }  # fmt: skip
    if target.kind == WITHIN:
        limit = with_unit(target.within, unit)
        return _("%(sign)s %(share)s within %(limit)s") % {
            "sign": sign, "share": share(target.level), "limit": limit,
        }  # fmt: skip
    if target.kind == PEERS:
        peers = told(goal, unit) if goal is not None else _("not known")
        return _("%(sign)s peers: %(goal)s") % {"sign": sign, "goal": peers}
    return f"{sign} {told(target.level, unit)}"


def signed(change: Decimal | None) -> str:
    """A change in percent with its sign."""
    if change is None:
        return "--"
    return f"{'+' if change > 0 else '−' if change < 0 else ''}{share(abs(change))}"


def with_unit(value: Decimal | None, unit: str) -> str:
    """A value with its unit in words."""
    return f"{told(value, unit)} {UNITS.get(unit, '')}".strip()


def told(value: Decimal | None, unit: str) -> str:
    """A value in its measure's unit."""
    if unit == "money":
        return money(value)
    if unit == "share":
        return share(value)
    return number(value, {"count": 0, "rate": 2, "minutes": 0}.get(unit, 1))
