"""What is held on a person, told by whoever holds it: each floor and pack declares its own tables, upward.

A table with words of customers or of cases is either told by a holding or says here why it is not; a test fails on a third.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any
from uuid import UUID

from django.utils.functional import Promise as Lazy

from yinuo.ground.files.models import StoredFile

Row = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Holding:
    """One kind of thing held: `rows(customer)` gives what stands under `columns`; `tables` are the models it tells.

    `files(customer)` are uploads that belong to it.
    """

    key: str
    name: str | Lazy
    tables: tuple[str, ...]
    columns: Mapping[str, str | Lazy]
    rows: Callable[[UUID], Iterable[Row]]
    files: Callable[[UUID], Iterable[StoredFile]] | None = None


_holdings: dict[str, Holding] = {}
_untold: dict[str, str] = {}
HOLDINGS = MappingProxyType(_holdings)
UNTOLD = MappingProxyType(_untold)


def declare_holding(*holdings: Holding) -> None:
    """Make them known, in the order in which they are told; the same key again replaces it."""
    for each in holdings:
        _holdings[each.key] = each


def declare_untold(tables: Mapping[str, str]) -> None:
    """Tables that are not told to the person, each with the reason."""
    _untold.update(tables)


def table(rows: Iterable[Any], columns: Mapping[str, Any]) -> Iterable[Row]:
    """Rows of a model as the columns of a holding, by the names of attributes."""
    return ({name: getattr(row, name) for name in columns} for row in rows)
