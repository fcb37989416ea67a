"""From a closed complaint to its call-back and back, by the facts alone."""

import os
import signal
import subprocess
import sys
from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone

from tests.architecture.tree import ROOT
from yinuo.engines.cases.models import Case
from yinuo.engines.loops.follow import depth_of, loops_once
from yinuo.engines.loops.models import Run
from yinuo.facts.follow import facts_after
from yinuo.facts.models import Fact
from yinuo.facts.sequencer import sequence_once
from yinuo.facts.verify import verify
from yinuo.packs.callbacks import actions
from yinuo.packs.callbacks.queries import about
from yinuo.packs.complaints import actions as complaints
from yinuo.packs.complaints.tests.bank import a_complaint, accepted, closed, data, kinds

DAY = timedelta(days=1)


def lately():
    """Nine in the morning some days ago: a closing of that day is not too long ago to call back about."""
    return timezone.localtime().replace(hour=9, minute=0, second=0, microsecond=0) - 5 * DAY


def go_round():
    """The sequencer and the loops, until nothing moves."""
    while sequence_once() + loops_once():
        pass


def call_backs():
    return list(Case.objects.filter(kind="callbacks").order_by("opened_at"))


@pytest.mark.django_db
def test_a_closed_complaint_is_called_back_about_once(bank):
    complaint = closed(bank, at=lately(), complained_unit=bank.north.pk)
    go_round()
    go_round()
    (case,) = call_backs()
    assert about(case) == complaint
    assert case.customer == complaint.customer
    assert case.opened_at == complaint.closed_at
    assert case.callback.title == complaint.complaint.subject
    assert (case.callback.grade, case.complained_unit) == ("ordinary", bank.north)


@pytest.mark.django_db
def test_the_complaint_says_how_the_call_back_ended_and_who_looks_sees_it(bank):
    complaint = closed(bank, at=lately())
    agent = bank.person("callback_agent")
    go_round()
    (case,) = call_backs()
    actions.conclude(case.pk, outcome="not_satisfied", words="钱没有退。", by=agent)
    go_round()
    complaint.refresh_from_db()
    assert kinds(complaint)[-1] == "complaints.called_back"
    assert data(complaint, "complaints.called_back") == [
        {"call_back": str(case.pk), "outcome": "not_satisfied"}
    ]
    assert complaint.complaint.called_back == "not_satisfied"
    client = Client()
    client.force_login(bank.handler)
    client.cookies["yinuo_language"] = "en"
    page = client.get(f"/complaints/{complaint.number}").content.decode()
    assert "Not satisfied at the call-back" in page
    assert "Called back: Not satisfied" in page
    for outcome, found in (("not_satisfied", True), ("satisfied", False)):
        listed = client.get(f"/complaints?view=all&called_back={outcome}").content.decode()
        assert (f"/complaints/{complaint.number}" in listed) == found


@pytest.mark.django_db
def test_what_a_loop_did_names_the_run_behind_it(bank):
    closed(bank, at=lately())
    go_round()
    (case,) = call_backs()
    opened = next(fact for fact in facts_after(0, 1000) if fact.kind == "callbacks.opened")
    assert (opened.case_id, opened.by_id, depth_of(opened)) == (case.pk, None, 1)
    assert verify().ok


@pytest.mark.django_db
def test_nobody_is_called_about_what_was_closed_long_ago(bank):
    closed(bank, at=lately() - 40 * DAY)
    go_round()
    assert call_backs() == []
    assert Run.objects.get(rule="after_closing.call_back").state == "done"


@pytest.mark.django_db
def test_nobody_is_called_who_cannot_be_reached(bank):
    complaint = closed(bank, at=lately(), phone="", email="")
    assert complaint.customer is not None
    go_round()
    assert call_backs() == []


@pytest.mark.django_db
def test_a_complaint_that_is_complex_gives_more_time(bank):
    complaint = closed(bank, at=lately())
    complaint.complaint.level = "major"
    complaint.complaint.save()
    go_round()
    (case,) = call_backs()
    assert case.callback.grade == "complex"
    assert [clock.promise for clock in case.clocks.all()] == ["call_back_complex"]


