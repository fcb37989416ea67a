"""Redress: alone up to a limit, above it by two, all of it counted, and told to the customer with the answer."""

from datetime import datetime, timedelta
from decimal import Decimal

import pytest
from django.db import IntegrityError, transaction
from django.test import Client
from django.utils.translation import override

from yinuo.engines.cases.approvals import waiting
from yinuo.engines.cases.models import Case
from yinuo.engines.cases.moves import CaseRefused, Recused
from yinuo.engines.editions import actions as editions
from yinuo.engines.editions import shelf
from yinuo.engines.measures.measure import Window, measure_named
from yinuo.engines.measures.periods import Period
from yinuo.facts.models import Fact
from yinuo.ground.outbox.models import Letter
from yinuo.ground.people.postings import appoint
from yinuo.packs.complaints import actions
from yinuo.packs.complaints.limits import parse_limits
from yinuo.packs.complaints.models import Redress
from yinuo.packs.complaints.tests.bank import (
    CHINA,
    MONDAY,
    SINCE,
    answered,
    closed,
    data,
    established,
    graded,
    kinds,
    read,
)

pytestmark = pytest.mark.django_db
ALONE, HIGH = 20_000, 500_000  # fen: what the handler grants alone, and what a unit head does
REASON = "当日多收手续费"
AT = MONDAY + timedelta(days=1)


def proposed(case, amount, *, by, kind="refund", at=AT):
    return actions.propose_redress(case.pk, kind=kind, amount=amount, reason=REASON, by=by, at=at)


def decided(case, by, *, granted=True, at=AT, **more):
    return actions.decide_redress(case.pk, granted=granted, by=by, at=at, **more)


def total(case):
    return Case.objects.get(pk=case.pk).complaint.redress


def trace(case):
    fresh = Case.objects.get(pk=case.pk)
    return fresh.version, total(case), Redress.objects.count(), Fact.objects.filter(case_id=case.pk).count()


def refused(act, *given, **said):
    """The verb is refused and leaves no trace."""
    case = given[0]
    before = trace(case)
    with pytest.raises(CaseRefused), transaction.atomic():
        act(*given, **said)
    assert trace(case) == before


def test_up_to_the_limit_the_handler_grants_it_alone(bank):
    case = proposed(graded(bank), ALONE, by=bank.handler)
    assert total(case) == ALONE
    assert kinds(case)[-2:] == ["complaints.redress_proposed", "complaints.redressed"]
    [fact] = data(case, "complaints.redressed")
    assert fact | {"redress": ""} == {"redress": "", "term": "refund", "amount": ALONE, "currency": "CNY"}
    assert waiting(case, actions.REDRESS) is None


def test_one_fen_more_takes_a_second_pair_of_eyes(bank):
    lead = bank.person("lead", bank.centre)
    case = proposed(graded(bank), ALONE + 1, by=bank.handler)
    assert total(case) is None
    assert waiting(case, actions.REDRESS).asked["amount"] == ALONE + 1
    decided(case, lead)
    assert total(case) == ALONE + 1
    assert kinds(case)[-2:] == ["cases.approval_decided", "complaints.redressed"]


def test_several_small_ones_count_together(bank):
    case = proposed(graded(bank), ALONE, by=bank.handler)
    proposed(case, 1, by=bank.handler, kind="goodwill")
    assert total(case) == ALONE
    assert waiting(case, actions.REDRESS)
    decided(case, bank.person("branch_head"))
    assert total(case) == ALONE + 1


def test_above_the_second_limit_only_the_head_of_quality_decides(bank):
    case = proposed(graded(bank), HIGH + 1, by=bank.handler)
    lead, boss = bank.person("lead", bank.centre), bank.person("quality_head")
    refused(decided, case, lead)
    decided(case, boss)
    assert total(case) == HIGH + 1


def test_a_head_of_another_unit_decides_nothing_here(bank):
    case = proposed(graded(bank), ALONE + 1, by=bank.handler)
    stranger = bank.person("branch_head", bank.north)
    refused(decided, case, stranger)


def test_above_the_highest_limit_nothing_is_proposed(bank):
    case = graded(bank)
    refused(proposed, case, 10_000_001, by=bank.handler)
    refused(proposed, case, 0, by=bank.handler)
    refused(proposed, case, 100, by=bank.handler, kind="no-such")


