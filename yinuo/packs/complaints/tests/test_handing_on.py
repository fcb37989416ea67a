"""A complaint goes to another unit: nobody has it there until somebody claims it, and nobody gains time by it."""

from datetime import datetime, timedelta

import pytest
from django.utils import timezone

from yinuo.engines.cases.marks import Mention
from yinuo.engines.cases.models import Case
from yinuo.engines.cases.moves import CaseRefused
from yinuo.engines.cases.replay import handled_in
from yinuo.facts.models import Fact
from yinuo.ground.people.postings import appoint
from yinuo.packs.complaints import actions
from yinuo.packs.complaints.tests.bank import (
    CHINA,
    MONDAY,
    SINCE,
    a_complaint,
    a_stranger,
    accepted,
    closed,
    data,
    graded,
    kinds,
)
from yinuo.packs.complaints.tests.ends import DAY, HOUR, desk, refused, sample

WORDS = "这笔业务在北部网点办理，凭证在网点。"


@pytest.fixture
def north(bank):
    """A branch with a handler and a lead of its own."""
    return bank.person("handler", bank.north), bank.person("lead", bank.north)


def handed(bank, case, unit=None, *, by=None, at=MONDAY + DAY, reason="competence"):
    return actions.hand_to_unit(
        case.pk, unit=unit or bank.north, reason=reason, words=WORDS, by=by or bank.handler, at=at
    )


def clocks(case):
    """All that a clock says but when its next rung is due."""
    rows = case.clocks.order_by("position").values()
    return [{name: value for name, value in row.items() if name != "climb_at"} for row in rows]


def test_it_lies_with_the_other_unit_and_nobody_has_it_until_somebody_there_claims_it(bank, north):
    case = handed(bank, graded(bank))
    assert (case.handling_unit, case.handler, case.owning_unit) == (bank.north, None, bank.centre)
    assert data(case, "cases.handed_on")[0]["reason"] == "competence"
    listed = desk(north[0]).get("/complaints?view=unclaimed").content.decode()
    assert case.number in listed
    actions.claim(case.pk, by=north[0], at=MONDAY + DAY + HOUR)
    assert Case.objects.get(pk=case.pk).handler == north[0]


def test_its_limits_run_on_as_if_nothing_had_happened(bank, north):
    stays, goes = graded(bank), graded(bank)
    handed(bank, goes)
    later = MONDAY + 30 * DAY
    handed(bank, goes, bank.centre, by=north[1], at=MONDAY + 2 * DAY)
    for case in (stays, goes):
        actions.write_note(case.pk, text="备注", by=bank.person("quality_head"), at=later)
    apart = ("id", "case_id")
    both = [
        [{k: v for k, v in row.items() if k not in apart} for row in clocks(each)] for each in (stays, goes)
    ]
    assert both[0] == both[1]
    assert {row["status"] for row in both[0]} == {"kept", "broken"}


def test_its_process_promises_and_calendar_stay_those_it_was_received_under(bank, north):
    case = graded(bank)
    pinned = (case.process_id, case.promises_id, case.calendar_id, case.step, case.marking)
    case = handed(bank, case)
    assert (case.process_id, case.promises_id, case.calendar_id, case.step, case.marking) == pinned


def test_before_it_is_accepted_it_can_go_where_it_belongs_and_is_accepted_there(bank, north):
    case = handed(bank, a_complaint(bank), by=bank.person("lead", bank.centre), at=MONDAY + HOUR)
    actions.accept(case.pk, by=north[0], at=MONDAY + 1.5 * HOUR)
    assert Case.objects.get(pk=case.pk).handler == north[0]


def test_whoever_can_take_it_there_is_told_and_nobody_else(bank, north):
    deputy, officer = a_stranger("deputy"), bank.person("officer", bank.north)
    away = a_stranger("away")
    appoint(away, "handler", bank.north, valid_from=SINCE)
    appoint(
        deputy, "handler", bank.north, valid_from=SINCE, valid_to=SINCE.replace(year=2036), deputy_for=away
    )
    case = handed(bank, graded(bank))
    told = {mention.person for mention in Mention.objects.filter(case=case)}
    assert told == {*north, deputy}
    assert set(data(case, "cases.handed_on")[0]["told"]) == {str(each.pk) for each in told}
    for person, sees in ((north[0], True), (officer, False)):
        page = desk(person).get("/told/mentions").content.decode()
        assert (case.number in page) == (WORDS in page) == sees
    assert "handed over to your unit" in desk(north[0]).get("/told/mentions").content.decode()


