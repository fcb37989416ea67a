"""Complaints held against branches, customers and transactions agree with plain SQL and with the file that was sent."""

import csv
import io
import re
from collections import Counter
from datetime import date, timedelta
from decimal import Decimal
from pathlib import Path

import openpyxl
import pytest
from django.db import connection

from yinuo.engines.measures.measure import Window
from yinuo.engines.measures.periods import Period
from yinuo.ground.exposures.importer import import_exposures
from yinuo.packs.complaints.statement import statement
from yinuo.packs.complaints.tests.bank import CHINA, MONDAY, a_bank, a_complaint

pytestmark = pytest.mark.django_db
QUARTER = Period.read("2026Q3")
SQL = (Path(__file__).parent / "count_exposed.sql").read_text()
# South's August is lacking: its transactions are not known. North's September was corrected.
SENT = """机构,月份,网点,客户,交易
NORTH,2026-07,2,41000,900000
NORTH,2026-08,2,41500,910000
NORTH,2026-09,3,42000,930000
SOUTH,2026-07,1,8000,70000
SOUTH,2026-09,1,8100,90000
CC,2026-09,0,0,0
"""
CORRECTED = "机构,月份,客户\nNORTH,2026-09,43000\n"


@pytest.fixture
def bank(tmp_path):
    """Complaints about two branches and the complaint centre, some before and after the quarter."""
    bank = a_bank()
    for n in range(18):
        unit = (bank.north, bank.south, bank.north, bank.centre)[n % 4]
        a_complaint(bank, at=MONDAY + timedelta(days=9 * n - 90), unit=unit)
    for text in (SENT, CORRECTED):
        path = tmp_path / "sent.csv"
        path.write_text(text, encoding="utf-8")
        import_exposures(path, by=None)
    return bank


def counted_by_sql():
    """code -> (received, branches, customers, transactions), from the tables."""
    text = re.sub(r"--.*", "", SQL)
    first, after = QUARTER.moments(CHINA)
    values = {
        "first": connection.ops.adapt_datetimefield_value(first),
        "after": connection.ops.adapt_datetimefield_value(after),
        "july": date(2026, 7, 1).isoformat(),
        "september": date(2026, 9, 1).isoformat(),
    }
    asked = [values[name] for name in re.findall(r":(\w+)", text)]
    with connection.cursor() as cursor:
        cursor.execute(re.sub(r":(\w+)", "%s", text), asked)
        return {code: tuple(rest) for code, *rest in cursor.fetchall()}


def exposures_as_sent():
    """code -> (branches, customers, transactions), counted from the files alone."""
    rows = [row for text in (SENT, CORRECTED) for row in csv.DictReader(io.StringIO(text))]
    held = {
        (row["机构"], row["月份"], name): int(row[name])
        for row in rows
        for name in ("网点", "客户", "交易")
        if name in row
    }
    months = ("2026-07", "2026-08", "2026-09")
    return {
        code: (
            held.get((code, months[-1], "网点")),
            held.get((code, months[-1], "客户")),
            sum(held[code, month, "交易"] for month in months)
            if all((code, month, "交易") in held for month in months)
            else None,
        )
        for code in ("NORTH", "SOUTH", "CC")
    }


def told(bank):
    """code -> (received, branches, customers, transactions), as the statement has it."""
    names = {str(unit.pk): unit.code for unit in (bank.north, bank.south, bank.centre)}
    by_unit = statement(Window(QUARTER)).by_unit
    return {
        names[key]: (rates.received, rates.held.branches, rates.held.customers, rates.held.transactions)
        for key, rates in by_unit.items()
    }


def test_plain_sql_holds_the_same_complaints_against_the_same_exposures(bank):
    counted, said = counted_by_sql(), told(bank)
    assert counted == {code: figures for code, figures in said.items() if code != "CC"}
    assert counted["SOUTH"][3] is None
    assert counted["NORTH"] == (counted["NORTH"][0], 3, 43000, 2740000)
    assert all(received > 1 for received, *_rest in said.values()), "one of each proves little"


def test_the_files_alone_give_the_same_exposures(bank):
    assert exposures_as_sent() == {code: figures[1:] for code, figures in told(bank).items()}


def test_the_rates_are_what_a_hand_would_reckon(bank):
    found = statement(Window(QUARTER))
    received, branches, customers, transactions = told(bank)["NORTH"]
    rates = found.by_unit[str(bank.north.pk)]
    assert rates.per_hundred_branches == Decimal(received) * 100 / branches
    assert rates.per_10_000_customers == Decimal(received) * 10_000 / customers
    assert rates.per_million_transactions == Decimal(received) * 1_000_000 / transactions
    assert rates.per_10_million_customers is None  # not a bank of that size
    together = Counter(name for name, figures in told(bank).items() for _ in range(figures[0]))
    assert found.total.received == sum(together.values())
    assert found.rates.per_10_000_customers == Decimal(found.total.received) * 10_000 / (43000 + 8100)
    assert found.rates.per_million_transactions is None
    assert found.per_hundred_branches == Decimal(found.total.received) * 100 / 4


def test_no_exposure_is_not_known_and_none_of_it_is_no_rate(bank):
    rates = statement(Window(QUARTER)).by_unit
    centre, south = rates[str(bank.centre.pk)], rates[str(bank.south.pk)]
    assert (centre.held.customers, centre.per_10_000_customers) == (0, None)
    assert (south.held.transactions, south.per_million_transactions) == (None, None)
    before = statement(Window(Period.read("2026Q2")))
    assert before.rates.held.customers is None
    assert before.rates.per_10_000_customers is None


def test_a_reader_of_one_branch_reads_its_exposure_only(bank):
    only = statement(Window(QUARTER, frozenset({bank.south.pk})))
    assert only.rates.held.customers == 8100


def test_page_and_files_say_not_known_and_never_nothing(bank, client):
    client.force_login(bank.person("quality_head"))
    client.cookies["yinuo_language"] = "en"
    page = client.get("/complaints/statement?period=2026Q3").content.decode()
    north = told(bank)["NORTH"][0]
    assert f"{north * 10_000 / 43_000:.2f}" in page
    table = page.rpartition('class="sq-table sq-plain-table sq-exposed"')[2]
    south = re.search(r"SOUTH unit</th>(.*?)</tr>", table, re.S)
    assert south
    assert south[1].count("not known") == 2
    for format in ("csv", "xlsx"):
        rows = exported(client, format)
        line = next(row for row in rows if row[1] == "SOUTH unit")
        assert [str(cell) for cell in line[14:17]] == ["1", "8100", "not known"]
        assert str(line[19]) == "not known"
        assert not any(rows[1][14:])


def exported(client, format):
    answer = client.get(f"/complaints/statement/export.{format}?period=2026Q3")
    content = b"".join(answer.streaming_content)
    if format == "csv":
        return list(csv.reader(io.StringIO(content.decode("utf-8-sig"))))[1:]
    return list(openpyxl.load_workbook(io.BytesIO(content)).active.values)[1:]
