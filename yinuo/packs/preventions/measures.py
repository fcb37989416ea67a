"""Measures of preventions. Each sample and the cases behind it come from the same query."""

from __future__ import annotations

from zoneinfo import ZoneInfo

from django.conf import settings
from django.db.models import Count, Q, QuerySet
from django.utils.translation import gettext_lazy as _

from yinuo.engines.cases.models import Case, Clock, Lane
from yinuo.engines.cases.sight import within
from yinuo.engines.measures.measure import Measure, Sample, Window, declare_measure
from yinuo.packs.preventions.models import Verdict
from yinuo.packs.preventions.pack import KIND

KNOWN = Q(is_open=False) | Q(is_open=True, lane=Lane.OVERDUE)
OWN_DAY = "own_day"  # the promise
BY_ITS_MEASURE = Q(prevention__outcome=Verdict.BETTER)


def opened_in(window: Window) -> QuerySet[Case]:
    """Preventions opened in the period."""
    start, end = window.period.moments(ZoneInfo(settings.TIME_ZONE))
    cases = Case.objects.filter(kind=KIND.key, opened_at__gte=start, opened_at__lt=end)
    return cases if window.units is None else within(cases, window.units)


def closed_share(window: Window) -> Sample:
    """Closed by a better figure among those closed or overdue; what still has time is not known yet."""
    counted = opened_in(window).aggregate(
        total=Count("id"), n=Count("id", filter=KNOWN), hits=Count("id", filter=KNOWN & BY_ITS_MEASURE)
    )
    return Sample(counted["n"], counted["total"] - counted["n"], counted["hits"])


def planned_in(window: Window) -> QuerySet[Case]:
    """Those opened in the period for which a day was set."""
    return opened_in(window).filter(pk__in=Clock.objects.filter(promise=OWN_DAY).values("case_id"))


def own_day_share(window: Window) -> Sample:
    """Carried out by the day set among those carried out or overdue; the latest day set of each."""
    ran = Clock.objects.filter(promise=OWN_DAY)
    kept, judged = ran.filter(status="kept"), ran.filter(status__in=("kept", "broken"))
    counted = planned_in(window).aggregate(
        total=Count("id"),
        n=Count("id", filter=Q(pk__in=judged.values("case_id"))),
        hits=Count("id", filter=Q(pk__in=kept.values("case_id"))),
    )
    return Sample(counted["n"], counted["total"] - counted["n"], counted["hits"])


MEASURES = (
    Measure(
        "preventions.closed_share",
        _("Root causes closed by their measure"),
        _(
            "Preventions whose measure got better when it was measured again, of all opened in the period that are "
            "closed or overdue. Carried out is not closed; not better and cannot tell count as not closed."
        ),
        "share", KIND.view, KIND.closed, closed_share, opened_in, "/preventions",
    ),
    Measure(
        "preventions.own_day_share",
        _("Carried out by the day set"),
        _(
            "Preventions carried out by the day their owner had set, of all opened in the period for which a day was "
            "set and that were carried out or are overdue. Planned once more, the latest round counts; a day given anew "
            "before it passed counts in its place."
        ),
        "share", KIND.view, "preventions.planned", own_day_share, planned_in, "/preventions",
    ),
)  # fmt: skip


def declare_measures() -> None:
    """Make them known to the measures engine."""
    for measure in MEASURES:
        declare_measure(measure)
