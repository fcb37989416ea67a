"""What a ledger brings is here for good: worked on, sealed, never doubled, never overwritten."""

from datetime import date, datetime, timedelta

import pytest
from django.utils import timezone

from yinuo.engines.cases.models import Case, Clock
from yinuo.ground.customers.intake import find_customer
from yinuo.ground.vault.models import SubjectKey
from yinuo.packs.complaints import actions
from yinuo.packs.complaints.ledger import load
from yinuo.packs.complaints.ledger.load import import_any
from yinuo.packs.complaints.ledger.outgoing import lines
from yinuo.packs.complaints.models import Complaint, LedgerRow
from yinuo.packs.complaints.tests.bank import MONDAY, data, kinds
from yinuo.packs.complaints.tests.ledger_files import HEADINGS, LEDGER, a_csv, a_row, a_workbook

pytestmark = pytest.mark.django_db


def out():
    """The whole ledger as it goes out, row by row."""
    cases = Case.objects.filter(kind="complaints").order_by("opened_at", "complaint__source_row", "id")
    return list(lines(cases, LEDGER))


def bring_in(path, **more):
    return import_any(path, by=None, **more)


def test_a_closed_row_becomes_a_closed_complaint_that_says_no_more_than_the_ledger(bank, tmp_path):
    row = a_row(
        **{"投诉金额(万元)": "0.5", "投诉请求": "申请退费、答复", "回复/作出处理决定日期": "2025-03-05"}
    )
    assert bring_in(a_csv(tmp_path / "l.csv", [row])).new == 1
    case = Case.objects.select_related("complaint", "customer__key").get()
    complaint = case.complaint
    assert (case.is_open, case.step, case.opened_precision, case.origin) == (False, "", "day", "import")
    assert timezone.localtime(case.opened_at).date() == date(2025, 3, 3)
    assert timezone.localtime(case.closed_at).date() == date(2025, 3, 5)
    assert (case.owning_unit, case.handling_unit, case.handler) == (bank.north, bank.centre, None)
    assert (complaint.business, complaint.cause, complaint.handling_days) == ("B-02", "C-09", 2)
    assert (complaint.amount, complaint.requests) == (500_000, ["refund", "reply"])
    assert [(clock.promise, clock.status) for clock in case.clocks.all()] == [("legal", "kept")]
    assert kinds(case) == ["complaints.received", "complaints.imported"]
    assert data(case, "complaints.imported")[0]["ended"] == "2025-03-05"
    assert [found.pk for found in find_customer(phone="13812345678")] == [case.customer_id]


def test_who_somebody_is_lies_sealed_and_goes_with_the_customer_s_key(bank, tmp_path):
    row = a_row(客户经理="李娜")
    bring_in(a_csv(tmp_path / "l.csv", [row], headings=[*HEADINGS, "客户经理"]))
    kept = LedgerRow.objects.get()
    for secret in ("王小敏", "13812345678", "330106198807061234", "李娜"):
        assert secret not in kept.cells
        assert secret.encode() not in bytes(kept.personal)
    [told] = out()
    assert (told["name"], told["identity"]) == ("王*敏", "330***********1234")
    customer = Case.objects.get().customer
    SubjectKey.objects.filter(pk=customer.pk).update(wrapped=None, destroyed_at=timezone.now())
    [told] = out()
    assert (told["name"], told["identity"], told["number"]) == ("", "", Case.objects.get().number)


def test_a_masked_row_recognises_nobody(bank, tmp_path):
    masked_row = {"投诉人姓名": "王*敏", "投诉电话/邮箱": "138****5678", "身份证号码": "330***********1234"}
    bring_in(
        a_csv(tmp_path / "l.csv", [a_row(), a_row(工单号="2", **masked_row), a_row(工单号="3", **masked_row)])
    )
    assert len({case.customer_id for case in Case.objects.all()}) == 3
    assert len(find_customer(phone="13812345678")) == 1
    assert [row["name"] for row in out()] == ["王*敏"] * 3


def test_the_same_customer_in_two_rows_is_one(bank, tmp_path):
    bring_in(a_csv(tmp_path / "l.csv", [a_row(), a_row(工单号="2", 工单状态="处理中", 办结日期="")]))
    assert len({case.customer_id for case in Case.objects.all()}) == 1


