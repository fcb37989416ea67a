"""Signing in through the bank's identity provider: there, and back."""

from __future__ import annotations

import logging

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from yinuo.ground.factors import passkeys
from yinuo.ground.federation.binding import NobodyHere, person_of, refused
from yinuo.ground.federation.flow import begin, finish
from yinuo.ground.federation.provider import ProviderAway, is_configured
from yinuo.ground.federation.tokens import TokenRefused
from yinuo.web.views import SignInForm, give, safe_next, signed_in

log = logging.getLogger(__name__)


@require_safe
@never_cache
def there(request: HttpRequest) -> HttpResponse:
    """To the provider; 404 where the bank has none."""
    if not is_configured():
        raise Http404
    try:
        return HttpResponseRedirect(begin(request.session, _back(), safe_next(request)))
    except ProviderAway as problem:
        log.warning("the identity provider is away: %s", problem)
        return _again(
            request, _("The bank's own sign-in does not answer. Try again, or use your password."), 503
        )


@require_safe
@never_cache
def back(request: HttpRequest) -> HttpResponse:
    """From the provider: signed in, asked for a second factor, or the sign-in page with what is to be done."""
    if not is_configured():
        raise Http404
    came = {
        name: request.GET.get(name, "") for name in ("code", "state", "error", "iss") if name in request.GET
    }
    try:
        claims, following = finish(request.session, came, _back())
        user = person_of(claims)
    except ProviderAway as problem:
        log.warning("the identity provider is away: %s", problem)
        return _again(
            request, _("The bank's own sign-in does not answer. Try again, or use your password."), 503
        )
    except TokenRefused as refusal:
        refused(refusal.code)
        return _again(request, _("The bank's own sign-in was not completed. Please begin again."), 422)
    except NobodyHere:
        said = _("You are known to the bank, but no account here is yours. Ask whoever looks after accounts.")
        return _again(request, said, 403)
    if user.second_factor and not settings.OIDC_BOTH_FACTORS:
        return give(request, user, following)
    return signed_in(request, user, following)


def _back() -> str:
    """Our address as it is registered with the provider; never what a request says of itself."""
    return settings.PUBLIC_URL.rstrip("/") + reverse("web:provider_back")


def _again(request: HttpRequest, said: str, status: int) -> HttpResponse:
    told = {
        "form": SignInForm(request), "next": "", "domain": passkeys.relying_party(), "refused": said, "provider": True,
    }  # fmt: skip
    return render(request, "web/sign_in.html", told, status=status)
