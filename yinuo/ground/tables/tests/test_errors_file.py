"""The errors file can be opened safely, corrected and sent again."""

import csv
import io

from hypothesis import given
from hypothesis import strategies as st

from yinuo.ground.tables import RefusedRow, read_table, row_error, write_errors
from yinuo.ground.tables.errors_file import escaped, unescaped


def written(tmp_path, content, language="en"):
    source = tmp_path / "in.csv"
    source.write_bytes(content)
    table = read_table(source)
    refused = [
        RefusedRow(row, (row.fault or row_error(row.number, "b", "unreadable_date", row.cells["b"]),))
        for row in table.rows
    ]
    out = tmp_path / "errors.csv"
    assert write_errors(out, table, refused, language) == len(refused)
    return out


def test_the_columns_as_sent_then_row_column_and_reason(tmp_path):
    out = written(tmp_path, "名,b\n王,32/1/2016\n".encode())
    assert out.read_bytes().startswith(b"\xef\xbb\xbf")
    rows = list(csv.reader(io.StringIO(out.read_text("utf-8-sig"))))
    assert rows == [
        ["名", "b", "row", "column", "reason"],
        ["王", "32/1/2016", "1", "b", "b: “32/1/2016” is not a date we can read."],
    ]


def test_reasons_are_in_the_readers_language(tmp_path):
    assert "不是能识别的日期" in written(tmp_path, b"a,b\n1,x\n", "zh-hans").read_text("utf-8-sig")
    assert "不是可辨識的日期" in written(tmp_path, b"a,b\n1,x\n", "zh-hant").read_text("utf-8-sig")


def test_nothing_a_spreadsheet_would_run_leaves(tmp_path):
    out = written(
        tmp_path, '=1+1,b\n"=HYPERLINK(""http://example.com"")",@SUM(A1)\n-5,+7\n"\t=1",＝1\n'.encode()
    )
    for row in csv.reader(io.StringIO(out.read_text("utf-8-sig"))):
        assert not any(cell.startswith(tuple("=+-@\t\r\n＝＋－＠")) for cell in row)


def test_sent_again_it_reads_as_the_rows_first_sent(tmp_path):
    content = b'=1+1,b\n-5,@x\n"two\nlines",\'=y\n'
    again = read_table(written(tmp_path, content))
    assert again.again
    assert [column.name for column in again.columns] == ["'=1+1", "b"]
    assert [list(row.cells.values()) for row in again.rows] == [["-5", "@x"], ["two\nlines", "'=y"]]


def test_an_errors_file_of_an_errors_file_does_not_grow(tmp_path):
    first = written(tmp_path, b"a,b\n-1,x\n")
    second = written(tmp_path, first.read_bytes())
    assert second.read_text("utf-8-sig") == first.read_text("utf-8-sig")


def test_rows_that_could_not_be_read_are_in_it_whole(tmp_path):
    out = written(tmp_path, b'a,b\n1,"x\n1,2,3\n4,y\0z\n')
    rows = list(csv.reader(io.StringIO(out.read_text("utf-8-sig"))))
    assert [row[:3] for row in rows[1:]] == [['1,"x', "", "1"], ["1", "2,3", "2"], ["4", "y�z", "3"]]


@given(st.text("'=+-@a ＝\t", max_size=6))
def test_taking_the_guard_away_gives_back_what_was_written(cell):
    assert unescaped(escaped(cell)) == cell
    assert not escaped(cell).startswith(tuple("=+-@\t＝"))
