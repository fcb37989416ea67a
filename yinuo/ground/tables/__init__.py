"""Tables people send us: CSV in the encodings banks use, and XLSX, read row by row. No Django.

A fault of the file (`TableRefused`) stops before the first row; a fault of a row (`RowError`) stops that
row alone, and `write_errors` puts such rows in a file that can be corrected and sent again.
"""

from yinuo.ground.tables.dates import DayRead, DayUnreadable, read_day
from yinuo.ground.tables.errors_file import RefusedRow, write_errors
from yinuo.ground.tables.faults import RowError, TableRefused, row_error
from yinuo.ground.tables.headers import Column, column_key
from yinuo.ground.tables.source import Source, examine
from yinuo.ground.tables.table import Row, Table, read_table

__all__ = [
    "Column",
    "DayRead",
    "DayUnreadable",
    "RefusedRow",
    "Row",
    "RowError",
    "Source",
    "Table",
    "TableRefused",
    "column_key",
    "examine",
    "read_day",
    "read_table",
    "row_error",
    "write_errors",
]
