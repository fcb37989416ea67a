"""What of the system's own rows people look at."""

from __future__ import annotations

from collections.abc import Iterable
from uuid import UUID

from django.db.models import Q, QuerySet

from yinuo.engines.loops.models import Run
from yinuo.facts.models import Fact
from yinuo.ground.jobs.models import Job, State
from yinuo.ground.outbox.models import Letter
from yinuo.ground.outbox.models import State as LetterState
from yinuo.ground.people.models import User
from yinuo.ground.vitals.models import Alarm

JOBS_GIVEN_UP = Q(state=State.DEAD)
JOBS_AT_WORK = Q(state=State.WAITING) | Q(state=State.RUNNING)  # each has an index of its own
JOBS_FAILED = Q(state=State.FAILED)
LETTERS_TO_DECIDE = Q(state=LetterState.DOUBTFUL)
LETTERS_FAILED = Q(state=LetterState.FAILED)
LETTERS_WAITING = Q(state=LetterState.WRITTEN) | Q(state=LetterState.SENDING)
RUNS_GIVEN_UP = Q(state__in=(Run.State.DEAD, Run.State.TOO_DEEP))
RUNS_WAITING = Q(state=Run.State.WAITING)

LATEST_ALARMS = 30
LATEST_BACKUPS = 10
BACKUP_KINDS = (
    "backups.made",
    "backups.base_made",
    "backups.drilled",
    "backups.restored",
    "backups.recovered",
)


def standing() -> QuerySet[Alarm]:
    """Alarms that are not over."""
    return Alarm.objects.filter(cleared_at=None).order_by("-raised_at", "-pk")


def over() -> QuerySet[Alarm]:
    """The latest alarms that are over."""
    return Alarm.objects.exclude(cleared_at=None).order_by("-raised_at", "-pk")[:LATEST_ALARMS]


def jobs() -> QuerySet[Job]:
    """Every job."""
    return Job.objects.all()


def letters() -> QuerySet[Letter]:
    """Letters without what is sealed in them: nobody needs their words to decide."""
    return Letter.objects.defer("to_ct", "subject_ct", "body_ct", "html_ct")


def runs() -> QuerySet[Run]:
    """What facts led to in other packs."""
    return Run.objects.all()


def backups() -> list[Fact]:
    """The newest of what is told about backups, a few of each kind: many backups hide no drill."""
    newest = [
        fact
        for kind in BACKUP_KINDS
        for fact in Fact.objects.filter(kind=kind).order_by("-occurred_at")[:LATEST_BACKUPS]
    ]
    return sorted(newest, key=lambda fact: fact.occurred_at, reverse=True)


def names(ids: Iterable[UUID | None]) -> dict[UUID, str]:
    """Names of people, in one query, none where nobody is asked for."""
    wanted = {each for each in ids if each}
    return dict(User.objects.filter(pk__in=wanted).values_list("pk", "name")) if wanted else {}
