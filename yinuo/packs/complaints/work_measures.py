"""How complaints were worked on: told in 15, 30 and 60 days, escalated, passed on, paused, asked about,
opened again."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from decimal import Decimal
from zoneinfo import ZoneInfo

from django.conf import settings
from django.db.models import (
    Count,
    DateTimeField,
    Exists,
    ExpressionWrapper,
    F,
    IntegerField,
    OuterRef,
    Q,
    QuerySet,
    Subquery,
    Sum,
)
from django.db.models.functions import Coalesce, Greatest, TruncDay
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from yinuo.engines.cases.models import Case, Clock
from yinuo.engines.cases.replay import HANDED_ON
from yinuo.engines.measures.measure import Measure, Sample, Window, declare_measure
from yinuo.facts.models import Fact
from yinuo.packs.complaints.measures import handled_in, narrowed, received_in, share_of
from yinuo.packs.complaints.pack import KIND
from yinuo.packs.complaints.statement import FORWARDED, complained_before

LIMITS = (
    15,
    30,
    60,
)  # days in which the regulation wants it decided and told; the longer ones after an extension
PAUSING = "answer"  # the promise that waits while the customer is asked


def told_of(window: Window) -> QuerySet[Case]:
    """Received in the period and to be told what was decided; `told` is when, the first time."""
    legal = Clock.objects.filter(case=OuterRef("pk"), promise="legal").exclude(status=Clock.Status.LAPSED)
    return (
        received_in(window)
        .filter(Exists(legal))
        .annotate(told=Subquery(legal.order_by("position").values("stopped_at")[:1]))
    )


def told_within(days: int) -> Callable[[Window], Sample]:
    """Told by the end of the so many-th day after the day of receipt; whose day has not come is not known yet."""

    def sample(window: Window) -> Sample:
        midnight = TruncDay("opened_at", tzinfo=ZoneInfo(settings.TIME_ZONE))
        limit = ExpressionWrapper(midnight + timedelta(days=days + 1), output_field=DateTimeField())
        known = Q(told__isnull=False) | Q(limit__lte=timezone.now())
        counted = (
            told_of(window)
            .annotate(limit=limit)
            .aggregate(
                total=Count("id"),
                n=Count("id", filter=known),
                hits=Count("id", filter=Q(told__lt=F("limit"))),
            )
        )
        return Sample(counted["n"], counted["total"] - counted["n"], counted["hits"])

    return sample


def escalated_share(window: Window) -> Sample:
    """What a regulator forwarded after the customer had complained to the bank, of all received."""
    came = received_in(window).annotate(before=Exists(complained_before()))
    counted = came.aggregate(
        n=Count("id"), hits=Count("id", filter=Q(complaint__source__in=FORWARDED, before=True))
    )
    return Sample(counted["n"], 0, counted["hits"])


def facts_per_case(kind: str, *, less: int = 0) -> Callable[[Window], Sample]:
    """How often a fact happened to a complaint handled to its end in the period, `less` so many of them."""

    def sample(window: Window) -> Sample:
        facts = Fact.objects.filter(case_id=OuterRef("pk"), kind=kind).order_by()
        times = Subquery(
            facts.values("case_id").annotate(times=Count("pk")).values("times"), output_field=IntegerField()
        )
        return _mean(handled_in(window).annotate(amount=Greatest(Coalesce(times, 0) - less, 0)))

    return sample


def paused_minutes(window: Window) -> Sample:
    """Minutes for which the internal limit stood still, over complaints handled to their end in the period."""
    clock = Clock.objects.filter(case=OuterRef("pk"), promise=PAUSING).order_by("position")
    return _mean(handled_in(window).annotate(amount=Subquery(clock.values("paused_minutes")[:1])))


def handed_on_share(window: Window) -> Sample:
    """Of the complaints handled to their end in the period, those that went to another unit at least once."""
    handed = Fact.objects.filter(case_id=OuterRef("pk"), kind=HANDED_ON)
    return share_of(handled_in(window).annotate(handed=Exists(handed)), Q(handed=True), known=Q())


def _mean(cases: QuerySet[Case]) -> Sample:
    counted = cases.aggregate(
        total=Count("id"), n=Count("amount"), sum=Sum("amount"), squares=Sum(F("amount") * F("amount"))
    )
    total, squares = Decimal(counted["sum"] or 0), Decimal(counted["squares"] or 0)
    return Sample(counted["n"], counted["total"] - counted["n"], total=total, squares=squares)


ENDED = _("what was withdrawn, merged or not accepted")
RECEIVED_AND_HANDLED = (
    (
        "reassigned",
        _("Given to another handler"),
        _(
            "How often a complaint was given to somebody after its first handler, over complaints closed in the period. "
            "Each complaint has one person responsible at a time."
        ),
        "times",
        "cases.assigned",
        facts_per_case("cases.assigned", less=1),
        "",
        _("plan 001: no buck-passing"),
    ),
    (
        "handed_on",
        _("Hand-offs between units"),
        _(
            "How often a complaint was handed over from one unit to another, over complaints closed in the period; sent "
            "back counts once more."
        ),
        "times",
        HANDED_ON,
        facts_per_case(HANDED_ON),
        _("none: hand-offs are counted, and the limits run on through them"),
        _("plan 001: no buck-passing"),
    ),
    (
        "handed_on_share",
        _("Complaints handed to another unit"),
        _(
            "Complaints closed in the period that were handed over to another unit at least once, of all complaints "
            "closed in the period."
        ),
        "share",
        HANDED_ON,
        handed_on_share,
        _("none: hand-offs are counted, and the limits run on through them"),
        _("plan 001: no buck-passing"),
    ),
    (
        "asked",
        _("How often the customer was asked"),
        _("How often the customer was asked for documents or answers, over complaints closed in the period."),
        "times",
        "complaints.asked",
        facts_per_case("complaints.asked"),
        "",
        _("CBIRC Order No. 3 of 2020: what the bank holds is not asked for again"),
    ),
    (
        "paused",
        _("Time the internal limit stood still"),
        _(
            "Minutes for which the internal limit stood still because the customer was asked, over complaints closed in "
            "the period. The handling time subtracts none of them."
        ),
        "minutes",
        "complaints.asked",
        paused_minutes,
        _("working minutes after the day of receipt, which the limit does not count"),
        _("our proposal"),
    ),
)


def ended_in(window: Window) -> QuerySet[Case]:
    """Complaints handled to their end in the period, whatever became of them since; `closing` is when, the last time."""
    start, end = window.period.moments(ZoneInfo(settings.TIME_ZONE))
    closings = Fact.objects.filter(kind=KIND.closed, occurred_at__gte=start, occurred_at__lt=end)
    last = closings.filter(case_id=OuterRef("pk")).order_by("-occurred_at").values("occurred_at")[:1]
    cases = Case.objects.filter(kind=KIND.key, pk__in=closings.values("case_id")).annotate(closing=last)
    return narrowed(cases, window)


def reopened_share(window: Window) -> Sample:
    """Of the complaints handled to their end in the period, those that were opened again afterwards."""
    again = Fact.objects.filter(
        case_id=OuterRef("pk"), kind="complaints.reopened", occurred_at__gte=OuterRef("closing")
    )
    return share_of(ended_in(window).annotate(again=Exists(again)), Q(again=True), known=Q())


MEASURES = (
    Measure(
        "complaints.reopened",
        _("Complaints opened again"),
        _(
            "Complaints handled to their end in the period that were opened again afterwards, of all handled"
            " to their end in the period."
        ),
        "share",
        "complaints.view",
        "complaints.reopened",
        reopened_share,
        ended_in,
        "/complaints",
        source=_("our proposal"),
        left_out=_("what was withdrawn, merged or not accepted, and what a file states to be closed"),
    ),
    *(
        Measure(
            f"complaints.told_{days}",
            name,
            _(
                "Complaints received in the period on which the customer was told what was decided by the end of the "
                "so many-th day, of those told or whose day is over. Stricter than the legal limit, which moves on from "
                "a day of rest and may be extended."
            ),
            "share",
            "complaints.view",
            "clock.judged",
            told_within(days),
            told_of,
            "/complaints",
            clock=_("natural days; the day of receipt does not count"),
            source=_("CBIRC Order No. 3 of 2020, not confirmed"),
            left_out=_("what the customer withdrew before the limit, and public files, which do not say when"),
        )
        for days, name in zip(
            LIMITS,
            (_("Told within 15 days"), _("Told within 30 days"), _("Told within 60 days")),
            strict=True,
        )
    ),
    Measure(
        "complaints.escalated",
        _("Escalated complaints"),
        _(
            "Complaints that a regulator or petition office forwarded after the same customer had complained to the bank "
            "itself within 90 days, of all received in the period. The days are a proposal."
        ),
        "share",
        "complaints.view",
        "complaints.received",
        escalated_share,
        received_in,
        "/complaints",
        clock=_("days of 24 hours"),
        source=_("our proposal"),
    ),
    *(
        Measure(
            f"complaints.{key}", name, formula, unit, "complaints.view", fact, sample, handled_in, "/complaints",
            clock=clock, source=source, left_out=ENDED,
        )
        for key, name, formula, unit, fact, sample, clock, source in RECEIVED_AND_HANDLED
    ),
)  # fmt: skip


def declare_measures() -> None:
    """Make them known to the measures engine."""
    for measure in MEASURES:
        declare_measure(measure)
