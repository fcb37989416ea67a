"""Matters that go ways of their own: the second complaint has the first one's past and gains no time."""

import re
from datetime import datetime, timedelta

import pytest
from django.test import Client

from yinuo.engines.cases.models import Case
from yinuo.engines.cases.replay import rebuilt
from yinuo.ground.outbox.models import Letter
from yinuo.packs.complaints import actions
from yinuo.packs.complaints.tests.bank import (
    CHINA,
    MONDAY,
    answered,
    data,
    graded,
    kinds,
    read,
)
from yinuo.packs.complaints.tests.ends import desk, letters, refused, reopened, statuses, withdrawn
from yinuo.packs.complaints.tests.pairs import DAY, HOUR, due
from yinuo.packs.complaints.ties import ties_of

PAST = [
    "complaints.received",
    "complaints.accepted",
    "complaints.graded",
    "cases.step_opened",
    "cases.step_done",
]


@pytest.fixture(autouse=True)
def every_marking_is_rebuilt_from_its_facts(bank):
    """After every story: replaying each case's facts on its own edition gives the marking that is stored."""
    yield
    for case in Case.objects.filter(kind="complaints"):
        assert rebuilt(case).to_json() == case.marking, case


def split(bank, case, positions=(2,), *, at=MONDAY + DAY, **more):
    return actions.split(case.pk, positions=positions, by=bank.handler, at=at, **more)


def steps(case):
    return [
        (step.key, step.serial, step.opened_at, step.done_at, step.done_by_id) for step in case.steps.all()
    ]


def test_the_second_stands_where_the_first_stands_with_the_same_people_and_past(bank):
    case = graded(bank, matters=3, amount=50_000)
    new = split(bank, case, (2, 3))
    assert new.number != case.number
    assert (new.step, new.is_open, new.opened_at) == (case.step, True, case.opened_at)
    assert (new.handler_id, new.customer_id, new.handling_unit_id) == (
        case.handler_id, case.customer_id, case.handling_unit_id,
    )  # fmt: skip
    assert steps(new) == steps(case)
    assert [kind for kind in kinds(new) if kind in PAST] == [kind for kind in kinds(case) if kind in PAST]
    assert kinds(new)[-1] == "complaints.split_off"
    assert (new.complaint.words, new.complaint.amount) == (case.complaint.words, None)


def test_no_limit_begins_anew_and_nothing_is_judged_again(bank):
    case = graded(bank, matters=2)
    new = split(bank, case, at=MONDAY + 30 * DAY)
    fresh = Case.objects.get(pk=case.pk)
    assert due(new) == due(fresh)
    assert statuses(new) == statuses(fresh) == {"accept": "kept", "answer": "broken", "legal": "broken"}
    verdicts = [[(j["promise"], j["verdict"]) for j in data(each, "clock.judged")] for each in (new, fresh)]
    assert sorted(verdicts[0]) == sorted(verdicts[1])


def test_time_that_was_given_before_is_given_to_both(bank):
    case = graded(bank, matters=2)
    actions.finish_investigation(case.pk, question="哪一天？", by=bank.handler, at=MONDAY + DAY)
    actions.supplement(case.pk, words="上周一。", at=MONDAY + DAY + 2 * HOUR)
    actions.ask_extension(case.pk, reason="需调取凭证", by=bank.handler, at=MONDAY + 2 * DAY)
    head = bank.person("quality_head")
    actions.decide_extension(case.pk, granted=True, by=head, at=MONDAY + 3 * DAY)
    new = split(bank, case, at=MONDAY + 4 * DAY)
    assert due(new) == due(Case.objects.get(pk=case.pk))
    pauses = {clock.promise: clock.paused_minutes for clock in new.clocks.all()}
    assert pauses["answer"] == 120


def test_matters_move_and_the_first_stays(bank):
    case = graded(bank, matters=3)
    new = split(bank, case, (3,))
    assert [(m.position, m.title) for m in case.complaint.matters.all()] == [(1, "事项1"), (2, "事项2")]
    assert [(m.position, m.title) for m in new.complaint.matters.all()] == [(1, "事项3")]
    assert (new.complaint.subject, new.complaint.business, new.complaint.level) == (
        "事项3",
        "B-03.1",
        "ordinary",
    )
    assert data(new, "complaints.graded")[0]["matters"] == 1
    assert data(case, "complaints.split") == [{"other": str(new.pk), "matters": 1}]
    assert ties_of(new) == [(case.pk, "split", True)]


