"""What cannot be undone is held for ten seconds, in which whoever began it takes it back."""

from datetime import timedelta

import pytest
from django.db import OperationalError, transaction
from django.utils import timezone

from yinuo.engines.cases import intentions
from yinuo.engines.cases.held import Intention
from yinuo.engines.cases.intentions import given_back, held_verb, intend, release_due, take_back
from yinuo.engines.cases.models import Case, Clock
from yinuo.engines.cases.moves import CaseChanged, CaseRefused, Recused
from yinuo.facts.models import Fact
from yinuo.facts.tests.meeting import meet
from yinuo.ground.outbox.models import Letter
from yinuo.ground.people.models import Posting
from yinuo.ground.people.postings import appoint
from yinuo.ground.vault.models import SubjectKey
from yinuo.packs.complaints import actions
from yinuo.packs.complaints.models import Draft
from yinuo.packs.complaints.tests.bank import (
    MONDAY,
    SINCE,
    a_complaint,
    a_stranger,
    answered,
    established,
    graded,
    kinds,
    read,
)

pytestmark = pytest.mark.django_db
PRESSED = MONDAY + timedelta(days=2)
DUE = PRESSED + timedelta(seconds=10)
WORDS = "我们已退还两百元，并向您道歉。"


@pytest.fixture(autouse=True)
def _ten_seconds(settings):
    settings.HOLD_SECONDS = 10


def begun(bank, case, *, by=None, now=PRESSED, verb="answer", **given):
    """Somebody pressed the button."""
    given = given or {"words": WORDS}
    return intend(held_verb("complaints", verb), case.pk, given, by=by or bank.handler, now=now)


def trace(case):
    """Everything that could have happened to a case."""
    fresh = Case.objects.get(pk=case.pk)
    clocks = list(
        Clock.objects.filter(case=case).order_by("promise").values_list("promise", "status", "stopped_at")
    )
    return fresh.version, fresh.step, kinds(case), Letter.objects.filter(case_id=case.pk).count(), clocks, case.notes.count()  # fmt: skip


def state(case):
    return Intention.objects.get(case=case).state


def back(case, person, now=DUE):
    return given_back(Case.objects.get(pk=case.pk), person.pk, now)


def test_while_an_answer_is_held_nothing_has_happened(bank):
    case = established(bank)
    before = trace(case)
    begun(bank, case)
    assert release_due(DUE - timedelta(seconds=1)) == 0
    assert trace(case) == before
    assert state(case) == "held"


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


def test_the_words_lie_sealed_and_go_with_the_release(bank):
    case = established(bank)
    held = begun(bank, case)
    stored = Intention.objects.values().get()
    assert WORDS not in str(
        {name: bytes(each) if name == "sealed" else each for name, each in stored.items()}
    )
    assert WORDS.encode() not in bytes(stored["sealed"])
    assert held.subject_id == case.customer_id
    release_due(DUE)
    assert Intention.objects.get().sealed is None


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


def test_what_is_taken_back_never_happens_and_gives_the_words_back(bank):
    case = established(bank)
    before = trace(case)
    begun(bank, case)
    take_back(case.pk, by=bank.handler, at=PRESSED)
    assert release_due(DUE) == 0
    assert trace(case) == before
    assert back(case, bank.handler).given == {"words": WORDS}
    assert back(case, a_stranger()) is None


# Every held verb: a complaint where it can be done, what is given, and the fact of it.
OTHERS = {
    "investigated": (graded, {"question": "是哪一天、哪个柜台？"}, "complaints.asked"),
    "refuse": (a_complaint, {"reason": "not-ours", "words": "这是另一家银行的业务。"}, "complaints.refused"),
    "withdraw": (graded, {"said": "客户来电说不投诉了。"}, "complaints.withdrawn"),
    "finish": (answered, {}, "complaints.closed"),
}


def test_whatever_ends_it_or_writes_to_the_customer_is_held():
    assert {name for kind, name in intentions._verbs if kind == "complaints"} == {"answer", *OTHERS}


