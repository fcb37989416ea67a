"""An overdue call-back climbs: whoever calls, then up the tree; never whoever handled the complaint or stands aside."""

from datetime import datetime, timedelta

import pytest

from yinuo.engines.cases.ladder import acknowledge, climb_due
from yinuo.engines.cases.models import Recusal, Rung
from yinuo.engines.cases.moves import CaseRefused, Recused
from yinuo.ground.people.postings import appoint
from yinuo.packs.callbacks import actions
from yinuo.packs.callbacks.queries import about
from yinuo.packs.callbacks.tests.bank import CHINA, DAY, MONDAY, SINCE, a_call_back, a_person
from yinuo.packs.callbacks.tests.test_pages import signed_in, text

pytestmark = pytest.mark.django_db
SECOND, HOUR = timedelta(seconds=1), timedelta(hours=1)
# Closed on Monday at 9:30: 80 % of three working days is Thursday 12:12, they are over on Thursday evening.
NEAR, DUE = datetime(2026, 9, 17, 12, 12, tzinfo=CHINA), datetime(2026, 9, 17, 17, 0, tzinfo=CHINA)
HIGHER = DUE + DAY


@pytest.fixture
def ranks(bank):
    """The unit that calls has a lead, the head office a head of quality."""
    found = {"lead": a_person(), "head": a_person()}
    appoint(found["lead"], "lead", bank.calls, valid_from=SINCE)
    appoint(found["head"], "quality_head", bank.head, valid_from=SINCE)
    return found


def told(case):
    """Whom each rung told."""
    return [
        [each.person for each in rung.people.all()]
        for rung in Rung.objects.filter(case=case).order_by("place")
    ]


def tried(bank):
    """A call-back that the caller has tried once."""
    return actions.try_once(a_call_back(bank).pk, result="busy", by=bank.caller, at=MONDAY + HOUR)


def seen(case, at):
    """Whoever was told last says so."""
    rung = Rung.objects.filter(case=case).order_by("place").last()
    acknowledge(rung.pk, by=rung.people.get().person, at=at)


def test_whoever_calls_then_who_heads_the_unit_then_the_next_above_is_told(bank, ranks):
    case = tried(bank)
    assert climb_due(NEAR) == 0
    climb_due(NEAR + SECOND)
    assert told(case) == [[bank.caller]]
    seen(case, NEAR + 2 * SECOND)
    climb_due(DUE + SECOND)
    seen(case, DUE + 2 * SECOND)
    climb_due(HIGHER + SECOND)
    assert told(case) == [[bank.caller], [ranks["lead"]], [ranks["head"]]]
    assert [rung.at for rung in case.rungs.order_by("place")] == [NEAR, DUE, HIGHER]


def test_what_nobody_has_called_yet_is_told_to_whoever_heads_the_unit(bank, ranks):
    case = a_call_back(bank)
    climb_due(NEAR + SECOND)
    assert told(case) == [[ranks["lead"]]]


def test_a_rung_that_nobody_acknowledges_brings_the_next_one_sooner(bank, ranks):
    case = tried(bank)
    climb_due(DUE + SECOND)
    climb_due(HIGHER)  # eight working hours after the second was told end on Friday at 17:00
    assert len(told(case)) == 2
    acknowledge(case.rungs.order_by("place").last().pk, by=ranks["lead"], at=DUE + 16 * HOUR)
    assert case.rungs.order_by("place").last().acknowledged_by == ranks["lead"]


def test_whoever_stands_aside_from_the_complaint_is_told_nothing_nor_is_who_handled_it(bank, ranks):
    case, other = a_call_back(bank), a_call_back(bank)
    Recusal.objects.create(case=about(case), person=ranks["lead"], ground="relative", declared_at=MONDAY)
    closed = about(other)
    closed.handler = ranks["lead"]
    closed.save(update_fields=["handler"])
    climb_due(NEAR + SECOND)
    assert told(case) == told(other) == [[ranks["head"]]]


def test_whoever_was_told_and_stands_aside_since_does_not_acknowledge(bank, ranks):
    case = a_call_back(bank)
    climb_due(NEAR + SECOND)
    Recusal.objects.create(case=about(case), person=ranks["lead"], ground="relative", declared_at=NEAR)
    with pytest.raises(Recused):
        acknowledge(case.rungs.get().pk, by=ranks["lead"], at=NEAR + HOUR)


def test_whoever_was_told_and_stands_aside_from_the_complaint_since_sees_nothing_of_it(bank, ranks):
    case = a_call_back(bank)
    climb_due(NEAR + SECOND)
    client = signed_in(ranks["lead"])
    assert case.number in text(client.get("/told"))
    Recusal.objects.create(case=about(case), person=ranks["lead"], ground="relative", declared_at=NEAR)
    assert case.number not in text(client.get("/told?view=all"))
    assert client.post(f"/told/{case.rungs.get().pk}/acknowledge").status_code == 404


def test_with_the_call_the_open_rungs_end(bank, ranks):
    case = tried(bank)
    climb_due(NEAR + SECOND)
    actions.conclude(case.pk, outcome="satisfied", by=bank.caller, at=NEAR + HOUR)
    rung = case.rungs.get()
    assert rung.ended_at == NEAR + HOUR
    with pytest.raises(CaseRefused):
        acknowledge(rung.pk, by=bank.caller, at=NEAR + 2 * HOUR)
    climb_due(HIGHER + 30 * DAY)
    assert len(told(case)) == 1


def test_the_page_says_who_was_told_and_is_where_they_say_that_they_have_seen_it(bank, ranks):
    case = tried(bank)
    climb_due(NEAR + SECOND)
    rung, client = case.rungs.get(), signed_in(bank.caller)
    page = text(client.get(f"/callbacks/{case.number}"))
    assert "Who was told" in page
    assert f"/told/{rung.pk}/acknowledge" in page
    assert case.number in text(client.get("/told"))
    answer = client.post(f"/told/{rung.pk}/acknowledge", {"back": "case", "said": "下午再打。"})
    assert answer["Location"] == f"/callbacks/{case.number}"
    page = text(client.get(f"/callbacks/{case.number}"))
    assert f"acknowledged by {bank.caller.name}" in page
    assert "下午再打。" in page
    assert f"/told/{rung.pk}/acknowledge" not in page
