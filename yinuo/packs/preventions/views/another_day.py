"""What the page of a prevention says of the day set, and the posting of another one."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

from django.db.models import prefetch_related_objects
from django.utils import timezone
from django.utils.translation import gettext as _

from yinuo.engines.cases import approvals
from yinuo.engines.cases.models import Approval, Case
from yinuo.engines.promises.fold import ClockState
from yinuo.ground.access.middleware import StaffRequest
from yinuo.packs.preventions import actions, forms, queries
from yinuo.packs.preventions.pack import ANOTHER_DAY, DECIDE_DAY, WORK
from yinuo.web.case_verbs import Typed
from yinuo.web.decision_form import DecisionForm
from yinuo.web.formats import day


def decision(data: Any = None) -> DecisionForm:
    """Whether a later day is granted."""
    return DecisionForm(data, auto_id="later_day_%s")


def day_set(request: Any, case: Case, states: Mapping[str, ClockState]) -> dict[str, Any]:
    """The day while it is being carried out: what waits, what was refused last, what this reader may do about it."""
    if not case.is_open or case.step != "carry_out":
        return {"sets_day": False, "decides_day": False, "day_asked": None, "day_refused": None}
    prefetch_related_objects([case], queries.with_approvals())
    asked, runs = approvals.waiting(case, ANOTHER_DAY), actions.due_by(case, states) is not None
    works = request.reach.may(WORK, case.handling_unit_id)
    return {
        "sets_day": works and runs and asked is None,
        "decides_day": asked is not None and _decides(request, case, asked),
        "day_asked": asked,
        "day_runs": runs,
        "day_now": day(queries.plans(case)[-1].due_on),
        "day_then": day(date.fromisoformat(asked.asked["due"])) if asked else "",
        "day_refused": None if asked else _refused(case),
        "another_day_form": forms.AnotherDayForm(),
        "later_day_form": decision(),
    }


def _decides(request: Any, case: Case, asked: Approval) -> bool:
    me = request.user.pk
    if not request.reach.may(DECIDE_DAY, case.handling_unit_id) or me in (asked.asked_by_id, case.handler_id):
        return False
    return me not in actions.its_own(case, timezone.localdate())


def _refused(case: Case) -> Approval | None:
    """The answer to the last one asked for in this round, if it was no."""
    running = queries.plans(case)[-1].number
    days = [each for each in case.approvals.all() if each.what == ANOTHER_DAY]
    here = [each for each in days if each.asked["number"] == running]
    last = max(here, key=lambda each: each.asked_at, default=None)
    return last if last is not None and last.granted is False else None


def read_day(request: StaffRequest, case: Case) -> Typed:
    """The form of another day; what is said afterwards tells whether it holds."""
    form = forms.AnotherDayForm(request.POST)
    if not form.is_valid():
        return Typed({"another_day_form": form}, None)
    rounds = queries.plans(case)
    later = bool(rounds) and form.cleaned_data["due_on"] > rounds[-1].due_on
    done = _("Asked for; somebody else decides on it") if later else _("The earlier day holds from now on")
    return Typed({"another_day_form": form}, form.cleaned_data, done)