@pytest.mark.parametrize("verb", OTHERS)
def test_what_ends_it_or_writes_to_the_customer_happens_at_its_release(bank, verb):
    made, given, fact = OTHERS[verb]
    case, now = made(bank), MONDAY + timedelta(days=2, hours=3)
    before = trace(case)
    held = intend(held_verb("complaints", verb), case.pk, given, by=bank.handler, now=now)
    assert trace(case) == before
    release_due(held.release_at)
    assert state(case) == "released"
    assert kinds(case).count(fact) == 1
    assert Fact.objects.get(case_id=case.pk, kind=fact).occurred_at == held.release_at


@pytest.mark.parametrize("verb", OTHERS)
def test_what_ends_it_or_writes_to_the_customer_can_be_taken_back(bank, verb):
    made, given, fact = OTHERS[verb]
    case, now = made(bank), MONDAY + timedelta(days=2, hours=3)
    intend(held_verb("complaints", verb), case.pk, given, by=bank.handler, now=now)
    take_back(case.pk, by=bank.handler, at=now)
    assert release_due(now + timedelta(seconds=11)) == 0
    assert back(case, bank.handler, now).given == given
    assert fact not in kinds(case)


def test_an_investigation_that_asks_nobody_is_not_held(bank):
    case = graded(bank)
    assert begun(bank, case, verb="investigated", question="") is None
    assert Case.objects.get(pk=case.pk).step == "answer"


def test_only_its_author_takes_it_back(bank):
    case, lead = established(bank), bank.person("lead", bank.centre)
    begun(bank, case)
    with pytest.raises(CaseRefused, match=bank.handler.name):
        take_back(case.pk, by=lead, at=PRESSED)
    assert state(case) == "held"


def test_what_has_happened_is_not_taken_back(bank):
    case = established(bank)
    begun(bank, case)
    release_due(DUE)
    with pytest.raises(CaseRefused):
        take_back(case.pk, by=bank.handler, at=DUE)
    assert state(case) == "released"
    assert kinds(case).count("complaints.answered") == 1


def test_pressed_again_it_is_the_same_one(bank):
    case = established(bank)
    first = begun(bank, case)
    assert begun(bank, case, now=PRESSED + timedelta(seconds=3)) == first
    assert Intention.objects.get().release_at == DUE


def test_a_colleague_does_no_step_while_one_is_held(bank):
    case, lead = established(bank), bank.person("lead", bank.centre)
    begun(bank, case)
    before = trace(case)
    for act in (
        lambda: begun(bank, case, by=lead),
        lambda: actions.answer(case.pk, words=WORDS, by=lead, at=PRESSED),
        lambda: actions.withdraw(case.pk, said="客户来电撤诉", by=lead, at=PRESSED),
    ):
        with pytest.raises(CaseRefused), transaction.atomic():
            act()
    assert trace(case) == before


def test_the_customer_does_not_wait_for_us_and_what_is_held_is_refused_then(bank):
    case = established(bank)
    begun(bank, case)
    actions.withdraw(case.pk, by=None, at=PRESSED)
    before = trace(case)
    release_due(DUE)
    assert trace(case) == before
    assert state(case) == "refused"


def test_what_refuses_the_verb_refuses_it_at_once(bank):
    case = graded(bank)
    before = trace(case)
    with pytest.raises(CaseRefused):
        begun(bank, case)
    stale = established(bank)
    with pytest.raises(CaseChanged):
        intend(
            held_verb("complaints", "answer"),
            stale.pk,
            {"words": WORDS},
            by=bank.handler,
            version=1,
            now=PRESSED,
        )
    assert trace(case) == before
    assert not Intention.objects.exists()


def _propose_redress(bank, case):
    lead = bank.person("lead", bank.centre)
    actions.propose_redress(case.pk, kind="refund", amount=50_000, reason="多收手续费", by=lead, at=PRESSED)


def _stand_aside(bank, case):
    actions.name_complained_of(case.pk, people=[bank.handler], by=bank.person("quality_head"), at=PRESSED)


