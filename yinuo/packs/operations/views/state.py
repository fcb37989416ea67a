"""Vital signs and alarms."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from yinuo.ground.access.middleware import StaffRequest
from yinuo.ground.access.views_guard import needs
from yinuo.ground.vitals import watch
from yinuo.ground.vitals.models import Alarm
from yinuo.ground.vitals.registry import SECONDS, VITALS, Reading, readings
from yinuo.packs.operations import queries
from yinuo.packs.operations.pack import ACT, VIEW
from yinuo.packs.operations.views.places import places
from yinuo.web.formats import duration, moment, moment_short, number


@dataclass(frozen=True, slots=True)
class Line:
    """One vital sign as a row."""

    key: str
    name: str
    value: str
    most: str
    is_well: bool
    mend: str


@dataclass(frozen=True, slots=True)
class Alarmed:
    """One alarm as a row; `seen` says who looks after it."""

    pk: UUID
    key: str
    name: str
    value: str
    since: str
    until: str
    seen: str


@require_safe
@needs(VIEW)
def state(request: StaffRequest) -> HttpResponse:
    """What is not well first."""
    now = timezone.now()
    found = readings(now)
    standing, over = list(queries.standing()), list(queries.over())
    names = queries.names(alarm.acknowledged_by for alarm in (*standing, *over))
    shown = {
        "lines": [line(each) for each in sorted(found, key=lambda each: each.is_well)],
        "ill": sum(not each.is_well for each in found),
        "standing": [alarmed(alarm, names, now) for alarm in standing],
        "over": [alarmed(alarm, names, now) for alarm in over],
        "as_of": _("as of %(at)s") % {"at": moment(now)},
        "places": places(request),
        "may_act": request.reach.holds(ACT),
    }
    return render(request, "operations/state.html", shown)


@require_POST
@needs(ACT)
def acknowledge(request: StaffRequest, alarm_id: UUID) -> HttpResponse:
    """Say that one looks after an alarm."""
    try:
        watch.acknowledge(alarm_id, by=request.user.pk)
    except Alarm.DoesNotExist:
        raise Http404 from None
    return redirect("operations:state")


def line(reading: Reading) -> Line:
    """A vital sign in the reader's words."""
    vital = reading.vital
    value = in_words(reading.value, vital.unit, reading.problem)
    return Line(
        vital.key, str(vital.name), value, in_words(vital.most, vital.unit), reading.is_well, str(vital.mend)
    )


def in_words(value: float | None, unit: str, problem: str = "") -> str:
    """A length of time, a number, or what stands in their place."""
    if value is None:
        return (
            _("never heard of") if problem == "silent" else _("cannot be read (%(kind)s)") % {"kind": problem}
        )
    return duration(timedelta(seconds=value)) if unit == SECONDS else number(round(value))


def alarmed(alarm: Alarm, names: dict[UUID, str], now: datetime) -> Alarmed:
    """An alarm in the reader's words."""
    vital = VITALS.get(alarm.vital)
    by = names.get(alarm.acknowledged_by, "") if alarm.acknowledged_by else ""
    at = moment_short(alarm.acknowledged_at, now) if alarm.acknowledged_at else ""
    return Alarmed(
        alarm.pk,
        alarm.vital,
        str(vital.name) if vital else alarm.vital,
        in_words(alarm.value, vital.unit if vital else "", alarm.problem),
        moment_short(alarm.raised_at, now),
        moment_short(alarm.cleared_at, now) if alarm.cleared_at else "",
        f"{by} · {at}" if by else at,
    )
