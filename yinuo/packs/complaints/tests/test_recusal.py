"""Whoever is complained of, or is not impartial, has nothing to do with the complaint, whichever door they try."""

from datetime import timedelta

import pytest
from django.core.files.base import ContentFile
from django.db import IntegrityError, transaction
from django.test import Client
from django.utils import timezone

from yinuo.engines.cases.held import Intention
from yinuo.engines.cases.models import Case, Recusal
from yinuo.engines.cases.moves import CaseRefused, Recused
from yinuo.facts.models import Fact
from yinuo.ground.customers.intake import Person
from yinuo.ground.files.intake import accept as accept_file
from yinuo.ground.people.models import Posting, Unit, User
from yinuo.ground.people.postings import appoint, end_posting
from yinuo.packs.complaints import actions
from yinuo.packs.complaints.models import Party
from yinuo.packs.complaints.tests.bank import (
    MONDAY,
    SINCE,
    a_colleague,
    a_complaint,
    a_stranger,
    accepted,
    answered,
    closed,
    data,
    established,
    graded,
    kinds,
)
from yinuo.packs.complaints.tests.pairs import linked, merged, twice
from yinuo.packs.complaints.views.verbs import VERBS

pytestmark = pytest.mark.django_db
LATER = MONDAY + timedelta(days=3)


def named(bank, case, *people, by=None):
    """The complaint says that it is about these colleagues."""
    return actions.name_complained_of(
        case.pk, people=people or [bank.handler], by=by or bank.person("quality_head"), at=LATER
    )


def trace(case):
    fresh = Case.objects.get(pk=case.pk)
    return fresh.version, fresh.step, fresh.handler_id, Fact.objects.filter(case_id=case.pk).count()


def waits(bank):
    case = accepted(bank)
    return actions.ask_extension(
        case.pk, reason="需要调取凭证", by=bank.person("lead", bank.centre), at=MONDAY
    )


# Every verb of the table: a case where it could be done, and what it is given.
DOORS = {
    "accept": (a_complaint, {}),
    "claim": (a_complaint, {}),
    "grade": (accepted, {"level": "ordinary", "matters": [actions.Graded("事项", "B-02", "C-01", None)]}),
    "conclude": (graded, {"position": 1, "conclusion": "upheld", "finding": "属实"}),
    "investigated": (graded, {}),
    "go-on": (lambda bank: _asked(bank), {}),
    "answer": (established, {"words": "我们已退还两百元，并向您道歉。", "at": LATER}),
    "explain-overdue": (established, {"reason": "complex", "at": MONDAY + timedelta(days=20)}),
    "take-back": (lambda bank: _held(bank), {"at": LATER}),
    "finish": (answered, {}),
    "note": (accepted, {"text": "备注"}),
    "extend": (accepted, {"reason": "需要调取凭证", "at": LATER}),
    "decide-extension": (waits, {"granted": True, "at": LATER}),
    "redress": (graded, {"kind": "refund", "amount": 100, "reason": "多收手续费"}),
    "decide-redress": (lambda bank: _redress_waits(bank), {"granted": True}),
    "withdraw": (accepted, {"said": "电话里说不投诉了"}),
    "refuse": (a_complaint, {"reason": "not-ours", "words": "这是另一家银行的业务。"}),
    "reopen": (closed, {"reason": "new-facts", "said": "客户带来了回单"}),
    "complained-of": (accepted, {"people": lambda: [a_stranger()]}),
    "conflict": (accepted, {"ground": "relative", "said": "投诉人是我表姐"}),
    "hand-over": (accepted, {"to": a_colleague}),
    "share-out": (lambda bank: _with_a_colleague(bank), {}),
    "hand-to-unit": (
        lambda bank: _with_a_handler_elsewhere(bank),
        {"unit": lambda: Unit.objects.get(code="NORTH"), "reason": "competence", "words": "业务归该机构"},
    ),
    "follow": (accepted, {}),
    "unfollow": (accepted, {}),
    "add-complainant": (accepted, {"person": Person("赵立春", "13900000001"), "represents": True}),
    "add-representative": (accepted, {"person": Person("周文", "13900000002"), "relation": "family"}),
    "check-authority": (lambda bank: _represented(bank), {"party": lambda: Party.objects.get().pk}),
    "take-away": (lambda bank: _represented(bank), {"party": lambda: Party.objects.get().pk}),
    "merge": (lambda bank: twice(bank)[1], {"other": lambda: _the_earlier()}),
    "separate": (lambda bank: merged(bank)[1], {}),
    "split": (lambda bank: graded(bank, matters=2), {"positions": [2]}),
    "link": (lambda bank: twice(bank)[1], {"other": lambda: _the_earlier(), "why": "other"}),
    "unlink": (lambda bank: linked(bank)[1], {"other": lambda: _the_earlier()}),
    "tell-apart": (lambda bank: twice(bank)[1], {"other": lambda: _the_earlier()}),
}


