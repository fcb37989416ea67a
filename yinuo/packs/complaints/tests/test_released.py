"""What was held is done once its time has come: once, with every guard asked anew, or refused with its words kept."""

from datetime import timedelta

import pytest
from django.db import OperationalError
from django.utils import translation

from yinuo.engines.cases import releasing
from yinuo.engines.cases.models import Case, Clock
from yinuo.engines.cases.moves import CaseRefused
from yinuo.engines.cases.releasing import release_due
from yinuo.facts.models import Fact
from yinuo.facts.tests.meeting import meet
from yinuo.ground.outbox.models import Letter
from yinuo.ground.people.models import Posting
from yinuo.ground.people.postings import appoint
from yinuo.ground.vault.models import SubjectKey
from yinuo.packs.complaints import actions
from yinuo.packs.complaints.tests.bank import SINCE, established, kinds, read
from yinuo.packs.complaints.tests.holding import DUE, PRESSED, WORDS, back, begun, stand_aside, state, trace

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("ten_seconds")]


def test_at_its_release_the_answer_its_clock_and_its_letter_happen_and_are_of_that_moment(bank):
    case = established(bank)
    begun(bank, case)
    later = DUE + timedelta(seconds=1)
    assert release_due(later) == 1
    assert state(case) == "released"
    letter = Letter.objects.get(template="answer")
    assert WORDS in read(letter).body
    fact = Fact.objects.get(case_id=case.pk, kind="complaints.answered")
    assert (fact.occurred_at, fact.by_id) == (later, bank.handler.pk)
    assert Clock.objects.get(case=case, promise="legal").stopped_at == later
    assert release_due(later) == 0


def test_words_whose_customer_was_erased_are_neither_sent_nor_given_back(bank):
    case = established(bank)
    begun(bank, case)
    SubjectKey.objects.filter(pk=case.customer_id).update(wrapped=None, destroyed_at=PRESSED)
    before = trace(case)
    release_due(DUE)
    assert trace(case) == before
    assert state(case) == "refused"
    assert back(case, bank.handler) is None


def test_a_complaint_without_a_customer_has_a_key_of_its_own(bank):
    case = established(bank)
    Case.objects.filter(pk=case.pk).update(customer=None)
    assert begun(bank, case).subject_id == case.pk
    release_due(DUE)
    assert state(case) == "released"


def test_the_customer_does_not_wait_for_us_and_what_is_held_is_refused_then(bank):
    case = established(bank)
    begun(bank, case)
    actions.withdraw(case.pk, by=None, at=PRESSED)
    before = trace(case)
    release_due(DUE)
    assert trace(case) == before
    assert state(case) == "refused"


def _propose_redress(bank, case):
    lead = bank.person("lead", bank.centre)
    actions.propose_redress(case.pk, kind="refund", amount=50_000, reason="多收手续费", by=lead, at=PRESSED)


def _end_postings(bank, case):
    Posting.objects.filter(user=bank.handler).update(valid_to=SINCE + timedelta(days=30))


def _lock_out(bank, case):
    bank.handler.is_active = False
    bank.handler.save()


@pytest.mark.parametrize("meanwhile", [_propose_redress, stand_aside, _end_postings, _lock_out])
def test_what_is_refused_at_its_release_leaves_no_trace_and_its_words_are_kept(bank, meanwhile):
    case = established(bank)
    begun(bank, case)
    meanwhile(bank, case)
    before = trace(case)
    assert release_due(DUE) == 1
    assert trace(case) == before
    assert state(case) == "refused"
    found = back(case, bank.handler)
    assert found.given == {"words": WORDS}
    assert found.reason
    assert back(case, bank.handler, DUE + timedelta(days=9)) == found
    assert back(case, bank.handler, DUE + timedelta(days=15)) is None
    assert release_due(DUE) == 0


def test_who_does_not_see_it_by_then_is_told_so_and_releases_nothing(bank):
    case = established(bank)
    begun(bank, case)
    _end_postings(bank, case)
    release_due(DUE)
    assert state(case) == "refused"
    assert back(case, bank.handler).reason == "您已无法查看这一件。"


def test_a_refusal_half_way_through_leaves_nothing_of_it(bank, monkeypatch):
    case = established(bank)
    begun(bank, case)
    before, do = trace(case), releasing._do

    def refused_late(*given):
        do(*given)
        raise CaseRefused("too late")

    monkeypatch.setattr(releasing, "_do", refused_late)
    release_due(DUE)
    assert (trace(case), state(case)) == (before, "refused")


def test_who_handles_nothing_in_the_unit_that_has_it_by_then_does_not_release_there(bank):
    case = established(bank)
    appoint(bank.handler, "officer", bank.head, valid_from=SINCE)  # sees it still
    begun(bank, case)
    bank.person("handler", bank.north)
    actions.hand_to_unit(
        case.pk,
        unit=bank.north,
        reason="competence",
        words="业务归该机构",
        by=bank.person("lead"),
        at=PRESSED,
    )
    release_due(DUE)
    assert state(case) == "refused"
    assert "complaints.answered" not in kinds(case)


def test_a_worker_that_breaks_off_leaves_it_held_and_the_next_does_it(bank, monkeypatch):
    case = established(bank)
    begun(bank, case)
    before, do = trace(case), releasing._do

    def broken(*given):
        do(*given)
        raise OperationalError("the server closed the connection")

    monkeypatch.setattr(releasing, "_do", broken)
    assert release_due(DUE) == 0
    assert (trace(case), state(case)) == (before, "held")
    monkeypatch.setattr(releasing, "_do", do)
    assert release_due(DUE) == 1
    assert kinds(case).count("complaints.answered") == 1


def test_whatever_nobody_foresaw_refuses_it_and_gives_the_words_back(bank, monkeypatch):
    case = established(bank)
    begun(bank, case)
    monkeypatch.setattr(releasing, "_do", lambda *given: 1 // 0)
    release_due(DUE)
    assert state(case) == "refused"
    assert back(case, bank.handler).given == {"words": WORDS}


@pytest.mark.django_db(transaction=True)
def test_two_workers_do_it_once(bank):
    case = established(bank)
    held = begun(bank, case)
    outcomes = []
    refused = meet(
        lambda: outcomes.append(releasing.release(held.pk, case.pk, DUE)),
        lambda: outcomes.append(releasing.release(held.pk, case.pk, DUE)),
    )
    assert sorted(outcomes) == [0, 1]
    assert refused is None
    assert kinds(case).count("complaints.answered") == 1
    assert Letter.objects.filter(template="answer").count() == 1


def test_a_second_release_of_the_same_does_nothing(bank):
    case = established(bank)
    held = begun(bank, case)
    assert [releasing.release(held.pk, case.pk, DUE) for _ in range(2)] == [1, 0]
    assert kinds(case).count("complaints.answered") == 1


@pytest.mark.parametrize(("language", "step"), [("en", "“Answer the customer”"), ("zh-hans", "“答复客户”")])
def test_the_step_that_is_not_open_is_named_in_the_readers_language(bank, language, step):
    case = established(bank)
    actions.answer(case.pk, by=bank.handler, words=WORDS, at=PRESSED)
    with translation.override(language), pytest.raises(CaseRefused, match=step):
        actions.answer(case.pk, by=bank.handler, words=WORDS, at=DUE)
