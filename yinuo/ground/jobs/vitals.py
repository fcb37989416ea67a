"""Whether jobs are done."""

from __future__ import annotations

from datetime import datetime

from django.utils.translation import gettext_lazy as _

from yinuo.ground.jobs.models import Job, State
from yinuo.ground.vitals.registry import COUNT, SECONDS, Vital, age, declare_vital


def _oldest_due(now: datetime) -> float:
    due = Job.objects.filter(state=State.WAITING, next_at__lte=now).order_by("next_at")
    return age(now, due.values_list("next_at", flat=True).first())


def _given_up(now: datetime) -> float:
    del now
    return Job.objects.filter(state=State.DEAD).count()


declare_vital(
    Vital(
        "jobs.oldest", _("Oldest job that should have begun"), SECONDS, 1_800, _oldest_due,
        _("One job runs at a time: see what the running one is and whether it gets on."),
    )
)  # fmt: skip
declare_vital(
    Vital(
        "jobs.given_up", _("Jobs given up"), COUNT, 0, _given_up,
        _("See what the log says of it, mend it, and let it be tried again."),
    )
)  # fmt: skip
