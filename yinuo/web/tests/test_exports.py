"""Files for spreadsheets: nothing runs, nothing is lost."""

import csv
import io
from datetime import UTC, date, datetime
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st
from openpyxl import load_workbook

from yinuo.web.exports import BOM, Column, csv_lines, csv_response, harmless, xlsx_response

COLUMNS = [Column("Number", lambda row: row[0]), Column("=Words", lambda row: row[1])]


@given(st.text())
def test_no_text_begins_a_formula(text):
    assert not harmless(text).lstrip(" ").startswith(("=", "+", "-", "@", "\t", "\r"))


def test_csv_begins_with_a_bom_and_disarms_text_but_not_numbers():
    rows = [(-5, "=cmd|' /C calc'!A0"), (Decimal("1.50"), '  +1 "quoted",\nnext'), (None, "王*敏")]
    text = "".join(csv_lines(COLUMNS, rows))
    assert text.startswith(BOM)
    read = list(csv.reader(io.StringIO(text.removeprefix(BOM), newline="")))
    assert read == [
        ["Number", "'=Words"],
        ["-5", "'=cmd|' /C calc'!A0"],
        ["1.50", '\'  +1 "quoted",\nnext'],
        ["", "王*敏"],
    ]


def test_instants_are_told_in_the_banks_zone():
    (_, line) = csv_lines([Column("At", lambda row: row)], [datetime(2026, 9, 28, 6, 31, tzinfo=UTC)])
    assert line == "2026-09-28 14:31\r\n"


def test_csv_is_streamed_row_by_row():
    taken = []

    def rows():
        for n in range(1000):
            taken.append(n)
            yield (n, "x")

    response = csv_response("投诉", COLUMNS, rows())
    stream = iter(response.streaming_content)
    next(stream), next(stream)
    assert len(taken) == 1
    assert "filename*=utf-8''" in response["Content-Disposition"]


@pytest.mark.filterwarnings("ignore")
def test_xlsx_keeps_values_and_holds_no_formula():
    rows = [(date(2026, 9, 28), "=1+1"), (datetime(2026, 9, 28, 6, 31, tzinfo=UTC), "a\x00b"), (3, None)]
    response = xlsx_response("a/b:c", COLUMNS, rows)
    sheet = load_workbook(io.BytesIO(b"".join(response.streaming_content))).active
    cells = [[str(cell.value) for cell in row] for row in sheet.iter_rows()]
    assert cells[1:] == [["2026-09-28 00:00:00", "=1+1"], ["2026-09-28 14:31:00", "ab"], ["3", "None"]]
    assert {cell.data_type for row in sheet.iter_rows() for cell in row} <= {"s", "d", "n"}
