"""Ledgers as they are sent: any head, any writing, merged and reckoned cells; what is wrong is said by row and column."""

import pytest

from yinuo.ground.tables import RefusedRow, TableRefused, read_table, write_errors
from yinuo.packs.complaints.ledger.reading import (
    LedgerComplaint,
    LeftOut,
    is_ledger,
    read_ledger,
    recognise,
)
from yinuo.packs.complaints.tests.ledger_files import (
    HEADINGS,
    LEDGER,
    TODAY,
    a_csv,
    a_row,
    a_workbook,
    in_order,
)

LANGUAGES = ("zh-hans", "en", "zh-hant")


def read(path):
    """The file's complaints, refused rows and rows left out."""
    table = read_table(path, heads=LEDGER.heads)
    assert is_ledger(table, LEDGER)
    rows = list(read_ledger(table, LEDGER, today=TODAY))
    return [[row for row in rows if isinstance(row, kind)] for kind in (LedgerComplaint, RefusedRow, LeftOut)]


def reasons(refused):
    return [(row.row.number, [(error.column, error.code) for error in row.errors]) for row in refused]


@pytest.fixture(params=["csv", "xlsx"])
def send(request, tmp_path):
    """The rows as a file of either kind."""
    make = {"csv": a_csv, "xlsx": a_workbook}[request.param]
    return lambda rows, **more: make(tmp_path / f"ledger.{request.param}", rows, **more)


def test_the_sixty_eight_columns_stand_in_the_edition_once_and_in_order():
    assert len(HEADINGS) == len(set(HEADINGS)) == 68
    assert (HEADINGS[0], HEADINGS[7], HEADINGS[67]) == ("网点名称", "投诉受理日期", "备注")


def test_a_plain_ledger_is_read_cell_by_cell(send):
    [[said], refused, left_out] = read(send([a_row()]))
    assert (refused, left_out) == ([], [])
    assert said.key == "ledger-68:2025-0001"
    assert {LEDGER.by_key[key].heading: cell for key, cell in said.cells.items()} == a_row()


def test_the_head_may_stand_below_a_title_and_in_any_order(send):
    headings = [*reversed(HEADINGS)]
    above = [["2025年投诉台账"], ["填报单位：某某银行", "", "单位：件"]]
    [[said], refused, _left_out] = read(send([a_row()], above=above, headings=headings))
    assert refused == []
    assert said.cells["name"] == "王小敏"


def test_headings_go_by_other_names(tmp_path):
    names = {
        "工单号": "3.工单编号",
        "投诉受理日期": "受理　日期*",
        "投诉金额(万元)": "投诉金额（万元）",
        "身份证号码": "身份证号",
    }
    shown = [names.get(heading, heading) for heading in HEADINGS]
    [[said], refused, _left_out] = read(
        a_csv(tmp_path / "l.csv", [a_row(**{"投诉金额(万元)": "１．２０"})], shown=shown)
    )
    assert refused == []
    assert (said.cells["number"], said.cells["amount"]) == ("2025-0001", "1.2")
    assert said.cells["identity"] == "330106198807061234"


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030", "utf-16"])
def test_text_comes_in_any_encoding_banks_use(tmp_path, encoding):
    [[said], refused, _left_out] = read(
        a_csv(tmp_path / "l.csv", [a_row(投诉内容="客户称“多收”")], encoding=encoding)
    )
    assert refused == []
    assert said.cells["words"] == "客户称“多收”"


def test_big5_is_refused_rather_than_misread(tmp_path):
    path = tmp_path / "ledger.csv"
    path.write_text("網點名稱,工單號,投訴受理日期\n營業部,1,2025-03-03\n" * 9, encoding="big5")
    with pytest.raises(TableRefused, match="encoding"):
        read_table(path, heads=LEDGER.heads)


def test_merged_cells_are_filled(tmp_path):
    rows = [a_row(工单号=f"N{n}", 网点名称="NORTH机构" if n == 1 else "") for n in (1, 2, 3)]
    path = a_workbook(tmp_path / "l.xlsx", rows, above=[["2025年投诉台账"]], merged=["A1:BP1", "A3:A5"])
    said, refused, _left_out = read(path)
    assert refused == []
    assert [(each.number, each.cells["branch_name"]) for each in said] == [
        (f"N{n}", "NORTH机构") for n in (1, 2, 3)
    ]


def test_a_formula_that_nobody_reckoned_is_refused_not_read_as_empty(tmp_path):
    column = HEADINGS.index("投诉金额(万元)")
    path = a_workbook(tmp_path / "l.xlsx", [a_row()], formulas=[("AK2", "=SUM(A1:A2)")])
    assert HEADINGS[column] == "投诉金额(万元)"
    _said, refused, _left_out = read(path)
    assert reasons(refused) == [(1, [("投诉金额(万元)", "formula")])]


def test_days_as_spreadsheets_and_people_write_them(send):
    days = ["2025/3/3", "2025年3月3日", "20250303", "45719", "２０２５-０３-０３", "2025-03-03 08:15"]
    rows = [a_row(工单号=f"N{n}", 投诉受理日期=day) for n, day in enumerate(days)]
    said, refused, _left_out = read(send(rows))
    assert refused == []
    assert {each.cells["received"] for each in said} == {"2025-03-03"}


