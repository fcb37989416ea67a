"""A calendar edition takes over: what was judged stays, what runs moves, and no kill or verb in between changes that."""

from datetime import datetime, timedelta

import pytest
from django.db import connection
from django.utils import timezone
from django.utils.translation import override
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from yinuo.engines.cases import batches, previews
from yinuo.engines.cases.calendars import FOLLOW, follow_calendars, follow_job
from yinuo.engines.cases.due import judge_due
from yinuo.engines.cases.ladder import climb_due
from yinuo.engines.cases.models import Case, Clock
from yinuo.engines.cases.moves import folded, traits_of
from yinuo.engines.cases.timeline import entries
from yinuo.engines.editions import actions as editions
from yinuo.engines.editions import shelf
from yinuo.engines.editions.kinds import EditionRefused
from yinuo.engines.editions.models import Edition
from yinuo.engines.promises.fold import Moment, fold
from yinuo.facts.models import Fact
from yinuo.ground.jobs import leases
from yinuo.ground.jobs.models import Job, State
from yinuo.ground.jobs.run import run_one
from yinuo.packs.complaints import actions
from yinuo.packs.complaints.tests.bank import CHINA, a_complaint, a_stranger, accepted, answered, data, graded

pytestmark = pytest.mark.django_db
DAY, SECOND = timedelta(days=1), timedelta(seconds=1)
FIELDS = ("status", "started_at", "due_at", "nominal_due_at", "warn_at", "stopped_at", "judged_at", "paused_minutes")


def a_day(days, hour=10):
    """A moment so many days from today."""
    return datetime.combine(timezone.localdate() + days * DAY, datetime.min.time(), CHINA).replace(hour=hour)


def the_calendar():
    return shelf.in_force("calendar", "china", timezone.now())


def with_days_off(*days):
    """The calendar in force with these days off besides; a rest day already is left as it is."""
    more = "".join(
        f'\n[[holidays]]\nname = "new_year"\nfirst = {day}\n'
        for day in sorted(set(days))
        if shelf.parsed(the_calendar()).is_working(day)
    )
    return the_calendar().content.replace("confirmed = [2024, 2025, 2026]", "confirmed = [2024, 2025, 2026, 2027]") + more


def drafted(*days):
    return editions.draft("calendar", "china", with_days_off(*days), by=a_stranger("author"))


def announced(*days):
    """… approved, and in force from now on."""
    return editions.approve(drafted(*days), by=a_stranger("approver"))


def working_days(number, start=0):
    """The next working days after today, so many."""
    calendar = shelf.parsed(the_calendar())
    today = timezone.localdate() + start * DAY
    return [calendar.add_working_days(today, n) for n in range(1, number + 1)]


def followed():
    """The duty and its job, to the end."""
    asked = follow_calendars(timezone.now())
    if asked:
        assert run_one("w", timezone.now() + SECOND)
        job = Job.objects.filter(kind=FOLLOW).latest("created_at")
        assert job.state == State.DONE, job.note
        return job.result
    return None


def clock(case, promise="answer"):
    return Clock.objects.get(case=case, promise=promise)


def row(found):
    return {name: getattr(found, name) for name in FIELDS}


def test_days_off_announced_move_what_runs_and_a_fact_says_so(bank):
    case = a_complaint(bank, at=timezone.now())
    was = clock(case)
    new = announced(*working_days(3))
    print(followed())
    moved = clock(case)
    assert moved.due_at.date() > was.due_at.date()
    told = {each["promise"]: each for each in data(case, "clock.moved")}
    assert set(told) == {"accept", "answer"} or set(told) == {"answer", "legal"}
    assert datetime.fromisoformat(told["answer"]["was"]) == was.due_at
    assert datetime.fromisoformat(told["answer"]["due"]) == moved.due_at
    assert told["answer"]["edition"] == str(new.pk)
    case.refresh_from_db()
    assert case.calendar_id == new.pk
    assert case.next_due == min(each.due_at for each in case.clocks.all())
