"""Measures of complaints. Each sample and the cases behind it come from the same query."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from decimal import Decimal
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from django.conf import settings
from django.db.models import Count, F, Q, QuerySet, Sum
from django.utils.translation import gettext_lazy as _

from yinuo.engines.cases.models import Case, Clock
from yinuo.engines.cases.sight import within
from yinuo.engines.measures.measure import Measure, Sample, Window, declare_measure
from yinuo.packs.complaints import repeats
from yinuo.packs.complaints.models import Ending
from yinuo.packs.complaints.pack import KIND

ONE_DAY = 24 * 60  # minutes
SLICES = {
    "business": "complaint__business",
    "cause": "complaint__cause",
    "source": "complaint__source",
    "product": "complaint__source_codes__product",
    "unit": "responsible_unit",
}


def received_in(window: Window) -> QuerySet[Case]:
    """Complaints received in the period, by the day the bank received them."""
    start, end = window.period.moments(ZoneInfo(settings.TIME_ZONE))
    return narrowed(Case.objects.filter(kind=KIND.key, opened_at__gte=start, opened_at__lt=end), window)


def closed_in(window: Window) -> QuerySet[Case]:
    """Complaints closed in the period; a closing whose time nobody knows is in none."""
    start, end = window.period.moments(ZoneInfo(settings.TIME_ZONE))
    return narrowed(Case.objects.filter(kind=KIND.key, closed_at__gte=start, closed_at__lt=end), window)


def handled_in(window: Window) -> QuerySet[Case]:
    """Of those closed in the period, what was handled to its end: not withdrawn, not refused acceptance."""
    return closed_in(window).filter(complaint__ending=Ending.HANDLED)


def narrowed(cases: QuerySet[Case], window: Window) -> QuerySet[Case]:
    """Only what is of the window's units and slice."""
    if window.units is not None:
        cases = within(cases, window.units)
    return sliced(cases, window.slice)


def sliced(cases: QuerySet[Case], text: str) -> QuerySet[Case]:
    """Narrowed to one slice, written `<way>:<code>`; an unknown way gives no cases rather than all."""
    if not text:
        return cases
    way, _colon, code = text.partition(":")
    column = SLICES.get(way)
    if column is None:
        return cases.none()
    if way == "unit":
        return _of_unit(cases, code)
    if not code:  # what the slice table calls "not known": the code is empty or was never stated
        return cases.filter(Q(**{column: ""}) | Q(**{f"{column}__isnull": True}))
    return cases.filter(**{column: code})


def _of_unit(cases: QuerySet[Case], code: str) -> QuerySet[Case]:
    """Complaints about a unit, or handled by it where none is complained of."""
    try:
        unit = UUID(code)
    except ValueError:
        return cases.none()
    return cases.filter(Q(complained_unit_id=unit) | Q(complained_unit_id=None, handling_unit_id=unit))


def handling_days(window: Window) -> Sample:
    """Working days from receipt to close, nothing subtracted; same day counts 0."""
    return _mean(handled_in(window), "complaint__handling_days")


def handled_within(window: Window, limit: Decimal) -> Sample:
    """Of the same, those that took at most so many working days."""
    return share_of(
        handled_in(window),
        Q(complaint__handling_days__lte=limit),
        known=Q(complaint__handling_days__isnull=False),
    )


def within_24_hours(window: Window) -> Sample:
    """Closed within 24 clock hours of receipt."""
    return share_of(
        handled_in(window),
        Q(complaint__handling_minutes__lte=ONE_DAY),
        known=Q(complaint__handling_minutes__isnull=False),
    )


def timely_share(window: Window) -> Sample:
    """Judged kept among those judged: the legal clock, or what an imported file states."""
    cases = _judged(window)
    counted = cases.aggregate(
        n=Count("id", filter=Q(verdict__in=("kept", "broken"))),
        hits=Count("id", filter=Q(verdict="kept")),
        unknown=Count("id", filter=~Q(verdict__in=("kept", "broken"))),
    )
    return Sample(counted["n"], counted["unknown"], counted["hits"])