def test_sub_totals_and_repeated_heads_are_left_out_and_nothing_else(send):
    rows = [
        a_row(),
        {"网点名称": "NORTH机构小计", "投诉金额(万元)": "3"},
        dict(zip(HEADINGS, HEADINGS, strict=True)),
        a_row(工单号="2025-0002", 网点名称="合计支行"),
        {"网点名称": "合　计", "投诉人数": "2"},
    ]
    said, refused, left_out = read(send(rows))
    assert ([each.number for each in said], refused) == (["2025-0001", "2025-0002"], [])
    assert [row.row.number for row in left_out] == [2, 3, 5]


def test_a_number_twice_is_the_same_complaint_or_refused(send):
    said, refused, _left_out = read(send([a_row(), a_row(), a_row(投诉内容="另一件事")]))
    assert [each.identical_to for each in said] == [None, 1]
    assert reasons(refused) == [(3, [("工单号", "repeated_number")])]


def test_full_width_numbers_name_the_same_complaint(send):
    said, refused, _left_out = read(send([a_row(), a_row(工单号="２０２５－０００１")]))
    assert ([each.identical_to for each in said], refused) == ([None, 1], [])


def test_everything_wrong_with_a_row_is_said_at_once_in_three_languages(send):
    wrong = a_row(工单号="", 投诉受理日期="三月", 办结日期="2025-13-01", 投诉人数="几个")
    said, refused, _left_out = read(send([wrong]))
    assert said == []
    codes = dict(reasons(refused)[0][1])
    assert codes["工单号"] == "missing"
    assert codes["投诉受理日期"] == codes["办结日期"] == "unreadable_date"
    assert codes["投诉人数"] == "unreadable_number"
    for error in refused[0].errors:
        assert len({error.text.to(language) for language in LANGUAGES}) == 3
        assert all(error.column in error.text.to(language) for language in LANGUAGES)


@pytest.mark.parametrize(
    ("said", "reason"),
    [
        ({"投诉受理日期": "2026-11-23", "办结日期": ""}, ("投诉受理日期", "future_date")),
        ({"办结日期": "2025-03-02"}, ("办结日期", "closed_before_received")),
        ({"工单号": "N" * 81}, ("工单号", "too_long")),
        ({"投诉受理日期": "1899-03-01", "办结日期": ""}, ("投诉受理日期", "unreadable_date")),
        ({"投诉受理日期": "无"}, ("投诉受理日期", "missing")),
    ],
)
def test_what_cannot_be_is_refused(send, said, reason):
    _said, refused, _left_out = read(send([a_row(**said)]))
    assert reasons(refused) == [(1, [reason])]


def test_what_no_workbook_could_hold_is_refused(tmp_path):
    _said, refused, _left_out = read(a_csv(tmp_path / "l.csv", [a_row(投诉内容="字" * 32_768)]))
    assert reasons(refused) == [(1, [("投诉内容", "too_long")])]


def test_refused_rows_are_mended_and_sent_again(tmp_path):
    path = a_csv(
        tmp_path / "l.csv", [a_row(办结日期="昨天", 投诉内容="'=1+1"), a_row(工单号="")], above=[["台账"]]
    )
    table = read_table(path, heads=LEDGER.heads)
    refused = [row for row in read_ledger(table, LEDGER, today=TODAY) if isinstance(row, RefusedRow)]
    errors = tmp_path / "errors.csv"
    assert write_errors(errors, table, refused, "zh-hans") == 2
    errors.write_text(errors.read_text(encoding="utf-8").replace("昨天", "2025-3-9", 1), encoding="utf-8")
    [[said], refused, _left_out] = read(errors)
    assert (said.cells["closed"], said.cells["words"]) == ("2025-03-09", "=1+1")
    assert reasons(refused) == [(2, [("工单号", "missing")])]


def test_a_ledger_without_numbers_or_days_names_what_is_missing(tmp_path):
    few = [heading for heading in HEADINGS if heading not in ("工单号", "投诉受理日期")]
    table = read_table(a_csv(tmp_path / "l.csv", [a_row()], headings=few), heads=LEDGER.heads)
    with pytest.raises(TableRefused) as caught:
        recognise(table, LEDGER)
    assert (caught.value.code, set(caught.value.columns)) == ("missing_column", {"工单号", "投诉受理日期"})


def test_columns_of_the_bank_s_own_are_read_beside(tmp_path):
    path = a_csv(tmp_path / "l.csv", [a_row(客户经理="李娜")], headings=[*HEADINGS, "客户经理"])
    [[said], _refused, _left_out] = read(path)
    assert said.besides == {"客户经理": "李娜"}


def test_another_table_is_no_ledger(tmp_path):
    path = tmp_path / "other.csv"
    path.write_text("工单号,姓名\n1,王小敏\n", encoding="utf-8")
    assert not is_ledger(read_table(path, heads=LEDGER.heads), LEDGER)
    assert in_order({}) == [""] * 68
