"""What holds for people who complain together: an edition, read from TOML."""

from __future__ import annotations

from dataclasses import dataclass

from yinuo.ground.terms.toml import read_toml
from yinuo.ground.terms.unreadable import Unreadable
from yinuo.ground.terms.unreadable import gettext_noop as _


@dataclass(frozen=True, slots=True)
class Joint:
    """How many represent all who complain together, the customer among them; where the rule is written."""

    representatives: int
    source: str
    confirmed: bool


def parse_joint(text: str) -> Joint:
    """The rule from TOML: `representatives`, `source`, `confirmed`; ValueError says what is wrong."""
    table = read_toml(text, "joint")
    most, source, confirmed = (table.get(key) for key in ("representatives", "source", "confirmed"))
    if not isinstance(most, int) or isinstance(most, bool) or most < 1:
        raise Unreadable("representatives", _("a whole number above 0"))
    if not isinstance(source, str) or not source.strip():
        raise Unreadable("source", _("says where the rule is written"))
    if not isinstance(confirmed, bool):
        raise Unreadable("confirmed", _("true or false"))
    return Joint(most, source, confirmed)
