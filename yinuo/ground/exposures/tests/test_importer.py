"""Files of exposures come in once; what is wrong comes back; a correction replaces and the old figure stays."""

import csv
import json
from datetime import date

import openpyxl
import pytest

from yinuo.facts.models import Fact
from yinuo.ground.exposures.importer import check, import_exposures
from yinuo.ground.exposures.models import Exposure
from yinuo.ground.exposures.tests.bank import AUGUST, JULY, SEPTEMBER, a_file, a_tree
from yinuo.ground.tables import TableRefused

pytestmark = pytest.mark.django_db


@pytest.fixture
def units():
    return a_tree()


def bring(path, **said):
    return import_exposures(path, by=None, **said)


def held():
    rows = Exposure.objects.filter(replaced_at=None).values_list("unit__code", "series", "month", "amount")
    return {(unit, series, month): amount for unit, series, month, amount in rows}


def test_a_file_comes_in_and_again_brings_nothing(units, tmp_path):
    path = a_file(tmp_path, [("N", "2026-09", "3", "12,000", "１８０００"), ("S", "2026/9", "2", "", "900")])
    assert bring(path).line() == "new 5, corrected 0, unchanged 0, refused 0"
    assert held() == {
        ("N", "branches", SEPTEMBER): 3,
        ("N", "customers", SEPTEMBER): 12000,
        ("N", "transactions", SEPTEMBER): 18000,
        ("S", "branches", SEPTEMBER): 2,
        ("S", "transactions", SEPTEMBER): 900,
    }
    facts = Fact.objects.count()
    assert bring(path).line() == "new 0, corrected 0, unchanged 5, refused 0"
    assert (Exposure.objects.count(), Fact.objects.count()) == (5, facts)


def test_a_row_a_figure_is_recognised_in_three_languages(units, tmp_path):
    for heading, series in (
        (("机构", "月份", "种类", "数量"), "客户"),
        (("Unit code", "Month", "Series", "Amount"), "customers"),
        (("機構", "月份", "種類", "數量"), "客戶數"),
    ):
        Exposure.objects.all().delete()
        path = a_file(tmp_path, [("N", "2026年9月", series, "7")], heading)
        assert bring(path).new == 1
        assert held() == {("N", "customers", SEPTEMBER): 7}


def test_a_workbook_with_a_title_above_and_months_as_days_is_read(units, tmp_path):
    book = openpyxl.Workbook()
    for row in (
        ["2026 年三季度暴露数据"],
        ["机构", "统计月份", "客户数"],
        ["N机构", date(2026, 9, 30), 12.0],
    ):
        book.active.append(row)
    path = tmp_path / "exposures.xlsx"
    book.save(path)
    assert bring(path).new == 1
    assert held() == {("N", "customers", SEPTEMBER): 12}


def test_a_correction_replaces_and_the_old_figure_stays(units, tmp_path):
    bring(a_file(tmp_path, [("N", "2026-09", "3", "100", "")]))
    again = bring(a_file(tmp_path, [("N", "2026-09", "3", "120", "")]))
    assert again.line() == "new 0, corrected 1, unchanged 1, refused 0"
    assert held()["N", "customers", SEPTEMBER] == 120
    old = Exposure.objects.get(replaced_at__isnull=False)
    assert (old.amount, old.series) == (100, "customers")
    said = json.loads(Fact.objects.filter(kind="exposures.stated").order_by("id").last().body)
    assert (said["data"]["before"], said["data"]["amount"]) == (100, 120)
    assert said["unit"] == str(units["N"].pk)


WRONG = [
    (("X", "2026-09", "1", "", ""), "no unit “X”"),
    (("", "2026-09", "1", "", ""), "must not be empty"),
    (("N", "soon", "1", "", ""), "not a date"),
    (("N", "2026-13", "1", "", ""), "not a date"),
    (("N", "2099-01", "1", "", ""), "is not over yet"),
    (("N", "2023-12", "1", "", ""), "was not open"),
    (("N", "2026-09", "-1", "", ""), "not a whole number"),
    (("N", "2026-09", "1.5", "", ""), "not a whole number"),
    (("N", "2026-09", "many", "", ""), "not a whole number"),
    (("N", "2026-09", "9" * 16, "", ""), "not a whole number"),
    (("N", "2026-09", "", "", ""), "no figure in this row"),
    (("N", "2026-09"), "fewer than the header"),
]


@pytest.mark.parametrize(("row", "says"), WRONG)
def test_a_row_that_cannot_be_taken_comes_back_with_its_reason(units, tmp_path, row, says):
    errors = tmp_path / "errors.csv"
    outcome = bring(a_file(tmp_path, [row, ("S", "2026-09", "1", "2", "3")]), errors=errors, language="en")
    assert (outcome.new, outcome.refused) == (3, 1)
    assert says in errors.read_text(encoding="utf-8-sig")
    assert {unit for unit, _series, _month in held()} == {"S"}


def test_the_file_of_refused_rows_corrected_comes_in(units, tmp_path):
    errors = tmp_path / "errors.csv"
    bring(a_file(tmp_path, [("N", "2026-09", "x", "5", "6"), ("S", "2026-09", "1", "2", "3")]), errors=errors)
    rows = list(csv.reader(errors.open(encoding="utf-8-sig", newline="")))
    assert len(rows) == 2
    rows[1][2] = "4"
    assert bring(a_file(tmp_path, rows[1:], rows[0], "again.csv")).line() == (
        "new 3, corrected 0, unchanged 0, refused 0"
    )


def test_two_figures_for_one_month_in_a_file_are_not_guessed_between(units, tmp_path):
    rows = [("N", "2026-09", "3", "", ""), ("N", "202609", "3", "", ""), ("N", "2026-09", "4", "", "")]
    outcome = bring(a_file(tmp_path, rows))
    assert (outcome.new, outcome.refused) == (1, 1)
    assert held() == {("N", "branches", SEPTEMBER): 3}


def test_a_dry_run_tells_the_same_and_writes_nothing(units, tmp_path):
    rows = [("N", "2026-07", "3", "5", "7"), ("X", "2026-08", "1", "1", "1")]
    path, facts = a_file(tmp_path, rows), Fact.objects.count()
    looked = bring(path, dry_run=True)
    assert (Exposure.objects.count(), Fact.objects.count()) == (0, facts)
    assert looked.line() == bring(path).line()
    assert {row["month"] for row in looked.examples} == {JULY}


def test_units_out_of_reach_are_as_if_they_were_not_there(units, tmp_path):
    path = a_file(tmp_path, [("N", "2026-08", "1", "1", "1"), ("S", "2026-08", "1", "1", "1")])
    outcome = bring(path, units=frozenset({units["N"].pk}))
    assert (outcome.new, outcome.refused) == (3, 1)
    assert {(unit, month) for unit, _series, month in held()} == {("N", AUGUST)}


def test_what_is_no_table_of_exposures_is_refused_naming_what_is_missing(tmp_path):
    with pytest.raises(TableRefused) as refused:
        check(a_file(tmp_path, [("N", "2026-09")], ("机构", "月份")))
    assert refused.value.columns == (
        "branches (网点)",
        "customers (客户)",
        "transactions (交易)",
    )