@pytest.mark.django_db
def test_whoever_handled_the_complaint_is_refused_and_nothing_happens(bank):
    closed(bank, at=lately())
    go_round()
    (case,) = call_backs()
    before = Fact.objects.count()
    with pytest.raises(actions.CaseRefused):
        actions.conclude(case.pk, outcome="satisfied", by=bank.handler)
    assert Fact.objects.count() == before


def closed_twice(bank, case, at):
    """Opened again and closed a second time."""
    head = bank.person("quality_head")
    complaints.reopen(case.pk, reason="not-settled", said="客户说没有退款", by=head, at=at)
    complaints.finish_investigation(case.pk, by=bank.handler, at=at)
    complaints.answer(case.pk, words="我们已经退款，向您道歉。", by=bank.handler, at=at)
    return complaints.finish(case.pk, by=bank.handler, at=at + timedelta(minutes=5))


@pytest.mark.django_db
def test_closed_a_second_time_it_is_not_called_back_about_twice_at_once(bank):
    complaint = closed(bank, at=lately())
    go_round()
    closed_twice(bank, complaint, lately() + 3 * DAY)
    go_round()
    (case,) = call_backs()
    assert case.is_open


@pytest.mark.django_db
def test_closed_a_second_time_after_the_call_back_it_is_called_back_about_once_more(bank):
    complaint, agent = closed(bank, at=lately()), bank.person("callback_agent")
    go_round()
    (case,) = call_backs()
    actions.conclude(case.pk, outcome="not_satisfied", words="钱没有退。", by=agent)
    go_round()
    closed_twice(bank, complaint, timezone.now())
    go_round()
    assert [each.is_open for each in call_backs()] == [False, True]


@pytest.mark.django_db
def test_nobody_is_called_about_what_was_withdrawn_or_not_accepted(bank):
    at = lately()
    complaints.withdraw(accepted(bank, at=at).pk, said="客户来电撤回", by=bank.handler, at=at + DAY)
    complaints.refuse(
        a_complaint(bank, at=at).pk, reason="not-ours", words="请向另一家银行提出。", by=bank.handler, at=at
    )
    go_round()
    assert call_backs() == []


KILLED = """
import os, signal, sys
import django
django.setup()
from yinuo.engines.loops import follow, rules
from yinuo.facts.sequencer import sequence_once
rule = rules.awake_rules()["after_closing.call_back"]
def act(fact):
    rule.act(fact)
    if sys.argv[1] == "die":
        os.kill(os.getpid(), signal.SIGKILL)
while sequence_once() + follow.loops_once({rule.key: rules.Rule(rule.key, rule.on, act)}):
    pass
from yinuo.engines.cases.models import Case
print(Case.objects.filter(kind="callbacks").count())
"""
BEGIN = """
import django
django.setup()
from yinuo.site.prepare import migrate
migrate(verbose=False)
from datetime import timedelta
from django.utils import timezone
from yinuo.packs.complaints.tests.bank import a_bank, closed
closed(a_bank(), at=timezone.now() - timedelta(days=5))
"""


def test_a_loop_killed_after_its_work_and_before_its_mark_does_it_once(own_database, tmp_path):
    environment = os.environ | {
        "DATABASE_URL": own_database,
        "YINUO_HOME": str(tmp_path),
        "DJANGO_SETTINGS_MODULE": "yinuo.site.settings",
        "PYTHONPATH": str(ROOT),
    }

    def process(code, *arguments):
        command = [sys.executable, "-c", code, *arguments]
        return subprocess.run(command, env=environment, capture_output=True, text=True, cwd=tmp_path)

    begun = process(BEGIN)
    assert begun.returncode == 0, begun.stderr
    for _ in range(2):
        assert process(KILLED, "die").returncode == -signal.SIGKILL
    for _ in range(2):
        done = process(KILLED, "live")
        assert done.stdout.strip() == "1", done.stderr
