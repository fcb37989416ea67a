"""Whether loops follow the facts."""

from __future__ import annotations

from datetime import datetime

from django.utils.translation import gettext_lazy as _

from yinuo.engines.loops.models import Follower, Run
from yinuo.facts.follow import head
from yinuo.ground.vitals.registry import COUNT, Vital, declare_vital


def _behind(now: datetime) -> float:
    del now
    looked = Follower.objects.filter(pk="loops").values_list("seq", flat=True).first() or 0
    return max(0, head() - looked)


def _given_up(now: datetime) -> float:
    del now
    return Run.objects.filter(state__in=(Run.State.DEAD, Run.State.TOO_DEEP)).count()


declare_vital(
    Vital(
        "loops.behind", _("Facts the loops have not looked at"), COUNT, 20_000, _behind,
        _("They catch up by themselves; if not, see what the background's log says."),
    )
)  # fmt: skip
declare_vital(
    Vital(
        "loops.given_up", _("Consequences given up"), COUNT, 0, _given_up,
        _("What a fact should have led to in another pack was not done: see the log, mend it, let it be tried again."),
    )
)  # fmt: skip
