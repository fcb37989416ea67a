"""The statement of complaints agrees with plain SQL on both databases; its file says what its page says."""

import csv
import io
import re
from datetime import timedelta
from pathlib import Path

import openpyxl
import pytest
from django.db import connection

from yinuo.engines.cases.models import Case, Clock
from yinuo.engines.measures.measure import Window
from yinuo.engines.measures.periods import Period
from yinuo.packs.complaints import actions
from yinuo.packs.complaints.models import Complaint
from yinuo.packs.complaints.statement import statement
from yinuo.packs.complaints.tests.bank import (
    CHINA,
    MONDAY,
    a_bank,
    a_complaint,
    accepted,
    answered,
    closed,
    graded,
)

pytestmark = pytest.mark.django_db
QUARTER = Period.read("2026Q3")
SQL = (Path(__file__).parent / "count_statement.sql").read_text()
DAY = timedelta(days=1)
PLACES = (2, 6, 7, 12, 3, 9, 10, 13, 4, 5)  # where the columns of a file hold the figures
REGULARS = ("13800000001", "13800000002", "13800000003")


@pytest.fixture
def bank():
    """A quarter of complaints: regular customers, repeats, escalations, verdicts, some before and after it."""
    bank = a_bank()
    sources = ("portal", "hotline", "regulator", "pboc", "counter")
    for n in range(24):
        case = a_complaint(
            bank, at=MONDAY + (7 * n - 100) * DAY, source=sources[n % 5], unit=(bank.north, bank.south)[n % 2],
            name="王小敏", phone=REGULARS[n % 3], email="",
        )  # fmt: skip
        codes = {"business": ("B-02", "B-03.1")[n % 2], "cause": "C-09"} if n % 7 else {}
        Complaint.objects.filter(pk=case.pk).update(**codes)
        Clock.objects.filter(case=case, promise="legal").update(status=("kept", "broken", "running")[n % 3])
    for n in range(2):
        answered(bank, at=MONDAY + n * DAY, phone=REGULARS[0], name="王小敏", email="")
        closed(bank, at=MONDAY + n * DAY)
        gone, out = accepted(bank, at=MONDAY + n * DAY), a_complaint(bank, at=MONDAY + n * DAY)
        actions.withdraw(gone.pk, said="客户来电撤回", by=bank.handler, at=MONDAY + (n + 1 + 20 * n) * DAY)
        actions.refuse(
            out.pk,
            reason="not-ours",
            words="请向另一家银行提出。",
            by=bank.handler,
            at=MONDAY + (n + 1) * DAY,
        )
    _merged_ones(bank)
    return bank


def _merged_ones(bank):
    """Of one customer, uncoded: one merged in time, one too late; of another, one that repeats as well."""
    who = {"name": "李大明", "phone": "13700000001", "email": ""}
    first, soon, late = (a_complaint(bank, at=MONDAY - (40 - n) * DAY, **who) for n in range(3))
    actions.merge(soon.pk, other=first.pk, by=bank.handler, at=MONDAY - 30 * DAY)
    actions.merge(late.pk, other=first.pk, by=bank.handler, at=MONDAY)
    who = {"name": "赵小红", "phone": "13700000002", "email": ""}
    one, again = (graded(bank, at=MONDAY - (9 - n) * DAY, **who) for n in range(2))
    actions.merge(again.pk, other=one.pk, by=bank.handler, at=MONDAY - 5 * DAY)


def counted_by_sql():
    """The figures, from the tables."""
    first, after = QUARTER.moments(CHINA)
    ago = {
        "postgresql": "r.opened_at - INTERVAL '{} days'",
        "sqlite": "STRFTIME('%Y-%m-%d %H:%M:%f', r.opened_at, '-{} days')",
    }[connection.vendor]
    text = re.sub(r"\{(\d+) days before\}", lambda found: ago.format(found[1]), SQL)
    text = re.sub(r"--.*", "", text).replace("%", "%%")
    text = text.replace(":first", "%s").replace(":after", "%s")
    with connection.cursor() as cursor:
        cursor.execute(text, [connection.ops.adapt_datetimefield_value(at) for at in (first, after)])
        return cursor.fetchone()


def figures(line):
    before = (line.received, line.judged, line.kept, line.escalated)
    after = (line.received_left, line.judged_left, line.kept_left, line.escalated_left)
    return (*before, *after, line.joined, line.repeated)


