"""The later of two complaints goes into the earlier: clocks, facts, letters, pages, and what is refused."""

from datetime import datetime

import pytest
from django.test import Client

from yinuo.engines.cases.models import Case, Lane
from yinuo.engines.cases.replay import rebuilt
from yinuo.facts.models import Fact
from yinuo.ground.outbox.models import Letter
from yinuo.packs.complaints import actions
from yinuo.packs.complaints.tests.bank import (
    CHINA,
    MONDAY,
    a_complaint,
    a_stranger,
    accepted,
    answered,
    closed,
    data,
    graded,
    kinds,
    read,
)
from yinuo.packs.complaints.tests.ends import desk, letters, refused, reopened, statuses, withdrawn
from yinuo.packs.complaints.tests.pairs import DAY, HOUR, a_customer, due, merged, separated, twice


@pytest.fixture(autouse=True)
def every_marking_is_rebuilt_from_its_facts(bank):
    """After every story: replaying each case's facts on its own edition gives the marking that is stored."""
    yield
    for case in Case.objects.filter(kind="complaints"):
        assert rebuilt(case).to_json() == case.marking, case


# ---- merging -----------------------------------------------------------------------------------------------


def test_the_later_ends_in_the_earlier_which_goes_on(bank):
    first, later = merged(bank)
    later.refresh_from_db()
    assert (later.is_open, later.closed_at, later.step, later.lane) == (
        False, MONDAY + 3 * DAY, "", Lane.CLOSED,
    )  # fmt: skip
    assert later.complaint.ending == "merged"
    assert [(each.to_case_id, each.why) for each in later.references.all()] == [(first.pk, "merged")]
    assert kinds(later)[-2:] == ["cases.abandoned", "complaints.merged"]
    assert kinds(first)[-1] == "complaints.merged_in"
    assert Case.objects.get(pk=first.pk).is_open


def test_no_limit_moves_the_earlier_one_s_run_on_and_the_later_one_s_lapse(bank):
    first, later = twice(bank)
    before, its_own = due(first), due(later)
    actions.merge(later.pk, other=first.pk, by=bank.handler, at=MONDAY + 3 * DAY)
    assert due(Case.objects.get(pk=first.pk)) == before
    assert before["legal"] < its_own["legal"]
    assert statuses(later) == {"accept": "kept", "answer": "lapsed", "legal": "lapsed"}


def test_what_was_broken_stays_broken(bank):
    first, later = merged(bank, at=MONDAY + 30 * DAY)
    assert statuses(later) == {"accept": "kept", "answer": "broken", "legal": "broken"}
    assert statuses(first) == statuses(later)
    assert all(clock.judged_at == clock.due_at for clock in later.clocks.all() if clock.status == "broken")


def test_the_customer_is_told_which_one_goes_on_and_until_when(bank):
    first, later = merged(bank)
    assert letters(later)[-1] == "merging"
    letter = read(Letter.objects.get(case_id=later.pk, template="merging"))
    legal = due(first)["legal"].astimezone(CHINA)
    assert first.number in letter.subject
    assert f"{legal:%Y-%m-%d %H:%M}" in letter.body


def test_an_answer_to_the_earlier_is_the_end_of_both(bank):
    first, later = merged(bank)
    for matter in first.complaint.matters.all():
        actions.conclude(
            first.pk, position=matter.position, conclusion="upheld", finding="属实", by=bank.handler,
            at=MONDAY + 4 * DAY,
        )  # fmt: skip
    actions.finish_investigation(first.pk, by=bank.handler, at=MONDAY + 4 * DAY)
    actions.answer(first.pk, words="已退还并致歉。", by=bank.handler, at=MONDAY + 5 * DAY)
    refused(later, lambda: separated(bank, later, at=MONDAY + 6 * DAY))


# ---- what is refused ---------------------------------------------------------------------------------------


def test_only_complaints_of_one_known_customer_are_merged(bank):
    first, later = graded(bank), graded(bank, at=MONDAY + DAY)
    refused(later, lambda: actions.merge(later.pk, other=first.pk, by=bank.handler, at=MONDAY + 2 * DAY))
    Case.objects.filter(pk__in=(first.pk, later.pk)).update(customer=None)
    refused(later, lambda: actions.merge(later.pk, other=first.pk, by=bank.handler, at=MONDAY + 2 * DAY))


