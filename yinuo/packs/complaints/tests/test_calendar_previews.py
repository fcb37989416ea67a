"""What a drafted calendar would move is counted exactly, shown, and then moved; or nobody approves it."""

from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone

from yinuo.engines.cases import previews
from yinuo.engines.cases.due import judge_due
from yinuo.engines.cases.models import Case, Clock, Lane, Recusal
from yinuo.engines.editions import actions as editions
from yinuo.engines.editions.kinds import EditionRefused
from yinuo.facts.models import Fact
from yinuo.packs.complaints.tests.bank import a_complaint, a_stranger, graded
from yinuo.packs.complaints.tests.calendars import (
    DAY,
    a_day,
    announced,
    clock,
    drafted,
    followed,
    in_force,
    previewed,
    row,
    the_calendar,
    working_days,
)

pytestmark = pytest.mark.django_db


def test_the_preview_counts_what_then_moves_and_writes_nothing(bank):
    for days in (0, 0, -1, -2, -20):
        graded(bank, at=timezone.now() + days * DAY - timedelta(hours=2))
    judge_due(timezone.now())
    draft = drafted(*working_days(2, start=-1))
    before = list(Case.objects.order_by("id").values()), [row(each) for each in Clock.objects.order_by("id")]
    facts = Fact.objects.count()
    said = previewed(draft).result
    assert (
        list(Case.objects.order_by("id").values()),
        [row(each) for each in Clock.objects.order_by("id")],
    ) == before
    assert Fact.objects.count() == facts
    in_force(draft)
    done = followed()
    assert (said["cases"], said["moved"]) == (done["cases"], done["moved"])
    assert (
        said["moved"]
        == said["later"] + said["earlier"]
        == Fact.objects.filter(kind="clock.moved").count()
        > 0
    )


def test_the_page_lists_moved_cases_with_both_times_and_only_those_the_reader_may_see(bank):
    case, hidden = (a_complaint(bank, at=timezone.now()) for _ in range(2))
    reader = bank.person("compliance")
    Recusal.objects.create(
        case=hidden, person=reader, ground="conflict", declared_by=reader, declared_at=timezone.now()
    )
    draft = drafted(*working_days(3))
    previewed(draft)
    client = Client()
    client.force_login(reader)
    page = client.get(f"/editions/{draft.pk}")
    lines = page.context["moving"].lines
    assert {line.url for line in lines} == {f"/complaints/{case.number}"}
    assert all(line.was < line.due for line in lines)
    assert f'href="/complaints/{case.number}"' in page.content.decode()
    assert hidden.number not in page.content.decode()


def test_a_calendar_of_which_nobody_knows_what_it_moves_is_not_approved(bank):
    draft = drafted(*working_days(1))
    with pytest.raises(EditionRefused):
        previews.need_preview(draft)
    previewed(draft)
    previews.need_preview(draft)
    with pytest.raises(EditionRefused):
        previews.need_preview(draft, timezone.now() + 2 * DAY)
    announced(*working_days(1))
    with pytest.raises(EditionRefused):  # counted against a calendar that has been replaced since
        previews.need_preview(draft)


def test_what_the_new_calendar_finds_overdue_is_overdue_from_its_own_due_time(bank):
    """Days thought to be off were worked: the three working days were over sooner than anybody believed."""
    right = the_calendar().content
    announced(*(timezone.localdate() - n * DAY for n in range(13)))
    case = graded(bank, at=a_day(-12))
    assert clock(case).due_at > timezone.now()
    draft = editions.draft("calendar", "china", right, by=a_stranger())
    said = previewed(draft).result
    assert (said["overdue"], said["earlier"], said["later"]) == (1, said["moved"], 0)
    assert said["listed"][0][3:] == ["answer", str(case.pk)]
    in_force(draft)
    followed()
    assert clock(case).due_at < timezone.now()
    assert (clock(case).status, clock(case).judged_at) == ("broken", clock(case).due_at)
    case.refresh_from_db()
    assert (case.lane, case.next_due) == (Lane.OVERDUE, clock(case).due_at)