def test_whoever_proposed_or_handles_it_does_not_decide(bank):
    case, lead = graded(bank), bank.person("lead", bank.centre)
    proposed(case, ALONE + 1, by=lead)
    refused(decided, case, lead)
    handler = bank.person("quality_head")  # who decides elsewhere
    appoint(handler, "handler", bank.centre, valid_from=SINCE)
    actions.hand_over(case.pk, to=handler, by=lead)
    refused(decided, case, handler)
    decided(case, bank.person("branch_head"))
    assert total(case) == ALONE + 1


def test_whoever_is_complained_of_neither_proposes_nor_decides(bank):
    case, lead = graded(bank), bank.person("lead", bank.centre)
    actions.name_complained_of(case.pk, people=[lead], by=bank.handler, at=AT)
    with pytest.raises(Recused), transaction.atomic():
        proposed(case, 100, by=lead)
    proposed(case, ALONE + 1, by=bank.handler)
    with pytest.raises(Recused), transaction.atomic():
        decided(case, lead)
    assert total(case) is None


def test_while_one_waits_no_other_is_proposed(bank):
    case = proposed(graded(bank), ALONE + 1, by=bank.handler)
    refused(proposed, case, 100, by=bank.handler)


def test_while_one_waits_the_customer_is_not_answered(bank):
    case = established(bank)
    proposed(case, ALONE + 1, by=bank.handler)
    before = trace(case)
    with pytest.raises(CaseRefused), transaction.atomic():
        actions.answer(case.pk, words="我们已退还两百元，并向您道歉。", by=bank.handler, at=AT)
    assert trace(case) == before
    assert not Letter.objects.filter(template="answer").exists()
    decided(case, bank.person("lead", bank.centre), granted=False, said="没有依据")
    actions.answer(case.pk, words="我们已退还两百元，并向您道歉。", by=bank.handler, at=AT)


def test_after_the_answer_nothing_is_proposed(bank):
    refused(proposed, answered(bank), 100, by=bank.handler)


def test_a_refused_one_gives_nothing_and_leaves_room_for_another(bank):
    case = proposed(graded(bank), ALONE + 1, by=bank.handler)
    decided(case, bank.person("lead", bank.centre), granted=False, said="没有依据")
    assert total(case) is None
    assert "complaints.redressed" not in kinds(case)
    assert Redress.objects.get().granted is False
    proposed(case, ALONE, by=bank.handler)
    assert total(case) == ALONE


@pytest.mark.parametrize(
    ("language", "says"),
    [
        ("zh-hans", "200.00 元（退还费用）"),
        ("en", "200.00 yuan (refund of charges)"),
        ("zh-hant", "200.00 元（退還費用）"),
    ],
)
def test_the_answer_says_what_was_granted_and_the_further_routes(bank, language, says):
    case = established(bank, language=language)
    proposed(case, ALONE, by=bank.handler)
    proposed(case, HIGH, by=bank.handler)
    decided(case, bank.person("quality_head"), granted=False, said="没有依据")
    with override("en"):  # whatever the writer reads
        actions.answer(case.pk, words="我们已查清此事，向您道歉。", by=bank.handler, at=AT)
    letter = read(Letter.objects.get(template="answer"))
    assert says in letter.body
    assert "5,000" not in letter.body  # what was refused is nobody's business
    assert "12378" in letter.body
    assert (
        says in Case.objects.get(pk=case.pk).notes.get(subject="answer").text
    )  # so the tracking page says it too


def test_without_redress_the_answer_says_nothing_of_it(bank):
    answered(bank)
    assert "补偿" not in read(Letter.objects.get(template="answer")).body


def test_a_new_edition_of_the_limits_is_what_counts(bank):
    quality, compliance = bank.person("quality_head"), bank.person("compliance")
    lower = shelf.current("redress", "complaints").content.replace("20_000", "10_000", 1)
    editions.approve(editions.draft("redress", "complaints", lower, by=quality), by=compliance)
    shelf.forget()
    case = proposed(graded(bank), ALONE, by=bank.handler)
    assert total(case) is None


def test_the_database_refuses_what_the_verbs_would(bank):
    case = graded(bank)
    usual = {
        "complaint_id": case.pk, "kind": "refund", "currency": "CNY", "reason": "x", "proposed_by": bank.handler,
        "proposed_at": AT,
    }  # fmt: skip
    for wrong in (
        {"amount": 0, "granted": True, "decided_at": AT},
        {"amount": 5},
        {"amount": 5, "granted": True},
    ):
        with pytest.raises(IntegrityError), transaction.atomic():
            Redress.objects.create(**usual, **wrong)


