"""The ledger goes out and comes in again unchanged; what it brings is worked on like anything else."""

import csv
import io
from datetime import date, timedelta

import openpyxl
import pytest
from django.db import transaction
from django.test import Client
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from yinuo.engines.cases.models import Case
from yinuo.facts.models import Fact
from yinuo.ground.tables.workbook import cell_text
from yinuo.packs.complaints import actions
from yinuo.packs.complaints.ledger.cells import canonical
from yinuo.packs.complaints.ledger.files import csv_lines, write_xlsx
from yinuo.packs.complaints.ledger.load import import_any
from yinuo.packs.complaints.ledger.masks import masked
from yinuo.packs.complaints.ledger.outgoing import lines
from yinuo.packs.complaints.tests.bank import MONDAY, a_complaint, closed, established, graded
from yinuo.packs.complaints.tests.ledger_files import HEADINGS, LEDGER
from yinuo.packs.complaints.views import ledger as page

pytestmark = pytest.mark.django_db
KINDS = {column.heading: column.kind for column in LEDGER.columns}


def out():
    """The whole ledger as it goes out, row by row."""
    cases = Case.objects.filter(kind="complaints").order_by("opened_at", "complaint__source_row", "id")
    return list(lines(cases, LEDGER))


def as_csv(path, rows):
    path.write_text("".join(csv_lines(LEDGER, rows)), encoding="utf-8", newline="")
    return path


def as_xlsx(path, rows):
    with path.open("wb") as file:
        write_xlsx(LEDGER, rows, file)
    return path


def bring_in(path, **more):
    return import_any(path, by=None, **more)


def fetch(client, address):
    """A file of the export, as rows of text below its head."""
    answer = client.get(address)
    assert answer.status_code == 200, answer
    content = b"".join(answer.streaming_content)
    if ".csv" in address:
        rows = list(csv.reader(io.StringIO(content.decode("utf-8-sig"), newline="")))
    else:
        sheet = openpyxl.load_workbook(io.BytesIO(content)).active
        rows = [[cell_text(cell) for cell in row] for row in sheet.iter_rows(values_only=True)]
    assert rows[0] == HEADINGS
    return rows[1:]


@pytest.fixture
def auditor(bank):
    client = Client()
    client.force_login(bank.person("auditor"))
    return client


DAYS = st.dates(date(1990, 1, 1), date(2026, 11, 20))
ROUGH = st.text("=+-@' \n\t１王小明*139８12345678901234xX,\"'", max_size=30)
WORDS = st.text(st.characters(exclude_categories=["Cs"]), max_size=20) | ROUGH
CELLS = {
    "text": WORDS,
    "code": WORDS,
    "day": st.dates(date(1, 1, 1), date(9999, 12, 31)).map(str) | st.sampled_from(["", "无", "—"]),
    "number": st.decimals(allow_nan=False, allow_infinity=False).map(lambda n: format(n, "f")) | st.sampled_from(["", "无"]),
    "name": st.text("王小敏李娜 Anna*", max_size=8),
    "identity": st.text("0123456789Xx*", max_size=20),
    "contact": st.text("0123456789-/、@a.b*", max_size=24),
}  # fmt: skip


@st.composite
def a_ledger(draw):
    """Rows of cells by key, in the ledger's own writing, in order of receipt."""
    numbers = draw(
        st.lists(
            st.text("AB-0123456789/中", max_size=8).map("T{}".format), min_size=1, max_size=4, unique=True
        )
    )
    rows = []
    for number, received in zip(numbers, sorted(draw(st.lists(DAYS, min_size=4, max_size=4))), strict=False):
        row = {each.key: canonical(each.kind, draw(CELLS[each.kind])) for each in LEDGER.columns}
        ended = st.dates(received, date(2026, 11, 20)).map(str)
        states = st.sampled_from(["", "已办结", "处理中", "待受理"])
        told = st.sampled_from(["普通投诉", "贷款", "其他", "客服热线", "NORTH", "CC机构"])
        row |= {
            "number": number,
            "received": str(received),
            "closed": draw(st.just("") | ended),
            "status": draw(states),
        }
        row |= {
            key: draw(told)
            for key in draw(st.sets(st.sampled_from(["level", "business", "source", "branch_code"])))
        }
        rows.append(row)
    return rows


