"""Complaints as programs read them. Who complained is masked as on a page; what was written is given as on a page."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any, Literal

from django.http import Http404
from django.utils.translation import gettext as _
from pydantic import BaseModel, Field

from yinuo.engines.cases.at_hand import at_hand
from yinuo.engines.cases.models import Case
from yinuo.ground.access.reach import Reach
from yinuo.packs.complaints import queries
from yinuo.packs.complaints.models import Complaint
from yinuo.web.keyset import keyset_page
from yinuo.web.problems import CallRefused

MOST = 200
FAR = 9999  # the year that stands for "no limit runs"


class Asked(BaseModel):
    """Which complaints: `opened_from` and `opened_before` are instants, the second one excluded."""

    after: str = Field("", max_length=400)
    limit: int = Field(50, gt=0, le=MOST)
    state: Literal["open", "closed", "all"] = "all"
    opened_from: datetime | None = None
    opened_before: datetime | None = None


class ComplaintLine(BaseModel):
    """A complaint by its codes; units by their codes too."""

    number: str
    is_open: bool
    step: str
    opened_at: datetime
    closed_at: datetime | None
    next_due: datetime | None
    source: str
    level: str
    business: str
    cause: str
    handling_unit: str
    owning_unit: str
    complained_unit: str | None
    ending: str


class ClockOut(BaseModel):
    """A promise applied to the complaint, as it stands."""

    promise: str
    status: str
    started_at: datetime | None
    due_at: datetime | None
    stopped_at: datetime | None
    judged_at: datetime | None
    paused_minutes: int


class MatterOut(BaseModel):
    """One thing complained of."""

    position: int
    title: str
    business: str
    cause: str
    conclusion: str


class WholeOut(ComplaintLine):
    """A complaint whole. Amounts are integer minor units."""

    subject: str
    words: str
    customer: str
    requests: list[str]
    amount: int | None
    redress: int | None
    currency: str
    happened_on: date | None
    answered_at: datetime | None
    clocks: list[ClockOut]
    matters: list[MatterOut]


class ListOut(BaseModel):
    """`next` is null on the last page."""

    items: list[ComplaintLine]
    next: str | None


def listed(reach: Reach, asked: Asked) -> dict[str, Any]:
    """A page in the order in which they were opened; CallRefused for a cursor that is none."""
    cases = queries.visible(reach).select_related(
        "complaint", "handling_unit", "owning_unit", "complained_unit"
    )
    if asked.state != "all":
        cases = cases.filter(is_open=asked.state == "open")
    if asked.opened_from:
        cases = cases.filter(opened_at__gte=_instant(asked.opened_from, "opened_from"))
    if asked.opened_before:
        cases = cases.filter(opened_at__lt=_instant(asked.opened_before, "opened_before"))
    page = keyset_page(cases, ("opened_at", "id"), {"after": asked.after}, sizes=(asked.limit,))
    if page.problem:
        raise CallRefused(400, "cursor_unknown", _("`after` is not a cursor of this list"))
    return {"items": [_line(case) for case in page.rows], "next": page.after or None}


def whole(reach: Reach, number: str) -> dict[str, Any]:
    """One of them; Http404."""
    found = queries.visible(reach).select_related(
        "complaint", "customer__key", "handling_unit", "owning_unit", "complained_unit"
    )
    case = None if "\x00" in number else found.filter(number=number).first()
    if case is None:
        raise Http404
    at_hand([case])
    complaint: Complaint = case.complaint
    names = ("subject", "words", "requests", "amount", "redress", "currency", "happened_on", "answered_at")
    return {
        **_line(case),
        **{name: getattr(complaint, name) for name in names},
        "customer": case.customer.masked_name if case.customer else "",
        "clocks": list(case.clocks.order_by("position").values(*ClockOut.model_fields)),
        "matters": [
            {name: getattr(matter, name) for name in MatterOut.model_fields}
            for matter in complaint.matters.order_by("position")
        ],
    }


def _line(case: Case) -> dict[str, Any]:
    complaint: Complaint = case.complaint
    return {
        **{name: getattr(case, name) for name in ("number", "is_open", "step", "opened_at", "closed_at")},
        **{name: getattr(complaint, name) for name in ("source", "level", "business", "cause", "ending")},
        "next_due": case.next_due if case.next_due and case.next_due.year < FAR else None,
        "handling_unit": case.handling_unit.code,
        "owning_unit": case.owning_unit.code,
        "complained_unit": case.complained_unit.code if case.complained_unit else None,
    }


def _instant(value: datetime, field: str) -> datetime:
    if value.tzinfo is None:
        words = _("%(field)s: an instant has a time zone, as in 2026-11-21T09:00:00+08:00")
        raise CallRefused(422, "zone_missing", words % {"field": field})
    return value
