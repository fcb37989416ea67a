"""The mapping of the public US complaint file to the bank's terms, read from an edition."""

from __future__ import annotations

from collections.abc import Collection
from collections.abc import Mapping as Dictionary
from dataclasses import dataclass
from typing import Any

from yinuo.ground.tables import column_key
from yinuo.ground.terms.toml import read_toml
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


class MappingRefused(ValueError):
    """The text is no mapping; the message names the rule and what is wrong with it."""


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

    MappingRefused for broken TOML, a code outside its list, a value with two rules, an empty rule, a word
    missing in a language.
    """
    try:
        table = read_toml(text, "not a mapping")
        edition = table["edition"]
        rules = tuple(_rule(axis, one) for axis in AXES for one in table.get(axis, ()))
        source = str(table["source_of_complaints"]["code"])
        _refuse_foreign_codes(rules, source, terms)
        return Mapping(
            key=str(edition["key"]), name=Words.read(edition["name"], "edition.name"),
            note=Words.read(edition["note"], "edition.note"), origin=str(edition["origin"]),
            source=str(edition["source"]), confirmed=bool(edition.get("confirmed", False)),
            complaint_source=source, rules=rules, _found=_found(rules),
        )  # fmt: skip
    except KeyError as error:
        raise MappingRefused(f"missing: {error.args[0]}") from None
    except (TypeError, AttributeError) as error:
        raise MappingRefused(f"not a mapping: {error}") from None
    except MappingRefused:
        raise
    except ValueError as error:
        raise MappingRefused(str(error)) from None


def _rule(axis: str, table: dict[str, Any]) -> Rule:
    name = AXES[axis][1]
    foreign = set(table) - {"code", "note", name} - ({"sub_product"} if axis == "business" else set())
    if foreign:
        raise MappingRefused(f"{axis}: unknown entry {', '.join(sorted(foreign))}")
    values, sub_values = _texts(axis, table, name), _texts(axis, table, "sub_product")
    if not values:
        raise MappingRefused(f"{axis} → {table['code']}: names no {name}")
    return Rule(axis, str(table["code"]), values, sub_values, str(table.get("note", "")))


def _texts(axis: str, table: dict[str, Any], name: str) -> tuple[str, ...]:
    values = table.get(name, [])
    if not isinstance(values, list) or not all(isinstance(one, str) and column_key(one) for one in values):
        raise MappingRefused(f"{axis}: {name} must be a list of texts")
    return tuple(values)


def _refuse_foreign_codes(
    rules: tuple[Rule, ...], source: str, terms: Dictionary[str, Collection[str]]
) -> None:
    used = [(AXES[rule.axis][0], rule.code) for rule in rules] + [(SOURCE_LIST, source)]
    for term_list, code in used:
        if code not in terms.get(term_list, ()):
            raise MappingRefused(f"{code} is not a code of {term_list}")


def _found(rules: tuple[Rule, ...]) -> dict[tuple[str, str, str], Rule]:
    found: dict[tuple[str, str, str], Rule] = {}
    for rule in rules:
        for value in rule.values:
            for sub_value in rule.sub_values or ("",):
                place = (rule.axis, column_key(value), column_key(sub_value))
                if found.get(place, rule).code != rule.code:
                    raise MappingRefused(f"{rule.axis}: {value} {sub_value} has two rules".replace("  ", " "))
                found[place] = rule
    return found
