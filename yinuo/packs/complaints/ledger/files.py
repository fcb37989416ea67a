"""The ledger as a file: CSV for Excel and XLSX, the headings exactly as the edition writes them."""

from __future__ import annotations

import csv
import re
import tempfile
from collections.abc import Iterable, Iterator
from datetime import date
from typing import IO, Any

from openpyxl import Workbook
from openpyxl.styles import Font

from yinuo.ground.tables.workbook import cell_text
from yinuo.packs.complaints.ledger.cells import MOST_DIGITS, NOTHING, harmless
from yinuo.packs.complaints.ledger.layout import Ledger
from yinuo.packs.complaints.ledger.outgoing import Cells
from yinuo.web.exports import BOM, Echo, xlsx_cell

FIRST_YEAR = 1901  # a spreadsheet has no day before 1900, and days of its own in that year


def csv_lines(ledger: Ledger, rows: Iterable[Cells]) -> Iterator[str]:
    """The file line by line, the byte-order mark first; nothing a spreadsheet would run."""
    writer = csv.writer(Echo())
    yield BOM + writer.writerow([harmless(column.heading) for column in ledger.columns])
    for row in rows:
        yield writer.writerow([harmless(row[column.key]) for column in ledger.columns])


def write_xlsx(ledger: Ledger, rows: Iterable[Cells], file: IO[bytes]) -> None:
    """A workbook of one sheet; days are days and numbers numbers, everything else is text and never a formula."""
    book = Workbook(write_only=True)
    sheet = book.create_sheet("Sheet1")
    sheet.freeze_panes = "A2"
    heads = [xlsx_cell(sheet, column.heading) for column in ledger.columns]
    for head in heads:
        head.font = Font(bold=True)
    sheet.append(heads)
    for row in rows:
        sheet.append([xlsx_cell(sheet, _value(column.kind, row[column.key])) for column in ledger.columns])
    book.save(file)


def xlsx_file(ledger: Ledger, rows: Iterable[Cells]) -> IO[bytes]:
    """The workbook as a temporary file, to be read from its start."""
    file = tempfile.TemporaryFile()  # noqa: SIM115  (whoever sends it closes it)
    write_xlsx(ledger, rows, file)
    file.seek(0)
    return file


def _value(kind: str, cell: str) -> Any:
    """A cell as a spreadsheet holds it, where reading it gives back the very same cell."""
    if not cell:
        return None
    if kind not in ("day", "number") or cell in NOTHING:
        return cell
    try:
        value = date.fromisoformat(cell) if kind == "day" else _number(cell)
    except ValueError:  # said while the column was of another kind
        return cell
    beyond = value.year < FIRST_YEAR if isinstance(value, date) else cell_text(value) != cell
    return cell if beyond else value


def _number(cell: str) -> float | int | str:
    if len(re.sub(r"\D", "", cell)) > MOST_DIGITS:
        return cell
    return float(cell) if "." in cell else int(cell)