def shown(rows):
    return [{key: masked(LEDGER.by_key[key].kind, cell) for key, cell in row.items()} for row in rows]


@pytest.mark.parametrize("write", [as_csv, as_xlsx])
def test_any_ledger_goes_in_and_out_unchanged(bank, tmp_path, write):
    ending = write.__name__.removeprefix("as_")
    first_file, second_file = tmp_path / f"first.{ending}", tmp_path / f"second.{ending}"

    @settings(max_examples=25, deadline=None, suppress_health_check=list(HealthCheck))
    @given(a_ledger())
    def unchanged(rows):
        first = second = None
        with transaction.atomic():
            done = bring_in(write(first_file, rows))
            assert (done.new, done.refused, done.left_out) == (len(rows), 0, 0)
            first = out()
            assert bring_in(first_file).new == 0
            assert bring_in(write(second_file, first)).line() == "new 0, refused 0, duplicates flagged 0"
            transaction.set_rollback(True)
        assert first == shown(rows)  # masked where masked, and not a cell besides
        with transaction.atomic():
            assert bring_in(second_file).new == len(rows)
            second = out()
            transaction.set_rollback(True)
        assert second == first

    unchanged()


@pytest.mark.parametrize("format", ["csv", "xlsx"])
def test_our_own_complaints_go_out_and_into_an_empty_bank_and_out_unchanged(bank, auditor, tmp_path, format):
    address = f"/complaints/ledger.{format}?view=all"
    with transaction.atomic():
        _a_busy_month(bank)
        went_out = fetch(auditor, address)
        content = b"".join(auditor.get(address).streaming_content)
        path = tmp_path / f"ledger.{format}"
        path.write_bytes(content)
        assert bring_in(path).line() == "new 0, refused 0, duplicates flagged 0"
        transaction.set_rollback(True)
    assert not Case.objects.exists()
    assert bring_in(path).new == len(went_out) == 8
    assert fetch(auditor, address) == went_out
    assert bring_in(path).new == 0


def _a_busy_month(bank):
    closed(bank, complained_unit=bank.north.pk, requests=("refund", "reply"), amount=12_345_678)
    graded(
        bank, at=MONDAY + timedelta(days=1), source="regulator", words="=cmd|' /C calc'!A1 请拨打13812345678"
    )
    for n in range(2, 7):
        a_complaint(
            bank,
            at=MONDAY + timedelta(days=n),
            source="hotline",
            words=f"第{n}件。\r\n卡号6222021234567890123",
        )
    done = closed(bank, at=MONDAY + timedelta(days=8))
    actions.called_back(done.pk, call_back=done.pk, outcome="satisfied", at=MONDAY + timedelta(days=12))


def test_csv_and_workbook_say_the_same(bank, auditor):
    _a_busy_month(bank)
    address = "/complaints/ledger.{}?view=all"
    assert fetch(auditor, address.format("csv")) != []
    text = [[cell.removeprefix("'") for cell in row] for row in fetch(auditor, address.format("csv"))]
    assert text == fetch(auditor, address.format("xlsx"))


def test_a_complaint_handled_here_fills_what_we_know(bank, auditor):
    case = closed(
        bank, complained_unit=bank.north.pk, requests=("refund",), amount=20_000, source="regulator"
    )
    actions.called_back(case.pk, call_back=case.pk, outcome="satisfied", at=MONDAY + timedelta(days=4))
    [row] = fetch(auditor, "/complaints/ledger.csv?view=all")
    told = {heading: cell for heading, cell in zip(HEADINGS, row, strict=True) if cell}
    assert told.pop("投诉人姓名").startswith("王*")
    assert "****" in told.pop("投诉电话/邮箱")
    assert told == {
        "网点名称": "CC机构", "网点机构号": "CC", "工单号": case.number, "工单状态": "已办结",
        "投诉受理渠道": "监管转办", "工单来源": "银保监会系统转来投诉",
        "投诉受理日期": "2026-09-14", "办结日期": "2026-09-16", "投诉内容": case.complaint.words,
        "被投诉机构": "NORTH机构", "被投诉机构层级": "支行", "被投诉机构上级机构": "HQ机构",
        "投诉等级": "普通投诉", "投诉业务类别": "银行卡-借记卡", "投诉原因": "因定价收费引起的投诉",
        "投诉金额(万元)": "0.02", "投诉人数": "1", "投诉请求": "申请退费", "调查经过": "多收属实。",
        "投诉处理情况": "我们已退还两百元，并向您道歉。", "投诉处理结果": "属实",
        "投诉处理机构": "CC机构", "处理机构层级": "总行部门", "处理机构归属": "HQ机构", "投诉处理时长": "2",
        "是否回复投诉人": "是", "回复/作出处理决定日期": "2026-09-16", "是否回访": "是", "回访日期": "2026-09-18",
        "回访结果": "满意", "是否小额补偿": "否", "是否升级投诉": "否", "办结期限": "2026-09-29",
    }  # fmt: skip


