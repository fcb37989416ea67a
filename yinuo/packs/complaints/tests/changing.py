"""Editions of the complaint process that follow another, and open complaints that change over to them."""

from datetime import timedelta

from django.utils import timezone

from yinuo.engines.cases import changeover_counts as counts
from yinuo.engines.cases import changing_over
from yinuo.engines.editions import actions as editions
from yinuo.engines.editions import shelf
from yinuo.engines.editions.models import Edition
from yinuo.engines.processes.proving import proposal
from yinuo.ground.jobs.models import Job, State
from yinuo.ground.jobs.run import run_one
from yinuo.packs.complaints.tests.bank import a_stranger

SECOND = timedelta(seconds=1)


def the_process():
    return shelf.in_force("process", "complaints", timezone.now())


def newer(*changes, unit=None):
    """The process in force with some of its ids or words another, in force from now on."""
    content = the_process().content
    for right, wrong in changes:
        assert right in content
        content = content.replace(right, wrong)
    draft = editions.draft("process", "complaints", content, by=a_stranger("author"), unit=unit)
    edition = editions.approve(draft, by=a_stranger("approver"))
    shelf.forget()
    return edition


def renamed(step, to):
    """What calls a step otherwise."""
    return f'"{step}"', f'"{to}"'


AFTER_ASKING = ('sourceRef="ask" targetRef="investigate"', 'sourceRef="ask" targetRef="answer"')
ASK_GONE = renamed("ask", "ask_twice")


def proposed(old, new, *, by=None, **chosen):
    """A changeover by the same ids, and by what is chosen besides; counted."""
    places = proposal(shelf.parsed(old), shelf.parsed(new)) | chosen
    made = changing_over.propose(old, new, places, note="新流程", by=by or a_stranger("proposer"))
    assert run_one("w", timezone.now() + SECOND)
    assert counts.count_of(made).state == State.DONE
    return made


def approved(made, by=None):
    """… approved by somebody else; its job waits."""
    job = changing_over.approve(made, by=by or a_stranger("approver"))
    made.refresh_from_db()
    return job


def changed_over(old, new, **chosen):
    """… and carried out: what came of it."""
    job = approved(proposed(old, new, **chosen))
    assert run_one("w", timezone.now() + SECOND)
    done = Job.objects.get(pk=job.pk)
    assert done.state == State.DONE, done.note
    return done.result


def first():
    """The process as it shipped."""
    return Edition.objects.get(kind="process", key="complaints", number=1)
