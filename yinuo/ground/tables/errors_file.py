"""The file of refused rows: the columns as sent, then why; corrected, it can be sent again as it is."""

from __future__ import annotations

import csv
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from yinuo.ground.tables.faults import RowError
from yinuo.ground.tables.headers import ERROR_COLUMNS

if TYPE_CHECKING:
    from yinuo.ground.tables.table import Row, Table

COLUMNS = ERROR_COLUMNS

# What a spreadsheet may take for a formula (OWASP "CSV injection", with the full-width signs), and such
# text already behind apostrophes: one more is put before it and one taken away, so nothing is lost.
_DANGEROUS = re.compile(r"'*[=+\-@\t\r\n＝＋－＠]")
_ESCAPED = re.compile(r"'+[=+\-@\t\r\n＝＋－＠]")


@dataclass(frozen=True, slots=True)
class RefusedRow:
    """A row that does not enter, with every reason."""

    row: Row
    errors: tuple[RowError, ...]


def escaped(cell: str) -> str:
    """The cell so that no spreadsheet runs it."""
    return "'" + cell if _DANGEROUS.match(cell) else cell


def unescaped(cell: str) -> str:
    """What `escaped` was given."""
    return cell[1:] if _ESCAPED.match(cell) else cell


def write_errors(path: Path | str, table: Table, refused: Iterable[RefusedRow], language: str) -> int:
    """Writes the refused rows, added columns and reasons in the reader's language; returns how many rows were written.

    UTF-8 with a byte-order mark, because spreadsheets take anything else for the local encoding. A NUL is
    written as U+FFFD: no CSV reader agrees on it.
    """
    count = 0
    with Path(path).open("w", encoding="utf-8-sig", newline="") as stream:
        writer = csv.writer(stream, quoting=csv.QUOTE_MINIMAL)
        writer.writerow(
            [*(escaped(column.name) for column in table.columns), *(name.to(language) for name in COLUMNS)]
        )
        for one in refused:
            writer.writerow(_line(table, one, language))
            count += 1
    return count


def _line(table: Table, refused: RefusedRow, language: str) -> Sequence[str]:
    values = [refused.row.cells.get(column.key, "").replace("\0", "�") for column in table.columns]
    columns = dict.fromkeys(error.column for error in refused.errors if error.column)
    reasons = [error.text.to(language) for error in refused.errors]
    added = [str(refused.row.number), "; ".join(columns), " ".join(reasons)]
    return [escaped(value) for value in [*values, *added]]
