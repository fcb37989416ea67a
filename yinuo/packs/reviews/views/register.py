"""Writing down a request for review that came otherwise than over the tracking page."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from yinuo.engines.cases.moves import CaseRefused
from yinuo.engines.cases.sight import named
from yinuo.ground.access.middleware import StaffRequest
from yinuo.ground.access.views_guard import needs
from yinuo.packs.reviews import actions, forms, queries
from yinuo.packs.reviews.pack import KIND, REGISTER


@require_http_methods(["GET", "HEAD", "POST"])
@needs(REGISTER)
def register(request: StaffRequest) -> HttpResponse:
    """The form, and the review once the request is whole."""
    form = forms.RegisterForm(request.POST or None, initial={"number": request.GET.get("number", "")})
    refusal = ""
    if request.method == "POST" and form.is_valid():
        number = "".join(form.cleaned_data["number"].split()).upper()
        found = named(number, request.reach)
        if found is None:
            form.add_error("number", _("There is no case of this number that you may see."))
        else:
            try:
                case = actions.ask(found.pk, words=form.cleaned_data["words"], by=request.user)
            except CaseRefused as refused:
                refusal = str(refused)
            else:
                messages.success(request, _("Registered as %(number)s") % {"number": case.number})
                return redirect(_after(request, case.number))
    status = 409 if refusal else 422 if form.errors else 200
    return render(request, "reviews/register.html", {"form": form, "refusal": refusal}, status=status)


def _after(request: StaffRequest, number: str) -> str:
    """The review if the writer may see it, else an empty form."""
    sees = request.reach.holds(KIND.view) and queries.visible(request.reach).filter(number=number).exists()
    return KIND.url(number) if sees else "/reviews/new"
