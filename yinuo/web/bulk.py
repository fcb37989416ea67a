"""Acts on many rows of a list at once, as pages: choose, look what it would do, do it, see what came of each row.

A pack declares one `BulkPages` for its list and an `Offer` for each verb. The list shows `bar(…)` above its rows and a
box in each of them (`bulk_box`); everything from there on is the same for all. The pages work without scripts.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from django import forms
from django.contrib import messages
from django.db.models import Count as Counted
from django.db.models import Q, QuerySet
from django.http import Http404, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import URLPattern, path, reverse
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from yinuo.engines.cases import bulk
from yinuo.engines.cases.at_hand import at_hand
from yinuo.engines.cases.bulk import BulkVerb, Given
from yinuo.engines.cases.bulk_acts import BulkAct
from yinuo.engines.cases.kinds import case_kind
from yinuo.engines.cases.models import Case
from yinuo.ground.access.middleware import StaffRequest
from yinuo.ground.access.reach import Reach
from yinuo.ground.access.views_guard import needs
from yinuo.web import bulk_rows
from yinuo.web.exports import csv_response
from yinuo.web.filters import Text
from yinuo.web.formats import number
from yinuo.web.keyset import Count, Page
from yinuo.web.parts import Crumb, Pair

EARLIER = 50  # acts on the page of one's own


@dataclass(frozen=True, slots=True)
class Offer:
    """A verb as a list offers it. `form(cases, data, initial)` asks for what it needs, if anything; `keep` makes JSON
    of what was filled in, `begin_with` makes of that what the form begins with, `told` says it on the page."""

    verb: BulkVerb
    label: Text
    icon: str
    offered: Callable[[Reach], bool]
    hint: Text = ""
    form: Callable[..., forms.Form] | None = None
    keep: Callable[[Given], Given] = dict
    told: Callable[[Given], Sequence[Pair]] = lambda given: ()


@dataclass(frozen=True, slots=True)
class Bar:
    """What a list shows above its rows while some are selected. `whole`: how many match its filters, where all of
    them may be chosen; `beyond`: the page does not show them all; `most`: where they are too many."""

    url: str
    offers: Sequence[Offer]
    whole: int | None
    beyond: bool
    most: int | None


@dataclass(frozen=True, slots=True)
class BulkPages:
    """The pages of bulk acts on one kind of case. `asked` are the cases a list shows under its address, in its order;
    `title` says what a case is about, read along `related`; `names` is the URL namespace, with its list at `list`."""

    kind: str
    names: str
    heading: Text
    asked: Callable[[StaffRequest], QuerySet[Case]]
    title: Callable[[Case], str]
    related: tuple[str, ...] = ()
    offers: Sequence[Offer] = field(default=())

    def paths(self) -> list[URLPattern]:
        """The addresses; they stand before the one that takes a number."""
        guard = needs(case_kind(self.kind).view)
        return [
            path("/bulk", guard(self._start), name="bulk"),
            path("/bulk/<uuid:act_id>", require_safe(guard(self._page)), name="bulk-act"),
            path("/bulk/<uuid:act_id>/rows.csv", require_safe(guard(self._file)), name="bulk-rows"),
            path("/bulk/<uuid:act_id>/<str:verb>", require_POST(guard(self._act)), name="bulk-do"),
        ]

    def bar(self, request: StaffRequest, page: Page) -> Bar:
        """The bar over a page of the list."""
        found = page.count or Count(len(page.rows))
        fits = found.value <= bulk.MOST
        offers = [offer for offer in self.offers if offer.offered(request.reach)]
        url = reverse(f"{self.names}:bulk") + (f"?{request.GET.urlencode()}" if request.GET else "")
        beyond = found.value > len(page.rows)
        return Bar(url, offers, found.value if fits else None, beyond, None if fits else bulk.MOST)

    def _start(self, request: StaffRequest) -> HttpResponseBase:
        if request.method == "POST":
            return self._choose(request)
        state = Q(rows__state="done"), Q(rows__state="refused")
        acts = bulk.acts_of(request.user, self.kind).exclude(begun_at=None).order_by("-chosen_at", "-pk")
        done, refused = (Counted("rows", filter=which) for which in state)
        shown = acts.annotate(cases=Counted("rows"), done=done, refused=refused)[:EARLIER]
        lines = [(act, self._offer(act.verb).label, self._url("bulk-act", act)) for act in shown]
        heading = _("Earlier bulk acts")
        return render(
            request,
            "web/bulk_acts.html",
            {"lines": lines, "heading": heading, "crumbs": self._crumbs(heading)},
        )

    def _choose(self, request: StaffRequest) -> HttpResponse:
        """Fix the cases that were ticked, or all that match the filters."""
        offer = self._offer(request.POST.get("verb", ""))
        asked = request.GET.urlencode()
        cases: list[UUID] = _ticked(request.POST.getlist("case"))
        if "all" in request.POST:
            cases = list(self.asked(request).values_list("pk", flat=True)[: bulk.MOST + 1])
        language = get_language() or "zh-hans"
        try:
            act = bulk.choose(offer.verb, cases, by=request.user, language=language, asked=asked)
        except bulk.TooMany:
            messages.error(request, _("At most %(n)s at once; narrow the filters first.") % {"n": bulk.MOST})
            return redirect(self._list(asked))
        if act is None:
            messages.error(request, _("Nothing is selected."))
            return redirect(self._list(asked))
        return redirect(self._url("bulk-act", act))

    def _offer(self, name: str) -> Offer:
        found = next((offer for offer in self.offers if offer.verb.name == name), None)
        if found is None:
            raise Http404
        return found

    def _own(self, request: StaffRequest, act_id: UUID) -> BulkAct:
        """An act of the reader's; anybody else's does not exist."""
        act = bulk.acts_of(request.user, self.kind).select_related("by", "job").filter(pk=act_id).first()
        if act is None:
            raise Http404
        return act

    def _page(self, request: StaffRequest, act_id: UUID) -> HttpResponse:
        return self._show(request, self._own(request, act_id))

    def _show(
        self, request: StaffRequest, act: BulkAct, form: forms.Form | None = None, status: int = 200
    ) -> HttpResponse:
        """What it would do, how far it is, or what came of it."""
        offer = self._offer(act.verb)
        rows = self._rows(request, act)
        stage = bulk_rows.stage_of(act, rows, timezone.now())
        if form is None and offer.form is not None and stage == "chosen":
            form = self._form(offer, rows, None, act.given)
        heading = _("%(what)s: %(n)s selected") % {"what": offer.label, "n": number(len(rows))}
        said = {
            "act": act,
            "act_name": f"{self.names}:bulk-do",
            "offer": offer,
            "form": form,
            "rows": rows,
            "stage": stage,
            "tally": bulk_rows.tally(rows),
            "told": offer.told(act.given) if stage != "chosen" else (),
            "in_background": len(rows) > bulk.IN_REQUEST,
            "held": bulk.HELD.seconds,
            "heading": heading,
            "crumbs": self._crumbs(heading, act),
            "list_url": self._list(act.asked),
            "act_url": self._url("bulk-act", act),
            "csv_url": self._url("bulk-rows", act),
        }
        return render(request, "web/bulk_act.html", said, status=status)

    def _rows(self, request: StaffRequest, act: BulkAct) -> list[bulk_rows.Row]:
        """Every row, what is refused first; two queries, however many."""
        verb, rows = self._offer(act.verb).verb, list(act.rows.order_by("position"))
        related = ("handling_unit", "handler", *self.related)
        seen = verb.visible(request.reach).filter(pk__in=[row.case_id for row in rows])
        cases = {case.pk: case for case in seen.select_related(*related).defer("marking")}
        at_hand(cases.values())
        read = [
            bulk_rows.read(
                row, cases.get(row.case_id), verb, request.reach, self.title, begun=act.begun_at is not None
            )
            for row in rows
        ]
        return sorted(read, key=lambda row: row.state != "refused")

    def _form(
        self, offer: Offer, rows: Iterable[bulk_rows.Row], data: Any, initial: Given
    ) -> forms.Form | None:
        cases = [row.case for row in rows if row.case is not None]
        return offer.form(cases, data, initial) if offer.form else None

    def _act(self, request: StaffRequest, act_id: UUID, verb: str) -> HttpResponse:
        """Begin it, stop it, go on, or prepare the refused ones again."""
        act = self._own(request, act_id)
        if verb == "do":
            return self._do(request, act)
        if verb == "again":
            made = bulk.again(act)
            return redirect(self._url("bulk-act", made or act))
        if verb not in ("stop", "go-on"):
            raise Http404
        (bulk.stop if verb == "stop" else bulk.go_on)(act)
        return redirect(self._url("bulk-act", act))

    def _do(self, request: StaffRequest, act: BulkAct) -> HttpResponse:
        offer, given = self._offer(act.verb), dict[str, Any]()
        if offer.form is not None and act.begun_at is None:
            form = self._form(offer, self._rows(request, act), request.POST, act.given)
            if form is not None and not form.is_valid():
                return self._show(request, act, form, status=422)
            given = dict(offer.keep(form.cleaned_data)) if form is not None else given
        if bulk.begin(act, given) and act.job is None:
            bulk.carry_out(act)
        return redirect(self._url("bulk-act", act))

    def _file(self, request: StaffRequest, act_id: UUID) -> HttpResponseBase:
        act = self._own(request, act_id)
        rows = self._rows(request, act)
        return csv_response(
            f"bulk-{act.verb}-{timezone.localdate(act.chosen_at):%Y%m%d}", bulk_rows.COLUMNS, rows
        )

    def _url(self, name: str, act: BulkAct) -> str:
        return reverse(f"{self.names}:{name}", args=[act.pk])

    def _list(self, asked: str) -> str:
        return reverse(f"{self.names}:list") + (f"?{asked}" if asked else "")

    def _crumbs(self, here: str, act: BulkAct | None = None) -> list[Crumb]:
        crumbs = [Crumb(str(self.heading), self._list(act.asked if act else ""))]
        if act is not None:
            crumbs.append(Crumb(_("Earlier bulk acts"), reverse(f"{self.names}:bulk")))
        return [*crumbs, Crumb(here)]


def _ticked(values: Iterable[str]) -> list[UUID]:
    """The ids among what was sent; anything else is nothing."""
    found = []
    for value in values:
        try:
            found.append(UUID(value))
        except ValueError:
            continue
    return found
