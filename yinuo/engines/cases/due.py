"""Judging clocks that ran out while nobody looked."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from django.db import connection, transaction

from yinuo.engines.cases.models import Case, Clock
from yinuo.engines.cases.moves import settle, traits_of


def judge_due(now: datetime, limit: int = 200) -> int:
    """Judge up to `limit` cases with a clock past its due time; returns how many were judged.

    Several workers may run it: on PostgreSQL each skips the cases another one holds.
    """
    due = Clock.objects.filter(status=Clock.Status.RUNNING, judged_at=None, due_at__lt=now, stated=False)
    judged = 0
    for case_id in list(due.order_by("due_at").values_list("case_id", flat=True)[:limit]):
        judged += _judge(case_id, now)
    return judged


@transaction.atomic
def _judge(case_id: UUID, now: datetime) -> int:
    cases = Case.objects.filter(pk=case_id)
    if connection.vendor == "postgresql":
        cases = cases.select_for_update(skip_locked=True, of=("self",))
    case = cases.first()
    if case is None:
        return 0
    settle(case, traits_of(case), now=now)
    return 1
