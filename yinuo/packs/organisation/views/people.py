"""People: a list by unit, role and state, searched and taken along; one person with everything they hold or held."""

from __future__ import annotations

from collections.abc import Sequence
from uuid import UUID

from django.db import transaction
from django.db.models import Q
from django.http import Http404, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, render
from django.utils import timezone
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_safe

from yinuo.facts.gate import record
from yinuo.ground.access.among import Among
from yinuo.ground.access.middleware import StaffRequest
from yinuo.ground.access.roles import ROLES, role_name
from yinuo.ground.access.views_guard import needs
from yinuo.ground.people.models import Posting, StaffProposal, Unit, User
from yinuo.packs.organisation.pack import EXPORTED, MANAGE, VIEW
from yinuo.packs.organisation.people import (
    account_state,
    held_today,
    holding,
    keeps,
    people_seen,
    posting_line,
    postings_in_words,
    with_today,
)
from yinuo.web.exports import Column, csv_response, xlsx_response
from yinuo.web.formats import moment
from yinuo.web.lists import Filter, Sort, View, counted_each, keyset_page, read_asked, read_listing, view_tabs

MOST_EXPORTED = 100_000
MOST_UNITS = 60
SORTS = (
    Sort("username", _("By user name"), ("username",)),
    Sort("number", _("By staff number"), ("staff_number",)),
)
COLUMNS = (
    Column(_("User name"), lambda person: person.username),
    Column(_("Staff number"), lambda person: person.staff_number),
    Column(_("Name"), lambda person: person.name),
    Column(_("Postings today"), lambda person: postings_in_words(held_today(person))),
    Column(_("State of the account"), lambda person: account_state(person)[0]),
)


@require_safe
@needs(VIEW)
def listing(request: StaffRequest) -> HttpResponse:
    """By user name; those with a posting today, without one, and out of use are views of their own."""
    today = timezone.localdate()
    seen, offered = people_seen(request.reach), _views()
    asked = read_listing(request.GET, sorts=SORTS, filters=_filters(request), views=offered)
    found = asked.narrow(seen)
    counts = counted_each({"": found} | {view.key: seen.filter(view.condition) for view in offered})
    page = keyset_page(with_today(found, request.reach), asked.order, request.GET, count=counts[""])
    shown = {
        "listing": asked,
        "page": page,
        "lines": [
            (each, [posting_line(one, today) for one in held_today(each)], *account_state(each))
            for each in page.rows
        ],
        "heading": gettext("People"),
        "as_of": gettext("as of %(at)s") % {"at": moment(timezone.now())},
        "tabs": view_tabs(offered, asked, lambda view: counts[view.key]),
        "may": request.reach.holds(MANAGE),
        "query": request.GET.urlencode(),
    }
    return render(request, "organisation/people.html", shown)


@require_safe
@needs(VIEW)
def export(request: StaffRequest, format: str) -> HttpResponseBase:
    """What the list shows, as a file; that it was taken along is a fact."""
    if format not in ("csv", "xlsx"):
        raise Http404
    asked = read_asked(request.GET, sorts=SORTS, filters=_filters(request), views=_views())
    found = with_today(asked.narrow(people_seen(request.reach)), request.reach)
    with transaction.atomic():
        record(EXPORTED, by=request.user.pk, format=format)
    respond = csv_response if format == "csv" else xlsx_response
    rows = found.order_by(*asked.order)[:MOST_EXPORTED].iterator(chunk_size=500)
    return respond(f"people-{timezone.localdate():%Y%m%d}", COLUMNS, rows)


@require_safe
@needs(VIEW)
def person(request: StaffRequest, person_id: UUID) -> HttpResponse:
    """One person: the account, and every posting within reach, the latest first."""
    found = get_object_or_404(people_seen(request.reach), pk=person_id)
    today = timezone.localdate()
    state, tone = account_state(found)
    mine = found.pk != request.user.pk and keeps(request.reach, found)
    shown = {
        "person": found,
        "state": state,
        "tone": tone,
        "postings": [posting_line(each, today) for each in postings_of(request, found)],
        "kept": request.reach.units(MANAGE),
        "may": request.reach.holds(MANAGE) and found.pk != request.user.pk and found.is_active,
        "closes": mine and found.is_active,
        "opens": mine and (found.closes_on is not None or not found.is_active),
        "waiting": [
            (role_name(each.role), each.unit.name)
            for each in StaffProposal.objects.filter(
                Among("unit_id", request.reach.units(VIEW)), user=found, outcome=StaffProposal.Outcome.WAITING
            ).select_related("unit")
            if each.unit
        ],
    }
    return render(request, "organisation/person.html", shown)


def postings_of(request: StaffRequest, person: User) -> Sequence[Posting]:
    """All of the person's postings to units within reach."""
    found = Posting.objects.filter(Among("unit_id", request.reach.units(VIEW)), user=person)
    return list(found.select_related("unit", "deputy_for").order_by("-valid_from", "role"))


def _views() -> tuple[View, ...]:
    posted = holding(timezone.localdate())
    return (
        View("all", _("All"), Q()),
        View("posted", _("With a posting today"), posted),
        View("unposted", _("Without one"), ~posted & Q(is_active=True)),
        View("closed", _("Out of use"), Q(is_active=False)),
    )


def _filters(request: StaffRequest) -> tuple[Filter, ...]:
    """A large bank has more units than a menu holds: then only those asked for stand in it, chosen from the tree."""
    today = timezone.localdate()
    units = Unit.objects.filter(Among("pk", request.reach.units(VIEW))).order_by("code")
    offered = list(units[: MOST_UNITS + 1])
    if len(offered) > MOST_UNITS:
        offered = list(units.filter(code__in=request.GET.getlist("unit")))
    return (
        Filter("q", _("User name, name, staff number"), "text", where=_named),
        Filter("unit", _("Unit"), choices=[(unit.code, unit.name) for unit in offered], multiple=True,
               where=lambda codes: holding(today, unit__code__in=codes)),
        Filter("role", _("Role"), choices=[(role.key, role.name) for role in ROLES.values()], multiple=True,
               where=lambda roles: holding(today, role__in=roles, unit__in=units)),
    )  # fmt: skip


def _named(text: str) -> Q:
    return Q(username__icontains=text) | Q(name__icontains=text) | Q(staff_number__iexact=text)
