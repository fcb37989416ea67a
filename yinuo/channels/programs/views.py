"""Programs that may call: whom each acts for, what it may do, until when; given and taken away here."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.contrib import messages
from django.db.models import Q
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from yinuo.channels.api import auth
from yinuo.channels.api.models import Token
from yinuo.channels.programs.forms import TokenForm
from yinuo.channels.programs.pages import MANAGE, VIEW
from yinuo.ground.access.middleware import StaffRequest
from yinuo.ground.access.verbs import VERBS
from yinuo.ground.access.views_guard import confirmed, needs
from yinuo.web.formats import day, moment, moment_short
from yinuo.web.lists import Filter, Sort, View, counted_each, keyset_page, read_listing, view_tabs

SORTS = (Sort("newest", _("Newest first"), ("-id",)),)
FILTERS = (
    Filter("q", _("Name of the program"), "text", where="name"),
    Filter("by", _("Acts for"), "text", where="user__username"),
)


@dataclass(frozen=True, slots=True)
class Line:
    """One token in the list."""

    token: Token
    scopes: list[str]
    until: str
    last: str
    state: str
    tone: str
    may_revoke: bool


def views(now: datetime) -> tuple[View, ...]:
    """In force, past, all."""
    in_force = Q(revoked_at=None, expires_at__gt=now)
    past = Q(revoked_at__isnull=False) | Q(expires_at__lte=now)
    return (
        View("in_force", _("In force"), in_force),
        View("past", _("Past"), past),
        View("all", _("All"), Q()),
    )


@require_safe
@needs(VIEW)
def listing(request: StaffRequest) -> HttpResponse:
    """The newest first."""
    now = timezone.now()
    offered = views(now)
    asked = read_listing(request.GET, sorts=SORTS, filters=FILTERS, views=offered)
    found = asked.narrow(Token.objects.all())
    counts = counted_each({"": found} | {view.key: Token.objects.filter(view.condition) for view in offered})
    page = keyset_page(found.select_related("user", "unit"), asked.order, request.GET, count=counts[""])
    may = request.reach.holds(MANAGE)
    shown = {
        "listing": asked,
        "page": page,
        "lines": [line(token, now, may=may) for token in page.rows],
        "heading": gettext("Programs"),
        "as_of": gettext("as of %(at)s") % {"at": moment(now)},
        "tabs": view_tabs(offered, asked, lambda view: counts[view.key]),
        "may_manage": may,
    }
    return render(request, "programs/list.html", shown)


def line(token: Token, now: datetime, *, may: bool) -> Line:
    """A token in the reader's words."""
    in_force = token.revoked_at is None and token.expires_at > now
    if in_force:
        state, tone = gettext("in force"), "ok"
    elif token.revoked_at:
        state, tone = gettext("taken away %(at)s") % {"at": moment_short(token.revoked_at, now)}, ""
    else:
        state, tone = gettext("run out"), ""
    scopes = [str(VERBS[key].name) if key in VERBS else key for key in token.scopes.split()]
    return Line(
        token, scopes, day(token.expires_at), moment_short(token.made_at, now), state, tone, may and in_force
    )


@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
@needs(MANAGE)
@confirmed
def new(request: StaffRequest) -> HttpResponse:
    """The form; then the secret, this once."""
    form = TokenForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        said = form.cleaned_data
        secret = auth.make_token(
            said["username"], said["unit"], name=said["name"], days=said["days"], scopes=said["scopes"],
            by=request.user,
        )  # fmt: skip
        return render(request, "programs/made.html", {"secret": secret, "said": said})
    return render(request, "programs/new.html", {"form": form}, status=422 if form.errors else 200)


@require_POST
@needs(MANAGE)
def revoke(request: StaffRequest, token_id: UUID) -> HttpResponse:
    """From now on it opens nothing."""
    token = Token.objects.filter(pk=token_id).first()
    if token is None:
        raise Http404
    if auth.revoke_token(token, by=request.user):
        messages.success(
            request, gettext("Taken away: “%(name)s” opens nothing any more.") % {"name": token.name}
        )
    else:
        messages.info(request, gettext("It was taken away before."))
    return redirect("programs:list")
