"""More time by law: two people, in time, and the customer is told."""

from datetime import datetime, timedelta

import pytest
from django.db import IntegrityError, transaction
from django.test import Client

from yinuo.engines.cases.approvals import waiting
from yinuo.engines.cases.models import Approval, Case
from yinuo.engines.cases.moves import CaseRefused
from yinuo.ground.outbox.models import Letter
from yinuo.packs.complaints import actions
from yinuo.packs.complaints.tests.bank import CHINA, MONDAY, accepted, kinds, read

pytestmark = pytest.mark.django_db
REASON = "需要向合作机构调取交易凭证"
DUE = datetime(2026, 9, 29, 17, 0, tzinfo=CHINA)  # fifteen days after that Monday


def asked(bank, case, *, at=MONDAY + timedelta(days=1), **more):
    return actions.ask_extension(case.pk, reason=REASON, by=bank.handler, at=at, **more)


def granted(bank, case, *, at=MONDAY + timedelta(days=2), granted=True, **more):
    return actions.decide_extension(case.pk, granted=granted, by=bank.person("quality_head"), at=at, **more)


def legal(case):
    return Case.objects.get(pk=case.pk).clocks.get(promise="legal")


def letters_of(case):
    found = Letter.objects.filter(case_id=case.pk, template="extension")
    return [read(letter) for letter in found.order_by("created_at")]


def test_a_granted_extension_moves_the_legal_limit_and_tells_the_customer_why(bank):
    case = accepted(bank)
    assert legal(case).due_at == DUE
    asked(bank, case)
    assert legal(case).due_at == DUE  # asking extends nothing
    granted(bank, case)
    assert legal(case).due_at == datetime(2026, 10, 14, 17, 0, tzinfo=CHINA)
    letter = letters_of(case)[-1]
    assert REASON in letter.body
    assert "2026-10-14 17:00" in letter.body
    assert kinds(case)[-3:] == ["cases.approval_decided", "cases.noted", "complaints.extended"]
    assert Case.objects.get(pk=case.pk).notes.get(subject="extension").for_customer


def test_only_the_legal_limit_is_extended(bank):
    case = accepted(bank)
    before = case.clocks.get(promise="answer").due_at
    asked(bank, case)
    granted(bank, case)
    assert Case.objects.get(pk=case.pk).clocks.get(promise="answer").due_at == before


def test_a_second_extension_reaches_sixty_days_and_there_is_no_third(bank):
    case = accepted(bank)
    for kind, days in (("complaints.extended", 3), ("complaints.extended_again", 5)):
        asked(bank, case, at=MONDAY + timedelta(days=days))
        granted(bank, case, at=MONDAY + timedelta(days=days + 1))
        assert kind in kinds(case)
    assert legal(case).due_at == datetime(2026, 11, 13, 17, 0, tzinfo=CHINA)
    with pytest.raises(CaseRefused):
        asked(bank, case, at=MONDAY + timedelta(days=7))


def test_after_the_limit_nothing_can_be_asked_for(bank):
    case = accepted(bank)
    with pytest.raises(CaseRefused):
        asked(bank, case, at=DUE + timedelta(seconds=1))
    assert waiting(case, actions.WHAT) is None
    asked(bank, case, at=DUE)


def test_after_the_limit_what_was_asked_for_in_time_can_only_be_refused(bank):
    case = accepted(bank)
    asked(bank, case)
    late = DUE + timedelta(minutes=1)
    before = kinds(case)
    bank.person("quality_head")
    with pytest.raises(CaseRefused), transaction.atomic():
        granted(bank, case, at=late)
    assert kinds(case) == before
    assert legal(case).due_at == DUE
    granted(bank, case, at=late, granted=False, said="超过期限")
    assert legal(case).status == "broken"
    assert legal(case).judged_at == DUE


def test_whoever_asked_does_not_decide(bank):
    case = accepted(bank)
    head = bank.person("quality_head")
    actions.ask_extension(case.pk, reason=REASON, by=head, at=MONDAY + timedelta(days=1))
    with pytest.raises(CaseRefused), transaction.atomic():
        granted(bank, case)
    assert legal(case).due_at == DUE
    with pytest.raises(IntegrityError), transaction.atomic():  # nor past the verb, by the database
        Approval.objects.filter(case=case).update(decided_by=head, decided_at=DUE, granted=True)


def test_whoever_handles_it_does_not_decide(bank):
    case = accepted(bank)
    actions.ask_extension(case.pk, reason=REASON, by=bank.person("lead", bank.centre), at=MONDAY)
    with pytest.raises(CaseRefused), transaction.atomic():
        actions.decide_extension(case.pk, granted=True, by=bank.handler, at=MONDAY)
    assert waiting(case, actions.WHAT)


def test_it_is_asked_for_once_at_a_time(bank):
    case = accepted(bank)
    asked(bank, case)
    with pytest.raises(CaseRefused), transaction.atomic():
        asked(bank, case)
    assert case.approvals.count() == 1


def test_a_refused_extension_leaves_the_limit_and_may_be_asked_for_again(bank):
    case = accepted(bank)
    asked(bank, case)
    granted(bank, case, granted=False, said="可以按期办结")
    assert legal(case).due_at == DUE
    assert letters_of(case) == []
    asked(bank, case)
    assert waiting(case, actions.WHAT)


def desk(person):
    client = Client()
    client.force_login(person)
    return client


def test_the_page_asks_and_another_page_decides(bank):
    case = accepted(bank, at=datetime.now(CHINA) - timedelta(hours=3))
    url = f"/complaints/{case.number}"
    handler, head = desk(bank.handler), desk(bank.person("quality_head"))
    assert f"{url}/extend" in handler.get(f"{url}?open=extend").content.decode()
    assert handler.post(f"{url}/extend", {"reason": "短"}).status_code == 422
    assert handler.post(f"{url}/extend", {"reason": REASON, "version": case.version}).status_code == 302
    assert f"{url}/decide-extension" not in handler.get(url).content.decode()
    page = head.get(url).content.decode()
    assert REASON in page
    assert f"{url}/decide-extension" in page
    assert case.number in head.get("/complaints?view=decide").content.decode()
    assert head.post(f"{url}/decide-extension", {"granted": "no"}).status_code == 422
    before = legal(case).due_at
    assert head.post(f"{url}/decide-extension", {"granted": "yes"}).status_code == 302
    assert legal(case).due_at > before
    page = head.get(url).content.decode()
    assert "法定时限 · 30 日" in page
    assert "原为 15 日" in page
    assert case.number not in head.get("/complaints?view=decide").content.decode()


def test_without_the_grant_nobody_decides(bank):
    case = accepted(bank, at=datetime.now(CHINA) - timedelta(hours=3))
    asked(bank, case, at=datetime.now(CHINA))
    answer = desk(bank.person("lead", bank.centre)).post(
        f"/complaints/{case.number}/decide-extension", {"granted": "yes"}
    )
    assert answer.status_code == 403
    assert waiting(case, actions.WHAT)
