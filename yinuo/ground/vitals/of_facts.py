"""The vital signs of the floor below, and of the processes everything needs."""

from __future__ import annotations

from datetime import datetime
from functools import partial

from django.db.models import Min
from django.utils.translation import gettext_lazy as _

from yinuo.facts.models import Fact, Pending
from yinuo.ground.vitals.names import BACKGROUND, LIVE, SILENT
from yinuo.ground.vitals.pulse import silence
from yinuo.ground.vitals.registry import SECONDS, Vital, age, declare_vital


def _seal_lag(now: datetime) -> float:
    """How long the fact that has waited longest for its place has waited."""
    waits = Pending.objects.order_by("fact_id").values_list("fact_id")[:1]  # ids grow with time
    return age(now, Fact.objects.filter(pk__in=waits).aggregate(oldest=Min("recorded_at"))["oldest"])


declare_vital(
    Vital(
        "facts.seal_lag", _("Oldest fact without a place in the chain"), SECONDS, 60, _seal_lag,
        _("See whether the background process runs and what its log says; nothing is lost meanwhile."),
    )
)  # fmt: skip
declare_vital(
    Vital(
        "process.background", _("Background process silent"), SECONDS, SILENT, partial(silence, BACKGROUND),
        _("Start it again; until then clocks are not judged and no letter leaves."),
    )
)  # fmt: skip
declare_vital(
    Vital(
        "process.live", _("Live process silent"), SECONDS, SILENT, partial(silence, LIVE),
        _("Start it again; until then pages show what is new only when they are loaded."),
    )
)  # fmt: skip
