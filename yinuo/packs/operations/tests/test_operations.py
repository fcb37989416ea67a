"""Whoever runs Yinuo sees what is not well, and decides about what was given up; each decision is a fact."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone

from yinuo.engines.loops.models import Run
from yinuo.facts.gate import record
from yinuo.facts.ids import new_id
from yinuo.facts.models import Fact
from yinuo.ground.jobs.models import Job, State
from yinuo.ground.outbox.models import Letter
from yinuo.ground.people.models import Unit, User
from yinuo.ground.people.places import place_unit
from yinuo.ground.people.postings import appoint
from yinuo.ground.vitals.models import Alarm
from yinuo.packs.operations.queries import LETTERS_FAILED, letters

pytestmark = pytest.mark.django_db


@pytest.fixture
def unit():
    since = timezone.localdate() - timedelta(days=30)
    unit = Unit.objects.create(
        code="HQ",
        kind="head_office",
        name_zh_hans="总行",
        name_en="Head office",
        name_zh_hant="總行",
        opened_on=since,
    )
    place_unit(unit, None, since)
    return unit


def browser(unit, role) -> Client:
    person = User.objects.create_user(f"the-{role}", staff_number=f"S-{role}", name=f"The {role}")
    appoint(person, role, unit, valid_from=unit.opened_on)
    client = Client()
    client.cookies["yinuo_language"] = "en"
    client.force_login(person)
    return client


@pytest.fixture
def admin(unit):
    return browser(unit, "sysadmin")


def a_job(state, **more) -> Job:
    now = timezone.now()
    return Job.objects.create(kind="a.kind", created_at=now, next_at=now, state=state, **more)


def a_letter(state) -> Letter:
    now = timezone.now()
    number = new_id()
    return Letter.objects.create(
        id=number, template="complaints.received", subject_key_id=new_id(), to_ct=b"x", subject_ct=b"x", body_ct=b"x",
        message_id=f"<{number}@bank.example>", created_at=now, next_at=now, state=state,
    )  # fmt: skip


def a_run(state) -> Run:
    return Run.objects.create(
        seq=Run.objects.count() + 1, rule="a.rule", state=state, next_at=timezone.now(), attempts=12
    )


def facts() -> list[str]:
    return list(Fact.objects.order_by("id").values_list("kind", flat=True))


def ours() -> list[str]:
    return [kind for kind in facts() if kind.startswith(("operations.", "vitals.", "outbox."))]


def test_what_is_not_well_stands_first_with_what_to_do_and_the_rest_behind_it(admin):
    page = admin.get("/operations").content.decode()
    assert "2 vital signs are not well." in page  # in a test neither background nor live process runs
    assert page.index("Background process silent") < page.index("Oldest fact without a place")
    assert "never heard of" in page
    assert "until then clocks are not judged" in page


def test_an_alarm_is_looked_after_by_somebody_with_a_name(admin):
    alarm = Alarm.objects.create(vital="letters.doubtful", value=3, raised_at=timezone.now())
    assert "Look after it" in admin.get("/operations").content.decode()
    assert admin.post(f"/operations/alarms/{alarm.pk}/acknowledge").status_code == 302
    page = admin.get("/operations").content.decode()
    assert "The sysadmin" in page
    assert "Look after it" not in page
    assert ours() == ["vitals.alarm_acknowledged"]
    assert admin.post(f"/operations/alarms/{new_id()}/acknowledge").status_code == 404


@pytest.mark.parametrize("state", [State.CANCELLED, State.FAILED, State.DEAD])
def test_a_job_that_ended_badly_goes_on_where_it_stood(admin, state):
    job = a_job(state, checkpoint={"at": 7}, attempts=5, finished_at=timezone.now())
    assert "Go on" in admin.get("/operations/jobs?view=all").content.decode()
    admin.post(f"/operations/jobs/{job.pk}/resume")
    job.refresh_from_db()
    assert (job.state, job.attempts, job.checkpoint) == (State.WAITING, 0, {"at": 7})
    assert ours() == ["operations.job_resumed"]


def test_a_waiting_job_is_stopped_at_once_and_a_running_one_is_asked_to(admin):
    waiting, running = a_job(State.WAITING), a_job(State.RUNNING, started_at=timezone.now())
    for job in (waiting, running):
        admin.post(f"/operations/jobs/{job.pk}/cancel")
        job.refresh_from_db()
    assert waiting.state == State.CANCELLED
    assert (running.state, running.cancel_requested) == (State.RUNNING, True)
    assert "stops soon" in admin.get("/operations/jobs?view=work").content.decode()


def test_nothing_is_recorded_where_nothing_was_to_be_decided(admin):
    done, run = a_job(State.DONE), a_run(Run.State.DONE)
    for address in (f"jobs/{done.pk}/cancel", f"jobs/{done.pk}/resume", f"consequences/{run.pk}/retry"):
        assert admin.post(f"/operations/{address}").status_code == 302
    assert ours() == []


def test_a_doubtful_letter_is_counted_as_sent_or_sent_again_and_decided_once(admin):
    first, second = a_letter("doubtful"), a_letter("doubtful")
    page = admin.get("/operations/letters").content.decode()
    assert first.message_id.strip("<>") in page
    admin.post(f"/operations/letters/{first.pk}/arrived")
    admin.post(f"/operations/letters/{second.pk}/send-again")
    again = admin.post(f"/operations/letters/{first.pk}/send-again", follow=True).content.decode()
    assert "somebody has decided already" in again
    assert [Letter.objects.get(pk=each.pk).state for each in (first, second)] == ["sent", "written"]
    assert len(ours()) == 2


def test_a_letter_that_was_not_deliverable_is_never_counted_as_sent(admin):
    letter = a_letter("failed")
    assert "It arrived" not in admin.get("/operations/letters?view=failed").content.decode()
    admin.post(f"/operations/letters/{letter.pk}/arrived")
    assert Letter.objects.get(pk=letter.pk).state == "failed"


def test_the_words_of_letters_are_not_even_read_from_the_database():
    statement = str(letters().filter(LETTERS_FAILED).query)
    assert "body_ct" not in statement
    assert "to_ct" not in statement


def test_a_consequence_that_was_given_up_is_tried_again_and_one_that_goes_in_circles_is_not(admin):
    dead, circling = a_run(Run.State.DEAD), a_run(Run.State.TOO_DEEP)
    assert (
        admin.get("/operations/consequences").content.decode().count("Try again") == 2
    )  # its words and its label
    for run in (dead, circling):
        admin.post(f"/operations/consequences/{run.pk}/retry")
        run.refresh_from_db()
    assert (dead.state, dead.attempts) == (Run.State.WAITING, 0)
    assert circling.state == Run.State.TOO_DEEP
    assert ours() == ["operations.consequence_retried"]


def test_an_auditor_reads_everything_and_decides_nothing(unit):
    auditor = browser(unit, "auditor")
    alarm = Alarm.objects.create(vital="letters.doubtful", value=3, raised_at=timezone.now())
    job, letter, run = a_job(State.DEAD), a_letter("doubtful"), a_run(Run.State.DEAD)
    for page in ("", "/jobs?view=all", "/letters", "/consequences"):
        answer = auditor.get(f"/operations{page}")
        assert answer.status_code == 200
        assert 'method="post" action="/operations' not in answer.content.decode()
    for address in (
        f"alarms/{alarm.pk}/acknowledge", f"jobs/{job.pk}/resume", f"jobs/{job.pk}/cancel",
        f"letters/{letter.pk}/send-again", f"letters/{letter.pk}/arrived", f"consequences/{run.pk}/retry",
    ):  # fmt: skip
        assert auditor.post(f"/operations/{address}").status_code == 403
    assert ours() == []


def test_the_place_counts_the_alarms_that_stand(admin):
    Alarm.objects.create(vital="letters.doubtful", value=3, raised_at=timezone.now())
    Alarm.objects.create(vital="jobs.oldest", value=3, raised_at=timezone.now(), cleared_at=timezone.now())
    assert admin.get("/operations").context["navigation"] is not None
    page = admin.get("/operations").content.decode()
    assert "Alarms that stand" in page
    assert "Alarms that are over" in page


def test_backups_drills_and_recoveries_are_told_with_how_they_went(admin):
    assert "No backup was made so far." in admin.get("/operations/backups").content.decode()
    made = {"files": 3, "size": 2 * 2**20, "head": 9, "seconds": 65}
    record("backups.made", name="20260412T083000.250Z", rows=1234, damaged=0, **made)
    record("backups.base_made", name="20260412T083100.250Z", damaged=1, **made)
    record("backups.drilled", name="20260412T083000.250Z", good=False, rows=0, files=0, seconds=5, age=60)
    record("backups.recovered", head=9, files=3, missing=0, erased=2, sessions=1, letters=0)
    page = admin.get("/operations/backups").content.decode()
    for said in (
        "1,234 rows · 3 files · 2.0 MB",
        "files missing: 1",
        "could not be restored",
        "erased again: 2",
    ):
        assert said in page
    assert page.index("Recovered from the log") < page.index("Restore drill") < page.index("Base backup")


def test_where_nothing_is_set_the_page_says_what_would_be_lost(admin, settings):
    page = admin.get("/operations/backups").content.decode()
    assert "YINUO_BACKUP_FOLDER" in page
    assert "YINUO_ARCHIVE_FOLDER" in page
    settings.BACKUP_FOLDER = settings.ARCHIVE_FOLDER = "/mnt/archive"
    page = admin.get("/operations/backups").content.decode()
    assert "YINUO_BACKUP_FOLDER" not in page
    assert "YINUO_ARCHIVE_FOLDER" not in page
    assert "backups.drilled" in page
    assert "backups.base" in page
    assert "never heard of" in page
