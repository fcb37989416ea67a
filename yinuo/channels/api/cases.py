"""Cases of every kind for programs: what all of them have, and what refers to what."""

from __future__ import annotations

from typing import Any

from django.db.models import QuerySet
from django.http import Http404, HttpRequest
from django.utils.translation import gettext as _
from ninja import Query, Router
from pydantic import BaseModel, Field

from yinuo.engines.cases.kinds import case_kinds
from yinuo.engines.cases.models import Case, Reference
from yinuo.engines.cases.sight import in_sight
from yinuo.ground.access.reach import Reach
from yinuo.web.case_programs import UNITS, CaseLine, CasesAsked, ClockOut, case_line, cases_asked, clocks_of
from yinuo.web.problems import CallRefused, problems

router = Router(tags=["cases"])


class AnyCasesAsked(CasesAsked):
    """`kind` is a kind of case, every one the caller may see without."""

    kind: str = Field("", max_length=40)


class AnyCaseLine(CaseLine):
    """A case of any kind."""

    kind: str


class TieOut(BaseModel):
    """Another case and why: `why` is the rule's or the act's code."""

    number: str
    kind: str
    why: str


class AnyCaseOut(AnyCaseLine):
    """A case of any kind with its clocks. `because_of` are the cases it is there for, `led_to` those there for it."""

    clocks: list[ClockOut]
    because_of: list[TieOut]
    led_to: list[TieOut]


class CasesOut(BaseModel):
    """`next` is null on the last page."""

    items: list[AnyCaseLine]
    next: str | None


@router.get("", response={200: CasesOut, **problems(400)}, summary="Cases within reach, of every kind")
def listed(request: HttpRequest, asked: Query[AnyCasesAsked]) -> dict[str, Any]:
    """A page of them, the oldest first; ask again with `after` = `next` until there is no `next`."""
    reach = request.auth.reach  # type: ignore[attr-defined]
    cases = _visible(reach)
    if asked.kind:
        if asked.kind not in {kind.key for kind in case_kinds() if reach.holds(kind.view)}:
            raise CallRefused(422, "kind_unknown", _("`kind` is not a kind of case that you may see"))
        cases = cases.filter(kind=asked.kind)
    rows, following = cases_asked(cases, asked)
    return {"items": [_line(case) for case in rows], "next": following}


@router.get("/{number}", response={200: AnyCaseOut, **problems(404)}, summary="One case of any kind")
def whole(request: HttpRequest, number: str) -> dict[str, Any]:
    """404 for one that is not there, or that the caller may not know of."""
    reach = request.auth.reach  # type: ignore[attr-defined]
    visible = _visible(reach)
    case = None if "\x00" in number else visible.filter(number=number).select_related(*UNITS).first()
    if case is None:
        raise Http404
    return _line(case) | {
        "clocks": clocks_of(case),
        "because_of": _ties(case.references.filter(to_case__in=visible), "to_case"),
        "led_to": _ties(case.referred_by.filter(from_case__in=visible), "from_case"),
    }


def _visible(reach: Reach) -> QuerySet[Case]:
    """VerbMissing for who may see cases of no kind."""
    kinds = case_kinds()
    if not any(reach.holds(kind.view) for kind in kinds):
        reach.need_anywhere(kinds[0].view)
    return Case.objects.filter(in_sight(reach.stands_for(), lambda kind: reach.units(kind.view)))


def _line(case: Case) -> dict[str, Any]:
    return case_line(case) | {"kind": case.kind}


def _ties(references: QuerySet[Reference], end: str) -> list[dict[str, str]]:
    rows = references.order_by(f"{end}__opened_at", "pk").values_list(f"{end}__number", f"{end}__kind", "why")
    return [{"number": number, "kind": kind, "why": why} for number, kind, why in rows]
