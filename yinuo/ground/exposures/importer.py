"""Bringing a table of exposures in: rows that cannot be taken come back with every reason, the others go in."""

from __future__ import annotations

import calendar
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Any, TypeVar
from uuid import UUID

from django.utils import timezone

from yinuo.ground.exposures.layout import Layout, heads, read_amount, read_month, read_series, recognise
from yinuo.ground.exposures.stating import Judged, Key, Said, judge, state
from yinuo.ground.people.models import Unit
from yinuo.ground.tables import RefusedRow, Row, RowError, Table, read_table, row_error
from yinuo.ground.tables.errors_file import write_errors
from yinuo.ground.tables.source import MAX_BYTES
from yinuo.ground.terms.words import Words

EXAMPLES = 20
Read = TypeVar("Read")
NOT_OVER = Words(
    "{column}：{value} 还没有结束。", "{column}: {value} is not over yet.", "{column}：{value} 尚未結束。"
)
NOT_OPEN = Words(
    "{column}：机构“{value}”在该月没有营业。",
    "{column}: the unit “{value}” was not open in that month.",
    "{column}：機構「{value}」該月沒有營業。",
)
NO_UNIT = Words(
    "{column}：没有机构“{value}”，或不在您的管辖范围内。",
    "{column}: there is no unit “{value}” within your reach.",
    "{column}：沒有機構「{value}」，或不在您的管轄範圍內。",
)
NO_COUNT = Words(
    "{column}：“{value}”不是非负整数。",
    "{column}: “{value}” is not a whole number of 0 or more.",
    "{column}：「{value}」不是非負整數。",
)
OTHERWISE = Words(
    "{column}：第 {other} 行对同一机构、月份和种类另有数值。",
    "{column}: row {other} says another figure for the same unit, month and series.",
    "{column}：第 {other} 列對同一機構、月份與種類另有數值。",
)
NOTHING = Words("这一行没有任何数值。", "There is no figure in this row.", "這一列沒有任何數值。")


@dataclass(slots=True)
class Outcome:
    """What an import did, or would do: figures, not rows, but for `rows` and `refused`."""

    rows: int = 0
    new: int = 0
    corrected: int = 0
    known: int = 0
    refused: int = 0
    examples: list[dict[str, Any]] = field(default_factory=list)

    def line(self) -> str:
        """The machine-readable last line."""
        return f"new {self.new}, corrected {self.corrected}, unchanged {self.known}, refused {self.refused}"


@dataclass(frozen=True, slots=True)
class _Bank:
    """Whom a file may speak of, and which month is not over."""

    units: Mapping[str, Unit]
    today: date
    said: dict[Key, tuple[int, int]] = field(default_factory=dict)  # amount, row


def check(path: Path, *, max_bytes: int = MAX_BYTES) -> None:
    """TableRefused unless it is a table of exposures."""
    recognise(read_table(path, max_bytes=max_bytes, heads=heads))


def import_exposures(
    path: Path,
    *,
    by: UUID | None,
    units: frozenset[UUID] | None = None,
    errors: Path | None = None,
    dry_run: bool = False,
    language: str = "zh-hans",
) -> Outcome:
    """Read a table into exposures; TableRefused if it is none. `units` are those the reader answers for, None: all.

    A row is taken whole or not at all. The same file again changes nothing.
    """
    table = read_table(path, heads=heads)
    layout, bank = recognise(table), _Bank(_units(units), timezone.localdate())
    readings = list(_read(table, layout, bank))
    refused = [each for each in readings if isinstance(each, RefusedRow)]
    said = [figure for each in readings if not isinstance(each, RefusedRow) for figure in each]
    judged = judge(said) if dry_run else state(said, by=by, file=table.source.sha256)
    if errors is not None and refused:
        write_errors(errors, table, refused, language)
    counts = len(readings), judged.new, judged.corrected, judged.known, len(refused)
    return Outcome(*counts, _examples(judged, bank))


def _units(reach: frozenset[UUID] | None) -> dict[str, Unit]:
    """By code, and by name where only one has it."""
    found = [unit for unit in Unit.objects.order_by("code") if reach is None or unit.pk in reach]
    names: dict[str, list[Unit]] = {}
    for unit in found:
        for name in {unit.name_zh_hans, unit.name_en, unit.name_zh_hant} - {""}:
            names.setdefault(name, []).append(unit)
    return {name: held[0] for name, held in names.items() if len(held) == 1} | {u.code: u for u in found}