def test_to_open_it_is_to_have_read_it(bank, north):
    case = handed(bank, graded(bank))
    assert desk(north[0]).get(f"/complaints/{case.number}").status_code == 200
    assert Mention.objects.get(case=case, person=north[0]).read_at is not None
    assert Mention.objects.get(case=case, person=north[1]).read_at is None


def test_the_other_unit_sends_it_back_with_a_reason_and_the_page_counts(bank, north):
    case = handed(bank, graded(bank, at=datetime.now(CHINA) - 5 * HOUR), at=timezone.now() - 2 * HOUR)
    url = f"/complaints/{case.number}"
    assert "Handed over between units 1 time." in desk(north[1]).get(url).content.decode()
    typed = {"unit": bank.centre.pk, "reason": "not-ours", "words": "不是我行网点的业务"}
    assert desk(north[1]).post(f"{url}/hand-to-unit", typed).status_code == 302
    fresh = Case.objects.get(pk=case.pk)
    assert (fresh.handling_unit, fresh.handler) == (bank.centre, None)
    page = desk(bank.person("quality_head")).get(url).content.decode()
    assert "Handed over between units 2 times." in page
    assert "Handed over 2 times" in page  # beside the number too: it goes to and fro
    assert "it came to the wrong unit and is sent back" in page
    assert "不是我行网点的业务" in page


def test_facts_say_which_unit_handles_it(bank, north):
    case = graded(bank)
    assert handled_in(case) == bank.centre.pk
    handed(bank, case)
    assert handled_in(case) == bank.north.pk
    handed(bank, case, bank.centre, by=north[1], at=MONDAY + 2 * DAY)
    assert handled_in(case) == Case.objects.get(pk=case.pk).handling_unit_id == bank.centre.pk


def test_the_screens_of_both_units_hear_of_it(bank, north):
    case = graded(bank)
    Case.objects.filter(pk=case.pk).update(owning_unit=bank.head)  # neither of the two answers for it
    handed(bank, case)
    [fact] = Fact.objects.filter(case_id=case.pk, kind="cases.handed_on")
    assert fact.unit_id == bank.north.pk
    assert str(bank.centre.pk) in fact.body


def test_whoever_has_it_or_leads_the_unit_hands_it_over_and_nobody_else(bank, north):
    case = graded(bank)
    other = a_stranger("handler")
    appoint(other, "handler", bank.centre, valid_from=SINCE)
    url, typed = f"/complaints/{case.number}", {"unit": bank.north.pk, "reason": "competence", "words": WORDS}
    before = kinds(case)
    assert "/hand-to-unit" not in desk(other).get(f"{url}?open=hand-to-unit").content.decode()
    assert desk(other).post(f"{url}/hand-to-unit", typed).status_code == 403
    assert desk(north[1]).post(f"{url}/hand-to-unit", typed).status_code == 404  # it is not theirs to see yet
    assert kinds(case) == before
    assert "/hand-to-unit" in desk(bank.handler).get(f"{url}?open=hand-to-unit").content.decode()
    assert desk(bank.handler).post(f"{url}/hand-to-unit", typed).status_code == 302


def test_whoever_does_not_see_it_any_more_is_led_to_the_list(bank, north):
    case = handed(bank, graded(bank))
    actions.claim(case.pk, by=north[0], at=MONDAY + 2 * DAY)
    bank.person("handler", bank.south)
    typed = {"unit": bank.south.pk, "reason": "competence", "words": WORDS}
    answer = desk(north[0]).post(f"/complaints/{case.number}/hand-to-unit", typed)
    assert (answer.status_code, answer["Location"]) == (302, "/complaints")


