"""Longer than the first limit: no answer without a reason of the bank's list, whether it was extended or not."""

from datetime import datetime, timedelta

import pytest
from django.test import Client

from yinuo.engines.cases.models import Case
from yinuo.engines.cases.moves import CaseRefused
from yinuo.engines.editions import shelf
from yinuo.engines.editions.actions import approve, draft
from yinuo.engines.editions.models import Edition
from yinuo.packs.complaints import actions
from yinuo.packs.complaints.tests.bank import CHINA, MONDAY, answered, data, established, kinds

pytestmark = pytest.mark.django_db
LIMIT = datetime(2026, 9, 29, 17, 0, tzinfo=CHINA)  # fifteen days after that Monday
LATE = LIMIT + timedelta(seconds=1)
ANSWER = "我们已退还两百元，并向您道歉。"


def answer(bank, case, at):
    return actions.answer(case.pk, words=ANSWER, by=bank.handler, at=at, letters=False)


def explain(bank, case, *, reason="complex", at=LATE):
    return actions.explain_overdue(case.pk, reason=reason, by=bank.handler, at=at)


def test_at_the_very_limit_no_reason_is_needed(bank):
    answer(bank, case := established(bank), LIMIT)
    assert "complaints.answered" in kinds(case)


def test_past_the_first_limit_nobody_answers_without_a_reason(bank):
    case = established(bank)
    with pytest.raises(CaseRefused):
        answer(bank, case, LATE)
    explain(bank, case)
    answer(bank, case, LATE)
    assert data(case, "complaints.overdue_explained") == [{"promise": "legal", "reason": "complex"}]
    assert Case.objects.get(pk=case.pk).complaint.overdue_reason == "complex"


def test_an_extension_spares_nobody_the_reason(bank):
    case = established(bank)
    at = MONDAY + timedelta(days=3)
    actions.ask_extension(case.pk, reason="需要向合作机构调取交易凭证", by=bank.handler, at=at)
    actions.decide_extension(case.pk, granted=True, by=bank.person("quality_head"), at=at, letters=False)
    with pytest.raises(CaseRefused):
        answer(bank, case, LATE)
    explain(bank, case)
    assert answer(bank, case, LATE).clocks.get(promise="legal").status == "kept"


def test_while_the_first_limit_runs_there_is_nothing_to_explain(bank):
    case = established(bank)
    with pytest.raises(CaseRefused):
        explain(bank, case, at=LIMIT)
    assert Case.objects.get(pk=case.pk).complaint.overdue_reason == ""


def test_the_reason_is_one_of_the_list(bank):
    case = established(bank)
    with pytest.raises(CaseRefused):
        explain(bank, case, reason="no-idea")
    assert "complaints.overdue_explained" not in kinds(case)


def test_after_the_answer_the_reason_stays(bank):
    case = established(bank)
    explain(bank, case)
    answer(bank, case, LATE)
    with pytest.raises(CaseRefused):
        explain(bank, case, reason="workload", at=LATE + timedelta(hours=1))
    assert Case.objects.get(pk=case.pk).complaint.overdue_reason == "complex"
    in_time = answered(bank)
    with pytest.raises(CaseRefused):
        explain(bank, in_time)


def test_the_limit_is_the_promises_own(bank):
    shipped = Edition.objects.get(kind="promises", key="complaints")
    shorter = shipped.content.replace('"15 days"', '"2 days"')
    approve(draft("promises", "complaints", shorter, by=bank.handler), by=bank.person("quality_head"))
    shelf.forget()
    case = established(bank)
    with pytest.raises(CaseRefused):
        answer(bank, case, MONDAY + timedelta(days=4))


def test_the_page_asks_for_the_reason_and_takes_it(bank):
    case = established(bank, at=datetime.now(CHINA) - timedelta(days=40))
    desk, url = Client(), f"/complaints/{case.number}"
    desk.force_login(bank.handler)
    assert f"{url}/explain-overdue" in desk.get(url).content.decode()
    assert desk.post(f"{url}/answer", {"words": ANSWER}).status_code == 409
    assert desk.post(f"{url}/explain-overdue", {"reason": ""}).status_code == 422
    assert desk.post(f"{url}/explain-overdue", {"reason": "workload"}).status_code == 302
    assert "人手不足" in desk.get(url).content.decode()
    assert desk.post(f"{url}/answer", {"words": ANSWER}).status_code == 302
    assert f"{url}/explain-overdue" not in desk.get(url).content.decode()


def test_a_complaint_in_time_shows_nothing_of_it(bank):
    case = established(bank, at=datetime.now(CHINA) - timedelta(days=3))
    desk = Client()
    desk.force_login(bank.handler)
    assert "explain-overdue" not in desk.get(f"/complaints/{case.number}").content.decode()
