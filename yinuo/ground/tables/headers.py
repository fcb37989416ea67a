"""The names of columns: compared without case, spaces, punctuation or a byte-order mark."""

from __future__ import annotations

import unicodedata
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache, lru_cache

from yinuo.ground.tables.faults import TableRefused
from yinuo.ground.terms.words import LANGUAGES, Words

MAX_COLUMNS = 256
# What an errors file adds to the columns as sent, in the reader's language; known again in any.
ERROR_COLUMNS = (
    Words("行号", "row", "列號"),
    Words("列名", "column", "欄名"),
    Words("原因", "reason", "原因"),
)


@dataclass(frozen=True, slots=True)
class Column:
    """`name` as the file writes it, `key` as we compare it ("Timely response?" -> "timely response")."""

    name: str
    key: str


@lru_cache(maxsize=4096)  # an import compares the same few values with its mapping in every row
def column_key(name: str) -> str:
    """Case folded, full-width made half-width, every run of anything but letters and digits one space."""
    plain = unicodedata.normalize("NFKC", name).casefold()
    return " ".join("".join(c if c.isalnum() else " " for c in plain).split())


def read_header(cells: Sequence[str]) -> tuple[tuple[Column, ...], bool]:
    """The columns, and whether the file is an errors file of ours (its three added columns left out).

    TableRefused names the columns without a name or with the same name; columns without a name at the
    right edge are what spreadsheets leave behind and are left out.
    """
    names = _without_empty_tail([cell.strip().lstrip("\ufeff").strip() for cell in cells])
    if not names:
        raise TableRefused("no_header")
    if (
        len(names) > MAX_COLUMNS
    ):  # before any is looked at: a million names would be looked at for half a minute
        raise TableRefused("too_many_columns", value=str(MAX_COLUMNS))
    columns = tuple(Column(name, column_key(name)) for name in names)
    again = tuple(column.key for column in columns[-3:]) in _added() and len(columns) > 3
    if again:
        columns = columns[:-3]
    _refuse_unnamed_and_doubled(columns)
    return columns, again


@cache
def _added() -> frozenset[tuple[str, ...]]:
    """The keys of our added columns, in each language."""
    return frozenset(tuple(column_key(name.to(language)) for name in ERROR_COLUMNS) for language in LANGUAGES)


def _without_empty_tail(names: list[str]) -> list[str]:
    while names and not names[-1]:
        names.pop()
    return names


def _refuse_unnamed_and_doubled(columns: Sequence[Column]) -> None:
    unnamed = tuple(str(place) for place, column in enumerate(columns, 1) if not column.key)
    if unnamed:
        raise TableRefused("unnamed_column", columns=unnamed)
    seen = Counter(column.key for column in columns)
    doubled = tuple(dict.fromkeys(column.name for column in columns if seen[column.key] > 1))
    if doubled:
        raise TableRefused("duplicate_column", columns=doubled)
