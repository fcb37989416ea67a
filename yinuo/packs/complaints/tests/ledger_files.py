"""Ledgers as people send them, made by script: workbooks and texts with everything that goes wrong in them."""

import csv
import io
from datetime import date

from openpyxl import Workbook

from yinuo.packs.complaints.ledger.layout import parse_ledger
from yinuo.packs.complaints.pack import CONTENT

LEDGER = parse_ledger((CONTENT / "ledger.toml").read_text(encoding="utf-8"))
HEADINGS = [column.heading for column in LEDGER.columns]
USUAL = {
    "网点名称": "NORTH机构",
    "工单号": "2025-0001",
    "工单状态": "已办结",
    "投诉受理日期": "2025-03-03",
    "办结日期": "2025-03-05",
    "投诉人姓名": "王小敏",
    "投诉电话/邮箱": "13812345678",
    "身份证号码": "330106198807061234",
    "投诉内容": "多收了手续费",
    "投诉业务类别": "贷款",
    "投诉原因": "因定价收费引起的投诉",
    "备注": "无误",
}


def a_row(**said):
    """The usual row with other cells, by heading."""
    return USUAL | said


def in_order(row, headings=HEADINGS):
    """A row's cells in the order of the headings."""
    return [row.get(heading, "") for heading in headings]


def a_csv(path, rows, *, headings=HEADINGS, above=(), encoding="utf-8-sig", shown=None):
    """A CSV of rows by heading; `shown` is what the headings are called in the file."""
    stream = io.StringIO(newline="")
    writer = csv.writer(stream)
    writer.writerows([*above, shown or headings, *(in_order(row, headings) for row in rows)])
    path.write_bytes(stream.getvalue().encode(encoding))
    return path


def a_workbook(path, rows, *, headings=HEADINGS, above=(), merged=(), formulas=()):
    """A workbook of rows by heading; `merged` ranges, and `formulas` as (cell, text)."""
    book = Workbook()
    sheet = book.active
    for line in [*above, headings, *(in_order(row, headings) for row in rows)]:
        sheet.append([cell if cell != "" else None for cell in line])
    for place in merged:
        sheet.merge_cells(place)
    for place, text in formulas:
        sheet[place] = text
    book.save(path)
    return path


TODAY = date(2026, 11, 22)