def test_an_open_row_is_worked_on_here_and_its_ledger_moves_with_it(bank, tmp_path):
    row = a_row(
        工单状态="处理中",
        办结日期="",
        投诉受理日期="2026-09-14",
        网点名称="别行",
        投诉等级="重大投诉",
        备注="原备注",
    )
    assert bring_in(a_csv(tmp_path / "l.csv", [row])).unmapped == {"网点名称: 别行": 1}
    case = Case.objects.get()
    assert (case.is_open, case.origin, case.opened_precision) == (True, "import", "day")
    assert set(Clock.objects.filter(case=case).values_list("promise", flat=True)) == {
        "accept",
        "answer",
        "legal",
    }
    before = out()[0]
    assert (before["level"], before["status"], before["due"]) == ("重大投诉", "处理中", "")
    at = MONDAY + timedelta(hours=1)
    actions.accept(case.pk, by=bank.handler, at=at)
    matters = [actions.Graded("事项", "B-03.2", "C-01", None)]
    actions.grade(case.pk, level="ordinary", matters=matters, by=bank.handler, at=at + timedelta(hours=1))
    after = out()[0]
    changed = {key for key in after if after[key] != before[key]}
    assert {"level", "business", "cause", "due", "handling_unit"} <= changed
    assert (after["level"], after["business"]) == ("普通投诉", "银行卡-信用卡")
    kept = ("number", "branch_name", "remarks", "name", "received", "words")
    assert [after[key] for key in kept] == [before[key] for key in kept]
    assert bring_in(tmp_path / "l.csv").line() == "new 0, refused 0, duplicates flagged 0"


def test_a_number_imported_before_with_other_content_is_refused_and_nothing_is_overwritten(bank, tmp_path):
    bring_in(a_csv(tmp_path / "l.csv", [a_row()]))
    errors = tmp_path / "errors.csv"
    done = bring_in(a_csv(tmp_path / "m.csv", [a_row(投诉内容="别的事"), a_row(工单号="2")]), errors=errors)
    assert (done.new, done.known, done.refused) == (1, 0, 1)
    assert "已经导入过" in errors.read_text(encoding="utf-8-sig")
    assert Complaint.objects.get(source_key="ledger-68:2025-0001").words == "多收了手续费"


def test_a_dry_run_says_what_it_would_do_and_does_nothing(bank, tmp_path):
    rows = [
        a_row(),
        a_row(工单号="2", 投诉受理日期="昨天"),
        {"网点名称": "合计"},
        a_row(工单号="3", 投诉原因="因为"),
    ]
    done = bring_in(a_workbook(tmp_path / "l.xlsx", rows), dry_run=True)
    assert (done.rows, done.new, done.refused, done.left_out) == (4, 2, 1, 1)
    assert done.unmapped == {"投诉原因: 因为": 1}
    assert [row["cause"] for row in done.examples] == ["C-09", "unmapped"]
    assert not Case.objects.exists()


def test_a_batch_is_whole_or_not_at_all_and_the_import_goes_on_where_it_stopped(bank, tmp_path, monkeypatch):
    class Stops:
        def progress(self, done, total):
            self.done = done

        def cancelled(self):
            return self.done >= 2

    monkeypatch.setattr(load, "BATCH", 2)
    path = a_csv(tmp_path / "l.csv", [a_row(工单号=f"N{n}") for n in range(5)])
    assert bring_in(path, job=Stops()).cancelled
    assert Case.objects.count() == 2
    assert (bring_in(path).new, Case.objects.count()) == (3, 5)


def test_the_clock_of_the_law_is_judged_by_days_and_not_at_all_without_them(bank, tmp_path):
    decided = ["2025-03-18", "2025-03-19", "", "2025-03-01"]
    rows = [
        a_row(工单号=f"N{n}", 办结日期="2025-03-25", **{"回复/作出处理决定日期": day})
        for n, day in enumerate(decided)
    ]
    bring_in(a_csv(tmp_path / "l.csv", rows))
    found = Clock.objects.order_by("case__complaint__source_row").values_list("status", flat=True)
    assert list(found) == ["kept", "broken", "cannot_tell", "cannot_tell"]


def test_no_time_of_day_is_made_up(bank, tmp_path):
    bring_in(a_csv(tmp_path / "l.csv", [a_row()]))
    case = Case.objects.select_related("complaint").get()
    assert case.complaint.handling_minutes is None
    assert timezone.localtime(case.opened_at).time() == datetime.min.time()
