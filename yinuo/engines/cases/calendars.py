"""A calendar edition takes over: a job takes every open case on to it, in batches, from where an earlier one stood.

Each batch is one transaction under the locks of its cases, and what it moved is no longer on the old calendar: killed at
any moment, the next attempt goes on with what is left, and nothing is done twice.
"""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone

from yinuo.engines.cases import batches
from yinuo.engines.cases.kinds import case_kinds
from yinuo.engines.cases.models import Case
from yinuo.engines.editions import shelf
from yinuo.engines.editions.models import Edition
from yinuo.ground.jobs.models import Job, State
from yinuo.ground.jobs.run import JobContext, enqueue

FOLLOW = "cases.follow_calendar"
CALENDAR = "calendar"


def follow_calendars(now: datetime) -> int:
    """Ask for a job for every calendar with open cases on an earlier edition; how many were asked for.

    One job of the kind at a time: a second one would only wait for the locks of the first.
    """
    if Job.objects.filter(kind=FOLLOW, state__in=(State.WAITING, State.RUNNING)).exists():
        return 0
    late = [edition for edition in _in_force(now) if _left_behind(edition).exists()]
    for edition in late:
        enqueue(FOLLOW, key=edition.key)
    return len(late)


def _in_force(now: datetime) -> list[Edition]:
    """The calendars that have had more than one edition in force, as they are now."""
    there = Edition.objects.filter(kind=CALENDAR, effective_from__lte=now).values_list("key", flat=True)
    keys = sorted(there)
    return [shelf.in_force(CALENDAR, key, now) for key in sorted(set(keys)) if keys.count(key) > 1]


def _left_behind(edition: Edition) -> QuerySet[Case]:
    return Case.objects.filter(
        is_open=True, calendar__in=earlier(edition), kind__in=[kind.key for kind in case_kinds()]
    )


def earlier(edition: Edition) -> list[UUID]:
    """The other editions of a calendar that have been in force, on which cases may stand."""
    others = Edition.objects.filter(kind=edition.kind, key=edition.key).exclude(pk=edition.pk)
    return list(others.exclude(effective_from=None).order_by("number").values_list("pk", flat=True))


def follow_job(ctx: JobContext, key: str) -> dict[str, int]:
    """Take every open case of a calendar on to the edition in force; what was done, over all attempts."""
    shelf.forget()  # not by an edition that another process has just replaced
    edition = shelf.in_force(CALENDAR, key, timezone.now())
    kept = ctx.checkpoint
    tally = {name: int(kept.get(name, 0)) for name in ("cases", "clocks", "moved")}
    total = tally["cases"] + _left_behind(edition).count()
    for old in earlier(edition):
        after = None
        while (after := _batch(ctx, old, after, tally)) is not None:
            ctx.progress(tally["cases"], total)
            ctx.stop_if_cancelled()
    return tally


def _batch(ctx: JobContext, old: UUID, after: UUID | None, tally: dict[str, int]) -> UUID | None:
    """One batch, whole or not at all, with the count of it; where it ended, None where nothing is left."""
    now = timezone.now()
    steps = shelf.successors(shelf.by_id(old), now)
    if not steps:
        return None
    with transaction.atomic():
        batch = batches.next_batch(old, after, steps, now, locked=True)
        if batch is None:
            return None
        batches.write(batch, old, steps, now)
        tally["cases"] += len(batch.cases)
        tally["clocks"] += batch.clocks
        tally["moved"] += sum(1 for _moved in batch.moved())
        ctx.keep(**tally)
    return batch.cases[-1].pk
