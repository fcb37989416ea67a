"""Webhooks: which program is told what, how that goes; made, paused, played again and removed here."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.contrib import messages
from django.db.models import Q
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from yinuo.channels.api.models import Webhook
from yinuo.channels.programs.pages import MANAGE, VIEW
from yinuo.channels.webhooks import actions
from yinuo.channels.webhooks.forms import ReplayForm, WebhookForm
from yinuo.facts import follow
from yinuo.ground.access.middleware import StaffRequest
from yinuo.ground.access.views_guard import confirmed, needs
from yinuo.web.formats import moment, moment_short, number
from yinuo.web.lists import Sort, View, counted_each, keyset_page, read_listing, view_tabs
from yinuo.web.parts import Crumb, Pair

State = Webhook.State
SORTS = (Sort("newest", _("Newest first"), ("-id",)),)
VIEWS = (
    View("kept", _("Not removed"), ~Q(state=State.REMOVED)),
    View("given_up", _("Given up"), Q(state=State.GIVEN_UP)),
    View("all", _("All"), Q()),
)
TONES = {State.ON: "ok", State.GIVEN_UP: "bad"}
PROBLEMS = {
    "timeout": _("no answer within 10 seconds"),
    "unreachable": _("cannot be reached"),
    "tls": _("its certificate is not trusted"),
    "token": _("its token is no longer in force"),
    "host_not_named": _("the bank no longer sends to this host"),
}
VERBS = {"pause": State.PAUSED, "go-on": State.ON, "remove": State.REMOVED}
DONE = {
    State.PAUSED: _("Paused; nothing is lost, it goes on where it stands."),
    State.ON: _("It goes on where it stood."),
    State.REMOVED: _("Removed: nothing is sent there any more."),
}


@dataclass(frozen=True, slots=True)
class Line:
    """One webhook in the list."""

    webhook: Webhook
    state: str
    tone: str
    behind: str
    taken: str
    problem: str


@require_safe
@needs(VIEW)
def listing(request: StaffRequest) -> HttpResponse:
    """The newest first."""
    now, head = timezone.now(), follow.head()
    asked = read_listing(request.GET, sorts=SORTS, filters=(), views=VIEWS)
    found = asked.narrow(Webhook.objects.all())
    counts = counted_each({"": found} | {view.key: Webhook.objects.filter(view.condition) for view in VIEWS})
    page = keyset_page(found.select_related("token"), asked.order, request.GET, count=counts[""])
    shown = {
        "listing": asked,
        "page": page,
        "lines": [line(webhook, head, now) for webhook in page.rows],
        "heading": gettext("Webhooks"),
        "as_of": gettext("as of %(at)s") % {"at": moment(now)},
        "tabs": view_tabs(VIEWS, asked, lambda view: counts[view.key]),
        "may_manage": request.reach.holds(MANAGE),
    }
    return render(request, "webhooks/list.html", shown)


def line(webhook: Webhook, head: int, now: datetime) -> Line:
    """A webhook in the reader's words."""
    taken = moment_short(webhook.taken_at, now) if webhook.taken_at else ""
    behind = number(max(0, head - webhook.seq)) if webhook.state != State.REMOVED else ""
    tone = "risk" if webhook.state == State.ON and webhook.problem else TONES.get(State(webhook.state), "")
    return Line(webhook, webhook.get_state_display(), tone, behind, taken, problem_words(webhook.problem))


def problem_words(code: str) -> str:
    """Why nothing was taken; "" where all is well."""
    if code.startswith("http_"):
        return gettext("answered with status %(status)s") % {"status": code.removeprefix("http_")}
    return str(PROBLEMS.get(code, code))


@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
@needs(MANAGE)
@confirmed
def new(request: StaffRequest) -> HttpResponse:
    """The form; then the secret, this once."""
    form = WebhookForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        said = form.cleaned_data
        webhook, secret = actions.make(said["token"], said["url"], kinds=said["kinds"], by=request.user)
        return render(request, "webhooks/made.html", {"secret": secret, "webhook": webhook})
    shown = {"form": form, "crumbs": [_top(), Crumb(gettext("Make a webhook"))]}
    return render(request, "webhooks/new.html", shown, status=422 if form.errors else 200)


@require_safe
@needs(VIEW)
def one(request: StaffRequest, webhook_id: UUID) -> HttpResponse:
    """How it goes, and what can be done."""
    return _page(request, _found(webhook_id), ReplayForm())


@require_POST
@needs(MANAGE)
def act(request: StaffRequest, webhook_id: UUID, verb: str) -> HttpResponse:
    """Pause, go on, remove, or play again."""
    webhook = _found(webhook_id)
    if verb == "replay":
        form = ReplayForm(request.POST)
        if webhook.state == State.REMOVED or not form.is_valid():
            return _page(request, webhook, form, status=422)
        actions.replay(webhook, form.cleaned_data["seq"], by=request.user)
        messages.success(request, gettext("Everything after it is told again."))
        return redirect("webhooks:one", webhook_id=webhook.pk)
    if verb not in VERBS:
        raise Http404
    if actions.change(webhook, VERBS[verb], by=request.user):
        messages.success(request, str(DONE[VERBS[verb]]))
    else:
        messages.info(request, gettext("It was so before."))
    return redirect("webhooks:one", webhook_id=webhook.pk)


def _page(request: StaffRequest, webhook: Webhook, form: ReplayForm, *, status: int = 200) -> HttpResponse:
    now, head = timezone.now(), follow.head()
    shown = {
        "webhook": webhook,
        "line": line(webhook, head, now),
        "pairs": _pairs(webhook, head, now),
        "form": form,
        "may_manage": request.reach.holds(MANAGE) and webhook.state != State.REMOVED,
        "may_pause": webhook.state == State.ON,
        "crumbs": [_top(), Crumb(webhook.token.name)],
    }
    return render(request, "webhooks/one.html", shown, status=status)


def _pairs(webhook: Webhook, head: int, now: datetime) -> list[Pair]:
    here = line(webhook, head, now)
    waits = webhook.state == State.ON and webhook.problem
    return [
        Pair(gettext("Address of its receiver"), webhook.url),
        Pair(gettext("Kinds of fact"), webhook.kinds or gettext("all")),
        Pair(gettext("Told up to fact number"), number(webhook.seq)),
        Pair(gettext("Facts it has not been told of"), here.behind or None),
        Pair(gettext("Something was taken last"), here.taken or None),
        Pair(gettext("Why nothing is taken"), here.problem or None),
        Pair(gettext("Attempts so far"), number(webhook.attempts) if waits else None),
        Pair(gettext("Tried again"), moment_short(webhook.next_at, now) if waits else None),
    ]


def _found(webhook_id: UUID) -> Webhook:
    webhook = Webhook.objects.select_related("token").filter(pk=webhook_id).first()
    if webhook is None:
        raise Http404
    return webhook


def _top() -> Crumb:
    return Crumb(gettext("Webhooks"), reverse("webhooks:list"))
