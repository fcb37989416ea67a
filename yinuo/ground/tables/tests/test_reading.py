"""Tables are read whatever they came as; a bad row stays one bad row."""

import csv
import hashlib
import io
from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from yinuo.ground.tables import TableRefused, column_key, examine, read_table

CHINESE = "投诉编号,姓名,内容\n1,王小敏,柜台排队太久，请改进\n2,李大海,手机银行打不开\n"


def table_of(tmp_path, content, name="table.csv"):
    path = tmp_path / name
    path.write_bytes(content if isinstance(content, bytes) else content.encode())
    return read_table(path)


def cells_of(table):
    return [list(row.cells.values()) for row in table.rows]


@pytest.mark.parametrize(
    "encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "gb18030", "gbk"]
)
@pytest.mark.parametrize("delimiter", [",", ";", "\t"])
def test_the_same_table_comes_out_of_every_encoding_and_separator(tmp_path, encoding, delimiter):
    # UTF-16 without a mark is recognised by its NULs, so by Latin letters: an English header stands for that.
    text = CHINESE.replace("投诉编号,姓名,内容", "Complaint number,Name of the customer,What was said")
    table = table_of(tmp_path, text.replace(",", delimiter).encode(encoding))
    assert cells_of(table) == [["1", "王小敏", "柜台排队太久，请改进"], ["2", "李大海", "手机银行打不开"]]


@pytest.mark.parametrize(
    ("encoding", "text"),
    [
        ("latin-1", "nom,ville\nRené,Besançon\n"),
        ("big5", "姓名,內容\n王曉敏,櫃檯排隊實在太久，請貴行改進服務\n"),
    ],
)
def test_an_encoding_we_do_not_know_is_said_and_not_guessed(tmp_path, encoding, text):
    with pytest.raises(TableRefused) as refused:
        table_of(tmp_path, text.encode(encoding))
    assert refused.value.code == "encoding"
    assert "UTF-8" in refused.value.text.zh_hans


@pytest.mark.parametrize(
    ("content", "code"),
    [
        (b"", "empty"),
        (b"\xef\xbb\xbf\r\n", "empty"),
        (b"%PDF-1.7 x", "not_a_table"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "not_a_table"),
        (b"PK\x03\x04nonsense", "broken_workbook"),
        (b"a,b,a \n1,2,3\n", "duplicate_column"),
        (b"a,,b\n1,2,3\n", "unnamed_column"),
        (b'"a,b\n1,2\n', "no_header"),
        (b"\xff\xfe\x00\x00a\x00\x00\x00", "encoding"),
        (",".join(f"c{n}" for n in range(300)).encode(), "too_many_columns"),
    ],
)
def test_a_file_that_is_no_table_is_refused_by_name(tmp_path, content, code):
    with pytest.raises(TableRefused) as refused:
        table_of(tmp_path, content)
    assert refused.value.code == code


def test_a_file_over_the_size_is_refused_before_it_is_read(tmp_path):
    path = tmp_path / "large.csv"
    path.write_bytes(b"a,b\n" + b"1,2\n" * 1000)
    with pytest.raises(TableRefused) as refused:
        read_table(path, max_bytes=1000)
    assert refused.value.code == "too_large"


def test_missing_columns_are_all_named(tmp_path):
    table = table_of(tmp_path, "Date received,Product\n1,2\n")
    with pytest.raises(TableRefused) as refused:
        table.need(["date RECEIVED", "Company", "Issue"])
    assert refused.value.columns == ("Company", "Issue")


def test_column_names_are_compared_without_case_space_and_punctuation():
    assert column_key("\ufeffTimely  response?") == column_key("timely_response") == "timely response"
    assert column_key("投诉金额（万元）") == column_key("投诉金额(万元)")


def test_line_breaks_in_quotes_stay_and_lines_are_counted(tmp_path):
    table = table_of(tmp_path, 'a,b\r\n1,"two\r\nlines, and ""quotes"""\r\n\r\n2,x\r\n')
    rows = list(table.rows)
    assert [(row.number, row.line) for row in rows] == [(1, 2), (2, 5)]
    assert rows[0].cells["b"] == 'two\r\nlines, and "quotes"'


def test_ragged_rows_are_errors_of_their_own_and_lose_nothing(tmp_path):
    table = table_of(tmp_path, "a,b,c\n1,2\n1,2,3,4,5\n1,2,3,,\n1,2,3\n")
    rows = list(table.rows)
    assert [row.fault and row.fault.code for row in rows] == ["too_few_cells", "too_many_cells", None, None]
    assert rows[1].cells == {"a": "1", "b": "2", "c": "3,4,5"}


def test_a_stray_quote_costs_one_row_only(tmp_path):
    table = table_of(tmp_path, 'a,b\n1,x\n2,"y\n3,z\n4,"fine, really"\n5,w\n')
    rows = list(table.rows)
    assert [(row.number, row.line, bool(row.fault)) for row in rows] == [
        (1, 2, False),
        (2, 3, True),
        (3, 4, False),
        (4, 5, False),
        (5, 6, False),
    ]
    assert rows[1].fault.code == "quotes"
    assert rows[1].cells["a"] == '2,"y'
    assert rows[3].cells["b"] == "fine, really"


def test_a_nul_is_an_error_of_its_row(tmp_path):
    rows = list(table_of(tmp_path, b"a,b\n1,x\0y\n2,z\n").rows)
    assert (rows[0].fault.code, rows[0].fault.column, rows[0].fault.value_excerpt) == ("nul", "b", "x�y")
    assert rows[1].fault is None


def test_empty_rows_are_not_counted(tmp_path):
    rows = list(table_of(tmp_path, "a,b\n\n,\n1,2\n ,\n").rows)
    assert [(row.number, row.line) for row in rows] == [(1, 4)]


def test_the_digest_is_that_of_the_bytes(tmp_path):
    path = tmp_path / "t.csv"
    path.write_bytes(b"a,b\n1,2\n")
    assert examine(path).sha256 == hashlib.sha256(b"a,b\n1,2\n").hexdigest()


cell = st.text(st.characters(blacklist_categories=["Cs"], blacklist_characters="\0\r\ufeff"), max_size=12)


@given(st.lists(st.tuples(cell, cell, cell), max_size=8), st.sampled_from(["utf-8", "utf-8-sig", "utf-16"]))
def test_whatever_the_csv_module_writes_comes_back(tmp_path_factory, rows, encoding):
    stream = io.StringIO(newline="")
    csv.writer(stream, quoting=csv.QUOTE_ALL).writerows([("one", "two", "three"), *rows])
    path = tmp_path_factory.getbasetemp() / "written.csv"
    path.write_bytes(stream.getvalue().encode(encoding))
    expected = [list(row) for row in rows if any(value.strip() for value in row)]
    assert cells_of(read_table(path)) == expected


@given(st.binary(max_size=300))
def test_no_bytes_crash_the_reader(tmp_path_factory, content):
    path = tmp_path_factory.getbasetemp() / "bytes.csv"
    path.write_bytes(content)
    with suppress(TableRefused):
        list(read_table(path).rows)
