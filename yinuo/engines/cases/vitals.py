"""Whether clocks are judged in time and what was held is done."""

from __future__ import annotations

from datetime import datetime

from django.utils.translation import gettext_lazy as _

from yinuo.engines.cases.held import Intention
from yinuo.engines.cases.models import Clock
from yinuo.ground.vitals.registry import SECONDS, Vital, age, declare_vital


def _oldest_unjudged(now: datetime) -> float:
    due = Clock.objects.filter(status="running", judged_at=None, due_at__lt=now).order_by("due_at")
    return age(now, due.values_list("due_at", flat=True).first())


def _oldest_held(now: datetime) -> float:
    due = Intention.objects.filter(state=Intention.State.HELD, release_at__lt=now).order_by("release_at")
    return age(now, due.values_list("release_at", flat=True).first())


declare_vital(
    Vital(
        "clocks.oldest", _("Oldest limit passed and not judged"), SECONDS, 120, _oldest_unjudged,
        _("See whether the background process runs; a breach is stamped when it was due, whenever it is judged."),
    )
)  # fmt: skip
declare_vital(
    Vital(
        "held.oldest", _("Oldest held act that should have been done"), SECONDS, 120, _oldest_held,
        _("See whether the background process runs and what its log says."),
    )
)  # fmt: skip
