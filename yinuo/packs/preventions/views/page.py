"""The page of one prevention: the cause, each round, and the figures compared, each opening its cases."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from yinuo.engines.cases import timeline
from yinuo.engines.cases.models import Case
from yinuo.engines.cases.moves import folded, traits_of
from yinuo.engines.cases.whole import with_rungs
from yinuo.engines.editions import shelf
from yinuo.engines.measures.measure import Measure, measure_named
from yinuo.ground.access.middleware import StaffRequest
from yinuo.ground.access.views_guard import needs
from yinuo.ground.terms.lists import label
from yinuo.packs.preventions import actions, figures, forms, queries
from yinuo.packs.preventions.models import Figure, Plan
from yinuo.packs.preventions.pack import KIND, OPEN, VERIFY, WEIGH, WORK
from yinuo.packs.preventions.views.another_day import day_set
from yinuo.web.case_clocks import case_clocks
from yinuo.web.case_links import place_of
from yinuo.web.case_rungs import case_rungs
from yinuo.web.case_verbs import CaseVerb, here
from yinuo.web.formats import day, number, period_words
from yinuo.web.kept_words import Places, kept_words
from yinuo.web.parts import Crumb, Key, NextStep, Pair
from yinuo.web.target_words import told, with_unit
from yinuo.web.timeline import as_told


@dataclass(frozen=True, slots=True)
class Shown:
    """A figure in words, with the address of the cases counted for whoever may see them."""

    name: str
    period: str
    value: str
    interval: str
    n: str
    url: str


@dataclass(frozen=True, slots=True)
class Round:
    """One plan, and what the measure said of it."""

    plan: Plan
    title: str
    facts: list[Pair]
    figures: list[Shown]


# Where each form stands on the page.
PLACES: Places = {
    "plan_form": lambda page: page["does"] == "plan",
    "carry_out_form": lambda page: page["does"] == "carry_out",
    "another_day_form": lambda page: page["sets_day"],
    "later_day_form": lambda page: page["decides_day"],
    "end_form": lambda page: page["does"] == "weigh",
}


@require_safe
@needs(KIND.view)
def case_page(request: StaffRequest, number: str) -> HttpResponse:
    """One prevention."""
    return respond(request, visible_case(request, number))


def visible_case(request: StaffRequest, number: str) -> Case:
    """The prevention of that number, if the reader may see it; else it does not exist."""
    cases = queries.with_subjects(queries.visible(request.reach)).prefetch_related("notes", with_rungs())
    case = cases.filter(number=number).first()
    if case is None:
        raise Http404
    return case


def respond(request: HttpRequest, case: Case, *, status: int = 200, **said: Any) -> HttpResponse:
    """The page, with forms as far as they are filled; `refusal` and the bound form carry what went wrong."""
    return render(request, "preventions/page.html", context(request, case, said), status=status)


def context(request: Any, case: Case, said: dict[str, Any]) -> dict[str, Any]:
    """Everything the template shows, in a fixed number of queries."""
    now, rounds = timezone.now(), queries.plans(case)
    does, states = _does(request, case, rounds), folded(case, traits_of(case), now)
    step = _STEPS[does]() if does in _STEPS else None
    shown: dict[str, Any] = {
        "case": case,
        "number": case.number,
        "prevention": case.prevention,
        "cause": label("complaint_cause", case.prevention.cause),
        "crumbs": [Crumb(_("Preventions"), reverse("preventions:list")), Crumb(case.number)],
        "here": here(request),
        "clocks": case_clocks(case, states, now),
        "open_clock": "",
        "rungs": case_rungs(case, request.reach),
        "entries": as_told(timeline.entries(case)),
        "rounds": [_round(request, case, plan) for plan in reversed(rounds)],
        "baselines": [_shown(request, case, case.prevention, _("Baseline"))],
        "cause_facts": _cause(request, case),
        "measure_facts": _measure(case),
        "does": does,
        "state": step_name(case),
        "step": step,
        "verify_after": _verify_after(case, rounds),
        "plan_form": forms.PlanForm(),
        "carry_out_form": forms.CarryOutForm(),
        "end_form": forms.EndForm(),
        "hand_over_form": forms.HandOverForm(),
        "hands_over": _hands_over(request, case),
        "keys": [Key("S", _("Next step"))] if step else [],
        "live_case": str(case.pk),
        "refusal": "",
        "now": now,
        **day_set(request, case, states),
    }
    return shown | said | kept_words(shown, said, PLACES)


def step_name(case: Case) -> str:
    """The step that is open, as the drawing calls it."""
    drawing = shelf.parsed(shelf.by_id(case.process_id))
    return next((str(node.words or node.key) for node in drawing.steps if node.key == case.step), "")


GRANTS = {"plan": WORK, "carry_out": WORK, "verify": VERIFY, "weigh": WEIGH}


def _does(request: Any, case: Case, rounds: list[Plan]) -> str:
    """The step the reader can do now, `own` where it is for somebody else, `wait` while the period runs; "" for none."""
    if not case.is_open or not request.reach.may(GRANTS.get(case.step, WORK), case.handling_unit_id):
        return ""
    today = timezone.localdate()
    if case.step in ("verify", "weigh") and request.user.pk in actions.its_own(case, today):
        return "own" if case.step == "verify" else "send_back"
    if case.step == "verify" and (done := rounds[-1].done_on):
        return "verify" if today > figures.period_after(case.prevention.span, done).last else "wait"
    return case.step


def _hands_over(request: Any, case: Case) -> bool:
    """The owner hands it over, or whoever may open preventions in the unit that carries it out."""
    own = case.handler_id == request.user.pk and request.reach.may(WORK, case.handling_unit_id)
    return case.is_open and (own or request.reach.may(OPEN, case.handling_unit_id))


def own_or_opens(verb: CaseVerb, request: StaffRequest, case: Case) -> None:
    """One's own, or any with the grant to open preventions."""
    request.reach.need(verb.grant if case.handler_id == request.user.pk else OPEN, case.handling_unit_id)


