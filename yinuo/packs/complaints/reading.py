"""Complaints as programs read them. Who complained is masked as on a page; what was written is given as on a page."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from django.db.models import QuerySet
from django.http import Http404
from django.utils.translation import gettext as _
from pydantic import BaseModel, Field

from yinuo.engines.cases.at_hand import at_hand
from yinuo.engines.cases.models import Case
from yinuo.ground.access.reach import Reach
from yinuo.packs.complaints import queries
from yinuo.packs.complaints.models import Complaint
from yinuo.web.case_programs import UNITS, CaseLine, CasesAsked, ClockOut, case_line, cases_asked, clocks_of
from yinuo.web.figures import figure
from yinuo.web.problems import CallRefused

LIST = "/complaints"  # the list whose measures count complaints


class ComplaintsAsked(CasesAsked):
    """Which complaints; with `measure` and `period` exactly those behind that reading, `unit` and `slice` (name:code) as
    it was asked."""

    measure: str = Field("", max_length=80)
    period: str = Field("", max_length=7)
    unit: str = Field("", max_length=40)
    slice: str = Field("", max_length=200)


class ComplaintLine(CaseLine):
    """A complaint by its codes."""

    source: str
    level: str
    business: str
    cause: str
    ending: str


class MatterOut(BaseModel):
    """One thing complained of."""

    position: int
    title: str
    business: str
    cause: str
    conclusion: str


class ComplaintWholeOut(ComplaintLine):
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


class ComplaintsOut(BaseModel):
    """`next` is null on the last page."""

    items: list[ComplaintLine]
    next: str | None


def listed(reach: Reach, asked: ComplaintsAsked) -> dict[str, Any]:
    """A page in the order in which they were opened; CallRefused for a cursor or a measure that is none."""
    cases = queries.visible(reach).select_related("complaint")
    if asked.measure:
        cases = cases.filter(pk__in=_behind(reach, asked).values("pk"))
    rows, following = cases_asked(cases, asked)
    return {"items": [_line(case) for case in rows], "next": following}


def _behind(reach: Reach, asked: ComplaintsAsked) -> QuerySet[Any]:
    try:
        return figure(reach, LIST, asked.measure, asked.period, asked.unit, asked.slice)[0]
    except KeyError:
        words = _("`measure` is not the key of a measure over complaints")
        raise CallRefused(422, "measure_unknown", words) from None
    except ValueError:
        raise CallRefused(422, "period_unknown", _("`period` is 2026, 2026Q3 or 2026-09")) from None


def whole(reach: Reach, number: str) -> dict[str, Any]:
    """One of them; Http404."""
    found = queries.visible(reach).select_related("complaint", "customer__key", *UNITS)
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
        "clocks": clocks_of(case),
        "matters": [
            {name: getattr(matter, name) for name in MatterOut.model_fields}
            for matter in complaint.matters.order_by("position")
        ],
    }


def _line(case: Case) -> dict[str, Any]:
    complaint: Complaint = case.complaint
    names = ("source", "level", "business", "cause", "ending")
    return case_line(case) | {name: getattr(complaint, name) for name in names}
