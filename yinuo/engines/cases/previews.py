"""What a drafted calendar would move: counted exactly, by the very steps that would move it, and nothing written."""

from __future__ import annotations

import heapq
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django.utils import timezone
from django.utils.translation import gettext as _

from yinuo.engines.cases import batches
from yinuo.engines.cases.calendars import CALENDAR, earlier
from yinuo.engines.cases.models import Case
from yinuo.engines.cases.rejudging import MovedDue
from yinuo.engines.editions import shelf
from yinuo.engines.editions.kinds import EditionRefused
from yinuo.engines.editions.models import Edition
from yinuo.engines.editions.shelf import Succession
from yinuo.ground.jobs.models import Job, State
from yinuo.ground.jobs.run import JobContext, enqueue

PREVIEW = "cases.preview_calendar"
FRESH = timedelta(days=1)  # cases come and go: an older count says too little
LISTED = 20


@dataclass(slots=True)
class Tally:
    """Counts so far. `listed`: what hurts most first, overdue, then earlier, then later, each by its new due time."""

    cases: int = 0
    clocks: int = 0
    moved: int = 0
    later: int = 0
    earlier: int = 0
    overdue: int = 0
    listed: list[tuple[int, str, str, str, str]] = field(default_factory=list)

    def add(self, case: UUID, moved: MovedDue, now: datetime) -> None:
        """One clock that moves."""
        overdue, sooner = moved.due < now, moved.due < moved.was
        self.moved += 1
        self.overdue += overdue
        self.earlier += sooner
        self.later += not sooner
        rank = 0 if overdue else 1 if sooner else 2
        self.listed.append((rank, moved.due.isoformat(), moved.was.isoformat(), moved.promise, str(case)))

    def trim(self) -> None:
        """Keep what will be listed."""
        self.listed = heapq.nsmallest(LISTED, self.listed)


def ask(edition: Edition, *, by: UUID | None) -> Job | None:
    """Have it counted what a drafted calendar moves; None for what is no draft of a calendar."""
    if edition.kind != CALENDAR or edition.state != Edition.State.DRAFT:
        return None
    found = preview_of(edition)
    return found if found is not None and not found.is_over else enqueue(PREVIEW, by, edition=str(edition.pk))


def preview_of(edition: Edition) -> Job | None:
    """The last count for a draft."""
    jobs = Job.objects.filter(kind=PREVIEW, arguments={"edition": str(edition.pk)})
    return jobs.order_by("-created_at").first()


def is_stale(job: Job, edition: Edition, now: datetime) -> bool:
    """Whether the bank has moved on since it was counted: another edition in force, or a day gone by."""
    against = str(shelf.in_force(edition.kind, edition.key, now).pk)
    return job.result is None or job.result["against"] != against or now - job.created_at > FRESH


def need_preview(edition: Edition, now: datetime | None = None) -> None:
    """EditionRefused for a drafted calendar of which nobody knows what it moves."""
    if edition.kind != CALENDAR or edition.state != Edition.State.DRAFT:
        return
    job = preview_of(edition)
    if job is None or job.state != State.DONE or is_stale(job, edition, now or timezone.now()):
        raise EditionRefused(_("First let it be counted which due dates this calendar moves."))


def need_retirable(edition: Edition, now: datetime | None = None) -> None:
    """EditionRefused for retiring a calendar in force: what takes its place would move due dates that nobody counted."""
    if edition.kind != CALENDAR or edition.state != Edition.State.APPROVED:
        return
    if edition.effective_from is not None and edition.effective_from <= (now or timezone.now()):
        raise EditionRefused(
            _("A calendar in force is not retired; draft the next one, and what that moves is counted first.")
        )


def preview_job(ctx: JobContext, edition: str) -> dict[str, Any]:
    """Count over every open case of the calendar what the draft would move if it came into force now."""
    shelf.forget()
    now, draft, tally = timezone.now(), shelf.by_id(UUID(edition)), Tally()
    present = shelf.in_force(draft.kind, draft.key, now)
    standing = [present.pk, *earlier(present)]
    total = Case.objects.filter(is_open=True, calendar__in=standing).count()
    for old in standing:
        steps = [*shelf.successors(shelf.by_id(old), now), Succession(now, draft)]
        _count(ctx, old, steps, now, tally, total)
    counts = {
        name: getattr(tally, name) for name in ("cases", "clocks", "moved", "later", "earlier", "overdue")
    }
    return counts | {"against": str(present.pk), "at": now.isoformat(), "listed": tally.listed}


def _count(
    ctx: JobContext, old: UUID, steps: Sequence[Succession], now: datetime, tally: Tally, total: int
) -> None:
    after = None
    while batch := batches.next_batch(old, after, steps, now, locked=False):
        for case, moved in batch.moved():
            tally.add(case, moved, now)
        tally.trim()
        tally.cases += len(batch.cases)
        tally.clocks += batch.clocks
        after = batch.cases[-1].pk
        ctx.progress(tally.cases, total)
        ctx.stop_if_cancelled()
