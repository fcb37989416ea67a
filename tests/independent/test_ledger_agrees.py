"""The ledger's file says what the tables say: plain openpyxl and csv beside plain SQL and AES, nothing of yinuo between."""

import csv
import io
from collections import Counter
from datetime import date, datetime, timedelta
from uuid import UUID
from zoneinfo import ZoneInfo

import openpyxl
import pytest
from django.conf import settings
from django.db import connection
from django.test import Client

from tests.independent.unsealing import opened
from yinuo.packs.complaints.tests.bank import MONDAY, a_bank, a_complaint, closed

pytestmark = pytest.mark.django_db
CHINA = ZoneInfo("Asia/Shanghai")
SQL = """
SELECT c.id, c.number, c.opened_at, c.closed_at, p.words, p.handling_days, owner.code, worker.name_zh_hans, k.due_at
FROM cases_case c JOIN complaints_complaint p ON p.case_id = c.id
JOIN people_unit owner ON owner.id = c.owning_unit_id JOIN people_unit worker ON worker.id = c.handling_unit_id
LEFT JOIN cases_clock k ON k.case_id = c.id AND k.promise = 'legal'
WHERE c.kind = 'complaints'
"""
HEADINGS = (
    "工单号",
    "投诉受理日期",
    "办结日期",
    "投诉内容",
    "投诉处理时长",
    "网点机构号",
    "投诉处理机构",
    "办结期限",
)


@pytest.fixture
def client():
    """Complaints of two weeks, some closed, some with words a spreadsheet would run."""
    bank = a_bank()
    for n in range(6):
        a_complaint(
            bank, at=MONDAY + timedelta(days=n, hours=12), words=("=1+1", "普通的话", "@SUM(A1)")[n % 3]
        )
    for n in range(3):
        closed(bank, at=MONDAY + timedelta(days=n), unit=bank.centre)
    client = Client()
    client.force_login(bank.person("auditor"))
    return client


def a_day(value):
    """An instant of either database as a day in China."""
    if value is None:
        return None
    at = datetime.fromisoformat(value) if isinstance(value, str) else value
    return (at if at.tzinfo else at.replace(tzinfo=ZoneInfo("UTC"))).astimezone(CHINA).date()


def by_sql():
    with connection.cursor() as cursor:
        cursor.execute(SQL)
        rows = cursor.fetchall()
        cursor.execute("SELECT subject_id, wrapped FROM vault_subjectkey")
        keys = {_id(subject): bytes(wrapped) for subject, wrapped in cursor.fetchall()}

    def words(case, sealed):
        return opened(sealed, "complaints.Complaint.words", _id(case), keys, settings.VAULT_KEYS)

    return [
        (no, a_day(got), a_day(shut), words(case, said), *others, a_day(due))
        for case, no, got, shut, said, *others, due in rows
    ]


def _id(value):
    """A UUID of either database."""
    return value if isinstance(value, UUID) else UUID(value)


def fetched(client, ending):
    answer = client.get(f"/complaints/ledger.{ending}?view=all")
    return b"".join(answer.streaming_content)


def test_the_workbook_says_what_the_tables_say(client):
    rows = list(openpyxl.load_workbook(io.BytesIO(fetched(client, "xlsx"))).active.iter_rows())
    places = [[cell.value for cell in rows[0]].index(heading) for heading in HEADINGS]
    assert len(rows[0]) == 68
    told = [[row[place].value for place in places] for row in rows[1:]]
    days = [[cell.date() if isinstance(cell, datetime) else cell for cell in row] for row in told]
    assert Counter(map(tuple, days)) == Counter(by_sql())
    assert {cell.data_type for row in rows[1:] for cell in row} <= {"s", "n", "d"}, "and no formula"


def test_the_csv_says_what_the_tables_say(client):
    reader = csv.DictReader(io.StringIO(fetched(client, "csv").decode("utf-8-sig"), newline=""))
    told = [[row[heading] for heading in HEADINGS] for row in reader]
    assert not any(cell.startswith(("=", "@", "+", "-")) for row in told for cell in row)
    assert Counter(tuple(cell.removeprefix("'") for cell in row) for row in told) == Counter(
        tuple("" if value is None else str(value) for value in row) for row in by_sql()
    )
    assert all(date.fromisoformat(row[1]) for row in told)
