"""Whether somebody used an account that is kept for emergencies."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.utils.translation import gettext_lazy as _

from yinuo.facts.models import Fact
from yinuo.ground.people.kinds import BREAK_GLASS
from yinuo.ground.vitals.registry import COUNT, Vital, declare_vital

LOOKED_AT = timedelta(hours=24)


def _used(now: datetime) -> float:
    return Fact.objects.filter(kind=BREAK_GLASS.name, occurred_at__gt=now - LOOKED_AT).count()


declare_vital(
    Vital(
        "people.break_glass", _("Sign-ins with an emergency account within a day"), COUNT, 0, _used,
        _("Ask who opened the envelope and why; afterwards reset its password and seal the new one."),
    )
)  # fmt: skip
