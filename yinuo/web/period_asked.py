"""Which period and units a page of figures is asked for; the address says so: ?period=2026Q3&unit=NORTH."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from django.utils import timezone
from django.utils.translation import gettext as _

from yinuo.engines.measures.periods import Period
from yinuo.ground.access.middleware import StaffRequest
from yinuo.ground.people.models import Unit


@dataclass(frozen=True, slots=True)
class Asked:
    """What the address asks for; `problem` says what in it could not be read."""

    period: Period
    unit: Unit | None
    problem: str = ""


def asked(request: StaffRequest, verb: str) -> Asked:
    """Period and unit from the query; this quarter and everything within reach of the verb by default."""
    period, problem = Period.quarter_of(timezone.localdate()), ""
    if text := request.GET.get("period", ""):
        try:
            period = Period.read(text)
        except ValueError:
            problem = _(
                "“%(text)s” is not a period; write 2026, 2026Q3 or 2026-09. This quarter is shown."
            ) % {"text": text[:20]}
    unit = None
    if code := request.GET.get("unit", ""):
        unit = Unit.objects.filter(code=code[:40], pk__in=request.reach.units(verb)).first()
        problem = problem or ("" if unit else _("This unit is not among those you may see."))
    return Asked(period, unit, problem)


def units_to_ask(request: StaffRequest, verb: str) -> Sequence[Unit]:
    """The units somebody may choose: open ones within reach of the verb, but for those made by public files."""
    units = Unit.objects.filter(pk__in=request.reach.units(verb), closed_on=None).order_by("code")
    return list(units.exclude(code__startswith="CFPB-"))
