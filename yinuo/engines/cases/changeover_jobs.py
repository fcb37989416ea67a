"""The job of an approved changeover: one case after another, each its own transaction, from where an earlier attempt stood.

What was moved is no longer on the old edition, and what is kept of the count is kept in the same transaction: killed at
any moment, the next attempt goes on with what is left, and nothing is done or counted twice.
"""

from __future__ import annotations

from uuid import UUID

from django.db import transaction
from django.utils import timezone

from yinuo.engines.cases.changeover_counts import AT_ONCE, COUNT, RUN, count_job, open_cases
from yinuo.engines.cases.changeovers import Changeover
from yinuo.engines.cases.changing_over import change_over, need_in_force
from yinuo.engines.cases.refusals import CaseRefused
from yinuo.engines.editions import shelf
from yinuo.engines.editions.kinds import EditionRefused
from yinuo.ground.jobs.run import JobContext, JobFailed

OFTEN = 50  # cases after which it says how far it is

__all__ = ["COUNT", "RUN", "count_job", "run_job"]


def run_job(ctx: JobContext, changeover: str) -> dict[str, int]:
    """Take every open case of the old edition over that is proven; the others stay. Counts over all attempts."""
    shelf.forget()  # not to an edition that another process has just replaced
    found = Changeover.objects.select_related("old", "new").get(pk=UUID(changeover))
    try:
        need_in_force(found.old, found.new, timezone.now())
    except EditionRefused as error:
        raise JobFailed("not in force", {"overtaken": True}) from error
    kept = ctx.checkpoint
    tally = {name: int(kept.get(name, 0)) for name in ("moved", "stay")}
    after = UUID(kept["after"]) if "after" in kept else None
    total = sum(tally.values()) + open_cases(found, after).count()
    while cases := list(open_cases(found, after).values_list("pk", flat=True)[:AT_ONCE]):
        for case_id in cases:
            _one(ctx, case_id, found, tally)
            if sum(tally.values()) % OFTEN == 0:
                ctx.progress(sum(tally.values()), total)
            ctx.stop_if_cancelled()
        after = cases[-1]
    ctx.progress(sum(tally.values()), total)
    return tally


def _one(ctx: JobContext, case_id: UUID, changeover: Changeover, tally: dict[str, int]) -> None:
    """One case, moved with the count of it or left as it is."""
    try:
        with transaction.atomic():
            change_over(case_id, changeover)
            ctx.keep(**tally | {"moved": tally["moved"] + 1}, after=str(case_id))
        tally["moved"] += 1
    except CaseRefused:
        tally["stay"] += 1
        ctx.keep(**tally, after=str(case_id))
