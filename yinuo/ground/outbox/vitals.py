"""Whether letters leave."""

from __future__ import annotations

from datetime import datetime

from django.utils.translation import gettext_lazy as _

from yinuo.ground.outbox.models import Letter, State
from yinuo.ground.vitals.registry import COUNT, SECONDS, Vital, age, declare_vital


def _oldest_due(now: datetime) -> float:
    due = Letter.objects.filter(state=State.WRITTEN, next_at__lte=now).order_by("next_at")
    return age(now, due.values_list("next_at", flat=True).first())


def _doubtful(now: datetime) -> float:
    del now
    return Letter.objects.filter(state=State.DOUBTFUL).count()


declare_vital(
    Vital(
        "letters.oldest", _("Oldest letter that should have left"), SECONDS, 300, _oldest_due,
        _("See whether the mail server answers; letters are kept and tried again."),
    )
)  # fmt: skip
declare_vital(
    Vital(
        "letters.doubtful", _("Letters perhaps sent"), COUNT, 0, _doubtful,
        _("Decide for each whether it arrived or is to be sent again."),
    )
)  # fmt: skip