def test_a_complaint_is_not_merged_into_itself_nor_the_earlier_into_the_later(bank):
    first, later = twice(bank)
    refused(first, lambda: actions.merge(first.pk, other=first.pk, by=bank.handler))
    for days in (3, 40):  # when its limits still run, and when there are none left to gain
        at = MONDAY + days * DAY
        refused(first, lambda at=at: actions.merge(first.pk, other=later.pk, by=bank.handler, at=at))


def test_what_has_ended_is_merged_neither_way(bank):
    first, later = twice(bank)
    withdrawn(bank, first, at=MONDAY + 2 * DAY)
    for days in (3, 40):
        at = MONDAY + days * DAY
        refused(later, lambda at=at: actions.merge(later.pk, other=first.pk, by=bank.handler, at=at))
    first, later = twice(bank)
    withdrawn(bank, later, at=MONDAY + 3 * DAY)
    refused(later, lambda: actions.merge(later.pk, other=first.pk, by=bank.handler, at=MONDAY + 4 * DAY))


def test_what_is_answered_is_merged_neither_way(bank):
    first, later = twice(bank, first=answered, after=HOUR)
    refused(later, lambda: actions.merge(later.pk, other=first.pk, by=bank.handler, at=MONDAY + 4 * DAY))
    first, later = twice(bank, later=answered)
    refused(later, lambda: actions.merge(later.pk, other=first.pk, by=bank.handler, at=MONDAY + 6 * DAY))


def test_merging_never_reaches_across_a_recusal(bank):
    stranger = a_stranger()
    for named in (0, 1):
        pair = twice(bank)
        actions.name_complained_of(pair[named].pk, people=[stranger], by=bank.handler, at=MONDAY + 2 * DAY)
        first, later = pair
        refused(later, lambda f=first, t=later: actions.merge(t.pk, other=f.pk, by=bank.handler))
    for each in pair[:1]:
        actions.name_complained_of(each.pk, people=[stranger], by=bank.handler, at=MONDAY + 2 * DAY)
    actions.merge(later.pk, other=first.pk, by=bank.handler, at=MONDAY + 3 * DAY)


def test_into_which_others_were_merged_is_not_merged_further(bank):
    who = a_customer()
    first, second, third = (graded(bank, at=MONDAY + n * DAY, **who) for n in range(3))
    actions.merge(third.pk, other=second.pk, by=bank.handler, at=MONDAY + 3 * DAY)
    refused(second, lambda: actions.merge(second.pk, other=first.pk, by=bank.handler, at=MONDAY + 4 * DAY))


def test_merging_gains_no_time_from_an_extension_of_the_earlier(bank):
    """It has until day 30: the customer of the later one would wait longer than the 15 days of the law."""
    first, later = twice(bank)
    actions.ask_extension(first.pk, reason="需调取凭证", by=bank.handler, at=MONDAY + 2 * DAY)
    head = bank.person("quality_head")
    actions.decide_extension(first.pk, granted=True, by=head, at=MONDAY + 3 * DAY)
    refused(later, lambda: actions.merge(later.pk, other=first.pk, by=bank.handler, at=MONDAY + 4 * DAY))


def test_merging_gains_no_time_from_a_pause_of_the_earlier(bank):
    first, later = twice(bank)
    actions.finish_investigation(first.pk, question="哪一天？", by=bank.handler, at=MONDAY + 2 * HOUR)
    refused(later, lambda: actions.merge(later.pk, other=first.pk, by=bank.handler, at=MONDAY + 4 * DAY))


def test_merging_gains_no_time_from_an_earlier_one_that_was_answered_once(bank):
    """The law's limit of the earlier was kept by its first answer; nothing would hold the later one's any more."""
    first, later = twice(bank, first=closed, after=3 * DAY)
    reopened(bank, first)
    refused(later, lambda: actions.merge(later.pk, other=first.pk, by=bank.handler, at=MONDAY + 8 * DAY))


def test_what_was_merged_is_separated_not_opened_again(bank):
    _first, later = merged(bank)
    refused(later, lambda: reopened(bank, later))
    refused(later, lambda: reopened(bank, later, "taken-back"))


# ---- apart again -------------------------------------------------------------------------------------------


