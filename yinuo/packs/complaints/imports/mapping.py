"""The mapping of the public US complaint file to the bank's terms, read from an edition."""

from __future__ import annotations

from collections.abc import Collection
from collections.abc import Mapping as Dictionary
from dataclasses import dataclass
from typing import Any

from yinuo.ground.tables import column_key
from yinuo.ground.terms.toml import read_toml
from yinuo.ground.terms.unreadable import Unreadable
from yinuo.ground.terms.unreadable import gettext_noop as _
from yinuo.ground.terms.words import Words

UNMAPPED = "unmapped"

# axis -> (the term list its codes stand in, the name of the values in a rule)
AXES = {
    "business": ("complaint_business", "product"),
    "cause": ("complaint_cause", "issue"),
    "channel": ("complaint_via", "via"),
    "outcome": ("complaint_outcome", "response"),
}
SOURCE_LIST = "complaint_source"


@dataclass(frozen=True, slots=True)
class Rule:
    """One line of the edition as the preview shows it: these values become this code."""

    axis: str
    code: str
    values: tuple[str, ...]
    sub_values: tuple[str, ...] = ()
    note: str = ""

    @property
    def shown(self) -> str:
        """The rule in one line."""
        parts = [" | ".join(values) for values in (self.values, self.sub_values) if values]
        return f"{' / '.join(parts)} → {self.code}"


@dataclass(frozen=True, slots=True)
class Mapped:
    """A code of ours and the rule that gave it; `unmapped` and no rule for a value nobody foresaw.

    An empty value is unmapped too, with `stated` False: the preview lists only what was stated.
    """

    code: str
    rule: Rule | None
    stated: bool = True

    @property
    def known(self) -> bool:
        """Whether a rule was found."""
        return self.rule is not None


@dataclass(frozen=True)
class Mapping:
    """An edition of the mapping. Values are compared without case, spaces and punctuation."""

    key: str
    name: Words
    note: Words
    origin: str
    source: str
    confirmed: bool
    complaint_source: str
    rules: tuple[Rule, ...]
    _found: dict[tuple[str, str, str], Rule]

    def business(self, product: str | None, sub_product: str | None = None) -> Mapped:
        """The complaint_business code: the rule of product and sub-product, else that of the product."""
        return self._look_up("business", product, sub_product)

    def cause(self, issue: str | None) -> Mapped:
        """The complaint_cause code."""
        return self._look_up("cause", issue)

    def channel(self, via: str | None) -> Mapped:
        """The complaint_channel code: how the complaint came in."""
        return self._look_up("channel", via)

    def outcome(self, response: str | None) -> Mapped:
        """The complaint_outcome code."""
        return self._look_up("outcome", response)

    def _look_up(self, axis: str, value: str | None, sub_value: str | None = None) -> Mapped:
        if not value:
            return Mapped(UNMAPPED, None, stated=False)
        one, other = column_key(value), column_key(sub_value or "")
        rule = self._found.get((axis, one, other)) or self._found.get((axis, one, ""))
        return Mapped(rule.code if rule else UNMAPPED, rule)


def parse_mapping(text: str, terms: Dictionary[str, Collection[str]]) -> Mapping:
    """The mapping in TOML text; `terms` gives the codes of each term list.

    Unreadable for broken TOML, a code outside its list, a value with two rules, an empty rule, a word
    missing in a language.
    """
    table = read_toml(text, "mapping")
    edition = _table(table, "edition")
    rules = tuple(_rule(axis, one) for axis in AXES for one in _tables(table, axis))
    source = _text(_table(table, "source_of_complaints"), "code", "source_of_complaints")
    _refuse_foreign_codes(rules, source, terms)
    return Mapping(
        key=_text(edition, "key", "edition"), name=Words.read(edition.get("name"), "edition.name"),
        note=Words.read(edition.get("note"), "edition.note"), origin=_text(edition, "origin", "edition"),
        source=_text(edition, "source", "edition"), confirmed=bool(edition.get("confirmed", False)),
        complaint_source=source, rules=rules, _found=_found(rules),
    )  # fmt: skip


def _table(table: Dictionary[str, Any], name: str) -> dict[str, Any]:
    found = table.get(name)
    if not isinstance(found, dict):
        raise Unreadable(name, _("missing, or not a table"))
    return found


def _tables(table: Dictionary[str, Any], axis: str) -> list[dict[str, Any]]:
    found = table.get(axis, [])
    if not isinstance(found, list) or not all(isinstance(one, dict) for one in found):
        raise Unreadable(axis, _("not a list of tables"))
    return found


def _text(table: Dictionary[str, Any], name: str, where: str) -> str:
    found = table.get(name)
    if not isinstance(found, str) or not found.strip():
        raise Unreadable(f"{where}.{name}", _("missing, or not a text"))
    return found


def _rule(axis: str, table: dict[str, Any]) -> Rule:
    name = AXES[axis][1]
    foreign = set(table) - {"code", "note", name} - ({"sub_product"} if axis == "business" else set())
    if foreign:
        raise Unreadable(axis, _("unknown field {strange!r}"), strange=min(foreign))
    code = _text(table, "code", axis)
    values, sub_values = _texts(axis, table, name), _texts(axis, table, "sub_product")
    if not values:
        raise Unreadable(f"{axis} → {code}", _("{name} names no value"), name=name)
    return Rule(axis, code, values, sub_values, str(table.get("note", "")))


def _texts(axis: str, table: dict[str, Any], name: str) -> tuple[str, ...]:
    values = table.get(name, [])
    if not isinstance(values, list) or not all(isinstance(one, str) and column_key(one) for one in values):
        raise Unreadable(f"{axis}.{name}", _("not a list of texts"))
    return tuple(values)


def _refuse_foreign_codes(
    rules: tuple[Rule, ...], source: str, terms: Dictionary[str, Collection[str]]
) -> None:
    used = [(rule.axis, AXES[rule.axis][0], rule.code) for rule in rules]
    for where, term_list, code in [*used, ("source_of_complaints", SOURCE_LIST, source)]:
        if code not in terms.get(term_list, ()):
            raise Unreadable(where, _("{code!r} is not a code of {list}"), code=code, list=term_list)


def _found(rules: tuple[Rule, ...]) -> dict[tuple[str, str, str], Rule]:
    found: dict[tuple[str, str, str], Rule] = {}
    for rule in rules:
        for value in rule.values:
            for sub_value in rule.sub_values or ("",):
                place = (rule.axis, column_key(value), column_key(sub_value))
                if found.get(place, rule).code != rule.code:
                    both = f"{value} / {sub_value}" if sub_value else value
                    raise Unreadable(rule.axis, _("{value!r} has two rules"), value=both)
                found[place] = rule
    return found
