"""What packs add to the card that says who the customer of a case is, on the page of whatever kind of case."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from yinuo.engines.cases.models import Case
from yinuo.ground.access.reach import Reach


@dataclass(frozen=True, slots=True)
class CustomerPart:
    """One addition, for whoever holds the verb in the unit that handles the case. The template reads `part`."""

    key: str
    verb: str
    template: str
    shown: Callable[[Case], Mapping[str, Any]]


@dataclass(frozen=True, slots=True)
class Drawn:
    """One of them on a page."""

    template: str
    shown: Mapping[str, Any]


_parts: dict[str, CustomerPart] = {}


def declare_customer_part(part: CustomerPart) -> None:
    """Make it known; the same key again replaces it."""
    _parts[part.key] = part


def customer_parts(case: Case, reach: Reach) -> list[Drawn]:
    """What this reader sees beside the masked values; nothing where nobody is known."""
    if case.customer_id is None:
        return []
    allowed = [each for _key, each in sorted(_parts.items()) if reach.may(each.verb, case.handling_unit_id)]
    return [Drawn(each.template, each.shown(case)) for each in allowed]