def test_plain_sql_counts_the_same(bank):
    told = statement(Window(QUARTER))
    assert figures(told.total) == counted_by_sql()
    assert all(figures(told.total)), "a figure that is nothing proves nothing"
    assert told.total.received - told.total.received_left < told.total.joined + told.total.repeated, (
        "none is both"
    )


def test_whatever_became_of_them_they_count_as_received_and_only_judged_limits_as_judged(bank):
    told = statement(Window(QUARTER)).total
    ended = Case.objects.filter(complaint__ending__in=("withdrawn", "refused"))
    assert ended.count() == 4
    verdicts = sorted(Clock.objects.filter(case__in=ended, promise="legal").values_list("status", flat=True))
    assert verdicts == ["broken", "kept", "kept", "lapsed"]
    before = figures(told)
    ids = list(ended.values_list("pk", flat=True))
    Case.objects.filter(pk__in=ids).update(kind="elsewhere")
    after = figures(statement(Window(QUARTER)).total)
    assert [one - other for one, other in zip(before[:3], after[:3], strict=True)] == [4, 3, 2]


def test_what_was_merged_is_counted_before_merging_and_not_after_it(bank):
    told = statement(Window(QUARTER)).total
    verdicts = Clock.objects.filter(case__complaint__ending="merged", promise="legal")
    assert sorted(verdicts.values_list("status", flat=True)) == ["broken", "lapsed", "lapsed"]
    before = figures(told)
    Case.objects.filter(complaint__ending="merged").update(kind="elsewhere")
    after = figures(statement(Window(QUARTER)).total)
    assert [one - other for one, other in zip(before[:3], after[:3], strict=True)] == [3, 1, 0]
    assert before[4:8] == after[4:8]
    assert before[8] - after[8] == 3


def test_every_table_adds_up_to_the_whole(bank):
    told = statement(Window(QUARTER))
    assert [table.axis.key for table in told.tables] == ["business", "cause", "source", "unit"]
    for table in told.tables:
        assert tuple(map(sum, zip(*map(figures, table.lines), strict=True))) == figures(told.total)


def test_branches_are_those_open_on_the_last_day(bank):
    told = statement(Window(QUARTER))
    assert told.branches == 2
    assert told.per_hundred_branches == told.total.received * 50
    bank.south.closed_on = QUARTER.last
    bank.south.save()
    assert statement(Window(QUARTER)).branches == 1
    assert statement(Window(QUARTER, frozenset())).per_hundred_branches is None


def test_each_line_opens_exactly_its_complaints(bank, client):
    client.force_login(bank.person("quality_head"))
    page = client.get("/complaints/statement?period=2026Q3").content.decode()
    told = statement(Window(QUARTER))
    links = re.findall(r'<th scope="row"><a href="([^"]+)">', page)
    received = [line.received for table in told.tables for line in table.lines]
    assert len(links) == len(received)
    for link, number in zip(links, received, strict=True):
        rows = client.get(link.replace("&amp;", "&") + "&size=100").content.decode()
        assert rows.count('data-cell="number"') == number


def test_the_files_say_what_the_page_says(bank, client):
    client.force_login(bank.person("quality_head"))
    told = statement(Window(QUARTER))
    lines = [told.total, *(line for table in told.tables for line in table.lines)]
    answer = client.get("/complaints/statement/export.csv?period=2026Q3")
    rows = list(csv.reader(io.StringIO(b"".join(answer.streaming_content).decode("utf-8-sig"))))[1:]
    wanted = [figures(line) for line in lines]
    assert [tuple(int(r[place]) for place in PLACES) for r in rows] == wanted
    book = client.get("/complaints/statement/export.xlsx?period=2026Q3")
    sheet = openpyxl.load_workbook(io.BytesIO(b"".join(book.streaming_content))).active
    assert [tuple(r[place] for place in PLACES) for r in list(sheet.values)[1:]] == wanted
    heads = [str(head) for head in next(sheet.values)]
    rates = 3  # against branches, customers and transactions: in the files before merging only
    before, after = (sum(each in head for head in heads) for each in ("合并重复前", "合并重复后"))
    assert (before, after) == (5 + rates, 5)


def test_nobody_reads_of_units_out_of_reach(bank, client):
    client.force_login(bank.person("branch_head", bank.north))
    page = client.get("/complaints/statement?period=2026Q3").content.decode()
    within = Case.objects.filter(opened_at__range=QUARTER.moments(CHINA), handling_unit=bank.north).count()
    assert within
    assert f">{within}</a><small>" in page
    assert bank.south.name not in page
