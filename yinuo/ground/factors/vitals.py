"""Whether a passkey counted back: somebody may hold a copy of it."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.utils.translation import gettext_lazy as _

from yinuo.facts.models import Fact
from yinuo.ground.factors.kinds import COUNTED_BACK
from yinuo.ground.vitals.registry import COUNT, Vital, declare_vital

LOOKED_AT = timedelta(hours=24)


def _counted_back(now: datetime) -> float:
    return Fact.objects.filter(kind=COUNTED_BACK.name, occurred_at__gt=now - LOOKED_AT).count()


declare_vital(
    Vital(
        "factors.passkey_counted_back", _("Passkeys refused as possible copies within a day"), COUNT, 0, _counted_back,
        _("Ask whose passkey it is whether a second device holds it; take the passkey away and add a new one."),
    )
)  # fmt: skip