def test_units_that_handle_complaints_are_offered_and_the_one_complained_of_is_marked(bank, north):
    case = graded(bank, complained_unit=bank.north.pk)
    page = desk(bank.handler).get(f"/complaints/{case.number}?open=hand-to-unit").content.decode()
    chosen = page.partition('name="unit"')[2].partition("</select>")[0]
    assert f'value="{bank.north.pk}"' in chosen
    assert "NORTH unit (complained of)" in chosen
    assert f'value="{bank.south.pk}"' not in chosen  # nobody there handles complaints
    assert f'value="{bank.centre.pk}"' not in chosen  # that has it already


def test_it_is_not_handed_to_the_unit_that_has_it(bank, north):
    case = graded(bank)
    refused(case, lambda: handed(bank, case, bank.centre))


def test_it_is_not_handed_to_a_unit_in_which_nobody_handles_complaints(bank):
    case = graded(bank)
    bank.person("officer", bank.north)
    refused(case, lambda: handed(bank, case))


def test_it_is_not_handed_to_a_unit_whose_people_all_stand_aside(bank, north):
    case = graded(bank)
    actions.name_complained_of(case.pk, people=north[:1], by=bank.handler, at=MONDAY + 2 * HOUR)
    other = graded(bank)
    assert handed(bank, case).handling_unit == bank.north  # one is left, who is told
    assert [mention.person for mention in Mention.objects.filter(case=case)] == [north[1]]
    actions.name_complained_of(other.pk, people=north, by=bank.handler, at=MONDAY + 2 * HOUR)
    refused(other, lambda: handed(bank, other))


def test_it_is_handed_over_for_a_reason_of_the_list_and_in_words(bank, north):
    case = graded(bank)
    refused(case, lambda: handed(bank, case, reason="no-such"))
    refused(
        case,
        lambda: actions.hand_to_unit(
            case.pk, unit=bank.north, reason="competence", words="  ", by=bank.handler, at=MONDAY + DAY
        ),
    )
    url = f"/complaints/{case.number}/hand-to-unit"
    wrong = desk(bank.handler).post(url, {"unit": bank.north.pk, "reason": "competence", "words": ""})
    assert wrong.status_code == 422


def test_what_has_ended_is_not_handed_to_another_unit(bank, north):
    case = closed(bank)
    refused(case, lambda: handed(bank, case, at=MONDAY + 5 * DAY))


def test_two_who_do_it_at_once_do_it_once(bank, north):
    case = graded(bank)
    handed(bank, case)
    with pytest.raises(CaseRefused):
        actions.hand_to_unit(
            case.pk, unit=bank.centre, reason="not-ours", words=WORDS, by=bank.handler, version=case.version
        )


def test_the_next_rung_of_a_ladder_tells_whoever_heads_the_unit_that_has_it_now(bank, north):
    from yinuo.engines.cases.ladder import climb_due

    bank.person("lead", bank.centre)
    case = handed(bank, a_complaint(bank), by=bank.person("lead", bank.centre), at=MONDAY + HOUR)
    climb_due(MONDAY + 4 * HOUR)
    told = [person.person for rung in case.rungs.filter(promise="accept") for person in rung.people.all()]
    assert north[1] in told
    assert bank.person("lead", bank.centre) not in told


def test_the_figures_count_every_hand_off_and_each_complaint_once(bank, north):
    case = graded(bank)
    handed(bank, case, at=MONDAY + 2 * HOUR)
    handed(bank, case, bank.centre, by=north[1], at=MONDAY + 3 * HOUR)
    closed(bank)
    actions.conclude(
        case.pk, position=1, conclusion="upheld", finding="属实", by=bank.handler, at=MONDAY + 4 * HOUR
    )
    actions.finish_investigation(case.pk, by=bank.handler, at=MONDAY + 4 * HOUR)
    actions.answer(case.pk, words="已退还并致歉。", by=bank.handler, at=MONDAY + 5 * HOUR)
    actions.finish(case.pk, by=bank.handler, at=MONDAY + 5 * HOUR + timedelta(minutes=5))
    often, share = sample("complaints.handed_on"), sample("complaints.handed_on_share")
    assert (often.n, often.total) == (2, 2)
    assert (share.n, share.hits) == (2, 1)


def test_a_complaint_that_was_only_accepted_is_handed_over_by_whoever_accepted_it(bank, north):
    case = accepted(bank)
    assert handed(bank, case).handler is None
