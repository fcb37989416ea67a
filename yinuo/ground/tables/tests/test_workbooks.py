"""XLSX comes out as the same rows CSV would give; bombs and damage are refused."""

import zipfile
from datetime import date, datetime

import pytest
from openpyxl import Workbook

from yinuo.ground.tables import TableRefused, read_table


def workbook(tmp_path, rows):
    book = Workbook()
    for row in rows:
        book.active.append(row)
    path = tmp_path / "book.xlsx"
    book.save(path)
    return path


def test_cells_become_the_text_a_csv_would_hold(tmp_path):
    path = workbook(
        tmp_path,
        [
            ["日期", "金额", "数", "是", "空"],
            [date(2026, 1, 26), 12.5, 3.0, True, None],
            [
                datetime(2026, 1, 26, 9, 30),  # noqa: DTZ001 (a sheet knows no zone)
                1,
                2,
                False,
                "x",
            ],
        ],
    )
    rows = [list(row.cells.values()) for row in read_table(path).rows]
    assert rows == [["2026-01-26", "12.5", "3", "TRUE", ""], ["2026-01-26 09:30:00", "1", "2", "FALSE", "x"]]


def test_rows_are_numbered_without_the_empty_ones_and_keep_their_line(tmp_path):
    path = workbook(tmp_path, [["a", "b"], [1, 2], [None, None], [3, 4]])
    assert [(row.number, row.line) for row in read_table(path).rows] == [(1, 2), (2, 4)]


def test_a_cell_beyond_the_header_is_an_error_of_its_row(tmp_path):
    rows = list(read_table(workbook(tmp_path, [["a", "b"], [1, 2, None, 4], [3, 4]])).rows)
    assert [row.fault and row.fault.code for row in rows] == ["too_many_cells", None]


def repacked(path, change):
    parts = {}
    with zipfile.ZipFile(path) as archive:
        for name in archive.namelist():
            parts[name] = change(name, archive.read(name))
    out = path.with_name("changed.xlsx")
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in parts.items():
            archive.writestr(name, data)
    return out


def refusal(path):
    with pytest.raises(TableRefused) as refused:
        list(read_table(path).rows)
    return refused.value.code


def test_an_entity_bomb_is_refused(tmp_path):
    bomb = b'<?xml version="1.0"?><!DOCTYPE x [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;">]><worksheet/>'
    path = repacked(workbook(tmp_path, [["a"], [1]]), lambda name, data: bomb if "sheet1" in name else data)
    assert refusal(path) == "broken_workbook"


def test_a_zip_bomb_is_refused_by_its_unpacked_size(tmp_path, monkeypatch):
    monkeypatch.setattr("yinuo.ground.tables.workbook.MAX_UNPACKED", 10 << 20)
    path = workbook(tmp_path, [["a"], [1]])
    with zipfile.ZipFile(path, "a", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("xl/media/big", bytes(11 << 20))
    assert path.stat().st_size < 1 << 20
    assert refusal(path) == "too_large"


def test_a_row_number_in_the_billions_is_refused(tmp_path):
    path = repacked(
        workbook(tmp_path, [["a"], [1]]),
        lambda name, data: (
            data.replace(b'r="2"', b'r="2000000000"').replace(b'"A2"', b'"A2000000000"')
            if "sheet1" in name
            else data
        ),
    )
    assert refusal(path) in {"empty_rows", "too_many_rows", "broken_workbook"}


def test_a_column_far_out_costs_no_memory(tmp_path):
    path = repacked(
        workbook(tmp_path, [["a", "b"], [1, 2]]),
        lambda name, data: data.replace(b'"B2"', b'"XFD2"') if "sheet1" in name else data,
    )
    assert len(list(read_table(path).rows)) == 1


@pytest.mark.parametrize("keep", [200, 2000, 4000])
def test_a_cut_workbook_is_refused(tmp_path, keep):
    path = workbook(tmp_path, [["a", "b"], *[[n, n] for n in range(500)]])
    path.write_bytes(path.read_bytes()[:keep])
    assert refusal(path) == "broken_workbook"


def test_a_zip_of_something_else_is_named(tmp_path):
    path = tmp_path / "x.xlsx"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("hello.txt", "x")
    assert refusal(path) == "not_a_table"