_STEPS = {
    "plan": lambda: NextStep(_("Save the plan"), form="do-plan", icon="check"),
    "carry_out": lambda: NextStep(_("Write down that it is carried out"), form="do-carry-out", icon="check"),
    "verify": lambda: NextStep(_("Measure again"), form="do-verify", icon="chart-dots"),
    "weigh": lambda: NextStep(_("Plan once more"), form="do-send-back", icon="refresh"),
    "send_back": lambda: NextStep(_("Plan once more"), form="do-send-back", icon="refresh"),
}


def _verify_after(case: Case, rounds: list[Plan]) -> str:
    done = rounds[-1].done_on if rounds else None
    return day(figures.period_after(case.prevention.span, done).last) if done else ""


def _round(request: Any, case: Case, plan: Plan) -> Round:
    facts = [
        Pair(_("By which day"), day(plan.due_on), note=_day_note(plan)),
        Pair(_("Carried out on"), day(plan.done_on) if plan.done_on else None),
        Pair(_("Written down by"), plan.done_by.name if plan.done_by else None),
    ]
    shown = []
    if plan.verdict:
        before = _shown(request, case, case.prevention, _("Baseline"))
        shown = [before, _shown(request, case, plan, _("Measured again"))]
    return Round(plan, _("Round %(number)s") % {"number": plan.number}, facts, shown)


def _day_note(plan: Plan) -> str:
    """The day it was planned with, where it is another one now."""
    moved = plan.due_on != plan.first_due_on
    return _("first set: %(day)s") % {"day": day(plan.first_due_on)} if moved else ""


def _shown(request: Any, case: Case, figure: Figure, name: str) -> Shown:
    measure = _known(case)
    unit = measure.unit if measure else "count"
    interval = "--"
    if figure.low is not None and figure.high is not None:
        interval = f"{told(figure.low, _fine(unit))} ～ {told(figure.high, _fine(unit))}"
    value = with_unit(figure.value, unit) if figure.value is not None else "--"
    url = _cases_url(measure, case, figure) if measure and request.reach.holds(measure.verb) else ""
    return Shown(name, period_words(figure.period), value, interval, number(figure.n, 0), url)


def _fine(unit: str) -> str:
    """The ends of the interval of a number are no whole numbers."""
    return "working_days" if unit == "count" else unit


def _cases_url(measure: Measure, case: Case, figure: Figure) -> str:
    query = {"measure": measure.key, "period": figure.period, "unit": case.owning_unit.code}
    return f"{measure.list_url}?{urlencode(query | {'slice': figures.slice_of(case.prevention.cause)})}"


def _known(case: Case) -> Measure | None:
    """The measure, if it is still declared."""
    try:
        return measure_named(case.prevention.measure)
    except KeyError:
        return None


def _cause(request: Any, case: Case) -> list[Pair]:
    prevention, about = case.prevention, queries.about(case)
    pairs = [
        Pair(_("Cause"), label("complaint_cause", prevention.cause)),
        Pair(_("Business"), label("complaint_business", prevention.business)),
        Pair(_("Owner"), case.handler.name if case.handler else None),
        Pair(_("Unit"), case.handling_unit.name),
    ]
    if about is not None:
        name, url = place_of(about, request.reach)
        pairs.append(Pair(name, about.number, url=url))
    return pairs


def _measure(case: Case) -> list[Pair]:
    prevention, measure = case.prevention, _known(case)
    return [
        Pair(_("Measure"), str(measure.name) if measure else prevention.measure),
        Pair(_("Measured in"), case.owning_unit.name),
        Pair(_("Which way is better"), prevention.get_better_display()),
        Pair(_("Periods compared"), prevention.get_span_display()),
    ]