def _the_earlier():
    """The other of two complaints, from which the same people stand aside."""
    first, later = Case.objects.order_by("opened_at", "number")
    for each in later.recusals.values("person_id", "ground", "declared_by_id", "declared_at"):
        Recusal.objects.create(case=first, **each)
    return first.pk


def _with_a_colleague(bank):
    case = accepted(bank)
    appoint(a_stranger(), "handler", case.handling_unit, valid_from=SINCE)
    return case


def _with_a_handler_elsewhere(bank):
    bank.person("handler", bank.north)
    return accepted(bank)


def _represented(bank):
    return actions.add_representative(
        accepted(bank).pk, person=Person("周文", "13900000002"), relation="family", by=bank.handler, at=MONDAY,
        proof=actions.Proof(shown_on=MONDAY.date()),
    )  # fmt: skip


def _asked(bank):
    case = graded(bank)
    return actions.finish_investigation(case.pk, by=bank.handler, question="哪一天？", at=MONDAY)


def _held(bank):
    """Begun by the colleague who goes through the door at last."""
    case, now = established(bank), timezone.now()
    Intention.objects.create(
        case=case, verb="answer", subject_id=case.customer_id, by=bank.person("quality_head", bank.head),
        language="zh-hans", at=now, release_at=now,
    )  # fmt: skip
    return case


def _redress_waits(bank):
    lead = bank.person("lead", bank.centre)
    return actions.propose_redress(
        graded(bank).pk, kind="refund", amount=50_000, reason="多收手续费", by=lead, at=MONDAY
    )


def does(verb, case, by):
    """The action of a verb, as any door would call it."""
    _made, given = DOORS[verb.name]
    said = {name: value() if callable(value) else value for name, value in given.items()}
    return verb.act(case.pk, by=by, **said)


def test_the_doors_tried_here_are_all_there_are():
    assert set(DOORS) == {verb.name for verb in VERBS}


@pytest.mark.parametrize("verb", VERBS, ids=lambda verb: verb.name)
def test_whoever_is_complained_of_does_nothing_to_the_case(bank, verb):
    case = DOORS[verb.name][0](bank)
    decides = verb.name.startswith("decide-")  # the lead has asked
    person = bank.person("branch_head") if decides else bank.person("lead", bank.centre)
    named(bank, case, person)
    before = trace(case)
    with pytest.raises(Recused), transaction.atomic():
        does(verb, case, person)
    assert trace(case) == before
    does(verb, case, bank.person("quality_head", bank.head))  # anybody else passes the same door


@pytest.mark.parametrize("verb", VERBS, ids=lambda verb: verb.name)
def test_for_whoever_is_complained_of_the_address_of_a_verb_is_no_address(bank, verb):
    case = DOORS[verb.name][0](bank)
    person = bank.person("lead")
    appoint(person, "quality_head", bank.head, valid_from=SINCE)
    named(bank, case, person)
    before = trace(case)
    client = Client()
    client.force_login(person)
    place = verb.place.replace("<int:position>", "1")
    assert client.post(f"/complaints/{case.number}/{place}", {"to": bank.handler.pk}).status_code == 404
    assert trace(case) == before


def test_the_case_is_taken_from_a_handler_who_is_named_and_waits_for_a_colleague(bank):
    case = graded(bank)
    assert case.handler == bank.handler
    named(bank, case)
    assert Case.objects.get(pk=case.pk).handler is None
    assert kinds(case)[-2:] == ["cases.recused", "cases.released"]
    assert data(case, "cases.released") == [{"person": str(bank.handler.pk)}]
    lead = bank.person("lead", bank.centre)
    actions.claim(case.pk, by=lead, at=LATER)
    assert Case.objects.get(pk=case.pk).handler == lead
    assert kinds(case)[-1] == "cases.assigned"


def test_what_somebody_has_is_not_claimed(bank):
    case = graded(bank)
    for taken in (case, closed(bank)):
        with pytest.raises(CaseRefused), transaction.atomic():
            actions.claim(taken.pk, by=bank.person("lead", bank.centre), at=LATER)
    assert Case.objects.get(pk=case.pk).handler == bank.handler


