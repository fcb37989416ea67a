"""Calendars that change: days off announced, put in force, followed by open cases."""

from datetime import datetime, timedelta

from django.utils import timezone

from yinuo.engines.cases import previews
from yinuo.engines.cases.calendars import FOLLOW, follow_calendars
from yinuo.engines.cases.models import Clock
from yinuo.engines.editions import actions as editions
from yinuo.engines.editions import shelf
from yinuo.ground.jobs.models import Job, State
from yinuo.ground.jobs.run import run_one
from yinuo.packs.complaints.tests.bank import CHINA, a_stranger

DAY, SECOND = timedelta(days=1), timedelta(seconds=1)
FIELDS = (
    "status",
    "started_at",
    "due_at",
    "nominal_due_at",
    "warn_at",
    "stopped_at",
    "judged_at",
    "paused_minutes",
)


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
    return (
        the_calendar().content.replace(
            "confirmed = [2024, 2025, 2026]", "confirmed = [2024, 2025, 2026, 2027]"
        )
        + more
    )


def drafted(*days):
    return editions.draft("calendar", "china", with_days_off(*days), by=a_stranger("author"))


def announced(*days):
    """… approved, and in force from now on."""
    return in_force(drafted(*days))


def in_force(draft):
    """Approved by somebody else; the test's transaction never ends, so the shelf is told here."""
    edition = editions.approve(draft, by=a_stranger("approver"))
    shelf.forget()
    return edition


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


def previewed(edition):
    """What the page would say of a draft."""
    previews.ask(edition, by=None)
    assert run_one("w", timezone.now() + SECOND)
    return previews.preview_of(edition)
