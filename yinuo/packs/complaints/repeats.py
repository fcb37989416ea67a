"""Repeat complaints: the same customer, the same business, the same cause, soon after an earlier one.

Nobody prescribes how soon; banks count 30 or 90 days, publish their figures after merging, and are asked for them
before merging too. So nothing is merged by counting and nothing is stored: the figure is a share of all that were
received. After merging there are neither repeats nor what somebody merged into an earlier complaint.
"""

from __future__ import annotations

from datetime import timedelta

from django.db.models import Count, Exists, OuterRef, Q, QuerySet

from yinuo.engines.cases.models import Case
from yinuo.engines.measures.measure import Sample
from yinuo.packs.complaints.models import Ending
from yinuo.packs.complaints.pack import KIND

SPANS = (30, 90)  # days, each of 24 hours
TOLD = Q(customer__isnull=False) & ~Q(complaint__business="") & ~Q(complaint__cause="")
# Over cases of which `repeats` says whether there is an earlier one.
REPEATING = TOLD & Q(repeats=True)
JOINED = Q(complaint__ending=Ending.MERGED)
LEFT = ~JOINED & ~REPEATING


def repeating(days: int) -> Q:
    """Cases received within so many days after another of the same customer, business and cause.

    Without a customer or codes nobody can tell, and they are not among them.
    """
    return TOLD & Q(Exists(earlier(days)))


def sample(cases: QuerySet[Case], days: int) -> Sample:
    """How many of the cases repeat an earlier one, of those that can be told; before merging there are `n`, after
    it `n - hits`."""
    counted = cases.annotate(repeats=Exists(earlier(days))).aggregate(
        total=Count("id"), n=Count("id", filter=TOLD), hits=Count("id", filter=REPEATING)
    )
    return Sample(counted["n"], counted["total"] - counted["n"], counted["hits"])


def left(cases: QuerySet[Case]) -> Sample:
    """How many of all cases are left after merging, repeats within the shortest span told."""
    counted = cases.annotate(repeats=Exists(earlier(min(SPANS)))).aggregate(
        n=Count("id"), hits=Count("id", filter=LEFT)
    )
    return Sample(counted["n"], 0, counted["hits"])


def repeats(case: Case, earlier: Case) -> bool:
    """Whether one case repeats the other within the longest span; both with their complaint and customer read."""
    one, other = case.complaint, earlier.complaint
    same = case.customer_id is not None and case.customer_id == earlier.customer_id
    coded = bool(one.business and one.cause) and (one.business, one.cause) == (other.business, other.cause)
    apart = case.opened_at - earlier.opened_at
    return same and coded and timedelta(0) < apart <= timedelta(days=max(SPANS))


def earlier(days: int) -> QuerySet[Case]:
    """Below a query of cases: what each of them repeats."""
    received = OuterRef("opened_at")
    return Case.objects.filter(
        kind=KIND.key,
        customer=OuterRef("customer"),
        complaint__business=OuterRef("complaint__business"),
        complaint__cause=OuterRef("complaint__cause"),
        opened_at__lt=received,
        opened_at__gte=received - timedelta(days=days),
    )
