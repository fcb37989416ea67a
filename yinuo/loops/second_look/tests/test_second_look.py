"""From an answered complaint to its review and back, by the customer's door and the facts alone."""

from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone

from yinuo.engines.cases.models import Case
from yinuo.engines.cases.moves import CaseRefused
from yinuo.engines.cases.replay import rebuilt
from yinuo.engines.loops.follow import loops_once
from yinuo.engines.loops.models import Follower, Run
from yinuo.facts.models import Fact
from yinuo.facts.sequencer import sequence_once
from yinuo.facts.verify import verify
from yinuo.ground.outbox.models import Letter
from yinuo.ground.people.postings import appoint
from yinuo.packs.complaints import actions as complaints
from yinuo.packs.complaints.actions import shown
from yinuo.packs.complaints.tests.bank import (
    SINCE,
    a_complaint,
    an_arrival,
    answered,
    closed,
    data,
    kinds,
    read,
)
from yinuo.packs.reviews import actions
from yinuo.packs.reviews.queries import worked_on

DAY = timedelta(days=1)
WORDS, REASONS = "退的钱少了五十元。", "原答复没有计算九月份的手续费，应当重新计算。"
pytestmark = pytest.mark.django_db


def lately():
    return timezone.localtime().replace(hour=9, minute=0, second=0, microsecond=0) - 5 * DAY


def go_round():
    while sequence_once() + loops_once():
        pass


def review_of(complaint, **said):
    return actions.ask(complaint.pk, words=WORDS, by=None, **said)


def decided(bank, complaint, outcome):
    """The review of a complaint, decided."""
    review, reviewer = review_of(complaint), bank.person("reviewer")
    return actions.decide(review.pk, outcome=outcome, reasons=REASONS, by=reviewer)


def signed_in(person):
    client = Client()
    client.force_login(person)
    client.cookies["yinuo_language"] = "en"
    return client


def test_the_complaint_says_that_a_review_was_asked_for_and_how_it_ended(bank):
    complaint = closed(bank, at=lately())
    review = decided(bank, complaint, "upheld")
    go_round()
    go_round()
    assert data(complaint, "complaints.review_asked") == [{"review": str(review.pk)}]
    assert data(complaint, "complaints.reviewed") == [{"review": str(review.pk), "outcome": "upheld"}]
    complaint.refresh_from_db()
    assert not complaint.is_open
    page = signed_in(bank.person("lead")).get(f"/complaints/{complaint.number}").content.decode()
    assert "A review of the answer was asked for" in page
    assert "reviewed the answer: it stands" in page
    assert f'href="/reviews/{review.number}"' in page
    page = signed_in(bank.person("lead")).get(f"/reviews/{review.number}").content.decode()
    assert f'href="/complaints/{complaint.number}"' in page
    assert verify().ok


def test_a_changed_answer_opens_the_complaint_again_once(bank):
    complaint = closed(bank, at=lately())
    decided(bank, complaint, "changed")
    go_round()
    Follower.objects.update(seq=0)
    go_round()
    case = Case.objects.get(pk=complaint.pk)
    assert (case.is_open, case.step, case.complaint.answered_at) == (True, "investigate", None)
    assert data(case, "complaints.reopened") == [{"reason": "review", "ending": "handled"}]
    assert case.notes.get(subject="reopening").text == REASONS
    assert case.clocks.get(promise="reanswer").status == "running"
    letter = Letter.objects.get(case_id=case.pk, template="reopening")
    assert "上级机构核查" in read(letter).body
    assert rebuilt(case).to_json() == case.marking
    assert not Run.objects.exclude(state="done").exists()


def test_an_answer_that_is_not_filed_yet_is_filed_and_opened_again(bank):
    complaint = answered(bank, at=lately())
    decided(bank, complaint, "changed")
    go_round()
    case = Case.objects.get(pk=complaint.pk)
    assert (case.is_open, case.step) == (True, "investigate")
    assert [kind for kind in kinds(case) if kind in ("complaints.closed", "complaints.reopened")] == [
        "complaints.closed", "complaints.reopened",
    ]  # fmt: skip
    assert rebuilt(case).to_json() == case.marking


def test_what_colleagues_opened_again_meanwhile_stays_open(bank):
    complaint = closed(bank, at=lately())
    review = review_of(complaint)
    head = bank.person("quality_head")
    complaints.reopen(complaint.pk, reason="new-facts", said="客户带来了回单", by=head)
    actions.decide(review.pk, outcome="changed", reasons=REASONS, by=bank.person("reviewer"))
    go_round()
    assert [each["reason"] for each in data(complaint, "complaints.reopened")] == ["new-facts"]
    assert kinds(complaint).count("complaints.reviewed") == 1


def test_what_was_not_taken_on_can_be_reviewed_too(bank):
    case = a_complaint(bank, at=lately())
    complaints.refuse(
        case.pk, reason="not-ours", words="请向另一家银行提出。", by=bank.handler, at=lately() + DAY
    )
    decided(bank, case, "changed")
    go_round()
    assert data(case, "complaints.reopened") == [{"reason": "review", "ending": "refused"}]