def test_the_customer_gets_the_number_and_the_code_of_the_second(bank):
    case = graded(bank, matters=2, at=datetime.now(CHINA) - 3 * HOUR)
    new = split(bank, case, at=None)
    assert letters(new) == ["splitting"]
    letter = read(Letter.objects.get(case_id=new.pk))
    assert case.number in letter.subject
    assert "事项2" in letter.body
    code = re.search(r"[A-Z2-7]{4}-[A-Z2-7]{4}-[A-Z2-7]{5}", letter.body)[0]
    page = Client().get(f"/s/track/{code.replace('-', '')}").content.decode()
    assert new.number in page


def test_each_goes_on_by_itself(bank):
    case = graded(bank, matters=2)
    new = split(bank, case)
    for each in (case, new):
        actions.conclude(
            each.pk, position=1, conclusion="upheld", finding="属实", by=bank.handler, at=MONDAY + 2 * DAY
        )
        actions.finish_investigation(each.pk, by=bank.handler, at=MONDAY + 2 * DAY)
    actions.answer(new.pk, words="已退还。", by=bank.handler, at=MONDAY + 2 * DAY + HOUR)
    assert statuses(new)["legal"] == "kept"
    assert statuses(case)["legal"] == "running"


def test_who_stands_aside_from_the_first_stands_aside_from_the_second(bank):
    case, person = graded(bank, matters=2), bank.person("lead", bank.centre)
    actions.name_complained_of(case.pk, people=[person], by=bank.handler, at=MONDAY + 2 * HOUR)
    new = split(bank, case)
    assert [each.person for each in new.recusals.all()] == [person]
    assert data(new, "cases.recused")[0]["recusal"] == str(new.recusals.get().pk)
    assert desk(person).get(f"/complaints/{new.number}").status_code == 404


def test_what_is_answered_or_has_ended_is_not_split(bank):
    case = answered(bank, matters=2)
    refused(case, lambda: split(bank, case, at=MONDAY + 5 * DAY))
    gone = withdrawn(bank, graded(bank, matters=2))
    refused(gone, lambda: split(bank, gone, at=MONDAY + 5 * DAY))


def test_what_was_opened_again_is_not_split(bank):
    """Its first limit is judged already: a second complaint with it would be late at once, or never."""
    case = withdrawn(bank, graded(bank, matters=2))
    reopened(bank, case, "taken-back")
    refused(case, lambda: split(bank, case, at=MONDAY + 8 * DAY))


def test_while_the_customer_is_asked_nothing_is_split_off(bank):
    case = graded(bank, matters=2)
    actions.finish_investigation(case.pk, question="哪一天？", by=bank.handler, at=MONDAY + 2 * HOUR)
    refused(case, lambda: split(bank, case))


def test_the_first_matter_stays_and_something_is_chosen(bank):
    case = graded(bank, matters=2)
    refused(case, lambda: split(bank, case, (1, 2)))
    refused(case, lambda: split(bank, case, ()))
    refused(case, lambda: split(bank, case, (7,)))


def test_a_matter_that_has_its_conclusion_stays(bank):
    case = graded(bank, matters=2)
    actions.conclude(
        case.pk, position=2, conclusion="upheld", finding="属实", by=bank.handler, at=MONDAY + 2 * HOUR
    )
    refused(case, lambda: split(bank, case))


def test_the_page_splits_and_shows_both_ways(bank):
    case = graded(bank, matters=2, at=datetime.now(CHINA) - timedelta(hours=3))
    client, url = desk(bank.handler), f"/complaints/{case.number}"
    assert f'action="{url}/split"' in client.get(f"{url}?open=split").content.decode()
    assert client.post(f"{url}/split", {}).status_code == 422
    assert client.post(f"{url}/split", {"positions": ["1"]}).status_code == 422
    assert client.post(f"{url}/split", {"positions": ["2"], "version": case.version}).status_code == 302
    new = Case.objects.exclude(pk=case.pk).get()
    page = client.get(f"{url}?open=split").content.decode()
    assert "split off from this one" in page
    assert f'action="{url}/split"' not in page
    assert "split off from there" in client.get(f"/complaints/{new.number}").content.decode()