def _judged(window: Window) -> QuerySet[Case]:
    judged = [status for status in Clock.Status.values if status != Clock.Status.LAPSED]
    legal = Q(clocks__promise__in=("legal", "company_reply"), clocks__status__in=judged)
    return received_in(window).filter(legal).annotate(verdict=F("clocks__status"))


def timely_by(way: str) -> Callable[[Window], Mapping[str, Sample]]:
    """The same, split one way."""

    def split(window: Window) -> Mapping[str, Sample]:
        rows = (
            _judged(window)
            .values(code=F(SLICES[way]))
            .annotate(
                n=Count("id", filter=Q(verdict__in=("kept", "broken"))),
                hits=Count("id", filter=Q(verdict="kept")),
                total=Count("id"),
            )
            .order_by("-total", "code")
        )
        return {row["code"] or "": Sample(row["n"], row["total"] - row["n"], row["hits"]) for row in rows}

    return split


def days_to_forward(window: Window) -> Sample:
    """Natural days from receipt to forwarding, for complaints that came through a regulator's file."""
    return _mean(_forwarded(window), "complaint__forwarding_days")


def redress_share(window: Window) -> Sample:
    """Closed complaints on which redress was granted."""
    return share_of(handled_in(window), Q(complaint__redress__isnull=False), known=Q())


def mean_redress(window: Window) -> Sample:
    """Minor units granted, over the complaints on which any was; n times the mean is all that was granted."""
    return _mean(_redressed(window), "complaint__redress")


def _redressed(window: Window) -> QuerySet[Case]:
    return handled_in(window).filter(complaint__redress__isnull=False)


def _forwarded(window: Window) -> QuerySet[Case]:
    return received_in(window).filter(complaint__forwarded_on__isnull=False)


def share_by(way: str) -> Callable[[Window], Mapping[str, Sample]]:
    """How many of all received fall to each code of a way to split."""

    def split(window: Window) -> Mapping[str, Sample]:
        rows = received_in(window).values(code=F(SLICES[way])).annotate(n=Count("id")).order_by("-n", "code")
        counts = {row["code"] or "": row["n"] for row in rows}
        everything = sum(counts.values())
        return {code: Sample(everything, 0, n) for code, n in counts.items()}

    return split


def coded(window: Window) -> Sample:
    """Received complaints whose business class is known."""
    return share_of(received_in(window), ~Q(complaint__business=""), known=Q())


def repeated(days: int) -> Callable[[Window], Sample]:
    """Received complaints that repeat an earlier one of the same customer within so many days."""
    return lambda window: repeats.sample(received_in(window), days)


def after_merging(window: Window) -> Sample:
    """Received complaints that are left without what was merged into an earlier one and without repeats."""
    return repeats.left(received_in(window))


def share_of(cases: QuerySet[Case], hit: Q, *, known: Q) -> Sample:
    """Those that hit, of the cases that are known."""
    counted = cases.aggregate(
        total=Count("id"), n=Count("id", filter=known), hits=Count("id", filter=hit & known)
    )
    return Sample(counted["n"], counted["total"] - counted["n"], counted["hits"])


def _mean(cases: QuerySet[Case], column: str) -> Sample:
    counted: dict[str, Any] = cases.aggregate(
        total=Count("id"), n=Count(column), sum=Sum(column), squares=Sum(F(column) * F(column))
    )
    return Sample(
        counted["n"],
        counted["total"] - counted["n"],
        total=Decimal(counted["sum"] or 0),
        squares=Decimal(counted["squares"] or 0),
    )


