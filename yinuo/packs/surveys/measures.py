"""Measures of ratings. Each sample and the invitations behind it come from the same query."""

from __future__ import annotations

from datetime import datetime
from zoneinfo import ZoneInfo

from django.conf import settings
from django.db.models import Count, Q, QuerySet
from django.utils.translation import gettext_lazy as _

from yinuo.engines.cases.sight import within
from yinuo.engines.measures.measure import Measure, Sample, Window, declare_measure
from yinuo.packs.surveys.models import TOP, Invitation
from yinuo.packs.surveys.pack import VIEW


def asked_in(window: Window) -> QuerySet[Invitation]:
    """Customers asked in the period."""
    start, end = _moments(window)
    return _narrowed(Invitation.objects.filter(sent_at__gte=start, sent_at__lt=end), window)


def answered_in(window: Window) -> QuerySet[Invitation]:
    """Ratings given in the period."""
    start, end = _moments(window)
    return _narrowed(Invitation.objects.filter(answered_at__gte=start, answered_at__lt=end), window)


def _moments(window: Window) -> tuple[datetime, datetime]:
    return window.period.moments(ZoneInfo(settings.TIME_ZONE))


def _narrowed(invitations: QuerySet[Invitation], window: Window) -> QuerySet[Invitation]:
    return invitations if window.units is None else within(invitations, window.units, "about")


def satisfied_share(window: Window) -> Sample:
    """Rated 4 or 5 among those who rated."""
    counted = answered_in(window).aggregate(n=Count("id"), hits=Count("id", filter=Q(rating__gte=TOP)))
    return Sample(counted["n"], 0, counted["hits"])


def answered_share(window: Window) -> Sample:
    """Rated among those asked."""
    counted = asked_in(window).aggregate(n=Count("id"), hits=Count("id", filter=Q(answered_at__isnull=False)))
    return Sample(counted["n"], 0, counted["hits"])


MEASURES = (
    Measure(
        "surveys.satisfied_share",
        _("Customer satisfaction"),
        _(
            "Ratings of 4 or 5 of 5, of all ratings given in the period. Who does not answer is in no figure of "
            "this: read it beside the share who answered."
        ),
        "share", VIEW, "surveys.answered", satisfied_share, answered_in, "/surveys",
    ),
    Measure(
        "surveys.answered_share",
        _("Customers who gave a rating"),
        _("Customers who gave a rating, of all who were asked in the period."),
        "share", VIEW, "surveys.asked", answered_share, asked_in, "/surveys",
    ),
)  # fmt: skip


def declare_measures() -> None:
    """Make them known to the measures engine."""
    for measure in MEASURES:
        declare_measure(measure)
