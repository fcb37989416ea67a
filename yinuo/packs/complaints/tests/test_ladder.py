"""The ladder of a complaint's promises: told once, up the tree of units, by deputies, past whoever stands aside."""

import threading
from datetime import datetime, timedelta

import pytest
from django.db import IntegrityError, connection, connections, transaction
from django.utils.translation import override

from yinuo.engines.cases.ladder import acknowledge, climb_due
from yinuo.engines.cases.models import Case, Clock, Rung
from yinuo.engines.cases.moves import CaseRefused, Recused
from yinuo.engines.cases.timeline import entries
from yinuo.facts.models import Fact
from yinuo.ground.people.models import User
from yinuo.ground.people.postings import appoint
from yinuo.packs.complaints import actions
from yinuo.packs.complaints.tests.bank import (
    CHINA,
    MONDAY,
    SINCE,
    a_complaint,
    a_stranger,
    accepted,
    data,
    established,
    graded,
)

pytestmark = pytest.mark.django_db
HOUR, DAY = timedelta(hours=1), timedelta(days=1)
SECOND = timedelta(seconds=1)
# Received on Monday at 9:30: 80 % of three working days is Thursday 12:12 (two days and 3.2 of 8 hours).
NEAR, DUE = datetime(2026, 9, 17, 12, 12, tzinfo=CHINA), datetime(2026, 9, 17, 17, 0, tzinfo=CHINA)
HIGHER = datetime(2026, 9, 18, 17, 0, tzinfo=CHINA)
AFTER = HIGHER + HOUR


@pytest.fixture
def ranks(bank):
    """The centre has a lead, the head office a head of quality and a president."""
    return {
        "lead": bank.person("lead", bank.centre),
        "head": bank.person("quality_head"),
        "president": bank.person("president"),
    }


def rungs(case, promise="answer"):
    return list(Rung.objects.filter(case=case, promise=promise).order_by("place"))


def told(case, promise="answer"):
    """Whom each rung told, by name."""
    return [
        sorted(each.person.name for each in rung.people.select_related("person"))
        for rung in rungs(case, promise)
    ]


def names(*people):
    return [person.name for person in people]


def seen(case, at, *people):
    """Everybody who was told so far says so."""
    for rung in Rung.objects.filter(case=case, acknowledged_at=None, ended_at=None):
        acknowledge(rung.pk, by=rung.people.first().person, at=at)


def test_the_handler_then_the_head_of_the_unit_then_the_next_above_is_told(bank, ranks):
    case = graded(bank)
    assert climb_due(NEAR) == 0
    assert climb_due(NEAR + SECOND) == 1
    assert told(case) == [names(bank.handler)]
    seen(case, NEAR + 2 * SECOND)
    climb_due(DUE + SECOND)
    seen(case, DUE + 2 * SECOND)
    climb_due(AFTER)
    assert told(case) == [names(bank.handler), names(ranks["lead"]), names(ranks["head"])]
    assert [rung.at for rung in rungs(case)] == [NEAR, DUE, HIGHER]


def test_a_fact_is_stamped_when_the_rung_was_due_however_late_it_is_noticed(bank, ranks):
    case = graded(bank)
    climb_due(NEAR + 3 * HOUR)
    fact = Fact.objects.get(case_id=case.pk, kind="clock.climbed", body__contains='"answer"')
    assert fact.occurred_at == NEAR
    assert data(case, "clock.climbed")[-1]["told"] == [str(bank.handler.pk)]


def test_nobody_is_told_twice_however_often_it_is_looked_at(bank, ranks):
    case = graded(bank)
    climb_due(AFTER)
    before = Rung.objects.count(), Fact.objects.count()
    assert climb_due(AFTER) == 0
    Clock.objects.filter(case=case, promise="answer").update(
        climb_at=MONDAY
    )  # as a stale reader would see it
    climb_due(AFTER)
    assert (Rung.objects.count(), Fact.objects.count()) == before
    first = rungs(case)[0]
    with pytest.raises(IntegrityError), transaction.atomic():  # nor past the duty, by the database
        Rung.objects.create(
            case=case, promise="answer", run=first.run, place=0, tell="unit", at=NEAR, told_at=NEAR
        )


