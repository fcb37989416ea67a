"""Everything held on a customer: asked for, released by a second person, handed over with a password shown once."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.db import transaction
from django.http import FileResponse, Http404, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.functional import Promise as Lazy
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from yinuo.engines.cases.models import Case
from yinuo.ground.access.middleware import StaffRequest
from yinuo.ground.access.views_guard import needs
from yinuo.ground.customers import exports
from yinuo.ground.customers.holdings import HOLDINGS
from yinuo.ground.customers.models import PersonExport
from yinuo.ground.jobs.run import enqueue
from yinuo.ground.people.models import User
from yinuo.ground.terms.lists import label
from yinuo.packs.persons import queries
from yinuo.packs.persons.archive import MAKE
from yinuo.packs.persons.forms import DecisionForm
from yinuo.packs.persons.pack import DATA, REFUSALS
from yinuo.web.formats import moment
from yinuo.web.lists import Filter, Sort, counted_each, keyset_page, read_listing
from yinuo.web.parts import Crumb, Key, Pair

State = PersonExport.State
STATES: dict[str, str | Lazy] = {
    State.ASKED: _("Being made"),
    State.MADE: _("To be released by a second person"),
    State.RELEASED: _("Released"),
    State.REFUSED: _("Refused"),
    State.EXPIRED: _("Gone"),
}
REFUSED: dict[str, str | Lazy] = {
    exports.UNDER_WAY: _("Everything held on this customer is being gathered already."),
    exports.NOT_NOW: _("That cannot be done with it any more."),
    exports.SAME_PERSON: _("Somebody else than who asked for it releases it."),
    exports.NO_REASON: _("Name the reason of the law; the customer is told."),
    exports.ERASED: _("The customer was erased: there is nothing to show."),
}
SORTS = (Sort("newest", _("Newest first"), ("-id",)), Sort("oldest", _("Oldest first"), ("id",)))
FILTERS = (
    Filter("state", _("State"), choices=lambda: [(key, str(name)) for key, name in STATES.items()], where="state", multiple=True),
    Filter("asked", _("Asked"), "days", where="asked_at"),
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Line:
    """One in the list."""

    export: PersonExport
    at: str
    by: str
    number: str
    customer: str
    state: str
    tone: str


@require_safe
@needs(DATA)
def listing(request: StaffRequest) -> HttpResponse:
    """Who asked what is held on whom, and what became of it; the newest first."""
    queries.need_all(request.reach)
    asked = read_listing(request.GET, sorts=SORTS, filters=FILTERS)
    found = asked.narrow(queries.exports_read(request.reach))
    counts = counted_each({"": found})
    page = keyset_page(found, asked.order, request.GET, count=counts[""])
    shown = {
        "listing": asked,
        "page": page,
        "lines": _lines(page.rows),
        "heading": gettext("Data of customers"),
        "as_of": gettext("as of %(at)s") % {"at": moment(timezone.now())},
        "keys": [Key("/", gettext("search"))],
    }
    return render(request, "persons/exports.html", shown)


def _lines(rows: Any) -> list[Line]:
    people = User.objects.in_bulk({each.asked_by for each in rows})
    cases = Case.objects.only("number").in_bulk({each.case for each in rows})
    return [
        Line(
            each,
            moment(each.asked_at),
            people[each.asked_by].name if each.asked_by in people else "",
            cases[each.case].number if each.case in cases else "",
            each.customer.masked_name,
            str(STATES[each.state]),
            "warn" if each.state == State.MADE else "",
        )
        for each in rows
    ]


@require_POST
@needs(DATA)
def ask(request: StaffRequest, number: str) -> HttpResponse:
    """Have everything on the customer of a case gathered."""
    found = queries.customer_of(number, request.reach)
    if found is None:
        raise Http404
    queries.need_all(request.reach)
    case, customer = found
    try:
        with transaction.atomic():
            made = exports.ask(customer.pk, case=case.pk, by=request.user.pk)
            enqueue(MAKE, by=request.user.pk, export=str(made.pk))
    except exports.ExportRefused as refused:
        messages.error(request, str(REFUSED[refused.why]))
        return redirect("persons:person", case.number)
    messages.success(request, gettext("It is being gathered; a second person releases it."))
    return redirect("persons:export", made.pk)


@require_safe
@never_cache
@needs(DATA)
def page(request: StaffRequest, export_id: UUID) -> HttpResponse:
    """How far it is, what is in it by counts, and what this reader can do with it."""
    return _page(request, _found(request, export_id))


@require_POST
@never_cache
@needs(DATA)
def decide(request: StaffRequest, export_id: UUID) -> HttpResponse:
    """The second pair of eyes."""
    export, form = _found(request, export_id), DecisionForm(request.POST)
    if not form.is_valid():
        return _page(request, export, form=form, status=422)
    try:
        exports.decide(export.pk, by=request.user.pk, **form.cleaned_data)
    except exports.ExportRefused as refused:
        return _page(request, _found(request, export_id), refusal=str(REFUSED[refused.why]), status=409)
    messages.success(request, gettext("Decided"))
    return redirect("persons:export", export.pk)


@require_POST
@never_cache
@needs(DATA)
def password(request: StaffRequest, export_id: UUID) -> HttpResponse:
    """Shown this once, to whoever asked for the export."""
    export = _found(request, export_id)
    try:
        shown = exports.password_once(export.pk, by=request.user.pk)
    except exports.ExportRefused as refused:
        return _page(request, export, refusal=str(REFUSED[refused.why]), status=409)
    answer = _page(request, _found(request, export_id), password=shown)
    answer["Cache-Control"] = "no-store"
    return answer


@require_safe
@never_cache
@needs(DATA)
def file(request: StaffRequest, export_id: UUID) -> HttpResponseBase:
    """The encrypted file, once it is released."""
    export = _found(request, export_id)
    try:
        path = exports.fetched(export.pk, by=request.user.pk)
    except exports.ExportRefused as refused:
        return _page(request, export, refusal=str(REFUSED[refused.why]), status=409)
    answer = FileResponse(path.open("rb"), as_attachment=True, filename=f"{export.pk}.zip")
    answer["Cache-Control"] = "private, no-store"
    return answer


def _found(request: StaffRequest, export_id: UUID) -> PersonExport:
    queries.need_all(request.reach)
    found = queries.exports_read(request.reach).filter(pk=export_id).first()
    if found is None:
        raise Http404
    return found


def _page(request: StaffRequest, export: PersonExport, *, status: int = 200, **said: Any) -> HttpResponse:
    (line,) = _lines([export])
    people = User.objects.in_bulk({export.decided_by} if export.decided_by else set())
    decided = people.get(export.decided_by) if export.decided_by else None
    shown = {
        "export": export,
        "heading": gettext("Everything held on a customer"),
        "crumbs": [Crumb(gettext("Data of customers"), "/persons/exports"), Crumb(line.number)],
        "facts": [
            Pair(gettext("Customer"), line.customer),
            Pair(gettext("Asked"), line.at, line.by),
            Pair(gettext("State"), line.state, label(REFUSALS, export.reason) if export.reason else ""),
            Pair(gettext("Decided by"), decided.name if decided else None, moment(export.decided_at) if decided else ""),
            Pair(gettext("Kept until"), moment(export.expires_at) if export.expires_at else None),
        ],
        "told": [
            (str(HOLDINGS[key].name) if key in HOLDINGS else gettext("Files"), count)
            for key, count in export.told.items()
            if count
        ],
        "decides": export.state == State.MADE and export.asked_by != request.user.pk,
        "own": export.state == State.MADE and export.asked_by == request.user.pk,
        "fetches": export.state == State.RELEASED and exports.path_of(export.pk).exists(),
        "opens": export.state == State.RELEASED and export.asked_by == request.user.pk and bool(export.password),
        "form": DecisionForm(),
        **said,
    }  # fmt: skip
    return render(request, "persons/export.html", shown, status=status)
