"""The accounts of others: who is signed in where; ending that, and a password that opens one door."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID

from django.contrib import messages
from django.db.models import Count, Q
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from yinuo.ground.access.middleware import StaffRequest
from yinuo.ground.access.views_guard import confirmed, needs
from yinuo.ground.factors import resets
from yinuo.ground.people import passwords, whereabouts
from yinuo.ground.people.models import User
from yinuo.packs.accounts.lines import lines
from yinuo.packs.accounts.pack import MANAGE, VIEW
from yinuo.web.formats import moment
from yinuo.web.lists import Filter, Sort, View, counted_each, keyset_page, read_listing, view_tabs

SORTS = (Sort("name", _("By user name"), ("username",)),)
FILTERS = (
    Filter(
        "q",
        _("User name, name, staff number"),
        "text",
        where=lambda text: (
            Q(username__icontains=text) | Q(name__icontains=text) | Q(staff_number__iexact=text)
        ),
    ),
)


@dataclass(frozen=True, slots=True)
class Line:
    """One account in the list."""

    person: User
    sessions: int
    state: str
    tone: str


@require_safe
@needs(VIEW)
def listing(request: StaffRequest) -> HttpResponse:
    """By user name; those who are signed in are a view of their own."""
    now = timezone.now()
    present = Q(sessions__expire_date__gt=now)
    offered = (
        View("all", _("All"), Q()),
        View("signed_in", _("Signed in"), Q(pk__in=User.objects.filter(present).values("pk"))),
        View("closed", _("Out of use"), Q(is_active=False)),
    )
    asked = read_listing(request.GET, sorts=SORTS, filters=FILTERS, views=offered)
    found = asked.narrow(User.objects.all())
    counts = counted_each({"": found} | {view.key: User.objects.filter(view.condition) for view in offered})
    each = found.annotate(sessions_open=Count("sessions", filter=present))
    page = keyset_page(each, asked.order, request.GET, count=counts[""])
    shown = {
        "listing": asked,
        "page": page,
        "lines": [line(person) for person in page.rows],
        "heading": gettext("Accounts"),
        "as_of": gettext("as of %(at)s") % {"at": moment(now)},
        "tabs": view_tabs(offered, asked, lambda view: counts[view.key]),
    }
    return render(request, "accounts/list.html", shown)


def line(person: User) -> Line:
    """An account in the reader's words."""
    if not person.is_active:
        state, tone = gettext("out of use"), ""
    elif not person.has_usable_password():
        state, tone = gettext("no password yet"), ""
    elif person.must_change_password:
        state, tone = gettext("initial password"), "warn"
    else:
        state, tone = gettext("account in use"), "ok"
    return Line(person, getattr(person, "sessions_open", 0), state, tone)


@require_safe
@never_cache
@needs(VIEW)
def person(request: StaffRequest, person_id: UUID) -> HttpResponse:
    """One account: its sessions, and what can be done about it."""
    found, now = found_account(person_id), timezone.now()
    since = found.password_set_at
    shown = {
        "person": found,
        "line": line(found),
        "sessions": lines(whereabouts.sessions_of(found.pk, now), now),
        "password_since": moment(since) if since else "",
        "asked": resets.asked_for(found.pk, now),
        "may": request.reach.holds(MANAGE) and found.pk != request.user.pk,
    }
    return render(request, "accounts/person.html", shown)


@require_POST
@needs(MANAGE)
def end_sessions(request: StaffRequest, person_id: UUID) -> HttpResponse:
    """All of them, at once."""
    found = other_account(request, person_id)
    number = whereabouts.end_sessions(found.pk, by=request.user.pk, why=whereabouts.REVOKED)
    messages.success(request, gettext("Sessions ended: %(number)d") % {"number": number})
    return redirect("accounts:person", found.pk)


@require_POST
@never_cache
@needs(MANAGE)
@confirmed
def reset_password(request: StaffRequest, person_id: UUID) -> HttpResponse:
    """The initial password, this once."""
    found = other_account(request, person_id)
    initial = passwords.reset(found, by=request.user)
    return render(request, "accounts/initial.html", {"person": found, "initial": initial})


def found_account(person_id: UUID) -> User:
    """404 where there is none."""
    found = User.objects.filter(pk=person_id).first()
    if found is None:
        raise Http404
    return found


def other_account(request: StaffRequest, person_id: UUID) -> User:
    """Somebody else: one's own account is on one's own page, which asks for the password."""
    if person_id == request.user.pk:
        raise Http404
    return found_account(person_id)
