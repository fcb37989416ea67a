"""A unit's own editions judge its own complaints; a process shows where they stand and how long they stayed."""

from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone

from yinuo.engines.editions import actions as editions
from yinuo.engines.editions import shelf
from yinuo.packs.complaints import actions
from yinuo.packs.complaints.tests.bank import a_complaint, a_stranger, established, graded

pytestmark = pytest.mark.django_db


def for_unit(kind, unit, right, wrong):
    """An edition of complaints for one unit, in force."""
    content = shelf.in_force(kind, "complaints", timezone.now()).content
    assert right in content
    draft = editions.draft(
        kind, "complaints", content.replace(right, wrong), by=a_stranger("author"), unit=unit.pk
    )
    found = editions.approve(draft, by=a_stranger("approver"))
    shelf.forget()
    return found


def test_a_unit_s_promises_are_made_to_its_complaints_and_to_no_others(bank):
    own = for_unit("promises", bank.north, '"3 working days"', '"1 working day"')
    now = timezone.now()
    theirs, other = a_complaint(bank, at=now, unit=bank.north), a_complaint(bank, at=now)
    assert theirs.promises == own
    assert other.promises != own
    due = {case: case.clocks.get(promise="answer").due_at for case in (theirs, other)}
    assert due[theirs] < due[other]


def test_a_unit_s_limits_of_redress_bind_it_alone(bank):
    for_unit("redress", bank.north, "20_000", "10_000")
    theirs = established(bank, at=timezone.now(), unit=bank.north)
    other = established(bank, at=timezone.now())
    assert actions.redress_limits(theirs).limits[0].up_to == 10_000
    assert actions.redress_limits(other).limits[0].up_to == 20_000


def test_a_process_page_counts_where_cases_stand_and_lists_them(bank):
    now = timezone.now()
    waiting = a_complaint(bank, at=now - timedelta(hours=3))
    graded(bank, at=now - timedelta(hours=2))
    browser = Client()
    browser.force_login(bank.person("lead"))
    page = browser.get(f"/editions/{waiting.process_id}")
    _drawn, table = page.context["sheets"]
    there = {row[0].sub: row for row in table.rows}
    assert (there["register"][1].text, there["investigate"][1].text) == ("1", "1")
    assert there["register"][3].text == "1"  # the other has left it
    step = browser.get(there["register"][1].url)
    assert [row[0].text for row in step.context["sheet"].rows] == [waiting.number]


def test_a_process_page_counts_no_case_that_its_reader_may_not_see(bank):
    case = a_complaint(bank, at=timezone.now())
    browser = Client()
    browser.force_login(bank.person("handler", bank.north))
    page = browser.get(f"/editions/{case.process_id}")
    assert {row[1].text for row in page.context["sheets"][1].rows} == {"0"}
    assert browser.get(f"/editions/{case.process_id}/steps/register").context["sheet"].rows == []
