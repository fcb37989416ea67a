"""Following a complaint by its code: the code is the key, nobody signs in."""

from __future__ import annotations

from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from yinuo.channels.portal import told
from yinuo.channels.portal.second_look import NO_REVIEW, second_look
from yinuo.channels.portal.views.personal import uses
from yinuo.channels.portal.views.privacy import private
from yinuo.engines.cases.models import Case
from yinuo.engines.cases.moves import CaseRefused
from yinuo.ground.access.rates import limited
from yinuo.ground.access.views_guard import public
from yinuo.packs.complaints import actions, forms, queries
from yinuo.packs.complaints.queries import files_of
from yinuo.packs.reviews import actions as reviews
from yinuo.packs.reviews.forms import RequestForm
from yinuo.web.parts import FileMark


@require_http_methods(["GET", "HEAD", "POST"])
@public("the tracking code is the key")
@limited("portal.track")
def find(request: HttpRequest) -> HttpResponse:
    """Ask for the tracking code."""
    code = request.POST.get("code", "")
    if request.method == "POST":
        if queries.by_tracking_code(code) is not None:
            return redirect("portal:track", "".join(code.upper().split()))
        unknown = _("No complaint has this code. Please check it; it has 13 letters and digits.")
        return render(request, "portal/find.html", {"code": code[:40], "unknown": unknown}, status=404)
    return render(request, "portal/find.html")


@require_http_methods(["GET", "HEAD", "POST"])
@public("the tracking code is the key")
@limited("portal.track", ("GET", "HEAD", "POST"))
def track(request: HttpRequest, code: str) -> HttpResponse:
    """How far it is, and a place to add something."""
    case = queries.by_tracking_code(code)
    if case is None:
        raise Http404
    form = forms.SupplementForm(request.POST or None)
    refusal = ""
    if request.method == "POST" and form.is_valid():
        try:
            actions.supplement(case.pk, words=form.cleaned_data["words"])
            return redirect("portal:track", code)
        except CaseRefused as error:
            refusal = str(error)
    return _page(request, case, code, refusal, form=form)


@require_http_methods(["GET", "HEAD", "POST"])
@public("the tracking code is the key")
def withdraw(request: HttpRequest, code: str) -> HttpResponse:
    """The customer takes the complaint back; it ends at once."""
    case = queries.by_tracking_code(code)
    if case is None:
        raise Http404
    if request.method != "POST":
        return redirect("portal:track", code)
    form = forms.OwnWithdrawalForm(request.POST)
    refusal = ""
    if form.is_valid():
        try:
            actions.withdraw(case.pk, said=form.cleaned_data["said"], by=None)
            return redirect("portal:track", code)
        except CaseRefused as error:
            refusal = str(error)
    return _page(request, case, code, refusal, withdrawal_form=form)


@require_http_methods(["GET", "HEAD", "POST"])
@public("the tracking code is the key")
def review(request: HttpRequest, code: str) -> HttpResponse:
    """The customer asks the next higher unit to review the answer."""
    case = queries.by_tracking_code(code)
    if case is None:
        raise Http404
    if request.method != "POST":
        return redirect("portal:track", code)
    form = RequestForm(request.POST)
    refusal = ""
    if told.is_kept_back(case):
        refusal = _("You can ask for a review once we have checked that you may speak for the customer.")
    elif form.is_valid():
        try:
            reviews.ask(case.pk, words=form.cleaned_data["words"], by=None)
            return redirect("portal:track", code)
        except CaseRefused as error:
            refusal = str(error)
    return _page(request, case, code, "", review_form=form, review_refusal=refusal)


def _page(request: HttpRequest, case: Case, code: str, refusal: str, **typed: Any) -> HttpResponse:
    """How far it is, with the forms as far as they are filled."""
    made = {
        "form": forms.SupplementForm(),
        "withdrawal_form": forms.OwnWithdrawalForm(),
        "review_form": RequestForm(),
    } | typed
    page = render(
        request,
        "portal/track.html",
        {
            "case": case,
            "code": code,
            **made,
            "refusal": refusal,
            **told.progress(case),
            **(NO_REVIEW if told.is_kept_back(case) else second_look(case)),
            "files": [FileMark.of(file) for file in files_of(case)],
            "uses": [] if told.is_kept_back(case) else uses(case),
            "waits_for_customer": "ask" in case.step.split(","),
        },
        status=409 if refusal or typed.get("review_refusal") else 200 if request.method != "POST" else 422,
    )
    return private(page)
