"""Rating what was done, by a link that works once: the token is the key, nobody signs in."""

from __future__ import annotations

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods

from yinuo.channels.portal.views.privacy import private
from yinuo.ground.access.rates import limited
from yinuo.ground.access.views_guard import public
from yinuo.packs.surveys import actions, forms


@require_http_methods(["GET", "HEAD", "POST"])
@public("the token of the letter is the key, and works once")
@limited("portal.track", ("GET", "HEAD", "POST"))
def rate(request: HttpRequest, token: str) -> HttpResponse:
    """One question and a few words. Looking at the page uses nothing up: only sending does."""
    invitation = actions.by_token(token)
    if invitation is None:
        raise Http404
    form = forms.RatingForm(request.POST or None)
    refusal, status = actions.refusal_of(invitation, timezone.now()), 200
    if request.method == "POST":
        status = 409 if refusal else 422
        if not refusal and form.is_valid():
            try:
                actions.answer(token, **form.cleaned_data)
                return redirect("portal:survey", token)
            except actions.RatingRefused as error:
                refusal, status = str(error), 409
    thanks = status == 200 and invitation.rating is not None
    shown = {"form": form, "number": invitation.about.number, "refusal": refusal, "thanks": thanks}
    return private(render(request, "portal/survey.html", shown, status=status))
