"""The statement of complaints for a period: by business, cause, channel and unit.

What was received in the period counts, by the codes of its first matter. On time is the legal clock (or what an
imported file states), of those judged. Every figure is told before merging and after it: after merging is what is left
without what was merged into an earlier one and without what repeats one, as `repeats` tells it.
Escalated is what a regulator or petition office forwarded after the same customer had complained to the bank itself.
Held against branches, customers and transactions as `rates` says.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from decimal import Decimal
from typing import Any
from uuid import UUID

from django.db.models import Count, Exists, F, OuterRef, Q, QuerySet
from django.db.models.functions import Coalesce
from django.utils import timezone
from django.utils.functional import Promise as LazyText
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from yinuo.engines.cases.models import Case, Clock
from yinuo.engines.measures.measure import Window
from yinuo.ground.exposures.readings import Exposed, exposed
from yinuo.ground.people.models import Unit
from yinuo.ground.terms.lists import labels
from yinuo.packs.complaints.measures import received_in
from yinuo.packs.complaints.pack import KIND
from yinuo.packs.complaints.rates import Rates
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
    """All of it; `branches` are those open on the last day of the period, within reach, as the house knows them.

    `rates` holds everything received against the exposures the bank stated, `rates_left` what is left of it after merging,
    `by_unit` each unit that has none below it, before merging:
    a line counts what a unit itself is responsible for, an exposure holds for it with everything below.
    """

    total: Line
    tables: Sequence[Table]
    branches: int
    rates: Rates
    rates_left: Rates
    by_unit: Mapping[str, Rates]

    @property
    def per_hundred_branches(self) -> Decimal | None:
        """Complaints received per hundred branches, those the bank stated or else those known; None without any."""
        return self._per_hundred(self.rates)

    @property
    def per_hundred_left(self) -> Decimal | None:
        """The same after merging."""
        return self._per_hundred(self.rates_left)

    def _per_hundred(self, rates: Rates) -> Decimal | None:
        known = Decimal(rates.received * 100) / self.branches if self.branches else None
        return rates.per_hundred_branches if rates.held.branches else known


def statement(window: Window) -> Statement:
    """Count the period anew: nine questions, however many complaints."""
    marked = _marked(received_in(window))
    total = Line("", _("Together"), **marked.aggregate(**COUNTED))
    tables = [_table(marked, axis) for axis in AXES]
    held = exposed(window.period.first, window.period.last, timezone.localdate())
    concerned = [UUID(line.code) for line in _units_of(tables)]
    whole = held.of_all(window.units, concerned)
    before, after = Rates(total.received, whole), Rates(total.received_left, whole)
    return Statement(total, tables, _branches(window), before, after, _by_unit(tables, held))


def _units_of(tables: Sequence[Table]) -> list[Line]:
    return [line for table in tables if table.axis.key == "unit" for line in table.lines if line.code]


def _by_unit(tables: Sequence[Table], held: Exposed) -> dict[str, Rates]:
    leaves = [line for line in _units_of(tables) if held.is_leaf(UUID(line.code))]
    return {line.code: Rates(line.received, held.of(UUID(line.code))) for line in leaves}


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
