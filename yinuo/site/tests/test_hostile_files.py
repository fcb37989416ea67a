"""Whatever is wrong with a file that is to be brought in, the importers say it, lose nothing and end soon.

One table of what can be wrong, asked of every importer that reads tables: the public complaint file, the ledger, the
exposures. What is wrong with the whole file is refused by name; what is wrong with a row costs that row, and stands
with its number and column in the file to correct; whatever else the file says comes in.
"""

import csv
import io
import re
import zipfile
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

import openpyxl
import pytest

from yinuo.ground.exposures.importer import import_exposures
from yinuo.ground.exposures.tests.bank import a_tree
from yinuo.ground.tables import TableRefused
from yinuo.packs.complaints.ledger.load import import_any
from yinuo.packs.complaints.tests.bank import a_bank
from yinuo.packs.complaints.tests.ledger_files import HEADINGS, a_row, in_order

pytestmark = pytest.mark.django_db
PUBLIC = Path(__file__).parents[2] / "packs/complaints/tests/files/cfpb_14_us_dates.csv"
LONG = 10_000_000


@dataclass(frozen=True)
class Importer:
    """A header, the index of a column of words or numbers that may hold anything, and as many good rows as asked for."""

    header: Sequence[str]
    free: int
    rows: Callable[[int], list[list[str]]]
    bring: Callable[..., object]
    before: Callable[[], object]

    def table(self, count=2):
        return [list(self.header), *self.rows(count)]


def _public(count):
    lines = list(csv.reader(PUBLIC.open(encoding="utf-8", newline="")))[1:]
    return [list(lines[n]) for n in range(count)]


def _ledger(count):
    return [in_order(a_row(工单号=f"2025-{n:04}")) for n in range(count)]


def _exposed(count):
    return [["N", f"2026-{n + 1:02}", "3", "100", "200"] for n in range(count)]


def _head(path):
    return next(csv.reader(path.open(encoding="utf-8", newline="")))


IMPORTERS = {
    "public": Importer(_head(PUBLIC), 5, _public, import_any, a_bank),
    "ledger": Importer(HEADINGS, HEADINGS.index("备注"), _ledger, import_any, a_bank),
    "exposures": Importer(
        ("机构代码", "月份", "网点", "客户", "交易"), 4, _exposed, import_exposures, a_tree
    ),
}


@pytest.fixture(params=IMPORTERS)
def importer(request, settings, tmp_path):
    settings.YINUO_HOME = tmp_path
    found = IMPORTERS[request.param]
    found.before()
    return found


def text(table, encoding="utf-8"):
    stream = io.StringIO(newline="")
    csv.writer(stream).writerows(table)
    return stream.getvalue().encode(encoding)


def send(importer, folder, content):
    """What came of it, and the lines of the file to correct: row, columns, reasons."""
    path, errors = folder / "sent", folder / "errors.csv"
    path.write_bytes(content)
    outcome = importer.bring(path, by=None, errors=errors, language="en")
    limit = csv.field_size_limit(2 * LONG)  # what comes back is whole, however long
    try:
        lines = list(csv.reader(errors.open(encoding="utf-8-sig", newline="")))[1:] if errors.exists() else []
    finally:
        csv.field_size_limit(limit)
    return outcome, [line[-3:] for line in lines]


def refusal(importer, folder, content):
    with pytest.raises(TableRefused) as refused:
        send(importer, folder, content)
    return refused.value


def one_row_lost(importer, folder, content, reason, column=""):
    """The second row comes back with its number, the column and the reason; the others are in."""
    outcome, wrong = send(importer, folder, content)
    [(row, where, why)] = wrong
    assert (row, where) == ("2", column)
    assert reason in why
    assert (outcome.refused, outcome.rows) == (1, 3)


def workbook(table, change=lambda part: part):
    """A workbook of the table, its sheet and its words changed."""
    book, out = openpyxl.Workbook(), io.BytesIO()
    for row in table:
        book.active.append([cell or None for cell in row])
    book.save(out)
    changed = io.BytesIO()
    with zipfile.ZipFile(out) as told, zipfile.ZipFile(changed, "w", zipfile.ZIP_DEFLATED) as archive:
        for name in told.namelist():
            part = told.read(name)
            archive.writestr(
                name, change(part) if name.endswith(("sheet1.xml", "sharedStrings.xml")) else part
            )
    return changed.getvalue()


def mended(importer, cell, place=2):
    """Three rows, one of them with this cell."""
    table = importer.table(3)
    table[place][importer.free] = cell
    return table


def test_a_plain_file_comes_in_whole(importer, tmp_path):
    outcome, wrong = send(importer, tmp_path, text(importer.table(3)))
    assert (outcome.rows, outcome.refused, wrong) == (3, 0, [])


def test_a_mark_of_byte_order_is_no_part_of_the_first_column(importer, tmp_path):
    for encoding in ("utf-8-sig", "utf-16"):
        outcome, wrong = send(importer, tmp_path, text(importer.table(), encoding))
        assert (outcome.rows, outcome.refused, wrong) == (2, 0, [])


