"""Signing in with a passkey: what the browser is asked to show, and what it showed. One passkey is both factors."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST

from yinuo.ground.factors import passkeys
from yinuo.web.views import SecondForm, SignInForm, password_given, safe_next, second_page, signed_in

SECOND = "second"  # asked for after a password, of whoever gave it


@require_POST
@never_cache
def asked(request: HttpRequest) -> HttpResponse:
    """What the browser needs, as JSON; a challenge of this session that opens once."""
    user, _following = password_given(request) if request.POST.get("step") == SECOND else (None, "")
    return HttpResponse(passkeys.asking(request.session, user), content_type="application/json")


@require_POST
@never_cache
def shown(request: HttpRequest) -> HttpResponse:
    """Signed in, or the same page again with why not."""
    answer = request.POST.get("answer", "")
    if request.POST.get("step") == SECOND:
        giver, following = password_given(request)
        user = passkeys.passes(answer, request.session, giver) if giver else None
        if giver is not None and user is None:
            return second_page(request, giver, SecondForm(), refused=True)
    else:
        following = safe_next(request)
        user = passkeys.passes(answer, request.session)
    if user is not None:
        return signed_in(request, user, following)
    form = SignInForm(request)
    told = {
        "form": form,
        "next": request.POST.get("next", ""),
        "domain": passkeys.relying_party(),
        "refused": _("This passkey opens nothing here. Sign in with your password, or try again."),
    }
    return render(request, "web/sign_in.html", told, status=422)
