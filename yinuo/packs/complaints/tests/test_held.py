"""What cannot be undone is held for ten seconds, in which whoever began it takes it back."""

from datetime import date, timedelta

import pytest
from django.db import transaction
from django.utils import timezone

from yinuo.engines.cases import intentions
from yinuo.engines.cases.held import Intention
from yinuo.engines.cases.intentions import held_verb, intend, take_back
from yinuo.engines.cases.models import Case, Clock
from yinuo.engines.cases.moves import CaseChanged, CaseRefused, Recused
from yinuo.engines.cases.releasing import release_due
from yinuo.facts.models import Fact
from yinuo.ground.customers.intake import Person
from yinuo.packs.complaints import actions
from yinuo.packs.complaints.models import Draft
from yinuo.packs.complaints.tests.bank import (
    MONDAY,
    a_complaint,
    a_stranger,
    accepted,
    answered,
    closed,
    established,
    graded,
    kinds,
)  # fmt: skip
from yinuo.packs.complaints.tests.holding import DUE, PRESSED, WORDS, back, begun, stand_aside, state, trace
from yinuo.packs.complaints.tests.pairs import merged, twice

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("ten_seconds")]


def test_while_an_answer_is_held_nothing_has_happened(bank):
    case = established(bank)
    before = trace(case)
    begun(bank, case)
    assert release_due(DUE - timedelta(seconds=1)) == 0
    assert trace(case) == before
    assert state(case) == "held"


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


def test_what_is_taken_back_never_happens_and_gives_the_words_back(bank):
    case = established(bank)
    before = trace(case)
    begun(bank, case)
    take_back(case.pk, by=bank.handler, at=PRESSED)
    assert release_due(DUE) == 0
    assert trace(case) == before
    assert back(case, bank.handler).given == {"words": WORDS}
    assert back(case, a_stranger()) is None


def _asked_for_more_time(bank):
    lead = bank.person("lead", bank.centre)
    return actions.ask_extension(accepted(bank).pk, reason="需要调取凭证", by=lead, at=MONDAY)


def _later_one(bank):
    return twice(bank, after=timedelta(days=1))[1]


def _merged(bank):
    return merged(bank, at=MONDAY + timedelta(days=2), after=timedelta(days=1))[1]


def _spoken_for(bank):
    case = graded(bank)
    actions.add_representative(case.pk, person=NEIGHBOUR, relation="family", by=bank.handler, at=MONDAY)
    return Case.objects.get(pk=case.pk)


def _earlier(case):
    return {"other": Case.objects.get(customer=case.customer_id, opened_at__lt=case.opened_at).pk}


NEIGHBOUR = Person("赵立春", "13900009911", "neighbour@example.com")
SEEN = actions.Proof(shown_on=date(2026, 9, 14), valid_until=date(2027, 9, 14))
# Every held verb: a complaint where it can be done, what is given, and the fact of it.
OTHERS = {
    "investigated": (graded, {"question": "是哪一天、哪个柜台？"}, "complaints.asked"),
    "refuse": (a_complaint, {"reason": "not-ours", "words": "这是另一家银行的业务。"}, "complaints.refused"),
    "withdraw": (graded, {"said": "客户来电说不投诉了。"}, "complaints.withdrawn"),
    "decide-extension": (_asked_for_more_time, {"granted": True, "said": ""}, "complaints.extended"),
    "reopen": (closed, {"reason": "new-facts", "said": "客户带来了回单"}, "complaints.reopened"),
    "finish": (answered, {}, "complaints.closed"),
    "merge": (_later_one, _earlier, "complaints.merged"),
    "separate": (_merged, {}, "complaints.separated"),
    "split": (lambda bank: graded(bank, matters=2), {"positions": [2]}, "complaints.split"),
    "add-complainant": (graded, {"person": NEIGHBOUR, "represents": True}, "complaints.joined"),
    "add-representative": (
        graded, {"person": NEIGHBOUR, "relation": "family", "proof": SEEN}, "complaints.represented"
    ),
    "check-authority": (
        _spoken_for, lambda case: {"party": case.complaint.parties.get().pk, "proof": SEEN},
        "complaints.authority_checked",
    ),
}  # fmt: skip


def _other(bank, verb):
    """A complaint where a held verb can be done, what is given, and the fact of it."""
    made, given, fact = OTHERS[verb]
    case = made(bank)
    return case, given(case) if callable(given) else given, fact


def _whose(bank, verb):
    decides = verb in ("reopen", "decide-extension")
    return bank.person("quality_head") if decides else bank.handler


def test_whatever_ends_it_or_writes_to_the_customer_is_held():
    assert {name for kind, name in intentions._verbs if kind == "complaints"} == {"answer", *OTHERS}


@pytest.mark.parametrize("verb", OTHERS)
def test_what_ends_it_or_writes_to_the_customer_happens_at_its_release(bank, verb):
    (case, given, fact), now = _other(bank, verb), MONDAY + timedelta(days=2, hours=3)
    before = trace(case)
    held = begun(bank, case, verb=verb, by=_whose(bank, verb), now=now, **given)
    assert trace(case) == before
    release_due(held.release_at)
    assert state(case) == "released"
    assert kinds(case).count(fact) == 1
    assert Fact.objects.get(case_id=case.pk, kind=fact).occurred_at == held.release_at


@pytest.mark.parametrize("verb", OTHERS)
def test_what_ends_it_or_writes_to_the_customer_can_be_taken_back(bank, verb):
    (case, given, _fact), now = _other(bank, verb), MONDAY + timedelta(days=2, hours=3)
    person, before = _whose(bank, verb), kinds(case)
    begun(bank, case, verb=verb, by=person, now=now, **given)
    take_back(case.pk, by=person, at=now)
    assert release_due(now + timedelta(seconds=11)) == 0
    assert held_verb("complaints", verb).take(back(case, person, now).given) == given
    assert kinds(case) == before


def test_an_extension_that_is_refused_is_not_held(bank):
    case = _asked_for_more_time(bank)
    head = bank.person("quality_head")
    assert begun(bank, case, verb="decide-extension", by=head, granted=False, said="材料已足够") is None
    assert "cases.approval_decided" in kinds(case)


def test_an_investigation_that_asks_nobody_is_not_held(bank):
    case = graded(bank)
    assert begun(bank, case, verb="investigated", question="") is None
    assert Case.objects.get(pk=case.pk).step == "answer"


def test_who_complains_too_and_gets_no_letter_is_named_at_once(bank):
    case = graded(bank)
    assert begun(bank, case, verb="add-complainant", person=NEIGHBOUR, represents=False) is None
    assert kinds(case).count("complaints.joined") == 1


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


def test_what_refuses_the_verb_refuses_it_at_once(bank):
    case, stale = graded(bank), established(bank)
    before = trace(case)
    with pytest.raises(CaseRefused):
        begun(bank, case)
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


def test_whoever_stands_aside_takes_nothing_back(bank):
    case = established(bank)
    begun(bank, case)
    stand_aside(bank, case)
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
            case=case, author=bank.handler, form=form, values='{"words": "半句"}', saved_at=timezone.now()
        )
    begun(bank, case)
    assert [each.form for each in Draft.objects.all()] == ["note"]