@pytest.mark.parametrize(
    ("content", "says"),
    [
        ("", "currency"),
        ('currency = "yuan"', "currency"),
        ('currency = "CNY"', "[[limit]]"),
        ('currency = "CNY"\n[[limit]]\nup_to = 1.5', "minor units"),
        ('currency = "CNY"\n[[limit]]\nup_to = 5\nroles = "lead"', "list of roles"),
        ('currency = "CNY"\n[[limit]]\nup_to = 5\n[[limit]]\nup_to = 5\nroles = ["lead"]', "not above"),
        ('currency = "CNY"\n[[limit]]\nup_to = 5\n[[limit]]\nup_to = 9', "lowest limit"),
    ],
)
def test_limits_that_make_no_sense_are_refused_by_name(content, says):
    with pytest.raises(ValueError, match=says.replace("[", r"\[")):
        parse_limits(content)


def test_the_measures_agree_with_a_plain_count(bank):
    september = Window(Period.read("2026-09"))
    closed(bank)
    for amount in (ALONE, 5_000):
        case = established(bank)
        proposed(case, amount, by=bank.handler)
        actions.answer(case.pk, words="我们已退还两百元，并向您道歉。", by=bank.handler, at=AT)
        actions.finish(case.pk, by=bank.handler, at=AT + timedelta(hours=1))
    share = measure_named("complaints.redress_share").sample(september)
    assert (share.n, share.hits) == (3, 2)
    mean = measure_named("complaints.mean_redress")
    assert (mean.sample(september).n, mean.sample(september).value) == (2, Decimal(12_500))
    assert mean.sample(september).total == ALONE + 5_000
    assert mean.cases(september).count() == 2
    client = Client()
    client.force_login(bank.person("quality_head"))
    page = client.get("/measures?period=2026-09").content.decode()
    assert "125.00" in page
    assert client.get("/measures/complaints.mean_redress?period=2026-09").status_code == 200


def test_the_page_proposes_and_another_page_decides(bank):
    case = graded(bank, at=datetime.now(CHINA) - timedelta(hours=3))
    url = f"/complaints/{case.number}"
    handler, lead, head = Client(), Client(), Client()
    handler.force_login(bank.handler)
    lead.force_login(bank.person("lead", bank.centre))
    head.force_login(bank.person("quality_head"))
    assert "200.00" in handler.get(f"{url}?open=redress").content.decode()  # up to so much at once
    assert handler.post(f"{url}/redress", {"kind": "refund", "amount": "abc"}).status_code == 422
    typed = {"kind": "refund", "amount": "8000.00", "reason": REASON}
    assert handler.post(f"{url}/redress", typed).status_code == 302
    assert Redress.objects.get().amount == 800_000
    assert f"{url}/decide-redress" not in handler.get(url).content.decode()
    assert f"{url}/decide-redress" not in lead.get(url).content.decode()  # above a lead's limit
    assert lead.post(f"{url}/decide-redress", {"granted": "yes"}).status_code == 409
    page = head.get(url).content.decode()
    assert REASON in page
    assert f"{url}/decide-redress" in page
    assert case.number in head.get("/complaints?view=decide").content.decode()
    assert head.post(f"{url}/decide-redress", {"granted": "no"}).status_code == 422
    assert head.post(f"{url}/decide-redress", {"granted": "yes"}).status_code == 302
    assert total(case) == 800_000
    assert case.number not in head.get("/complaints?view=decide").content.decode()
    assert "8,000.00" in head.get(url).content.decode()
    assert handler.post(f"{url}/decide-redress", {"granted": "yes"}).status_code == 403


def test_what_was_typed_after_the_answer_went_out_comes_back(bank):
    case = established(bank, at=datetime.now(CHINA) - timedelta(days=2, hours=3))
    typed = {"kind": "refund", "amount": "80.50", "reason": REASON, "version": case.version}
    actions.answer(case.pk, words="我们已查清此事，向您道歉。", by=bank.person("lead", bank.centre))
    client = Client()
    client.force_login(bank.handler)
    answer = client.post(f"/complaints/{case.number}/redress", typed)
    assert answer.status_code == 409
    page = answer.content.decode()
    assert REASON in page
    assert "80.5" in page
    assert not Redress.objects.exists()


def test_who_handles_and_decides_begins_with_what_is_theirs(bank):
    case = graded(bank)
    lead, head = Client(), Client()
    actions.hand_over(case.pk, to=bank.person("lead", bank.centre), by=bank.handler)
    lead.force_login(bank.person("lead", bank.centre))
    head.force_login(bank.person("quality_head"))
    assert (
        case.number in lead.get("/complaints").content.decode()
    )  # not hidden behind what waits for a decision
    assert case.number not in head.get("/complaints").content.decode()  # who only decides begins with that