def test_nobody_gives_it_to_whoever_is_complained_of(bank):
    case, other, boss = graded(bank), a_colleague(), bank.person("lead", bank.centre)
    named(bank, case, other)
    before = trace(case)
    with pytest.raises(Recused), transaction.atomic():
        actions.hand_over(case.pk, to=other, by=boss)
    assert trace(case) == before
    lead = Client()
    lead.force_login(boss)
    page = lead.get(f"/complaints/{case.number}").content.decode()
    assert f'value="{other.pk}"' not in page  # nor does the page offer them
    assert lead.post(f"/complaints/{case.number}/hand-over", {"to": other.pk}).status_code == 422


def test_a_complaint_that_names_a_colleague_when_it_comes_in_is_never_theirs(bank):
    officer, person = bank.person("officer"), bank.handler
    client = Client()
    client.force_login(officer)
    typed = {
        "source": "counter", "name": "王小敏", "phone": "13800001234", "words": "柜员态度很差，三次不理我。",
        "staff": f"{person.staff_number}， T99999",
    }  # fmt: skip
    wrong = client.post("/complaints/new", typed)
    assert wrong.status_code == 422
    assert "T99999" in wrong.content.decode()
    assert client.post("/complaints/new", typed | {"staff": person.staff_number}).status_code == 302
    case = Case.objects.get()
    assert kinds(case)[:1] == ["complaints.received"]
    assert [fact["person"] for fact in data(case, "cases.recused")] == [str(person.pk)]
    with pytest.raises(Recused), transaction.atomic():
        actions.accept(case.pk, by=person)
    with pytest.raises(Recused), transaction.atomic():
        a_complaint_given_to(bank, person)


def a_complaint_given_to(bank, person):
    from yinuo.packs.complaints.tests.bank import an_arrival

    arrival = an_arrival(complained_people=(person.pk,))
    return actions.receive(arrival, handling_unit=bank.centre.pk, by=None, at=MONDAY, handler=person)


def stand_in(bank, principal, *, days=7) -> User:
    """Somebody who stands in for a lead of the complaint centre this week."""
    deputy, today = a_stranger("deputy"), timezone.localdate()
    appoint(
        deputy,
        "lead",
        bank.centre,
        valid_from=today,
        valid_to=today + timedelta(days=days),
        deputy_for=principal,
    )
    return deputy


def test_a_deputy_does_not_do_what_the_person_may_not(bank):
    case, lead = graded(bank), bank.person("lead", bank.centre)
    deputy = stand_in(bank, lead)
    named(bank, case, lead)
    with pytest.raises(Recused), transaction.atomic():
        actions.write_note(case.pk, text="备注", by=deputy)
    with pytest.raises(Recused), transaction.atomic():
        actions.hand_over(case.pk, to=deputy, by=bank.handler)
    client = Client()
    client.force_login(deputy)
    assert client.get(f"/complaints/{case.number}").status_code == 404
    end_posting(Posting.objects.get(user=deputy), timezone.localdate())
    appoint(deputy, "handler", bank.centre, valid_from=SINCE)
    actions.hand_over(case.pk, to=deputy, by=bank.handler)  # afterwards somebody like any other
    assert client.get(f"/complaints/{case.number}").status_code == 200


def test_a_case_held_by_the_deputy_of_whoever_is_named_is_taken_too(bank):
    case, lead = graded(bank), bank.person("lead", bank.centre)
    deputy = stand_in(bank, lead)
    actions.hand_over(case.pk, to=deputy, by=bank.handler)
    named(bank, case, lead)
    assert Case.objects.get(pk=case.pk).handler is None
    assert data(case, "cases.released") == [{"person": str(deputy.pk)}]


def test_whoever_stands_in_for_others_and_is_complained_of_gains_nothing_by_it(bank):
    case, lead = graded(bank), bank.person("lead", bank.centre)
    deputy = stand_in(bank, lead)
    named(bank, case, deputy)
    with pytest.raises(Recused), transaction.atomic():
        actions.write_note(case.pk, text="备注", by=deputy)
    actions.write_note(case.pk, text="备注", by=lead)  # the person stood in for is not complained of


def test_for_whoever_is_complained_of_the_complaint_does_not_exist(bank):
    person, case, other = bank.person("lead"), closed(bank), closed(bank)
    file = accept_file(ContentFile(b"note\n", name="note.txt"), owner_kind="case", owner_id=case.pk)
    named(bank, case, person, by=bank.person("compliance"))
    client = Client()
    client.force_login(person)
    figure = "/complaints?measure=complaints.handling_days&period=2026Q3"
    for address in ("/complaints?view=all", figure, "/complaints/export.csv?view=all", "/palette?q=TS-2026"):
        answer = client.get(address)
        seen = b"".join(getattr(answer, "streaming_content", [])) or answer.content
        assert answer.status_code == 200, address
        assert other.number.encode() in seen, address
        assert case.number.encode() not in seen, address
    for address in (f"/complaints/{case.number}", f"/files/{file.pk}"):
        assert client.get(address).status_code == 404
    assert client.post(f"/complaints/{case.number}/draft", {"form": "note", "text": "x"}).status_code == 404
    assert case.number not in client.get(f"/complaints/{other.number}").content.decode()
    client.force_login(bank.person("compliance"))
    assert client.get(f"/complaints/{case.number}").status_code == 200


