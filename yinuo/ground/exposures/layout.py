"""How a table of exposures may be laid out: a column a series, or a row a figure; headings in three languages."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from yinuo.ground.exposures.models import Series
from yinuo.ground.tables import DayUnreadable, Table, TableRefused, column_key, read_day
from yinuo.ground.terms.words import LANGUAGES, Words

UNIT = (Words("机构", "unit", "機構"), Words("机构代码", "unit code", "機構代碼"))
MONTH = (Words("月份", "month", "月份"), Words("统计月份", "period", "統計月份"))
SERIES = (Words("种类", "series", "種類"), Words("类别", "kind", "類別"))
AMOUNT = (Words("数量", "amount", "數量"), Words("数值", "figure", "數值"))
NAMES = {
    Series.BRANCHES: (
        Words("网点", "branches", "據點"),
        Words("营业网点数", "number of branches", "營業據點數"),
    ),
    Series.CUSTOMERS: (Words("客户", "customers", "客戶"), Words("客户数", "number of customers", "客戶數")),
    Series.TRANSACTIONS: (
        Words("交易", "transactions", "交易"),
        Words("交易笔数", "number of transactions", "交易筆數"),
    ),
}
MOST = 10**15  # beyond, a spreadsheet rounds
_MONTH = re.compile(r"(\d{4})\s*(?:[-/.年])?\s*(\d{1,2})\s*月?")
_GROUPED = re.compile(r"\d{1,3}(?:[,\s]\d{3})+|\d+")


@dataclass(frozen=True, slots=True)
class Layout:
    """The keys of the columns that count. Either `columns` by series, or `series` and `amount`."""

    unit: str
    month: str
    columns: Mapping[str, str]
    series: str = ""
    amount: str = ""


def heads(cells: Sequence[str]) -> bool:
    """Whether a line of a file is the heading of such a table."""
    return _layout([column_key(cell) for cell in cells]) is not None


def recognise(table: Table) -> Layout:
    """The layout of a table; TableRefused names what is missing."""
    layout = _layout(table.keys)
    if layout is not None:
        return layout
    wanted = [UNIT, MONTH, *NAMES.values()]
    missing = [names[0] for names in wanted if not _find(table.keys, names)]
    raise TableRefused("missing_column", columns=tuple(f"{words.en} ({words.zh_hans})" for words in missing))


def read_month(text: str) -> date:
    """The first day of a month as people write it: 2026-09, 2026/9, 202609, 2026年9月, or any day of it.

    DayUnreadable for anything else.
    """
    plain = unicodedata.normalize("NFKC", text).strip()
    if match := _MONTH.fullmatch(plain):
        try:
            return date(int(match[1]), int(match[2]), 1)
        except ValueError:
            raise DayUnreadable(text) from None
    return read_day(plain).day.replace(day=1)


def read_amount(text: str) -> int:
    """A whole number that is not negative, with or without thousands marks; ValueError for anything else."""
    plain = unicodedata.normalize("NFKC", text).strip()
    if not _GROUPED.fullmatch(plain) or (amount := int(re.sub(r"\D", "", plain))) >= MOST:
        raise ValueError(text)
    return amount


def read_series(text: str) -> str:
    """The series a cell names, in any of the languages; ValueError for anything else."""
    key = column_key(text)
    for series, names in NAMES.items():
        if key in _keys(names):
            return series.value
    raise ValueError(text)


def _layout(keys: Sequence[str]) -> Layout | None:
    unit, month = _find(keys, UNIT), _find(keys, MONTH)
    series, amount = _find(keys, SERIES), _find(keys, AMOUNT)
    columns = {each.value: key for each in Series if (key := _find(keys, NAMES[each]))}
    if not (unit and month and (columns or (series and amount))):
        return None
    return Layout(unit, month, {}, series, amount) if series and amount else Layout(unit, month, columns)


def _find(keys: Sequence[str], names: Sequence[Words]) -> str:
    known = _keys(names)
    return next((key for key in keys if key in known), "")


def _keys(names: Sequence[Words]) -> set[str]:
    return {column_key(words.to(language)) for words in names for language in LANGUAGES}
