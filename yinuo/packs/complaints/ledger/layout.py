"""The ledger's columns and words, read from an edition; what stands there is said nowhere else."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from yinuo.ground.tables import column_key
from yinuo.ground.terms.lists import label, labels
from yinuo.ground.terms.toml import read_toml
from yinuo.ground.terms.unreadable import Unreadable
from yinuo.ground.terms.unreadable import gettext_noop as _

KINDS = ("text", "code", "day", "number", "name", "identity", "contact")
PERSONAL = frozenset({"name", "identity", "contact"})
RECOGNISED = 8  # headings of ours in one row before we take it for the head of a ledger
_KEY = re.compile(r"[a-z][a-z_]{0,39}")


@dataclass(frozen=True, slots=True)
class LedgerColumn:
    """One column: its heading, how its cells are read, what of our own complaints fills it ("" for nothing)."""

    heading: str
    key: str
    kind: str
    known: str = ""
    also: tuple[str, ...] = ()
    note: str = ""

    @property
    def personal(self) -> bool:
        """Whether it says who somebody is or how to reach them."""
        return self.kind in PERSONAL


@dataclass(frozen=True)
class Ledger:
    """The whole ledger; `words` are its words by term list and code, the first of them the one that goes out."""

    columns: tuple[LedgerColumn, ...]
    needed: tuple[str, ...]
    totals: frozenset[str]
    closed: tuple[str, ...]
    working: str
    waiting: str
    yes: str
    no: str
    words: Mapping[str, Mapping[str, tuple[str, ...]]]

    @cached_property
    def by_heading(self) -> dict[str, LedgerColumn]:
        """Columns by every heading they go by, as `plain` writes it."""
        return {plain(name): each for each in self.columns for name in (each.heading, *each.also)}

    @cached_property
    def by_key(self) -> dict[str, LedgerColumn]:
        """Columns by their key."""
        return {each.key: each for each in self.columns}

    def column_of(self, heading: str) -> LedgerColumn | None:
        """The column a heading stands for; numbering before it does not matter."""
        name = plain(heading)
        return self.by_heading.get(name) or self.by_heading.get(name.lstrip("0123456789"))

    def heads(self, cells: Sequence[str]) -> bool:
        """Whether a row of a file is the head of a ledger."""
        found = {column.key for cell in cells if (column := self.column_of(cell))}
        return len(found) >= RECOGNISED

    def word(self, terms: str, code: str) -> str:
        """What the ledger writes for a code of ours; the list's own name where the ledger has none."""
        if not code:
            return ""
        said = self.words.get(terms, {}).get(code)
        return said[0] if said else label(terms, code)

    def reader(self, terms: str) -> dict[str, str]:
        """Codes by every word that stands for them: the ledger's, and today's names in the bank's language.

        A word that stands for several codes stands for the first of the ledger.
        """
        found: dict[str, str] = {}
        for code, words in self.words.get(terms, {}).items():
            for word in words:
                found.setdefault(column_key(word), code)
        for code, name in labels(terms).items():
            found.setdefault(column_key(name), code)
        return found


def plain(heading: str) -> str:
    """A heading without case, spaces, line breaks and punctuation, full-width made half-width."""
    return column_key(heading).replace(" ", "")


def parse_ledger(text: str) -> Ledger:
    """The ledger from TOML; ValueError says which column is wrong and how."""
    table = read_toml(text, "ledger")
    rows = table.get("column")
    if not isinstance(rows, list) or not rows:
        raise Unreadable("ledger", _("has no [[column]]"))
    columns = tuple(_column(place, row) for place, row in enumerate(rows, 1))
    _refuse_doubled("key", (each.key for each in columns))
    _refuse_doubled("heading", (plain(each.heading) for each in columns))
    keys = {each.key for each in columns}
    needed = _texts(table, "needed")
    if missing := [key for key in ("number", "received", *needed) if key not in keys]:
        raise Unreadable("needed", _("{key!r} is no column"), key=missing[0])
    return Ledger(
        columns=columns,
        needed=needed,
        totals=frozenset(map(plain, _texts(table, "totals"))),
        closed=_texts(table, "closed"),
        **{name: _text(table, name) for name in ("working", "waiting", "yes", "no")},
        words=_words(table.get("words", {})),
    )


def _column(place: int, row: Any) -> LedgerColumn:
    from yinuo.packs.complaints.ledger.known import KNOWN

    where = f"column {place}"
    if not isinstance(row, dict) or not isinstance(row.get("heading"), str) or not plain(row["heading"]):
        raise Unreadable(where, _("has no heading"))
    key, kind, known = row.get("key", ""), row.get("kind", ""), row.get("from", "")
    if not isinstance(key, str) or not _KEY.fullmatch(key):
        raise Unreadable(where, _("key is a word of small letters and _"))
    if kind not in KINDS:
        raise Unreadable(where, _("{kind!r} is no kind of cell"), kind=kind)
    if known and known not in KNOWN:
        raise Unreadable(where, _("{known!r} is nothing we know of a complaint"), known=known)
    return LedgerColumn(row["heading"], key, kind, known, _texts(row, "also"), str(row.get("note", "")))


def _refuse_doubled(what: str, names: Iterable[str]) -> None:
    seen: set[str] = set()
    for name in names:
        if name in seen:
            raise Unreadable(what, _("{doubled} stands there twice"), doubled=name)
        seen.add(name)


def _texts(table: Mapping[str, Any], name: str) -> tuple[str, ...]:
    found = table.get(name, [])
    if not isinstance(found, list) or not all(isinstance(each, str) and each for each in found):
        raise Unreadable(name, _("is a list of words"))
    return tuple(found)


def _text(table: Mapping[str, Any], name: str) -> str:
    found = table.get(name)
    if not isinstance(found, str) or not found:
        raise Unreadable(name, _("is a word"))
    return found


def _words(tables: Any) -> dict[str, dict[str, tuple[str, ...]]]:
    if not isinstance(tables, dict) or not all(isinstance(each, dict) for each in tables.values()):
        raise Unreadable("words", _("is a list of words"))
    return {terms: {code: _texts(codes, code) for code in codes} for terms, codes in tables.items()}