def test_one_declares_a_conflict_on_the_page_and_is_led_away_from_it(bank):
    case = graded(bank, at=timezone.now() - timedelta(hours=5))
    client = Client()
    client.force_login(bank.handler)
    url = f"/complaints/{case.number}"
    assert f"{url}/conflict" in client.get(f"{url}?open=conflict").content.decode()
    assert client.post(f"{url}/conflict", {"ground": "relative", "said": ""}).status_code == 422
    assert (
        client.post(f"{url}/conflict", {"ground": "complained_of", "said": "不是我的事"}).status_code == 422
    )
    answer = client.post(f"{url}/conflict", {"ground": "relative", "said": "投诉人是我表姐"})
    assert (answer.status_code, answer["Location"]) == (302, "/complaints")
    assert client.get(url).status_code == 404
    assert Case.objects.get(pk=case.pk).handler is None
    [recusal] = Recusal.objects.filter(case=case)
    assert (recusal.person, recusal.ground, recusal.said) == (bank.handler, "relative", "投诉人是我表姐")
    assert data(case, "cases.recused")[0]["ground"] == "relative"
    client.force_login(bank.person("lead", bank.centre))
    page = client.get(url).content.decode()
    assert bank.handler.name in page
    assert f"{url}/claim" in page
    assert client.post(f"{url}/claim").status_code == 302
    assert Case.objects.get(pk=case.pk).handler == bank.person("lead", bank.centre)


def test_colleagues_are_named_on_the_page_from_the_units_concerned_or_by_number(bank):
    case = graded(bank, at=timezone.now() - timedelta(hours=5), complained_unit=bank.north.pk)
    clerk, far = bank.person("officer", bank.north), bank.person("officer", bank.south)
    client = Client()
    client.force_login(bank.handler)
    url = f"/complaints/{case.number}"
    page = client.get(f"{url}?open=complained-of").content.decode()
    assert f'value="{clerk.pk}"' in page
    assert f'value="{far.pk}"' not in page
    assert client.post(f"{url}/complained-of", {}).status_code == 422
    typed = {"chosen": [clerk.pk], "numbers": far.staff_number, "said": "客户点名"}
    answer = client.post(f"{url}/complained-of", typed)
    assert (answer.status_code, answer["Location"]) == (302, url)
    assert {recusal.person for recusal in case.recusals.all()} == {clerk, far}
    again = client.post(f"{url}/complained-of", {"numbers": far.staff_number})
    assert again.status_code == 409
    client.force_login(bank.person("officer", bank.centre))  # who may see it, without the grant
    assert client.post(f"{url}/complained-of", {"numbers": far.staff_number}).status_code == 403


def test_who_names_oneself_among_others_is_led_away_too(bank):
    case = graded(bank, at=timezone.now() - timedelta(hours=5))
    client = Client()
    client.force_login(bank.handler)
    numbers = f"{bank.handler.staff_number}、{a_stranger().staff_number}"
    answer = client.post(f"/complaints/{case.number}/complained-of", {"numbers": numbers})
    assert answer["Location"] == "/complaints"
    assert case.recusals.count() == 2


def test_nobody_stands_aside_twice(bank):
    case = graded(bank)
    named(bank, case)
    before = trace(case)
    with pytest.raises(CaseRefused, match="已经回避"), transaction.atomic():
        named(bank, case)
    assert trace(case) == before
    with pytest.raises(IntegrityError), transaction.atomic():
        Recusal.objects.create(case=case, person=bank.handler, ground="relative", declared_at=LATER)


def test_of_a_verb_that_is_refused_nobody_has_lost_the_case(bank):
    case = graded(bank)
    before = trace(case)
    with pytest.raises(CaseRefused), transaction.atomic():
        actions.name_complained_of(case.pk, people=[], by=bank.handler)
    with pytest.raises(CaseRefused), transaction.atomic():
        actions.declare_conflict(case.pk, ground="no-such", said="不知道", by=bank.handler)
    assert trace(case) == before
    assert not Recusal.objects.exists()
