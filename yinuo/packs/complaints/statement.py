"""The statement of complaints for a period: by business, cause, channel and unit.

What was received in the period counts, by the codes of its first matter. On time is the legal clock (or what an
imported file states), of those judged. Every figure is told before merging and after it: after merging is what is left
without what was merged into an earlier one and without what repeats one, as `repeats` tells it.
Escalated is what a regulator or petition office forwarded after the same customer had complained to the bank itself.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Any
from uuid import UUID

from django.db.models import Count, Exists, F, OuterRef, Q, QuerySet
from django.db.models.functions import Coalesce
from django.utils.functional import Promise as LazyText
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from yinuo.engines.cases.models import Case, Clock
from yinuo.engines.measures.measure import Window
from yinuo.ground.people.models import Unit
from yinuo.ground.terms.lists import labels
from yinuo.packs.complaints.measures import received_in
from yinuo.packs.complaints.pack import KIND
from yinuo.packs.complaints.repeats import JOINED, LEFT, REPEATING, SPANS, earlier

FORWARDED = ("regulator", "pboc", "petition")  # codes of complaint_source
LEGAL = ("legal", "company_reply")
RESPONSIBLE = Coalesce("complained_unit_id", "handling_unit_id")


@dataclass(frozen=True, slots=True)
class Axis:
    """One way to split the statement; `column` is what tells, `terms` the code list that names it."""

    key: str
    title: str | LazyText
    column: Any
    terms: str = ""


AXES = (
    Axis("business", gettext_lazy("By business"), F("complaint__business"), "complaint_business"),
    Axis("cause", gettext_lazy("By cause"), F("complaint__cause"), "complaint_cause"),
    Axis("source", gettext_lazy("By channel"), F("complaint__source"), "complaint_source"),
    Axis("unit", gettext_lazy("By unit"), RESPONSIBLE),
)


@dataclass(frozen=True, slots=True)
class Line:
    """One code of an axis, or all together: how many of each, `_left` after merging.

    `joined` were merged into an earlier one by somebody, `repeated` repeat one; some are both.
    """

    code: str
    name: str
    received: int
    judged: int
    kept: int
    escalated: int
    received_left: int
    judged_left: int
    kept_left: int
    escalated_left: int
    joined: int
    repeated: int

    @property
    def in_time(self) -> float | None:
        """Share kept of those judged; None where none is."""
        return self.kept / self.judged if self.judged else None

    @property
    def in_time_left(self) -> float | None:
        """The same after merging."""
        return self.kept_left / self.judged_left if self.judged_left else None


@dataclass(frozen=True, slots=True)
class Table:
    """The lines of one axis, the largest first."""

    axis: Axis
    lines: Sequence[Line]


@dataclass(frozen=True, slots=True)
class Statement:
    """All of it; `branches` are those open on the last day of the period, within reach."""

    total: Line
    tables: Sequence[Table]
    branches: int

    @property
    def per_hundred_branches(self) -> float | None:
        """Complaints received per hundred branches, before merging; None without a branch."""
        return self.total.received * 100 / self.branches if self.branches else None

    @property
    def per_hundred_left(self) -> float | None:
        """The same after merging."""
        return self.total.received_left * 100 / self.branches if self.branches else None


def statement(window: Window) -> Statement:
    """Count the period anew: five questions, however many complaints."""
    marked = _marked(received_in(window))
    total = Line("", _("Together"), **marked.aggregate(**COUNTED))
    return Statement(total, [_table(marked, axis) for axis in AXES], _branches(window))


_WHICH = {
    "received": Q(),
    "judged": Q(kept_in_time=True) | Q(broken=True),
    "kept": Q(kept_in_time=True),
    "escalated": Q(complaint__source__in=FORWARDED, complained_before=True),
}
COUNTED = {
    **{name: Count("id", filter=which) for name, which in _WHICH.items()},
    **{f"{name}_left": Count("id", filter=which & LEFT) for name, which in _WHICH.items()},
    "joined": Count("id", filter=JOINED),
    "repeated": Count("id", filter=REPEATING),
}


def _marked(cases: QuerySet[Case]) -> QuerySet[Case]:
    legal = Clock.objects.filter(case=OuterRef("pk"), promise__in=LEGAL)
    return cases.annotate(
        repeats=Exists(earlier(min(SPANS))),
        kept_in_time=Exists(legal.filter(status="kept")),
        broken=Exists(legal.filter(status="broken")),
        complained_before=Exists(complained_before()),
    )


def complained_before() -> QuerySet[Case]:
    """Below a query of cases: what the same customer had complained of to the bank itself not long before."""
    return Case.objects.filter(
        kind=KIND.key,
        customer=OuterRef("customer"),
        opened_at__lt=OuterRef("opened_at"),
        opened_at__gte=OuterRef("opened_at") - timedelta(days=max(SPANS)),
    ).exclude(complaint__source__in=FORWARDED)


def _table(marked: QuerySet[Case], axis: Axis) -> Table:
    rows = marked.values(code=axis.column).annotate(**COUNTED).order_by("-received", "code")
    found = list(rows)
    names = labels(axis.terms) if axis.terms else _unit_names([row["code"] for row in found])
    lines = [
        Line(**(row | {"code": str(row["code"] or ""), "name": names.get(row["code"]) or _("Not known")}))
        for row in found
    ]
    return Table(axis, lines)


def _unit_names(ids: Sequence[UUID]) -> dict[Any, str]:
    return {unit.pk: unit.name for unit in Unit.objects.filter(pk__in=ids)}


def _branches(window: Window) -> int:
    last = window.period.last
    open_then = Q(closed_on=None) | Q(closed_on__gt=last)
    branches = Unit.objects.filter(open_then, kind="branch", opened_on__lte=last)
    return branches.filter(pk__in=window.units).count() if window.units is not None else branches.count()
