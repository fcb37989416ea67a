"""Measures of call-backs. Each sample and the cases behind it come from the same query."""

from __future__ import annotations

from zoneinfo import ZoneInfo

from django.conf import settings
from django.db.models import Count, Q, QuerySet
from django.utils.translation import gettext_lazy as _

from yinuo.engines.cases.models import Case, Lane
from yinuo.engines.cases.sight import within
from yinuo.engines.measures.measure import Measure, Sample, Window, declare_measure
from yinuo.packs.callbacks.models import REACHED, Outcome
from yinuo.packs.callbacks.pack import KIND

DONE = Q(is_open=False)
OVERDUE = Q(is_open=True, lane=Lane.OVERDUE)
WAS_REACHED = Q(callback__outcome__in=REACHED)


def promised_in(window: Window) -> QuerySet[Case]:
    """Call-backs of complaints closed in the period; a call-back is opened as of that moment."""
    start, end = window.period.moments(ZoneInfo(settings.TIME_ZONE))
    cases = Case.objects.filter(kind=KIND.key, opened_at__gte=start, opened_at__lt=end)
    return cases if window.units is None else within(cases, window.units)


def reached_in(window: Window) -> QuerySet[Case]:
    """Those of them that reached the customer."""
    return promised_in(window).filter(WAS_REACHED)


def reached_share(window: Window) -> Sample:
    """Reached among those that are finished or overdue; what still has time is not known yet."""
    return _share(promised_in(window), WAS_REACHED, known=DONE | OVERDUE)


def satisfied_share(window: Window) -> Sample:
    """Satisfied among those who were reached."""
    return _share(reached_in(window), Q(callback__outcome=Outcome.SATISFIED), known=Q())


def third_party_share(window: Window) -> Sample:
    """Reached by somebody without a post in the unit that handled the complaint."""
    return _share(
        reached_in(window), Q(callback__third_party=True), known=Q(callback__third_party__isnull=False)
    )


def _share(cases: QuerySet[Case], hit: Q, *, known: Q) -> Sample:
    counted = cases.aggregate(
        total=Count("id"), n=Count("id", filter=known), hits=Count("id", filter=hit & known)
    )
    return Sample(counted["n"], counted["total"] - counted["n"], counted["hits"])


MEASURES = (
    Measure(
        "callbacks.reached_share",
        _("Customers reached by call-back"),
        _(
            "Customers reached, of all who were due a call-back: complaints closed in the period, whose call-back "
            "is finished or overdue. Did not want to be asked, and not reached, count as due and not as reached."
        ),
        "share", KIND.view, KIND.closed, reached_share, promised_in, "/callbacks",
    ),
    Measure(
        "callbacks.satisfied_share",
        _("Satisfied at the call-back"),
        _("Customers who said they were satisfied, of all who were reached about complaints closed in the period."),
        "share", KIND.view, "callbacks.reached", satisfied_share, reached_in, "/callbacks",
    ),
    Measure(
        "callbacks.third_party_share",
        _("Call-backs by another unit"),
        _(
            "Customers reached by somebody who holds no post in the unit that handled the complaint, of all who "
            "were reached about complaints closed in the period."
        ),
        "share", KIND.view, "callbacks.reached", third_party_share, reached_in, "/callbacks",
    ),
)  # fmt: skip


def declare_measures() -> None:
    """Make them known to the measures engine."""
    for measure in MEASURES:
        declare_measure(measure)
