"""What a changeover would move: every open case looked at, by the very proof that would move it, and nothing written."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django.db.models import QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from yinuo.engines.cases.changeovers import Changeover, for_units, open_on, stands
from yinuo.engines.cases.models import Case
from yinuo.engines.editions.kinds import EditionRefused
from yinuo.engines.processes.exploring import Situation
from yinuo.ground.jobs.models import Job, State
from yinuo.ground.jobs.run import JobContext, enqueue

COUNT, RUN = "cases.count_changeover", "cases.change_over"
FRESH = timedelta(days=1)  # cases come and go: an older count says too little
AT_ONCE = 500
LISTED = 200  # cases that stay, of which a page shows those its reader may see


@dataclass(frozen=True, slots=True)
class Standing:
    """How many cases stand in a situation."""

    situation: Situation
    cases: int


@dataclass(slots=True)
class Tally:
    """Counts so far. `elsewhere`: cases of units for which another edition is in force."""

    cases: int = 0
    elsewhere: int = 0
    there: Counter[Situation] = field(default_factory=Counter)
    staying: list[str] = field(default_factory=list)


def ask(changeover: Changeover, *, by: UUID | None) -> Job:
    """Have it counted; the count that runs already where there is one."""
    found = count_of(changeover)
    if found is not None and not found.is_over:
        return found
    return enqueue(COUNT, by, changeover=str(changeover.pk))


def count_of(changeover: Changeover) -> Job | None:
    """The last count."""
    return _last(COUNT, changeover)


def run_of(changeover: Changeover) -> Job | None:
    """The job that takes the cases over, once it was approved."""
    return _last(RUN, changeover)


def _last(kind: str, changeover: Changeover) -> Job | None:
    jobs = Job.objects.filter(kind=kind, arguments={"changeover": str(changeover.pk)})
    return jobs.order_by("-created_at").first()


def need_counted(changeover: Changeover, now: datetime) -> None:
    """EditionRefused for a changeover of which nobody knows what it moves."""
    job = count_of(changeover)
    if job is None or job.state != State.DONE or is_stale(job, now):
        raise EditionRefused(_("First let it be counted which cases this changeover moves."))


def is_stale(job: Job, now: datetime) -> bool:
    """Whether it was counted too long ago."""
    return now - job.created_at > FRESH


def standing(result: Mapping[str, Any]) -> list[Standing]:
    """The situations of a count, as the job kept them."""
    return [Standing(frozenset((node, flow) for node, flow in at), n) for at, n in result["there"]]


def open_cases(changeover: Changeover, after: UUID | None = None) -> QuerySet[Case]:
    """Open cases of the old edition that it could concern, by id."""
    cases = open_on(changeover.old_id, changeover.new).order_by("pk")
    return cases if after is None else cases.filter(pk__gt=after)


def count_job(ctx: JobContext, changeover: str) -> dict[str, Any]:
    """Look at every open case of the old edition."""
    found = Changeover.objects.select_related("new").get(pk=UUID(changeover))
    tally, total, after = Tally(), open_cases(found).count(), None
    while cases := list(open_cases(found, after).only("pk", "marking", "owning_unit")[:AT_ONCE]):
        units = for_units(found.new, {case.owning_unit_id for case in cases})
        for case in cases:
            _look(case, found, tally, here=case.owning_unit_id in units)
        after = cases[-1].pk
        ctx.progress(tally.cases, total)
        ctx.stop_if_cancelled()
    there = [
        [sorted(map(list, at)), n] for at, n in sorted(tally.there.items(), key=lambda each: sorted(each[0]))
    ]
    return {
        "cases": tally.cases, "elsewhere": tally.elsewhere, "there": there, "staying": tally.staying,
        "at": timezone.now().isoformat(),
    }  # fmt: skip


def _look(case: Case, changeover: Changeover, tally: Tally, *, here: bool) -> None:
    proof = changeover.proof
    tally.cases += 1
    situation = stands(case, changeover)
    if not here:
        tally.elsewhere += 1
    else:
        tally.there[situation] += 1
    if (not here or proof.problems(situation)) and len(tally.staying) < LISTED:
        tally.staying.append(str(case.pk))


def moving(changeover: Changeover, there: list[Standing]) -> Iterator[Standing]:
    """Those of the situations whose cases change over."""
    return (each for each in there if not changeover.proof.problems(each.situation))
