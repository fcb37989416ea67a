"""What of a customer has to be kept because of their cases, and what goes with them when they are erased."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import date, datetime, timedelta
from uuid import UUID

from django.conf import settings
from django.db.models import QuerySet
from django.utils import timezone

from yinuo.engines.cases.held import Intention
from yinuo.engines.cases.intentions import FILES
from yinuo.engines.cases.models import Case, Receipt
from yinuo.ground.customers.erasure import Kept
from yinuo.ground.files.models import StoredFile
from yinuo.ground.files.removal import remove

OPEN, RETENTION = "open_case", "retention"


def must_keep(customer_id: UUID, at: datetime) -> Iterator[Kept]:
    """Cases that are open, and closed ones whose time has not run out."""
    return because_of(Case.objects.filter(customer_id=customer_id), at)


def because_of(cases: QuerySet[Case], at: datetime) -> Iterator[Kept]:
    """Why these cases have to be kept: one reason for all that are open, one for the one that is kept longest."""
    if cases.filter(is_open=True).exists():
        yield Kept(OPEN)
    last = max(_ends(cases), default=None)
    if last is not None and last > timezone.localdate(at):
        yield Kept(RETENTION, last)


def remove_traces(customer_id: UUID) -> int:
    """Answers kept for repeated calls, what was held, and its files."""
    Receipt.objects.filter(subject_id=customer_id).delete()
    held = Intention.objects.filter(case__customer_id=customer_id)
    files = remove(StoredFile.objects.filter(owner_kind=FILES, owner_id__in=held.values("pk")))
    held.delete()
    return files


def _ends(cases: QuerySet[Case]) -> Iterable[date]:
    closed = cases.filter(closed_at__isnull=False).order_by().values_list("kind", "closed_at")
    return [_first_free_day(kind, at) for kind, at in closed if at is not None]


def _first_free_day(kind: str, closed_at: datetime) -> date:
    """The day after the corresponding one of the last year; a day that this year does not have is the last of its month."""
    years: dict[str, int] = settings.RETENTION_YEARS
    closed = timezone.localdate(closed_at)
    try:
        last = closed.replace(year=closed.year + years.get(kind, years[""]))
    except ValueError:
        last = closed.replace(year=closed.year + years.get(kind, years[""]), day=28)
    return last + timedelta(days=1)
