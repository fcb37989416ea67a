"""Measures of reviews. Each sample and the cases behind it come from the same query."""

from __future__ import annotations

from zoneinfo import ZoneInfo

from django.conf import settings
from django.db.models import Count, Q, QuerySet
from django.utils.translation import gettext_lazy as _

from yinuo.engines.cases.models import Case, Clock
from yinuo.engines.cases.sight import within
from yinuo.engines.measures.measure import Measure, Sample, Window, declare_measure
from yinuo.packs.reviews.models import Outcome
from yinuo.packs.reviews.pack import KIND

DECIDE = "decide"  # the promise


def asked_in(window: Window) -> QuerySet[Case]:
    """Reviews asked for in the period."""
    start, end = window.period.moments(ZoneInfo(settings.TIME_ZONE))
    cases = Case.objects.filter(kind=KIND.key, opened_at__gte=start, opened_at__lt=end)
    return cases if window.units is None else within(cases, window.units)


def in_time_share(window: Window) -> Sample:
    """Kept among the promises judged; what still has time is not known yet."""
    judged = Clock.objects.filter(promise=DECIDE, status__in=("kept", "broken")).values("case_id")
    kept = Clock.objects.filter(promise=DECIDE, status="kept").values("case_id")
    return _share(asked_in(window), Q(pk__in=kept), known=Q(pk__in=judged))


def changed_share(window: Window) -> Sample:
    """Changed among those decided."""
    return _share(asked_in(window), Q(review__outcome=Outcome.CHANGED), known=Q(is_open=False))


def _share(cases: QuerySet[Case], hit: Q, *, known: Q) -> Sample:
    counted = cases.aggregate(
        total=Count("id"), n=Count("id", filter=known), hits=Count("id", filter=hit & known)
    )
    return Sample(counted["n"], counted["total"] - counted["n"], counted["hits"])


MEASURES = (
    Measure(
        "reviews.in_time_share",
        _("Reviews decided in time"),
        _(
            "Reviews decided within the promised time, of all asked for in the period that were decided or are overdue."
        ),
        "share", KIND.view, KIND.received, in_time_share, asked_in, "/reviews",
    ),
    Measure(
        "reviews.changed_share",
        _("Answers changed by review"),
        _("Reviews after which a new answer was due, of all asked for in the period that were decided."),
        "share", KIND.view, KIND.closed, changed_share, asked_in, "/reviews",
    ),
)  # fmt: skip


def declare_measures() -> None:
    """Make them known to the measures engine."""
    for measure in MEASURES:
        declare_measure(measure)