MEASURES = (
    Measure(
        "complaints.handling_days",
        _("Mean handling time of complaints"),
        _(
            "Working days from receipt to close, over complaints closed in the period; pauses are not "
            "subtracted and closing on the day of receipt counts 0. One opened again counts from its first "
            "receipt to its last closing. Clock: the bank's working calendar."
        ),
        "working_days",
        "complaints.view",
        "complaints.closed",
        handling_days,
        handled_in,
        "/complaints",
        within=handled_within,
        clock=_("the bank's working calendar"),
        source=_("plan 000"),
        left_out=_("what was withdrawn, merged or not accepted"),
    ),
    Measure(
        "complaints.within_24_hours",
        _("Complaints completed within 24 hours"),
        _(
            "Complaints closed within 24 clock hours of receipt, of all complaints closed in the period."
        ),
        "share",
        "complaints.view",
        "complaints.closed",
        within_24_hours,
        handled_in,
        "/complaints",
        clock=_("clock hours, day and night"),
        source=_("plan 001"),
        left_out=_("what was withdrawn, merged or not accepted"),
    ),
    Measure(
        "complaints.timely_share",
        _("Complaints answered within the legal limit"),
        _(
            "Complaints received in the period whose legal clock was kept, of those that are judged. For "
            "imported complaints: what the file states."
        ),
        "share",
        "complaints.view",
        "clock.judged",
        timely_share,
        _judged,
        "/complaints",
        {"business": timely_by("business"), "product": timely_by("product")},
        clock=_("natural days; the day of receipt does not count"),
        source=_("CBIRC Order No. 3 of 2020, not confirmed"),
        left_out=_("clocks that lapsed because the customer withdrew in time or the complaint was merged"),
    ),
    Measure(
        "complaints.coded",
        _("Complaints coded by business"),
        _(
            "Complaints received in the period whose business class is known, of all received; split "
            "by class it is each class's share."
        ),
        "share",
        "complaints.view",
        "complaints.received",
        coded,
        received_in,
        "/complaints",
        {"business": share_by("business"), "product": share_by("product")},
        source=_("JR/T 0169-2018, its codes not confirmed"),
    ),
    Measure(
        "complaints.redress_share",
        _("Complaints with redress"),
        _(
            "Complaints closed in the period on which redress was granted, of all closed in the period."
        ),
        "share",
        "complaints.view",
        "complaints.redressed",
        redress_share,
        handled_in,
        "/complaints",
        source=_("our proposal"),
        left_out=_("what was withdrawn, merged or not accepted"),
    ),
    Measure(
        "complaints.mean_redress",
        _("Mean redress of a complaint"),
        _(
            "All redress granted on a complaint, over complaints closed in the period on which any was; "
            "their number times the mean is the whole sum."
        ),
        "money",
        "complaints.view",
        "complaints.redressed",
        mean_redress,
        _redressed,
        "/complaints",
        source=_("our proposal"),
        left_out=_("what was withdrawn, merged or not accepted"),
    ),
    Measure(
        "complaints.days_to_forward",
        _("Days until a regulator forwarded the complaint"),
        _(
            "Natural days from the regulator's receipt to forwarding, over complaints received in the"
            " period that came through a regulator."
        ),
        "days",
        "complaints.view",
        "complaints.forwarded",
        days_to_forward,
        _forwarded,
        "/complaints",
        clock=_("natural days"),
        source=_("public data of the CFPB"),
    ),
    Measure(
        "complaints.after_merging",
        _("Complaints left after merging"),
        _(
            "Complaints received in the period that are left without what was merged into an earlier complaint and "
            "without repeats within 30 days, of all received: n is the figure before merging, the share of it the "
            "figure after merging."
        ),
        "share",
        "complaints.view",
        "complaints.received",
        after_merging,
        received_in,
        "/complaints",
        source=_("banks publish their figures so; the days are our proposal"),
    ),
    *(
        Measure(
            f"complaints.repeated_{days}",
            name,
            _(
                "Complaints received in the period that follow another one of the same customer, business and "
                "cause within so many days of 24 hours, of all that can be told; without a known customer or "
                "codes nobody can tell. The days are a proposal: no rule prescribes them."
            ),
            "share",
            "complaints.view",
            "complaints.received",
            repeated(days),
            received_in,
            "/complaints",
            clock=_("days of 24 hours"),
            source=_("our proposal"),
            left_out=_("complaints without a known customer or codes"),
        )
        for days, name in zip(
            repeats.SPANS, (_("Repeated within 30 days"), _("Repeated within 90 days")), strict=True
        )
    ),
)  # fmt: skip


def declare_measures() -> None:
    """Make them known to the measures engine."""
    for measure in MEASURES:
        declare_measure(measure)
