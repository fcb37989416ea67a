"""Raising an alarm when a vital sign is not well, clearing it when it is again."""

from __future__ import annotations

import logging
from collections.abc import Sequence
from datetime import datetime
from typing import NamedTuple
from uuid import UUID

from django.db import transaction
from django.utils import timezone

from yinuo.facts.gate import record
from yinuo.ground.vitals import kinds
from yinuo.ground.vitals.models import Alarm
from yinuo.ground.vitals.registry import VITALS, Reading, readings

log = logging.getLogger(__name__)


class Changes(NamedTuple):
    """What a look changed."""

    raised: list[Alarm]
    cleared: list[Alarm]


def watch(now: datetime, found: Sequence[Reading] | None = None) -> Changes:
    """Look once; who looks at the same time as somebody else raises no second alarm. Of a vital sign that nobody
    declares any more the alarm is cleared."""
    found = readings(now) if found is None else found
    with transaction.atomic():
        standing = {alarm.vital: alarm for alarm in Alarm.objects.select_for_update().filter(cleared_at=None)}
        ill = [each for each in found if not each.is_well]
        raised = [alarm for each in ill if each.vital.key not in standing if (alarm := _raise(each, now))]
        well = {each.vital.key for each in found if each.is_well} | (standing.keys() - VITALS.keys())
        cleared = [_clear(standing[key], now) for key in sorted(well & standing.keys())]
    return Changes(raised, cleared)


@transaction.atomic
def acknowledge(alarm_id: UUID, *, by: UUID) -> Alarm:
    """Somebody has seen it and looks after it; the same again changes nothing. Alarm.DoesNotExist."""
    alarm = Alarm.objects.select_for_update().get(pk=alarm_id)
    if alarm.acknowledged_at is None:
        alarm.acknowledged_at, alarm.acknowledged_by = timezone.now(), by
        alarm.save(update_fields=["acknowledged_at", "acknowledged_by"])
        record(kinds.ACKNOWLEDGED.name, by=by, alarm=alarm.pk, vital=alarm.vital)
    return alarm


def _raise(reading: Reading, now: datetime) -> Alarm | None:
    alarm = Alarm(vital=reading.vital.key, value=reading.value, problem=reading.problem, raised_at=now)
    if Alarm.objects.bulk_create([alarm], ignore_conflicts=True) and not _is_there(alarm):
        return None
    whole = None if reading.value is None else round(reading.value)
    record(kinds.RAISED.name, alarm=alarm.pk, vital=alarm.vital, value=whole)
    log.error("alarm: %s is %s, at most %s is well", alarm.vital, reading.value, reading.vital.most)
    return alarm


def _is_there(alarm: Alarm) -> bool:
    """Another process may have raised the same one first."""
    return Alarm.objects.filter(pk=alarm.pk).exists()


def _clear(alarm: Alarm, now: datetime) -> Alarm:
    alarm.cleared_at = now
    alarm.save(update_fields=["cleared_at"])
    record(kinds.CLEARED.name, alarm=alarm.pk, vital=alarm.vital)
    log.warning("alarm over: %s", alarm.vital)
    return alarm
