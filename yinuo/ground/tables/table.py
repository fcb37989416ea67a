"""One way to read a table, whatever it came as: columns by name, rows one at a time."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from itertools import islice
from pathlib import Path

from yinuo.ground.tables import errors_file
from yinuo.ground.tables.delimited import MAX_CELL, Record, read_records, sniff_delimiter
from yinuo.ground.tables.faults import RowError, TableRefused, row_error
from yinuo.ground.tables.headers import Column, column_key, read_header
from yinuo.ground.tables.source import MAX_BYTES, Source, examine
from yinuo.ground.tables.workbook import UNCOUNTED, check_workbook, read_sheet

Heads = Callable[[Sequence[str]], bool]
MOST_ABOVE = 30  # lines above the header: a title, a unit, a period


@dataclass(slots=True)
class Row:
    """`number` counts rows that are not empty (1 = first below the header), `line` lines of the file.

    `cells` by column key, as written. `fault` is set where the row cannot be read as cells of the header;
    then `cells` holds what there was: cells too many joined into the last one, a line whose quotes do not
    match whole in the first.
    """

    number: int
    line: int
    cells: dict[str, str]
    fault: RowError | None = None


@dataclass(frozen=True)
class Table:
    """A table found readable. Iterating reads the file from the start each time; nothing is kept in memory.

    `again` says that this is an errors file of ours, sent again after correction. `above` counts the records
    before the header; `filled` says that merged cells and formulas without a value are told.
    """

    source: Source
    columns: tuple[Column, ...]
    delimiter: str
    again: bool = False
    above: int = 0
    filled: bool = False
    _by_key: dict[str, Column] = field(init=False, repr=False, compare=False, default_factory=dict)

    def __post_init__(self) -> None:
        self._by_key.update({column.key: column for column in self.columns})

    def __iter__(self) -> Iterator[Row]:
        return self.rows

    @property
    def rows(self) -> Iterator[Row]:
        """A fresh iterator from the first row on."""
        return _rows(self)

    @cached_property
    def keys(self) -> list[str]:
        """The columns' keys, in the file's order."""
        return [column.key for column in self.columns]

    def has(self, name: str) -> bool:
        """Whether there is a column of this name, however written."""
        return column_key(name) in self._by_key

    def name_of(self, key: str) -> str:
        """The column's name as the file writes it; the key itself if there is no such column."""
        return self._by_key[key].name if key in self._by_key else key

    def need(self, names: Iterable[str]) -> None:
        """TableRefused naming every column that is missing."""
        missing = tuple(name for name in names if not self.has(name))
        if missing:
            raise TableRefused("missing_column", columns=missing)


def read_table(path: Path | str, *, max_bytes: int = MAX_BYTES, heads: Heads | None = None) -> Table:
    """The table in a CSV (UTF-8, UTF-16 or GB18030; comma, semicolon or tab) or XLSX file.

    `heads` knows a header when it sees one: then lines above it are left out, and merged cells read as filled;
    where it sees none, the first line is the header as ever.

    Raises TableRefused for a fault of the whole file: empty, too large, another kind of file, unknown
    encoding, no header, columns unnamed or doubled. Faults of single rows are left to their rows.
    """
    source = examine(path, max_bytes=max_bytes)
    if source.kind == "xlsx":
        check_workbook(source.path)
    delimiter = "" if source.kind == "xlsx" else sniff_delimiter(source.path, source.encoding)
    filled = heads is not None
    first = list(islice(_records(source, delimiter, filled=filled), MOST_ABOVE if heads else 1))
    above = _header_at(first, heads)
    if above >= len(first) or (cells := first[above].cells) is None:
        raise TableRefused("no_header")
    columns, again = read_header(cells)
    return Table(source, columns, delimiter, again, above, filled)


def _header_at(records: Sequence[Record], heads: Heads | None) -> int:
    found = (place for place, record in enumerate(records) if record.cells and heads and heads(record.cells))
    return next(found, 0)


def _records(source: Source, delimiter: str, *, filled: bool) -> Iterator[Record]:
    if source.kind == "xlsx":
        return read_sheet(source.path, filled=filled)
    return read_records(source.path, source.encoding, delimiter)


def _rows(table: Table) -> Iterator[Row]:
    records = islice(_records(table.source, table.delimiter, filled=table.filled), table.above + 1, None)
    number = 0
    for record in records:
        if record.cells is None or any(map(str.strip, record.cells)):
            number += 1
            yield _row(table, number, record)


def _row(table: Table, number: int, record: Record) -> Row:
    keys = table.keys
    if record.cells is None:
        cells = {keys[0]: record.raw.rstrip("\r\n")}
        # A cell beyond the limit ends like quotes that do not match: its line alone says which of them it was.
        fault = row_error(number, "", "quotes", record.raw)
        if len(record.raw) > MAX_CELL:
            fault = row_error(number, "", "long_cell", str(MAX_CELL))
        return Row(number, record.line, cells, fault)
    values = _fitted(table, record.cells)
    if len(values) == len(keys):
        row = Row(number, record.line, dict(zip(keys, values, strict=True)))
        whole = "".join(values)
        if "\0" in whole:
            row.fault = _nul(table, row)
        elif len(whole) > MAX_CELL and (long := _long(table, row)):
            row.fault = long
        return row
    code = "too_few_cells" if len(values) < len(keys) else "too_many_cells"
    fault = row_error(number, "", code, str(len(values)))
    joined = [*values[: len(keys) - 1], (table.delimiter or ",").join(values[len(keys) - 1 :])]
    return Row(number, record.line, dict(zip(keys, joined, strict=False)), fault)


def _nul(table: Table, row: Row) -> RowError:
    column = next(column for column in table.columns if "\0" in row.cells[column.key])
    code = "formula" if row.cells[column.key] == UNCOUNTED else "nul"
    return row_error(row.number, column.name, code, row.cells[column.key])


def _long(table: Table, row: Row) -> RowError | None:
    """The first cell that is too long; text files are cut into none such, workbooks are."""
    names = [column.name for column in table.columns if len(row.cells[column.key]) > MAX_CELL]
    return row_error(row.number, names[0], "long_cell", str(MAX_CELL)) if names else None


def _fitted(table: Table, cells: Sequence[str]) -> Sequence[str]:
    """Our own added columns taken away; empty cells at the right edge as spreadsheets leave or drop them."""
    width = len(table.columns)
    if table.again:
        beyond = cells[width + len(errors_file.COLUMNS) :]
        cells = [*map(errors_file.unescaped, cells[:width]), *filter(None, beyond)]
    if len(cells) > width and not any(cells[width:]):
        return cells[:width]
    if table.source.kind == "xlsx":
        return [*cells, *[""] * (width - len(cells))]
    return cells