def _end_postings(bank, case):
    Posting.objects.filter(user=bank.handler).update(valid_to=SINCE + timedelta(days=30))


def _lock_out(bank, case):
    bank.handler.is_active = False
    bank.handler.save()


@pytest.mark.parametrize("meanwhile", [_propose_redress, _stand_aside, _end_postings, _lock_out])
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
    before, do = trace(case), intentions._do

    def refused_late(*given):
        do(*given)
        raise CaseRefused("too late")

    monkeypatch.setattr(intentions, "_do", refused_late)
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


def test_near_a_limit_nothing_is_held(bank):
    case = established(bank)
    limit = Clock.objects.get(case=case, promise="legal")
    at = limit.due_at - timedelta(seconds=5)
    assert begun(bank, case, now=at) is None
    assert Fact.objects.get(case_id=case.pk, kind="complaints.answered").occurred_at == at
    limit.refresh_from_db()
    assert limit.status == "kept"


def test_where_no_time_is_set_it_happens_at_once(bank, settings):
    settings.HOLD_SECONDS = 0
    case = established(bank)
    assert begun(bank, case) is None
    assert "complaints.answered" in kinds(case)


def test_a_worker_that_breaks_off_leaves_it_held_and_the_next_does_it(bank, monkeypatch):
    case = established(bank)
    begun(bank, case)
    before, do = trace(case), intentions._do

    def broken(*given):
        do(*given)
        raise OperationalError("the server closed the connection")

    monkeypatch.setattr(intentions, "_do", broken)
    assert release_due(DUE) == 0
    assert (trace(case), state(case)) == (before, "held")
    monkeypatch.setattr(intentions, "_do", do)
    assert release_due(DUE) == 1
    assert kinds(case).count("complaints.answered") == 1


def test_whatever_nobody_foresaw_refuses_it_and_gives_the_words_back(bank, monkeypatch):
    case = established(bank)
    begun(bank, case)
    monkeypatch.setattr(intentions, "_do", lambda *given: 1 // 0)
    release_due(DUE)
    assert state(case) == "refused"
    assert back(case, bank.handler).given == {"words": WORDS}


@pytest.mark.django_db(transaction=True)
def test_two_workers_do_it_once(bank):
    case = established(bank)
    held = begun(bank, case)
    outcomes = []
    refused = meet(
        lambda: outcomes.append(intentions.release(held.pk, case.pk, DUE)),
        lambda: outcomes.append(intentions.release(held.pk, case.pk, DUE)),
    )
    assert sorted(outcomes) == [0, 1]
    assert refused is None
    assert kinds(case).count("complaints.answered") == 1
    assert Letter.objects.filter(template="answer").count() == 1


def test_a_second_release_of_the_same_does_nothing(bank):
    case = established(bank)
    held = begun(bank, case)
    assert [intentions.release(held.pk, case.pk, DUE) for _ in range(2)] == [1, 0]
    assert kinds(case).count("complaints.answered") == 1


def test_whoever_stands_aside_takes_nothing_back(bank):
    case = established(bank)
    begun(bank, case)
    _stand_aside(bank, case)
    with pytest.raises(Recused):
        take_back(case.pk, by=bank.handler, at=PRESSED)


def test_what_was_given_back_is_forgotten_after_a_day_and_once_it_is_sent_again(bank):
    case = established(bank)
    begun(bank, case)
    take_back(case.pk, by=bank.handler, at=PRESSED)
    assert back(case, bank.handler, DUE + timedelta(days=2)) is None
    begun(bank, case, now=PRESSED + timedelta(minutes=5), words=WORDS + "再次致歉。")
    assert [each.state for each in Intention.objects.all()] == ["held"]


def test_its_draft_goes_when_it_is_begun(bank):
    case = established(bank)
    for form in ("answer", "note"):
        Draft.objects.create(
            case=case, author=bank.handler, form=form, values={"words": "半句"}, saved_at=timezone.now()
        )
    begun(bank, case)
    assert [each.form for each in Draft.objects.all()] == ["note"]
