"""What ladders told the reader, most urgent first, each acknowledged with one click; and notes that name them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.contrib import messages
from django.db.models import Q
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_POST, require_safe

from yinuo.engines.cases import ladder
from yinuo.engines.cases.at_hand import at_hand
from yinuo.engines.cases.held import Intention
from yinuo.engines.cases.intentions import held_verb
from yinuo.engines.cases.kinds import case_kind
from yinuo.engines.cases.marks import Mention
from yinuo.engines.cases.models import Case, Rung
from yinuo.engines.cases.moves import CaseRefused
from yinuo.ground.access.middleware import StaffRequest
from yinuo.ground.access.views_guard import needs
from yinuo.packs.escalations import queries
from yinuo.packs.escalations.pack import VIEW
from yinuo.web.case_clocks import list_badge
from yinuo.web.case_rungs import AcknowledgeForm, RungMark, rung_mark
from yinuo.web.clockface import ClockFace
from yinuo.web.formats import moment, moment_short
from yinuo.web.lists import Filter, Sort, View, counted_each, keyset_page, read_listing, view_tabs
from yinuo.web.parts import Key, Tab

SORTS = (
    Sort("due", _("Most urgent first"), ("case__lane", "case__next_due", "id")),
    Sort("newest", _("Told last first"), ("-told_at", "-id")),
)
FILTERS = (
    Filter("q", _("Number"), "text", where="case__number"),
    Filter("tell", _("Told as"), choices=Rung.Tell.choices, where="tell", multiple=True),
    Filter("told", _("Told"), "days", where="told_at"),
)
VIEWS = (
    View("waiting", _("To acknowledge"), queries.WAITING, tone="bad"),
    View("acknowledged", _("Acknowledged"), Q(acknowledged_at__isnull=False)),
    View("ended", _("Ended"), Q(acknowledged_at=None, ended_at__isnull=False)),
    View("all", _("All"), Q()),
)
MENTION_SORTS = (Sort("newest", _("Told last first"), ("-told_at", "-id")),)
MENTION_FILTERS = (
    Filter("q", _("Number"), "text", where="case__number"),
    Filter("told", _("Told"), "days", where="told_at"),
)
MENTION_VIEWS = (
    View("unread", _("Unread"), queries.UNREAD, tone="warn"),
    View("all", _("All"), Q()),
)


MENTIONS = "mentions"
MOST_REFUSED = 10


@dataclass(frozen=True, slots=True)
class Line:
    """One rung in the list."""

    mark: RungMark
    case: Case
    url: str
    kind: str
    told: str
    tell: str
    unit: str
    handler: str
    face: ClockFace | None
    due: str


@dataclass(frozen=True, slots=True)
class Refused:
    """Something that was not done, and the case whose page keeps what was typed."""

    text: str
    url: str
    number: str


@require_safe
@needs(VIEW)
def listing(request: StaffRequest) -> HttpResponse:
    """What waits first; the case with the least time left on top."""
    told = queries.told_to(request.reach)
    asked = read_listing(request.GET, sorts=SORTS, filters=FILTERS, views=VIEWS)
    found = asked.narrow(told)
    unread = queries.mentions_of(request.reach).filter(queries.UNREAD)
    each = {view.key: told.filter(view.condition) for view in VIEWS}
    counts = counted_each({"": found, MENTIONS: unread} | each)
    page = keyset_page(queries.for_list(found), asked.order, request.GET, count=counts[""])
    now = timezone.now()
    shown = {
        "listing": asked,
        "page": page,
        "lines": [line(request, rung, now) for rung in page.rows],
        "heading": gettext("Told to me"),
        "as_of": gettext("as of %(at)s, live") % {"at": moment(now)},
        "live_units": "*",
        "keys": [
            Key("J K", gettext("up and down")), Key("Enter", gettext("open")), Key("Q", gettext("acknowledge")),
        ],
        "tabs": [
            *view_tabs(VIEWS, asked, lambda view: counts[view.key]),
            Tab(gettext("In notes"), reverse("escalations:mentions"), counts[MENTIONS].value or None),
        ],
        "now": now,
        "refused": refused(request, now),
    }  # fmt: skip
    return render(request, "escalations/list.html", shown)


def refused(request: StaffRequest, now: datetime) -> list[Refused]:
    """What the reader began and was refused after they had left, the latest first, as far as a page can show."""
    found = queries.refused_of(request.reach).select_related("case").order_by("-ended_at")[:MOST_REFUSED]
    return [_refused(each, now) for each in found]


def _refused(intention: Intention, now: datetime) -> Refused:
    kind, verb = case_kind(intention.case.kind), held_verb(intention.case.kind, intention.verb)
    told = {
        "at": moment_short(intention.ended_at, now),
        "what": str(verb.what) if verb else intention.verb,
        "reason": intention.reason,
    }
    text = gettext("Not done, %(at)s: %(what)s. %(reason)s") % told
    return Refused(text, kind.url(intention.case.number), intention.case.number)


def line(request: StaffRequest, rung: Rung, now: datetime) -> Line:
    """What one line shows; editions are kept in memory, so this asks the database nothing."""
    case, kind = rung.case, case_kind(rung.case.kind)
    clock = next((clock for clock in case.clocks.all() if clock.promise == rung.promise), None)
    return Line(
        mark=rung_mark(rung, case, request.reach),
        case=case,
        url=kind.url(case.number),
        kind=str(kind.name),
        told=gettext("told %(at)s") % {"at": moment_short(rung.told_at, now)},
        tell=rung.get_tell_display(),
        unit=case.handling_unit.name,
        handler=case.handler.name if case.handler else gettext("nobody responsible yet"),
        face=list_badge(clock, case, now) if clock else None,
        due=moment_short(clock.due_at, now) if clock and clock.due_at else "",
    )


@require_safe
@needs(VIEW)
def mentions(request: StaffRequest) -> HttpResponse:
    """Notes that named the reader; opening the case is reading them."""
    told = queries.mentions_of(request.reach)
    asked = read_listing(request.GET, sorts=MENTION_SORTS, filters=MENTION_FILTERS, views=MENTION_VIEWS)
    found = asked.narrow(told)
    waiting = queries.told_to(request.reach).filter(queries.WAITING)
    each = {view.key: told.filter(view.condition) for view in MENTION_VIEWS}
    counts = counted_each({"": found, "waiting": waiting} | each)
    related = found.select_related(
        "case__handling_unit", "case__handler", "case__customer__key", "note", "by"
    )
    page = keyset_page(related, asked.order, request.GET, count=counts[""])
    at_hand(mention.case for mention in page.rows)
    now = timezone.now()
    shown = {
        "listing": asked,
        "page": page,
        "lines": [(mention, _where(mention), moment_short(mention.told_at, now)) for mention in page.rows],
        "heading": gettext("Told to me"),
        "as_of": gettext("as of %(at)s, live") % {"at": moment(now)},
        "live_units": "*",
        "keys": [Key("J K", gettext("up and down")), Key("Enter", gettext("open"))],
        "tabs": [
            Tab(gettext("By ladders"), reverse("escalations:list"), counts["waiting"].value or None),
            *view_tabs(MENTION_VIEWS, asked, lambda view: counts[view.key]),
        ],
        "now": now,
        "refused": refused(request, now),
    }
    return render(request, "escalations/mentions.html", shown)


def _where(mention: Mention) -> tuple[str, str]:
    """The kind of case and its address."""
    kind = case_kind(mention.case.kind)
    return str(kind.name), kind.url(mention.case.number)


@require_POST
@needs(VIEW)
def acknowledge(request: StaffRequest, rung_id: UUID) -> HttpResponse:
    """Seen, perhaps with words; back to the list, or to the case whose page it was done on."""
    rung = get_object_or_404(queries.told_to(request.reach).select_related("case"), pk=rung_id)
    form = AcknowledgeForm(request.POST)
    if not form.is_valid():
        messages.error(request, gettext("At most 500 characters: nothing was acknowledged."))
    else:
        try:
            ladder.acknowledge(rung.pk, by=request.user, said=form.cleaned_data["said"])
            messages.success(request, gettext("Acknowledged"))
        except CaseRefused as error:
            messages.error(request, str(error))
    on_case = request.POST.get("back") == "case"
    return redirect(case_kind(rung.case.kind).url(rung.case.number) if on_case else "escalations:list")
