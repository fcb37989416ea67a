"""Rows out of an XLSX workbook, read without building it in memory; bombs and damage refused."""

from __future__ import annotations

import zipfile
from collections.abc import Iterator
from datetime import date, datetime, time
from pathlib import Path
from typing import Any

from lxml import etree
from openpyxl import load_workbook
from openpyxl.utils.cell import range_boundaries

from yinuo.ground.tables.delimited import Record
from yinuo.ground.tables.faults import TableRefused
from yinuo.ground.tables.headers import MAX_COLUMNS

MAX_UNPACKED = 1 << 30
MAX_LINES = 1_048_576
MOST_MERGED = 50_000
MOST_EMPTY = 20_000  # rows that say nothing, each as long to read as one that does
CHUNK = 1 << 20
Range = tuple[int, int, int, int]  # left, top, right, bottom, counted from 1
UNCOUNTED = "\0formula"  # stands for a formula whose value the file does not hold: a row with one is at fault


def check_workbook(path: Path) -> None:
    """TableRefused unless this is a workbook of sane size without document types (entity bombs)."""
    try:
        with zipfile.ZipFile(path) as archive:
            names = archive.namelist()
            if "xl/workbook.xml" not in names:
                raise TableRefused("not_a_table", value="ZIP")
            if sum(entry.file_size for entry in archive.infolist()) > MAX_UNPACKED:
                raise TableRefused("too_large", value=str(MAX_UNPACKED >> 20))
            if any(_has_document_type(archive, name) for name in names if name.endswith((".xml", ".rels"))):
                raise TableRefused("broken_workbook")
    except (zipfile.BadZipFile, NotImplementedError, RuntimeError, EOFError, OSError) as error:
        raise TableRefused("broken_workbook") from error


def _has_document_type(archive: zipfile.ZipFile, name: str) -> bool:
    tail = b""
    with archive.open(name) as stream:
        while data := stream.read(CHUNK):
            window = tail + data.replace(b"\0", b"")
            if b"<!DOCTYPE" in window or b"<!ENTITY" in window:
                return True
            tail = window[-16:]
    return False


def read_sheet(path: Path, *, filled: bool = False) -> Iterator[Record]:
    """The rows of the first visible sheet that are not empty, as text; the line is the sheet's own row.

    `filled` gives every cell of a merged range the value of its first cell, and UNCOUNTED for a formula that
    nobody reckoned: without it both read as empty cells.
    """
    stream = path.open("rb")  # a path would be judged by how it is called, and people call files as they like
    try:
        workbook = load_workbook(stream, read_only=True, data_only=True, keep_links=False)
    except Exception as error:  # the library raises whatever the damage happens to provoke
        stream.close()
        raise TableRefused("broken_workbook") from error
    try:
        sheets = [s for s in workbook.worksheets if s.sheet_state == "visible"] or workbook.worksheets
        if sheets:
            yield from _filled(sheets[0]) if filled else _records(sheets[0])
    except TableRefused:
        raise
    except Exception as error:
        raise TableRefused("broken_workbook") from error
    finally:
        workbook.close()
        stream.close()


def _records(sheet: Any) -> Iterator[Record]:
    sheet.reset_dimensions()  # what a file says of its own size is often wrong and sometimes hostile
    empty = 0
    for line, values in enumerate(sheet.iter_rows(max_col=MAX_COLUMNS + 1, values_only=True), 1):
        if line > MAX_LINES:
            raise TableRefused("too_many_rows", value=str(MAX_LINES))
        if values.count(None) == len(values):
            empty = _one_more(empty, str(line))
        else:
            yield Record(line, [cell_text(value) for value in _without_empty_tail(values)])


def _one_more(empty: int, line: str) -> int:
    """One empty row more; TableRefused where a sheet is made of them, naming the row at which we gave up."""
    if empty >= MOST_EMPTY:
        raise TableRefused("empty_rows", value=str(MOST_EMPTY), columns=(line,))
    return empty + 1


def _filled(sheet: Any) -> Iterator[Record]:
    ranges, uncounted = _besides(sheet)
    ranges.sort(key=lambda each: each[1], reverse=True)
    begun: list[tuple[Range, str]] = []
    for record in _records(sheet):
        line, cells = record.line, list(record.cells or ())
        begun = [(each, value) for each, value in begun if each[3] >= line]
        while ranges and ranges[-1][1] <= line:
            each = ranges.pop()
            own = each[1] == line and each[0] <= len(cells)
            if each[3] >= line:  # one that lay in empty rows alone says nothing of this one
                begun.append((each, cells[each[0] - 1] if own else ""))
        if sum(min(each[2], MAX_COLUMNS) - each[0] + 1 for each, _value in begun) > MAX_COLUMNS:
            raise TableRefused("broken_workbook")  # they lie upon each other, which no spreadsheet does
        for (left, _top, right, _bottom), value in begun:
            right = min(right, MAX_COLUMNS)
            cells += [""] * (right - len(cells))
            cells[left - 1 : right] = [value] * (right - left + 1)
        for column in uncounted.get(line, ()):
            cells += [""] * (column - len(cells))
            cells[column - 1] = cells[column - 1] or UNCOUNTED
        yield Record(line, cells)


def _besides(sheet: Any) -> tuple[list[Range], dict[int, list[int]]]:
    """What reading row by row does not tell: merged ranges, and formulas without a value by line."""
    ranges, uncounted, empty = list[Range](), dict[int, list[int]](), 0
    with sheet.parent._archive.open(sheet._worksheet_path) as stream:
        told = etree.iterparse(
            stream, tag=("{*}row", "{*}mergeCell"), resolve_entities=False, no_network=True
        )
        for _event, element in told:
            if etree.QName(element).localname == "mergeCell":
                merged = _boundaries(element.get("ref", ""))
                if merged and merged[0] <= MAX_COLUMNS and len(ranges) < MOST_MERGED:
                    ranges.append(merged)
                continue
            says = False
            for cell in element.iterfind("{*}c"):
                says = says or len(cell) > 0
                if cell.find("{*}f") is not None and not cell.findtext("{*}v"):
                    at = _boundaries(cell.get("r", ""))
                    if at and at[0] <= MAX_COLUMNS:
                        uncounted.setdefault(at[1], []).append(at[0])
            if not says:
                empty = _one_more(empty, element.get("r", "?"))
            element.clear()
            while element.getprevious() is not None:  # else a million empty rows stay in memory
                del element.getparent()[0]
    return ranges, uncounted


def _boundaries(reference: str) -> Range | None:
    """A1:BP1 as numbers; None for what names no cells."""
    try:
        left, top, right, bottom = range_boundaries(reference)
    except ValueError:
        return None
    return (left, top, right, bottom) if left and top and right and bottom else None


def _without_empty_tail(values: tuple[object, ...]) -> tuple[object, ...]:
    end = len(values)
    while end and values[end - 1] is None:
        end -= 1
    return values[:end]


def cell_text(value: object) -> str:
    """A cell's value as CSV would hold it: ISO days and times, whole numbers without a decimal point."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return "TRUE" if value else "FALSE"
    if isinstance(value, float) and value.is_integer() and abs(value) < 1e15:
        return str(int(value))
    if isinstance(value, datetime):
        return value.date().isoformat() if value.time() == time() else value.isoformat(sep=" ")
    if isinstance(value, date | time):
        return value.isoformat()
    return str(value)