def test_chinese_bytes_are_read_and_western_ones_are_not_guessed_at(importer, tmp_path):
    outcome, wrong = send(importer, tmp_path, text(importer.table(), "gb18030"))
    assert (outcome.rows, wrong) == (2, [])
    western = text(importer.table()) + "Société Générale à Orléans, réclamation dénuée".encode("latin-1")
    assert refusal(importer, tmp_path, western).code == "encoding"


def test_nothing_and_a_header_alone_bring_nothing(importer, tmp_path):
    for nothing in (b"", b"\xef\xbb\xbf", b"\r\n\r\n"):
        assert refusal(importer, tmp_path, nothing).code == "empty"
    outcome, wrong = send(importer, tmp_path, text(importer.table(0)))
    assert (outcome.rows, outcome.new, wrong) == (0, 0, [])


def test_a_column_that_stands_there_twice_is_named(importer, tmp_path):
    twice = [[*row, row[0]] for row in importer.table()]
    refused = refusal(importer, tmp_path, text(twice))
    assert (refused.code, refused.columns) == ("duplicate_column", (importer.header[0],))


def test_two_hundred_columns_are_read_and_a_million_refused_at_once(importer, tmp_path):
    more = [f"more {n}" for n in range(200 - len(importer.header))]
    wide = [row + (more if n == 0 else [""] * len(more)) for n, row in enumerate(importer.table())]
    outcome, wrong = send(importer, tmp_path, text(wide))
    assert (outcome.rows, wrong) == (2, [])
    million = [[*importer.header, *(f"c{n}" for n in range(1_000_000))], *importer.rows(1)]
    assert refusal(importer, tmp_path, text(million)).code == "too_many_columns"


def test_ragged_rows_come_back_and_the_others_are_in(importer, tmp_path):
    short, long = importer.table(3), importer.table(3)
    short[2] = short[2][:2]
    one_row_lost(importer, tmp_path, text(short), "fewer than the header")
    long[2] = [*long[2], "x"]
    one_row_lost(importer, tmp_path, text(long), "more than the header")


def test_a_line_of_ten_megabytes_costs_one_row(importer, tmp_path):
    for cell in ("x" * LONG, 'so "called" ' * (LONG // 10)):
        one_row_lost(importer, tmp_path, text(mended(importer, cell)), "more than 1000000 characters")


def test_a_cell_of_ten_megabytes_in_a_workbook_costs_one_row(importer, tmp_path):
    sent = workbook(mended(importer, "@@"), lambda part: part.replace(b"@@", b"x" * LONG))
    one_row_lost(importer, tmp_path, sent, "more than 1000000 characters", importer.header[importer.free])


def test_a_nul_costs_one_row_and_names_its_column(importer, tmp_path):
    name = importer.header[importer.free]
    one_row_lost(importer, tmp_path, text(mended(importer, "1\0")), "contains a NUL character", name)


def test_a_formula_that_nobody_reckoned_is_not_read_as_nothing(importer, tmp_path):
    name = importer.header[importer.free]
    one_row_lost(importer, tmp_path, workbook(mended(importer, "=1+1")), "a formula without a value", name)


def test_a_sheet_of_a_million_empty_rows_is_refused_and_says_where(importer, tmp_path):
    empty = b"".join(b'<row r="%d"/>' % n for n in range(4, 1_000_004))
    bomb = workbook(importer.table(), lambda part: part.replace(b"</sheetData>", empty + b"</sheetData>"))
    refused = refusal(importer, tmp_path, bomb)
    assert (refused.code, refused.columns) == ("empty_rows", ("20004",))


def test_a_row_that_lies_a_million_further_down_is_refused(importer, tmp_path):
    far = workbook(
        importer.table(),
        lambda part: part.replace(
            b"</sheetData>", b'<row r="1048576"><c r="A1048576"><v>1</v></c></row></sheetData>'
        ),
    )
    assert refusal(importer, tmp_path, far).code == "empty_rows"


def test_what_a_sheet_says_of_its_own_size_is_not_believed(importer, tmp_path):
    def huge(part):
        return re.sub(rb'ref="A1:[A-Z]+\d+"', b'ref="A1:XFD1048576"', part)

    outcome, wrong = send(importer, tmp_path, workbook(importer.table(), huge))
    assert (outcome.rows, wrong) == (2, [])


def test_a_merged_band_in_an_empty_row_takes_nothing_from_the_next(importer, tmp_path):
    table = [importer.table()[0], [""] * len(importer.header), *importer.rows(2)]

    def merged(part):
        return part.replace(b"</sheetData>", b'</sheetData><mergeCells><mergeCell ref="A2:C2"/></mergeCells>')

    outcome, wrong = send(importer, tmp_path, workbook(table, merged))
    assert (outcome.rows, outcome.refused, wrong) == (2, 0, [])


def test_merged_cells_that_lie_upon_each_other_are_refused_before_they_cost_anything(importer, tmp_path):
    ranges = b"".join(b'<mergeCell ref="A%d:IV1048576"/>' % line for line in range(2, 5_000))

    def piled(part):
        return part.replace(b"</sheetData>", b"</sheetData><mergeCells>" + ranges + b"</mergeCells>")

    assert refusal(importer, tmp_path, workbook(importer.table(), piled)).code == "broken_workbook"