def _read(table: Table, layout: Layout, bank: _Bank) -> Iterator[list[Said] | RefusedRow]:
    for row in table.rows:
        errors: list[RowError] = [row.fault] if row.fault else []
        figures = [] if errors else _figures(_Cells(table, row, errors), layout, bank)
        if errors:
            yield RefusedRow(row, tuple(errors))
            continue
        for figure in figures:
            bank.said.setdefault(figure.key, (figure.amount, row.number))
        yield [figure for figure in figures if bank.said[figure.key][1] == row.number]


@dataclass(frozen=True, slots=True)
class _Cells:
    """One row, and what is wrong with it so far."""

    table: Table
    row: Row
    errors: list[RowError]

    def text(self, key: str) -> str:
        """A cell without the spaces around it."""
        return self.row.cells.get(key, "").strip()

    def wrong(self, key: str, code: str, words: Words | None = None, **more: object) -> None:
        """One more reason."""
        name = self.table.name_of(key) if key else ""
        self.errors.append(
            row_error(self.row.number, name, code, self.text(key) if key else "", words=words, **more)
        )

    def read(
        self, key: str, read: Callable[[str], Read], code: str, words: Words | None = None
    ) -> Read | None:
        """What a cell says; None where it is empty or cannot be read, which is told."""
        if not self.text(key):
            self.wrong(key, "missing")
            return None
        try:
            return read(self.text(key))
        except ValueError:
            self.wrong(key, code, words)
            return None


def _figures(cells: _Cells, layout: Layout, bank: _Bank) -> list[Said]:
    unit, month = _unit(cells, layout, bank), _month(cells, layout, bank)
    if unit is not None and month is not None and not _was_open(unit, month):
        cells.wrong(layout.unit, "closed", NOT_OPEN)
    amounts = _amounts(cells, layout)
    if unit is None or month is None or cells.errors:
        return []
    figures = [Said(unit.pk, series, month, amount) for series, (amount, _key) in amounts.items()]
    for figure in figures:
        amount, row = bank.said.get(figure.key, (figure.amount, 0))
        if amount != figure.amount:
            cells.wrong(amounts[figure.series][1], "otherwise", OTHERWISE, other=row)
    return figures


def _unit(cells: _Cells, layout: Layout, bank: _Bank) -> Unit | None:
    text = cells.text(layout.unit)
    if text and text not in bank.units:
        cells.wrong(layout.unit, "no_unit", NO_UNIT)
    elif not text:
        cells.wrong(layout.unit, "missing")
    return bank.units.get(text)


def _month(cells: _Cells, layout: Layout, bank: _Bank) -> date | None:
    month = cells.read(layout.month, read_month, "unreadable_date")
    if month is not None and _last_day(month) >= bank.today:
        cells.wrong(layout.month, "not_over", NOT_OVER)
    return month


def _was_open(unit: Unit, month: date) -> bool:
    return unit.opened_on <= _last_day(month) and (unit.closed_on is None or unit.closed_on > month)


def _last_day(month: date) -> date:
    return month.replace(day=calendar.monthrange(month.year, month.month)[1])


def _amounts(cells: _Cells, layout: Layout) -> dict[str, tuple[int, str]]:
    """series -> (amount, the column it stands in). An empty cell of a column states nothing."""
    if layout.amount:
        series = cells.read(layout.series, read_series, "unknown_value")
        columns = {series or "": layout.amount}
    else:
        columns = {series: key for series, key in layout.columns.items() if cells.text(key)}
        if not columns:
            cells.wrong("", "nothing", NOTHING)
    read = {each: (cells.read(key, read_amount, "no_count", NO_COUNT), key) for each, key in columns.items()}
    return {series: (amount, key) for series, (amount, key) in read.items() if amount is not None}


def _examples(judged: Judged, bank: _Bank) -> list[dict[str, Any]]:
    names = {unit.pk: unit for unit in bank.units.values()}
    return [
        {
            "unit": names[said.unit],
            "month": said.month,
            "series": said.series,
            "amount": said.amount,
            "before": before.amount if before else None,
        }
        for said, before in judged.changes[:EXAMPLES]
    ]
