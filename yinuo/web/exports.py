"""A list as a file: CSV for Excel (UTF-8 with BOM) and XLSX, row by row, never a formula."""

from __future__ import annotations

import csv
import re
import tempfile
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from django.http import FileResponse, StreamingHttpResponse
from django.utils.functional import Promise
from django.utils.http import content_disposition_header
from openpyxl import Workbook
from openpyxl.cell import WriteOnlyCell
from openpyxl.styles import Font

from yinuo.web.formats import day, local, moment

BOM = "\ufeff"
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
MOST_CELL = 32767  # characters, the limit of the XLSX format
CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]")
FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")


@dataclass(frozen=True, slots=True)
class Column:
    """A column: its heading and how a row gives its value (text, number, date, instant, None)."""

    label: str | Promise
    value: Callable[[Any], object]


class Echo:
    """A file object that hands back what is written to it; csv.writer needs one."""

    def write(self, text: str) -> str:
        return text


def harmless(text: str) -> str:
    """Text that a spreadsheet would run as a formula gets an apostrophe in front; control characters go."""
    clean = CONTROL.sub("", text)
    return f"'{clean}" if clean.lstrip(" ").startswith(FORMULA) else clean


def csv_value(value: object) -> object:
    """A cell of a CSV: instants in the bank's zone, numbers as they are, missing values empty."""
    if value is None:
        return ""
    if isinstance(value, bool) or not isinstance(value, datetime | date | int | float | Decimal):
        return harmless(str(value))
    if isinstance(value, datetime):
        return moment(value)
    return day(value) if isinstance(value, date) else value


def csv_lines(columns: Sequence[Column], rows: Iterable[Any]) -> Iterator[str]:
    """The file line by line, the BOM first."""
    writer = csv.writer(Echo())
    yield BOM + writer.writerow([harmless(str(column.label)) for column in columns])
    for row in rows:
        yield writer.writerow([csv_value(column.value(row)) for column in columns])


def csv_response(name: str, columns: Sequence[Column], rows: Iterable[Any]) -> StreamingHttpResponse:
    """An attachment `name`.csv, streamed: memory does not grow with the rows."""
    response = StreamingHttpResponse(csv_lines(columns, rows), content_type="text/csv; charset=utf-8")
    response.headers["Content-Disposition"] = content_disposition_header(True, f"{name}.csv") or "attachment"
    return response


def xlsx_cell(sheet: Any, value: object) -> Any:
    """A cell of a worksheet; text is always text, whatever it begins with."""
    if value is None:
        return None
    if isinstance(value, bool) or not isinstance(value, datetime | date | int | float | Decimal):
        cell = WriteOnlyCell(sheet, CONTROL.sub("", str(value))[:MOST_CELL])
        cell.data_type = "s"
        return cell
    if isinstance(value, datetime):
        cell = WriteOnlyCell(sheet, local(value).replace(tzinfo=None, second=0, microsecond=0))
        cell.number_format = "yyyy-mm-dd hh:mm"
        return cell
    cell = WriteOnlyCell(sheet, value)  # type: ignore[arg-type]  # the stubs forget dates and decimals
    if isinstance(value, date):
        cell.number_format = "yyyy-mm-dd"
    return cell


def xlsx_response(name: str, columns: Sequence[Column], rows: Iterable[Any]) -> FileResponse:
    """An attachment `name`.xlsx, written row by row to a temporary file that goes with the response."""
    book = Workbook(write_only=True)
    sheet = book.create_sheet(re.sub(r"[\[\]:*?/\\]", " ", name)[:31] or "1")
    sheet.freeze_panes = "A2"
    heads = [xlsx_cell(sheet, str(column.label)) for column in columns]
    for head in heads:
        head.font = Font(bold=True)
    sheet.append(heads)
    for row in rows:
        sheet.append([xlsx_cell(sheet, column.value(row)) for column in columns])
    file = tempfile.TemporaryFile()  # noqa: SIM115  (FileResponse closes it)
    book.save(file)
    file.seek(0)
    return FileResponse(file, as_attachment=True, filename=f"{name}.xlsx", content_type=XLSX)
