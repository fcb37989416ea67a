"""Complaints that have to do with each other: a few customers complain once more of the same, one complaint is split,
two are linked. Through the verbs, as the people of the bank would; once.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import datetime, timedelta

from django.db import transaction
from django.utils import timezone

from yinuo.engines.cases.models import Case, Reference
from yinuo.engines.cases.moves import CaseRefused
from yinuo.ground.people.models import User
from yinuo.packs.complaints import actions, ties

HOUR, DAY = timedelta(hours=1), timedelta(days=1)
MERGED, PROPOSED = 2, 3  # of those who complain once more
AGAIN = {
    "zh-hans": "前几天已经反映过，一直没有消息，再说一次：",
    "en": "I have told you a few days ago and heard nothing, so once more: ",
    "zh-hant": "前幾天已經反映過，一直沒有消息，再說一次：",
}


def belong_together() -> None:
    """Make them of what is open; nothing where it was done before."""
    if Reference.objects.filter(ties.OURS).exists():
        return
    now = timezone.now()
    cases = _open_ones(now)
    _first_allowed(cases, lambda case: _divided(case, now), 1)
    _first_allowed(cases, lambda case: _merged(case, now), MERGED)
    _first_allowed(cases, lambda case: _once_more(case, now), PROPOSED)
    _linked(cases, now)


def _open_ones(now: datetime) -> list[Case]:
    """What somebody works on since a day at least, the latest first."""
    found = Case.objects.filter(kind="complaints", is_open=True, opened_at__lt=now - DAY, recusals=None)
    unanswered = found.filter(complaint__answered_at=None, complaint__reopened_at=None)
    known = unanswered.exclude(customer=None).exclude(handler=None)
    return list(
        known.select_related("complaint", "customer__key", "handler").order_by("-opened_at", "number")
    )


def _first_allowed(cases: list[Case], act: Callable[[Case], object], wanted: int) -> None:
    """Do it to as many as allow it, and take those out."""
    for case in list(cases):
        if not wanted:
            return
        try:
            with transaction.atomic():
                act(case)
        except CaseRefused:
            continue
        cases.remove(case)
        wanted -= 1


def _divided(case: Case, now: datetime) -> None:
    rest = [matter.position for matter in case.complaint.matters.all()][1:]
    actions.split(case.pk, positions=rest, by=_handler(case), at=now - HOUR, letters=False)


def _once_more(case: Case, now: datetime) -> Case:
    """The same customer comes again in much the same words, some hours ago."""
    customer = case.customer
    if customer is None:
        raise CaseRefused
    arrival = actions.Arrival(
        words=AGAIN[case.language] + case.complaint.words, name=customer.name, phone=customer.phone or "",
        email=customer.email or "", language=case.language, source="hotline",
        complained_unit=case.complained_unit_id,
    )  # fmt: skip
    received = actions.receive(
        arrival, handling_unit=case.handling_unit_id, by=None, at=now - 3 * HOUR, letters=False
    )
    return actions.accept(received.case_id, by=_handler(case), at=now - 2 * HOUR)


def _merged(case: Case, now: datetime) -> None:
    later = _once_more(case, now)
    actions.merge(later.pk, other=case.pk, by=_handler(case), at=now - HOUR, letters=False)


def _linked(cases: Iterable[Case], now: datetime) -> None:
    """The first two customers who complain of the same cause."""
    seen: dict[str, Case] = {}
    for case in cases:
        other = seen.setdefault(case.complaint.cause, case)
        if case.complaint.cause and other.customer_id != case.customer_id:
            actions.link(case.pk, other=other.pk, why="same-cause", by=_handler(case), at=now - HOUR)
            return


def _handler(case: Case) -> User:
    if case.handler is None:
        raise CaseRefused
    return case.handler