def test_why_it_took_longer_stands_in_the_column_for_it(bank, auditor):
    case, late = established(bank), MONDAY + timedelta(days=20)
    actions.ask_extension(case.pk, reason="需调取外部凭证", by=bank.handler, at=MONDAY + timedelta(days=3))
    by = bank.person("quality_head")
    actions.decide_extension(case.pk, granted=True, by=by, at=MONDAY + timedelta(days=4), letters=False)
    actions.explain_overdue(case.pk, reason="third-party", by=bank.handler, at=late)
    actions.answer(case.pk, words="已退还。", by=bank.handler, at=late, letters=False)
    [row] = fetch(auditor, "/complaints/ledger.csv?view=all")
    assert row[HEADINGS.index("超过15日办结原因")] == "需向第三方调取证据\n需调取外部凭证"


def test_the_ledger_is_the_bank_s_in_whatever_language_it_is_fetched(bank, auditor):
    closed(bank)
    chinese = fetch(auditor, "/complaints/ledger.csv?view=all")
    auditor.cookies["yinuo_language"] = "en"
    assert fetch(auditor, "/complaints/ledger.csv?view=all") == chinese


def test_nobody_exports_what_they_may_not_see(bank, auditor):
    case = a_complaint(bank, complained_unit=bank.north.pk)
    lead = Client()
    lead.force_login(bank.person("lead", bank.south))
    assert fetch(lead, "/complaints/ledger.csv?view=all") == []
    assert len(fetch(auditor, "/complaints/ledger.csv?view=all")) == 1
    actions.name_complained_of(case.pk, people=[bank.person("auditor")], by=bank.person("quality_head"))
    assert fetch(auditor, "/complaints/ledger.csv?view=all") == []


def test_seeing_a_complaint_is_not_exporting_it(bank):
    """Somebody who sees the whole bank and may export the north branch alone exports the north branch alone."""
    a_complaint(bank)
    a_complaint(bank, complained_unit=bank.north.pk)
    both = bank.person("president")
    from yinuo.ground.people.postings import appoint

    appoint(both, "lead", bank.north, valid_from=date(2026, 1, 1))
    client = Client()
    client.force_login(both)
    assert len(fetch(client, "/complaints/ledger.csv?view=all")) == 1


def test_the_list_s_filters_and_period_narrow_the_ledger(bank, auditor):
    for n in range(3):
        a_complaint(bank, at=MONDAY + timedelta(days=n), source=("portal", "hotline", "counter")[n])
    assert len(fetch(auditor, "/complaints/ledger.csv?view=all&source=hotline")) == 1
    asked = "/complaints/ledger.csv?view=all&received_from=2026-09-15&received_to=2026-09-16"
    assert len(fetch(auditor, asked)) == 2


def test_an_export_is_a_fact_and_too_long_a_one_is_refused(bank, auditor, monkeypatch):
    a_complaint(bank)
    a_complaint(bank)
    fetch(auditor, "/complaints/ledger.xlsx?view=all")
    fact = Fact.objects.get(kind="complaints.exported")
    assert fact.data == {"format": "ledger.xlsx"}
    assert fact.by_id == bank.person("auditor").pk
    monkeypatch.setattr(page, "MOST_EXPORTED", 1)
    assert auditor.get("/complaints/ledger.csv?view=all")["Location"] == "/complaints?view=all"
    assert Fact.objects.filter(kind="complaints.exported").count() == 1
    assert auditor.get("/complaints/ledger.pdf").status_code == 404


def test_established_complaints_go_out_before_they_are_answered(bank):
    established(bank)
    [row] = out()
    assert (row["status"], row["outcome"], row["handling"], row["replied"]) == ("处理中", "属实", "", "否")