def test_the_reason_of_a_review_is_nobodys_to_choose(bank):
    complaint = closed(bank, at=lately())
    with pytest.raises(CaseRefused):
        complaints.reopen(complaint.pk, reason="review", said="自行重开", by=bank.person("quality_head"))
    assert "review" not in complaints.reasons_to_reopen("handled")


def test_answered_again_it_is_reviewed_again_by_the_same_reviewer(bank):
    complaint = closed(bank, at=lately())
    decided(bank, complaint, "changed")
    go_round()
    complaints.finish_investigation(complaint.pk, by=bank.handler)
    complaints.answer(complaint.pk, words="我们已补退五十元。", by=bank.handler)
    complaints.finish(complaint.pk, by=bank.handler)
    second = decided(bank, complaint, "upheld")
    assert second.review.outcome == "upheld"


def test_everybody_who_worked_on_it_is_barred_and_nobody_else(bank):
    granter, extender = bank.person("branch_head"), bank.person("quality_head")
    complaint = a_complaint(bank, at=lately())
    complaints.accept(complaint.pk, by=bank.handler, at=lately() + timedelta(hours=1))
    complaints.write_note(complaint.pk, text="请尽快", by=bank.person("compliance"), at=lately() + DAY)
    complaints.ask_extension(complaint.pk, reason="案情复杂，须调取凭证", by=bank.handler, at=lately() + DAY)
    complaints.decide_extension(
        complaint.pk, granted=True, said="同意", by=extender, at=lately() + DAY + timedelta(hours=1)
    )
    assert worked_on(complaint) == {bank.handler.pk, extender.pk}
    assert granter.pk not in worked_on(complaint)


# ---- the customer's door -------------------------------------------------------------------------------------


def followed(bank, *, at):
    """A complaint closed two days after `at`, and the address of its tracking page."""
    received = complaints.receive(an_arrival(), handling_unit=bank.centre.pk, by=None, at=at, origin="portal")
    steps = (
        (complaints.accept, {}),
        (
            complaints.grade,
            {"level": "ordinary", "matters": [complaints.Graded("费用", "B-03.1", "C-09", None)]},
        ),
        (complaints.conclude, {"position": 1, "conclusion": "upheld", "finding": "多收属实。"}),
        (complaints.finish_investigation, {}),
        (complaints.answer, {"words": "我们已退还两百元。"}),
        (complaints.finish, {}),
    )
    for hours, (act, said) in enumerate(steps):
        act(received.case_id, by=bank.handler, at=at + DAY + timedelta(hours=hours), **said)
    return Case.objects.get(pk=received.case_id), f"/s/track/{shown(received.code)}"


def customer():
    client = Client()
    client.cookies["yinuo_language"] = "en"
    return client


def test_the_customer_asks_and_follows_on_the_tracking_page(bank):
    _complaint, address = followed(bank, at=lately())
    client = customer()
    page = client.get(address).content.decode()
    assert f'action="{address}/review"' in page
    assert "waits to be confirmed by the bank" in page
    assert client.post(f"{address}/review", {"words": ""}).status_code == 422
    assert client.post(f"{address}/review", {"words": WORDS}).status_code == 302
    page = client.get(address).content.decode()
    assert "We are reviewing our answer." in page
    assert f'action="{address}/review"' not in page
    refused = client.post(f"{address}/review", {"words": WORDS})
    assert refused.status_code == 409
    assert "under way already" in refused.content.decode()
    review = Case.objects.get(kind="reviews")
    actions.decide(review.pk, outcome="upheld", reasons=REASONS, by=bank.person("reviewer"))
    page = client.get(address).content.decode()
    assert "Our answer stands." in page
    assert REASONS in page
    assert client.get(f"{address}/review").status_code == 302


def test_after_the_time_for_it_the_page_says_why_not_and_where_else_to_turn(bank):
    _complaint, address = followed(bank, at=lately() - 60 * DAY)
    client, before = customer(), Fact.objects.count()
    page = client.get(address).content.decode()
    assert "A review could be asked for until" in page
    assert "12378" in page
    assert f'action="{address}/review"' not in page
    refused = client.post(f"{address}/review", {"words": WORDS})
    assert refused.status_code == 409
    assert "A review could be asked for until" in refused.content.decode()
    assert Fact.objects.count() == before


def test_before_the_answer_there_is_nothing_to_review_on_the_page(bank):
    received = complaints.receive(
        an_arrival(), handling_unit=bank.centre.pk, by=None, at=lately(), origin="portal"
    )
    address = f"/s/track/{shown(received.code)}"
    client = customer()
    assert "/review" not in client.get(address).content.decode()
    assert client.post(f"{address}/review", {"words": WORDS}).status_code == 409
    assert client.post("/s/track/AAAA-AAAA-AAAAA/review", {"words": WORDS}).status_code == 404


def test_a_complaint_of_a_branch_is_reviewed_above_it_and_not_by_a_handler_with_the_role(bank):
    complaint = closed(bank, at=lately())
    appoint(bank.handler, "reviewer", bank.head, valid_from=SINCE)
    review = review_of(complaint)
    assert review.handling_unit == bank.head
    answer = signed_in(bank.handler).post(
        f"/reviews/{review.number}/decide", {"outcome": "upheld", "reasons": REASONS}
    )
    assert answer.status_code == 409
