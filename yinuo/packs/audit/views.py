"""The facts as a list: what happened, when, by whom, of which case and unit; and the same as a file."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction
from django.db.models import Q, QuerySet
from django.http import Http404, HttpResponse, HttpResponseBase
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_safe

from yinuo.engines.cases.kinds import case_kind, case_kinds
from yinuo.engines.cases.models import Case
from yinuo.facts.gate import record
from yinuo.facts.kinds import declared
from yinuo.facts.models import Fact
from yinuo.ground.access.middleware import StaffRequest
from yinuo.ground.access.views_guard import needs
from yinuo.ground.people.models import Unit, User, username_form
from yinuo.packs.audit import queries
from yinuo.packs.audit.pack import EXPORTED, VIEW
from yinuo.web.exports import Column, csv_response, xlsx_response
from yinuo.web.formats import moment
from yinuo.web.lists import Filter, Listing, Sort, counted_each, keyset_page, read_listing, url_with
from yinuo.web.parts import Key

MOST_EXPORTED = 50_000
BATCH = 500

SORTS = (Sort("newest", _("Newest first"), ("-id",)), Sort("oldest", _("Oldest first"), ("id",)))


def _sought(text: str) -> Q:
    """The number of a case, else the user name of whoever did it, else the code of a unit; each whole. Found out beforehand:
    of three possibilities in one question a database could use the index of none."""
    if case := Case.objects.filter(number=text.upper()).values_list("pk", flat=True).first():
        return Q(case_id=case)
    if person := User.objects.filter(username=username_form(text)).values_list("pk", flat=True).first():
        return Q(by_id=person)
    unit = Unit.objects.filter(code=text.upper()).values_list("pk", flat=True).first()
    return Q(unit_id=unit) if unit else Q(pk__in=[])


FILTERS = (
    Filter("q", _("Case number, user name, unit code"), "text", where=_sought),
    Filter("kind", _("Kind of fact"), choices=lambda: kinds(), where="kind", multiple=True),
    Filter("happened", _("Happened"), "days", where="occurred_at"),
)


@dataclass(frozen=True, slots=True)
class Line:
    """One fact as a row; `url` is "" where no page speaks of its case."""

    fact: Fact
    at: str
    by: str
    unit: str
    number: str
    url: str
    data: list[tuple[str, str]]


def kinds() -> list[tuple[str, str]]:
    """Every kind of fact that can be, by its code: what programs and proofs call it too."""
    return [(key, key) for key in sorted(declared())]


@require_safe
@needs(VIEW)
def listing(request: StaffRequest) -> HttpResponse:
    """The newest first."""
    asked, found = _asked(request)
    counts = counted_each({"": found})
    page = keyset_page(found, asked.order, request.GET, count=counts[""])
    page = page.counted(counts[""], reverse("audit:count") + url_with(request.GET))
    shown = {
        "listing": asked,
        "page": page,
        "lines": lines(page.rows),
        "heading": gettext("Audit"),
        "as_of": gettext("as of %(at)s") % {"at": moment(timezone.now())},
        "keys": [Key("/", gettext("search"))],
        "partly": not queries.reaches_all(request.reach),
    }
    return render(request, "audit/list.html", shown)


@require_safe
@needs(VIEW)
def count(request: StaffRequest) -> HttpResponse:
    """How many there are beyond the first thousand."""
    return render(request, "web/components/count.html", {"count": _asked(request)[1].count()})


@require_safe
@needs(VIEW)
def export(request: StaffRequest, format: str) -> HttpResponseBase:
    """What the list shows, as a file; that it was taken along is a fact."""
    if format not in ("csv", "xlsx"):
        raise Http404
    asked, found = _asked(request)
    with transaction.atomic():
        record(EXPORTED, by=request.user.pk, format=format)
    respond = csv_response if format == "csv" else xlsx_response
    return respond(f"facts-{timezone.localdate():%Y%m%d}", COLUMNS, _in_batches(found.order_by(*asked.order)))


def lines(facts: list[Fact]) -> list[Line]:
    """Facts in the reader's words."""
    names = queries.names_in(facts)
    return [_line(fact, names) for fact in facts]


def _line(fact: Fact, names: queries.Names) -> Line:
    case = names.cases.get(fact.case_id) if fact.case_id else None
    unit = names.units.get(fact.unit_id) if fact.unit_id else None
    known = case is not None and case.kind in {kind.key for kind in case_kinds()}
    return Line(
        fact,
        moment(fact.occurred_at),
        names.people.get(fact.by_id, str(fact.by_id)) if fact.by_id else gettext("the system"),
        unit.name if unit else "",
        case.number if case else "",
        case_kind(case.kind).url(case.number) if case and known else "",
        [(name, _short(value)) for name, value in fact.data.items() if value not in (None, "", [])],
    )


def _short(value: object) -> str:
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)


def _asked(request: StaffRequest) -> tuple[Listing, QuerySet[Fact]]:
    asked = read_listing(request.GET, sorts=SORTS, filters=FILTERS)
    return asked, asked.narrow(queries.readable(request.reach))


def _in_batches(found: QuerySet[Fact]) -> Iterator[Line]:
    waiting: list[Fact] = []
    for fact in found[:MOST_EXPORTED].iterator(chunk_size=BATCH):
        waiting.append(fact)
        if len(waiting) == BATCH:
            yield from lines(waiting)
            waiting = []
    yield from lines(waiting)


def _recorded(line: Line) -> datetime:
    return line.fact.recorded_at


COLUMNS = (
    Column(_("Happened"), lambda line: line.fact.occurred_at),
    Column(_("Recorded"), _recorded),
    Column(_("Kind of fact"), lambda line: line.fact.kind),
    Column(_("Done by"), lambda line: line.by),
    Column(_("Unit"), lambda line: line.unit),
    Column(_("Number"), lambda line: line.number),
    Column(_("What it says"), lambda line: "; ".join(f"{name}={value}" for name, value in line.data)),
    Column(_("Digest"), lambda line: line.fact.digest),
)