def test_separated_it_goes_on_where_it_stood_with_the_same_steps_and_clocks(bank):
    _first, later = twice(bank)
    before = [(step.key, step.serial, step.opened_at, step.done_at) for step in later.steps.all()]
    limits = due(later)
    actions.merge(later.pk, other=_first.pk, by=bank.handler, at=MONDAY + 3 * DAY)
    later = separated(bank, later)
    later.refresh_from_db()
    assert (later.is_open, later.closed_at, later.step) == (True, None, "investigate")
    assert [(step.key, step.serial, step.opened_at, step.done_at) for step in later.steps.all()] == before
    assert due(later) == limits
    assert statuses(later) == {"accept": "kept", "answer": "running", "legal": "running"}
    assert later.complaint.ending == ""
    assert not later.references.exists()
    assert letters(later)[-1] == "separation"


def test_what_ran_out_while_merged_is_broken_when_it_was_due(bank):
    _first, later = merged(bank)
    limits = due(later)
    separated(bank, later, at=MONDAY + 40 * DAY)
    clocks = {clock.promise: clock for clock in later.clocks.all()}
    assert (clocks["legal"].status, clocks["legal"].judged_at) == ("broken", limits["legal"])
    assert Fact.objects.filter(
        case_id=later.pk, kind="clock.judged", occurred_at=limits["legal"]
    ).exists()  # stamped when it was due, not when it came to light


def test_it_can_be_merged_and_separated_more_than_once(bank):
    first, later = merged(bank)
    separated(bank, later)
    actions.merge(later.pk, other=first.pk, by=bank.handler, at=MONDAY + 5 * DAY)
    separated(bank, later, at=MONDAY + 6 * DAY)
    later.refresh_from_db()
    assert later.step == "investigate"
    assert [each["other"] for each in data(later, "complaints.merged")] == [str(first.pk)] * 2


def test_only_what_is_merged_is_separated(bank):
    case = accepted(bank)
    refused(case, lambda: separated(bank, case))
    first, later = merged(bank)
    withdrawn(bank, first, at=MONDAY + 4 * DAY)
    refused(later, lambda: separated(bank, later, at=MONDAY + 5 * DAY))


# ---- pages -------------------------------------------------------------------------------------------------


def test_the_page_merges_and_separates_and_says_so(bank):
    start = datetime.now(CHINA) - 3 * HOUR
    who = a_customer()
    first, later = (accepted(bank, at=start + n * HOUR / 2, **who) for n in range(2))
    client, url = desk(bank.handler), f"/complaints/{later.number}"
    assert client.post(f"{url}/merge", {"number": "TS-0"}).status_code == 422
    assert client.post(f"{url}/merge", {"number": f" {first.number.lower()} "}).status_code == 302
    page = client.get(f"{url}?open=reopen").content.decode()
    assert "Merged into another" in page
    assert "goes on there" in page
    assert f"merged it into {first.number}" in page
    assert "merged into this one" in client.get(f"/complaints/{first.number}").content.decode()
    assert f'action="{url}/reopen"' not in page
    assert client.post(f"{url}/separate").status_code == 302
    assert "goes on there" not in client.get(url).content.decode()


def test_whoever_merges_or_separates_handles_both(bank):
    who = a_customer()
    first = a_complaint(bank, unit=bank.south, **who)
    later = a_complaint(bank, at=MONDAY + DAY, complained_unit=bank.south.pk, **who)
    local, url = bank.person("lead", bank.centre), f"/complaints/{later.number}"
    bank.person("quality_head", bank.centre)
    Case.objects.filter(pk=first.pk).update(complained_unit=bank.centre)  # seen, not handled there
    assert desk(local).post(f"{url}/merge", {"number": first.number}).status_code == 403
    actions.merge(later.pk, other=first.pk, by=bank.person("lead"), at=MONDAY + 2 * DAY)
    assert desk(local).post(f"{url}/separate").status_code == 403


def test_the_tracking_page_of_the_merged_one_shows_how_far_the_other_is_and_none_of_its_words(bank):
    """Its code may be in other hands than that of the earlier one: the answer is read with the earlier one's."""
    at = datetime.now(CHINA) - 3 * HOUR
    who = a_customer()
    first = accepted(bank, at=at, words="我的工资卡被扣了三笔年费。", **who)
    received = actions.receive(
        actions.Arrival(words="年费又多扣了一笔，请退还。", **who), handling_unit=bank.centre.pk, by=None, at=at + HOUR
    )  # fmt: skip
    actions.merge(received.case_id, other=first.pk, by=bank.handler)
    page = Client(headers={"accept-language": "en"}).get(f"/s/track/{received.code}")
    text = page.content.decode()
    assert page.status_code == 200
    assert first.number in text
    assert received.number in text
    assert "工资卡" not in text
    assert "/withdraw" not in text
