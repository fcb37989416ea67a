"""How much redress one complaint may bring, and who has to agree: an edition, read from TOML."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise
from typing import Any

from yinuo.ground.terms.toml import read_toml
from yinuo.ground.terms.unreadable import Unreadable
from yinuo.ground.terms.unreadable import gettext_noop as _


@dataclass(frozen=True, slots=True)
class Limit:
    """Up to so many minor units on one complaint, one of these roles agrees; without roles the proposer alone."""

    up_to: int
    roles: tuple[str, ...]

    @property
    def alone(self) -> bool:
        """Whether no second pair of eyes is needed."""
        return not self.roles


@dataclass(frozen=True, slots=True)
class Limits:
    """The limits of one currency, the lowest first."""

    currency: str
    limits: tuple[Limit, ...]

    def over(self, total: int) -> Limit | None:
        """The limit that a complaint's whole redress falls under; None above the highest."""
        return next((limit for limit in self.limits if total <= limit.up_to), None)


def parse_limits(text: str) -> Limits:
    """Limits from TOML: `currency`, and `[[limit]]` with `up_to` (minor units) and `roles`, the lowest first.

    ValueError says which limit is wrong and how.
    """
    table = read_toml(text, "redress")
    currency = table.get("currency")
    if not isinstance(currency, str) or len(currency) != 3 or not currency.isupper():
        raise Unreadable("currency", _("not a code of three capital letters"))
    rows = table.get("limit")
    if not isinstance(rows, list) or not rows:
        raise Unreadable("redress", _("has no [[limit]]"))
    limits = tuple(_limit(place, row) for place, row in enumerate(rows, 1))
    for place, (lower, higher) in enumerate(pairwise(limits), 2):
        if higher.up_to <= lower.up_to:
            raise Unreadable(f"limit {place}", _("not above the limit before it"))
        if higher.alone:
            raise Unreadable(f"limit {place}", _("only the lowest limit may do without a second person"))
    return Limits(currency, limits)


def _limit(place: int, row: Any) -> Limit:
    up_to = row.get("up_to") if isinstance(row, dict) else None
    if not isinstance(up_to, int) or isinstance(up_to, bool) or up_to <= 0:
        raise Unreadable(f"limit {place}", _("up_to is a whole number of minor units above 0"))
    roles = row.get("roles", [])
    if not isinstance(roles, list) or not all(isinstance(role, str) for role in roles):
        raise Unreadable(f"limit {place}", _("roles is a list of roles"))
    return Limit(up_to, tuple(roles))
