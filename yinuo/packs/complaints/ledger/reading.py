"""A ledger coming in: rows of a file as cells in the ledger's own writing, or refused with every reason."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date
from hashlib import blake2b

from yinuo.ground.tables import RefusedRow, Row, RowError, Table, row_error
from yinuo.ground.tables.headers import Column
from yinuo.ground.terms.words import Words
from yinuo.packs.complaints.ledger.cells import NOTHING, CellUnreadable, as_meant, canonical, day_in
from yinuo.packs.complaints.ledger.layout import Ledger, LedgerColumn, plain

MOST_NUMBER = 80
FIRST_YEAR = 1980  # whatever is said to be older is a slip of the pen
SERIES = "ledger-68:"

REFUSALS = {
    "repeated_number": Words(
        "{column}：{value} 在第 {earlier} 行已经出现，内容不同。",
        "{column}: {value} is already in row {earlier} with other content.",
        "{column}：{value} 在第 {earlier} 列已經出現，內容不同。",
    ),
    "other_content": Words(
        "{column}：{value} 已经导入过，内容不同；系统内的记录未改动。",
        "{column}: {value} was imported before with other content; what is here was not changed.",
        "{column}：{value} 先前已匯入，內容不同；系統內的紀錄未更動。",
    ),
    "closed_before_received": Words(
        "{column}：{value} 早于受理日期 {received}。",
        "{column}: {value} is before the day of receipt, {received}.",
        "{column}：{value} 早於受理日期 {received}。",
    ),
}


@dataclass(frozen=True, slots=True)
class LedgerComplaint:
    """One row: its cells by column key as the ledger writes them, and columns that are none of the ledger's.

    `identical_to` is the number of an earlier row of the file that says exactly the same.
    """

    row: Row
    cells: dict[str, str]
    besides: dict[str, str]
    received: date
    closed: date | None
    identical_to: int | None = None

    @property
    def number(self) -> str:
        """Its number in the ledger."""
        return self.cells["number"]

    @property
    def key(self) -> str:
        """What names it for ever."""
        return SERIES + self.number


@dataclass(frozen=True, slots=True)
class LeftOut:
    """A row that is no complaint: a sub-total, or the head once more."""

    row: Row


Reading = LedgerComplaint | RefusedRow | LeftOut


@dataclass(frozen=True)
class Layout:
    """Which column of the file is which of the ledger."""

    table: Table
    ledger: Ledger
    found: dict[str, Column] = field(default_factory=dict)
    besides: tuple[Column, ...] = ()

    def heading(self, key: str) -> str:
        """What the file calls a column; the ledger's own heading where it has none."""
        return self.found[key].name if key in self.found else self.ledger.by_key[key].heading


def is_ledger(table: Table, ledger: Ledger) -> bool:
    """Whether the head of a table is that of a ledger."""
    return ledger.heads([column.name for column in table.columns])


def recognise(table: Table, ledger: Ledger) -> Layout:
    """The layout; TableRefused naming the columns that must be there and are not."""
    found: dict[str, Column] = {}
    besides = []
    for column in table.columns:
        known = ledger.column_of(column.name)
        if known is None or known.key in found:
            besides.append(column)
        else:
            found[known.key] = column
    table.need(ledger.by_key[key].heading for key in ledger.needed if key not in found)
    return Layout(table, ledger, found, tuple(besides))


def read_ledger(table: Table, ledger: Ledger, *, today: date) -> Iterator[Reading]:
    """Every row, in order; the same file reads the same each time."""
    layout = recognise(table, ledger)
    seen: dict[str, tuple[int, bytes]] = {}
    for row in table.rows:
        if row.fault:
            yield RefusedRow(row, (row.fault,))
        elif _left_out(row, layout):
            yield LeftOut(row)
        else:
            yield _Row(layout, row, today).result(seen)


def _left_out(row: Row, layout: Layout) -> bool:
    """A sub-total says so in its first cell and has no number; the head once more says our headings again."""
    said = [cell for cell in row.cells.values() if cell.strip()]
    first = plain(said[0]) if said else ""
    number = layout.found.get("number")
    unnumbered = number is None or plain(row.cells[number.key]) in {"", *layout.ledger.totals}
    total = unnumbered and any(first.endswith(word) for word in layout.ledger.totals)
    return total or layout.ledger.heads(said)


class _Row:
    """One row on its way in, collecting what is wrong with it."""

    def __init__(self, layout: Layout, row: Row, today: date) -> None:
        self.layout, self.row, self.today = layout, row, today
        self.errors: list[RowError] = []
        self.cells = {
            key: cell
            for key, column in layout.found.items()
            if (cell := self._cell(layout.ledger.by_key[key], column))
        }

    def result(self, seen: dict[str, tuple[int, bytes]]) -> LedgerComplaint | RefusedRow:
        """The complaint; refused with every reason at once."""
        for key in self.layout.ledger.needed:
            if self.cells.get(key, "") in NOTHING and not self._refused(key):
                self._refuse(key, "missing")
        received, closed = self._day("received"), self._day("closed")
        if received and received.year < FIRST_YEAR:
            self._refuse("received", "unreadable_date")
        if received and received > self.today:
            self._refuse("received", "future_date")
        if closed and closed > self.today:
            self._refuse("closed", "future_date")
        if received and closed and closed < received:
            self._refuse("closed", "closed_before_received", received=received.isoformat())
        if len(self.cells.get("number", "")) > MOST_NUMBER:
            self._refuse("number", "too_long")
        identical = self._identical(seen)
        if self.errors or received is None:
            return RefusedRow(self.row, tuple(self.errors))
        seen.setdefault(self.cells["number"], (self.row.number, self._digest()))
        besides = {
            column.name: cell for column in self.layout.besides if (cell := self._meant(column.key).strip())
        }
        return LedgerComplaint(self.row, self.cells, besides, received, closed, identical)

    def _identical(self, seen: dict[str, tuple[int, bytes]]) -> int | None:
        earlier = seen.get(self.cells.get("number", ""))
        if earlier is None:
            return None
        if earlier[1] != self._digest():
            self._refuse("number", "repeated_number", earlier=earlier[0])
        return earlier[0]

    def _digest(self) -> bytes:
        return blake2b(
            "\0".join(f"{key}={cell}" for key, cell in sorted(self.cells.items())).encode()
        ).digest()

    def _meant(self, key: str) -> str:
        cell = self.row.cells[key]
        return cell if self.layout.table.source.kind == "xlsx" else as_meant(cell)

    def _cell(self, column: LedgerColumn, place: Column) -> str:
        try:
            return canonical(column.kind, self._meant(place.key))
        except CellUnreadable as error:
            self._refuse(column.key, str(error))
            return ""

    def _refused(self, key: str) -> bool:
        heading = self.layout.heading(key)
        return any(error.column == heading for error in self.errors)

    def _day(self, key: str) -> date | None:
        return day_in(self.cells.get(key, ""))

    def _refuse(self, key: str, code: str, **more: object) -> None:
        place = self.layout.found.get(key)
        value = self.row.cells[place.key] if place else ""
        heading = self.layout.heading(key)
        self.errors.append(row_error(self.row.number, heading, code, value, words=REFUSALS.get(code), **more))


def refused_again(complaint: LedgerComplaint, layout: Layout) -> RefusedRow:
    """The row refused because its number was imported before with other content."""
    words = REFUSALS["other_content"]
    error = row_error(
        complaint.row.number, layout.heading("number"), "other_content", complaint.number, words=words
    )
    return RefusedRow(complaint.row, (error,))
