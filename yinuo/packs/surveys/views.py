"""The list of ratings: low scores first to see, each with the words and the case it is about."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Q, QuerySet
from django.http import HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_safe

from yinuo.ground.access.middleware import StaffRequest
from yinuo.ground.access.views_guard import needs
from yinuo.packs.surveys import queries
from yinuo.packs.surveys.models import LOW, Invitation, Rating
from yinuo.packs.surveys.pack import VIEW
from yinuo.web.case_links import place_of
from yinuo.web.figures import figure_asked
from yinuo.web.formats import moment, moment_short
from yinuo.web.lists import Filter, Sort, View, counted_each, keyset_page, read_listing, view_tabs
from yinuo.web.parts import Key

SORTS = (
    Sort("newest", _("Newest first"), ("-sent_at", "-id")),
    Sort("oldest", _("Oldest first"), ("sent_at", "id")),
)
FILTERS = (
    Filter("q", _("Number"), "text", where="about__number"),
    Filter(
        "rating", _("Rating"), choices=[(str(value), name) for value, name in Rating.choices], where="rating",
        multiple=True,
    ),
    Filter("asked", _("Asked"), "days", where="sent_at"),
)  # fmt: skip
VIEWS = (
    View("rated", _("Rated"), Q(rating__isnull=False)),
    View("low", _("Low scores"), Q(rating__lte=LOW), tone="bad"),
    View("waiting", _("Not rated"), Q(rating=None)),
    View("all", _("All"), Q()),
)


@dataclass(frozen=True, slots=True)
class Line:
    """One invitation in the list."""

    number: str
    url: str
    customer: str
    words: str
    unit: str
    at: str
    rating: str
    is_low: bool


@require_safe
@needs(VIEW)
def listing(request: StaffRequest) -> HttpResponse:
    """Newest first."""
    found, views, figure = _asked(request)
    asked = read_listing(request.GET, sorts=SORTS, filters=FILTERS, views=views)
    found = asked.narrow(found)
    visible, now = queries.visible(request.reach), timezone.now()
    counts = counted_each({"": found} | {view.key: visible.filter(view.condition) for view in views})
    page = keyset_page(queries.for_list(found), asked.order, request.GET, count=counts[""])
    shown = {
        "listing": asked,
        "page": page,
        "lines": [line(request, one, now) for one in page.rows],
        "heading": gettext("Satisfaction"),
        "as_of": gettext("as of %(at)s") % {"at": moment(now)},
        "keys": [Key("J K", gettext("up and down")), Key("/", gettext("search"))],
        "tabs": view_tabs(views, asked, lambda view: counts[view.key]),
        "figure": figure,
    }
    return render(request, "surveys/list.html", shown)


def _asked(request: StaffRequest) -> tuple[QuerySet[Invitation], Sequence[View], str]:
    figure = figure_asked(request, "/surveys")
    if figure is None:
        return queries.visible(request.reach), VIEWS, ""
    return (
        queries.open_to(figure[0], request.reach),
        sorted(VIEWS, key=lambda view: view.key != "all"),
        figure[1],
    )


def line(request: StaffRequest, one: Invitation, now: datetime) -> Line:
    """What one line shows; the number leads to the case for whoever may see it."""
    case = one.about
    _kind, url = place_of(case, request.reach)
    opinion = getattr(one, "opinion", None)
    return Line(
        number=case.number,
        url=url,
        customer=one.customer.masked_name,
        words=opinion.text if opinion else "",
        unit=(case.complained_unit or case.handling_unit).name,
        at=moment_short(one.answered_at or one.sent_at, now),
        rating=f"{one.rating} · {one.get_rating_display()}" if one.rating else gettext("not rated"),
        is_low=one.is_low,
    )
