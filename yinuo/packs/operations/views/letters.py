"""Letters by what became of them. Their words and addresses stay sealed: the Message-ID is what a mail server's log knows."""

from __future__ import annotations

from collections.abc import Callable
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
from django.views.decorators.http import require_POST, require_safe

from yinuo.ground.access.middleware import StaffRequest
from yinuo.ground.access.views_guard import needs
from yinuo.ground.outbox import decide
from yinuo.ground.outbox.models import Letter, State
from yinuo.packs.operations import queries
from yinuo.packs.operations.pack import ACT, VIEW
from yinuo.packs.operations.views.places import places
from yinuo.web.formats import moment, moment_short
from yinuo.web.lists import Filter, Sort, View, counted_each, keyset_page, read_listing, view_tabs

SORTS = (Sort("newest", _("Newest first"), ("-id",)),)
FILTERS = (
    Filter("q", "Message-ID", "text", where="message_id"),
    Filter("state", _("State"), choices=State.choices, where="state", multiple=True),
    Filter("written", _("Written"), "days", where="created_at"),
)
VIEWS = (
    View("decide", _("Perhaps sent"), queries.LETTERS_TO_DECIDE, tone="bad"),
    View("failed", _("Not deliverable"), queries.LETTERS_FAILED, tone="warn"),
    View("waiting", _("Waiting"), queries.LETTERS_WAITING),
    View("all", _("All"), Q()),
)
TONES = {State.SENT: "ok", State.DOUBTFUL: "bad", State.FAILED: "warn"}


@dataclass(frozen=True, slots=True)
class Line:
    """One letter in the list."""

    letter: Letter
    state: str
    tone: str
    written: str
    left: str
    may_send: bool
    may_count: bool


@require_safe
@needs(VIEW)
def listing(request: StaffRequest) -> HttpResponse:
    """What a person has to decide first."""
    asked = read_listing(request.GET, sorts=SORTS, filters=FILTERS, views=VIEWS)
    found = asked.narrow(queries.letters())
    counts = counted_each(
        {"": found} | {view.key: queries.letters().filter(view.condition) for view in VIEWS}
    )
    page = keyset_page(found, asked.order, request.GET, count=counts[""])
    now, may = timezone.now(), request.reach.holds(ACT)
    shown = {
        "listing": asked,
        "page": page,
        "lines": [line(letter, now, may=may) for letter in page.rows],
        "heading": gettext("Letters"),
        "as_of": gettext("as of %(at)s") % {"at": moment(now)},
        "tabs": view_tabs(VIEWS, asked, lambda view: counts[view.key]),
        "places": places(request),
        "may_act": may,
    }
    return render(request, "operations/letters.html", shown)


def line(letter: Letter, now: datetime, *, may: bool) -> Line:
    """A letter in the reader's words."""
    state = State(letter.state)
    return Line(
        letter,
        letter.get_state_display(),
        TONES.get(state, ""),
        moment_short(letter.created_at, now),
        moment_short(letter.sent_at, now) if letter.sent_at else "–",
        may and state in (State.DOUBTFUL, State.FAILED),
        may and state == State.DOUBTFUL,
    )


@require_POST
@needs(ACT)
def send_again(request: StaffRequest, letter_id: UUID) -> HttpResponse:
    """With the same Message-ID, so that a server that has it knows it."""
    return _decided(request, letter_id, decide.send_again, gettext("It is sent again."))


@require_POST
@needs(ACT)
def arrived(request: StaffRequest, letter_id: UUID) -> HttpResponse:
    """Somebody found it in the mail server's log."""
    return _decided(request, letter_id, decide.count_as_sent, gettext("Counted as sent."))


def _decided(request: StaffRequest, letter_id: UUID, act: Callable[..., None], said: str) -> HttpResponse:
    try:
        act(letter_id, by=request.user.pk)
    except Letter.DoesNotExist:
        raise Http404 from None
    except decide.DecisionRefused:
        messages.warning(request, gettext("Nothing was changed: somebody has decided already."))
    else:
        messages.success(request, said)
    return redirect("operations:letters")