@pytest.mark.django_db(transaction=True)
def test_two_workers_at_once_tell_once(bank, ranks):
    if connection.vendor != "postgresql":
        pytest.skip("SQLite lets one writer in at a time")
    for turn in range(6):
        graded(bank, at=MONDAY + turn * timedelta(minutes=1))
    gate = threading.Barrier(2)

    def work():
        gate.wait()
        climb_due(AFTER)
        connections.close_all()

    workers = [threading.Thread(target=work) for _ in range(2)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()
    climb_due(AFTER)
    assert Rung.objects.filter(promise="answer").count() == 6 * 3
    assert Fact.objects.filter(kind="clock.climbed", body__contains='"answer"').count() == 6 * 3


def test_what_goes_wrong_while_telling_leaves_nothing_half_told(bank, ranks, monkeypatch):
    case = graded(bank)

    def fails(*_args, **_more):
        raise OSError("killed")

    monkeypatch.setattr("yinuo.engines.cases.ladder.happen", fails)
    with pytest.raises(OSError, match="killed"):
        climb_due(NEAR + SECOND)
    assert rungs(case) == []
    monkeypatch.undo()
    climb_due(NEAR + SECOND)
    assert told(case) == [names(bank.handler)]


def test_without_acknowledgement_the_next_rung_comes_when_the_time_for_it_is_over(bank, ranks):
    case = graded(bank)
    climb_due(DUE + SECOND)  # both at once: the duty was asleep
    assert len(rungs(case)) == 2
    nine = datetime(2026, 9, 18, 9, 0, tzinfo=CHINA)
    acknowledge(rungs(case)[1].pk, by=ranks["lead"], at=nine)
    climb_due(HIGHER)
    assert len(rungs(case)) == 2
    other = graded(bank, at=MONDAY - 30 * DAY)
    climb_due(NEAR)  # all of it long due: nobody is given less than the whole time to say so
    assert len(rungs(other)) == 3


def test_a_case_that_nobody_has_in_hand_is_told_to_the_head_of_the_unit(bank, ranks):
    case = a_complaint(bank)
    climb_due(MONDAY + 2 * HOUR)
    assert told(case, "accept") == [names(ranks["lead"])]


def test_a_deputy_is_told_in_place_of_whoever_is_away(bank, ranks):
    deputy = a_stranger()
    appoint(
        deputy, "lead", bank.centre, valid_from=MONDAY.date(), valid_to=AFTER.date() + DAY,
        deputy_for=ranks["lead"],
    )  # fmt: skip
    case = a_complaint(bank)
    climb_due(MONDAY + 2 * HOUR)
    assert told(case, "accept") == [names(deputy)]
    assert rungs(case, "accept")[0].people.get().instead_of == ranks["lead"]
    acknowledge(rungs(case, "accept")[0].pk, by=deputy, at=MONDAY + 2 * HOUR)


def test_a_deputy_who_comes_later_acknowledges_for_whoever_was_told(bank, ranks):
    case = a_complaint(bank)
    climb_due(MONDAY + 2 * HOUR)
    deputy = a_stranger()
    rung = rungs(case, "accept")[0]
    with pytest.raises(CaseRefused):
        acknowledge(rung.pk, by=deputy, at=MONDAY + 3 * HOUR)
    appoint(
        deputy, "lead", bank.centre, valid_from=MONDAY.date(), valid_to=MONDAY.date() + DAY,
        deputy_for=ranks["lead"],
    )  # fmt: skip
    assert acknowledge(rung.pk, by=deputy, at=MONDAY + 3 * HOUR).acknowledged_by == deputy


def test_whoever_stands_aside_is_passed_over(bank, ranks):
    case = a_complaint(bank)
    actions.name_complained_of(case.pk, people=[ranks["lead"]], by=ranks["head"], at=MONDAY)
    climb_due(MONDAY + 2 * HOUR)
    assert told(case, "accept") == [names(ranks["head"])]


def test_whoever_was_told_and_stands_aside_since_does_not_acknowledge(bank, ranks):
    case = a_complaint(bank)
    climb_due(MONDAY + 2 * HOUR)
    actions.name_complained_of(case.pk, people=[ranks["lead"]], by=ranks["head"], at=MONDAY + 2 * HOUR)
    with pytest.raises(Recused):
        acknowledge(rungs(case, "accept")[0].pk, by=ranks["lead"], at=MONDAY + 3 * HOUR)


def test_an_account_that_is_closed_is_told_nothing(bank, ranks):
    User.objects.filter(pk=ranks["lead"].pk).update(is_active=False)
    case = a_complaint(bank)
    climb_due(MONDAY + 2 * HOUR)
    assert told(case, "accept") == [names(ranks["head"])]


def test_nobody_up_to_the_root_is_said_plainly(bank):
    case = a_complaint(bank)
    climb_due(MONDAY + 2 * HOUR)
    assert told(case, "accept") == [[]]
    assert rungs(case, "accept")[0].unit is None
    with override("en"):
        assert "nobody was found, up to the root" in entries(case)[0].text


def test_all_who_hold_the_post_are_told(bank, ranks):
    second = a_stranger()
    appoint(second, "lead", bank.centre, valid_from=SINCE)
    case = a_complaint(bank)
    climb_due(MONDAY + 2 * HOUR)
    assert told(case, "accept") == [sorted(names(ranks["lead"], second))]


def test_a_paused_clock_climbs_no_rung_and_goes_on_where_it_stood(bank, ranks):
    case = graded(bank)
    actions.finish_investigation(
        case.pk, by=bank.handler, question="哪一天？", at=MONDAY + DAY, letters=False
    )
    climb_due(MONDAY + 10 * DAY)
    assert rungs(case) == []
    actions.supplement(case.pk, words="上周一。", at=MONDAY + DAY + 2 * HOUR)
    climb_due(NEAR + 2 * HOUR)
    assert rungs(case) == []
    climb_due(NEAR + 2 * HOUR + SECOND)
    assert [rung.at for rung in rungs(case)] == [NEAR + 2 * HOUR]


def test_with_the_answer_the_open_rungs_end_and_no_further_one_is_climbed(bank, ranks):
    case = established(bank)
    climb_due(NEAR + SECOND)
    rung = rungs(case)[0]
    actions.answer(
        case.pk, words="我们已退还两百元，并向您道歉。", by=bank.handler, at=NEAR + HOUR, letters=False
    )
    rung.refresh_from_db()
    assert rung.ended_at == NEAR + HOUR
    with pytest.raises(CaseRefused):
        acknowledge(rung.pk, by=bank.handler, at=NEAR + 2 * HOUR)
    climb_due(AFTER + 30 * DAY)
    assert len(rungs(case)) == 1


def test_it_is_acknowledged_once_and_with_words(bank, ranks):
    case = a_complaint(bank)
    climb_due(MONDAY + 2 * HOUR)
    rung = rungs(case, "accept")[0]
    acknowledge(rung.pk, by=ranks["lead"], said="我来安排。", at=MONDAY + 3 * HOUR)
    with pytest.raises(CaseRefused):
        acknowledge(rung.pk, by=ranks["lead"], at=MONDAY + 4 * HOUR)
    assert len(data(case, "clock.acknowledged")) == 1
    entry = entries(Case.objects.get(pk=case.pk))[0]
    assert (entry.kind, entry.words, entry.who) == ("clock.acknowledged", "我来安排。", ranks["lead"].name)
    assert "安排" not in Fact.objects.get(kind="clock.acknowledged").body


def test_climbing_leaves_the_version_alone(bank, ranks):
    case = accepted(bank)
    climb_due(NEAR + SECOND)
    assert Case.objects.get(pk=case.pk).version == case.version
