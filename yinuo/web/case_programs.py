"""Cases as programs read them: the fields every kind has, by codes; the list in the order they were opened."""

from __future__ import annotations

from datetime import datetime
from typing import Any, Literal

from django.db.models import QuerySet
from django.utils.translation import gettext as _
from pydantic import BaseModel, Field

from yinuo.engines.cases.models import Case
from yinuo.web.keyset import keyset_page
from yinuo.web.parameters import Instant, Parameters
from yinuo.web.problems import CallRefused

MOST = 200
FAR = 9999  # the year that stands for "no limit runs"
UNITS = ("handling_unit", "owning_unit", "complained_unit")


class CasesAsked(Parameters):
    """Which cases: `opened_from` and `opened_before` are instants, the second one excluded."""

    after: str = Field("", max_length=400)
    limit: int = Field(50, gt=0, le=MOST)
    state: Literal["open", "closed", "all"] = "all"
    opened_from: Instant | None = None
    opened_before: Instant | None = None


class CaseLine(BaseModel):
    """A case by its codes; units by their codes too."""

    number: str
    is_open: bool
    step: str
    opened_at: datetime
    closed_at: datetime | None
    next_due: datetime | None
    handling_unit: str
    owning_unit: str
    complained_unit: str | None


class ClockOut(BaseModel):
    """A promise applied to the case, as it stands."""

    promise: str
    status: str
    started_at: datetime | None
    due_at: datetime | None
    stopped_at: datetime | None
    judged_at: datetime | None
    paused_minutes: int


def cases_asked(cases: QuerySet[Case], asked: CasesAsked) -> tuple[list[Case], str | None]:
    """A page in the order in which they were opened, and the cursor of the next; CallRefused for a cursor that is none."""
    if asked.state != "all":
        cases = cases.filter(is_open=asked.state == "open")
    if asked.opened_from:
        cases = cases.filter(opened_at__gte=asked.opened_from)
    if asked.opened_before:
        cases = cases.filter(opened_at__lt=asked.opened_before)
    page = keyset_page(
        cases.select_related(*UNITS), ("opened_at", "id"), {"after": asked.after}, sizes=(asked.limit,)
    )
    if page.problem:
        raise CallRefused(400, "cursor_unknown", _("`after` is not a cursor of this list"))
    return list(page.rows), page.after or None


def case_line(case: Case) -> dict[str, Any]:
    """What CaseLine says of a case; read with its UNITS."""
    return {
        **{name: getattr(case, name) for name in ("number", "is_open", "step", "opened_at", "closed_at")},
        "next_due": case.next_due if case.next_due and case.next_due.year < FAR else None,
        **{name: unit.code if (unit := getattr(case, name)) else None for name in UNITS},
    }


def clocks_of(case: Case) -> list[dict[str, Any]]:
    """Its clocks in their order, as ClockOut says them."""
    return list(case.clocks.order_by("position").values(*ClockOut.model_fields))
