"""Pages of the furniture itself: signing in and out, language, large text, the palette, pages for errors."""

from __future__ import annotations

import logging
import sys
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django import forms
from django.conf import settings
from django.contrib.auth import login
from django.contrib.auth import views as auth_views
from django.contrib.auth.forms import AuthenticationForm
from django.db import transaction
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import timezone
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from yinuo.ground.access.rates import counters
from yinuo.ground.factors import passkeys
from yinuo.ground.factors.second import passes
from yinuo.ground.federation.provider import is_configured
from yinuo.ground.people.models import User, username_form
from yinuo.ground.people.sign_in import StaffBackend
from yinuo.ground.vitals import trace
from yinuo.web.context import TEXT_COOKIE
from yinuo.web.language import YEAR, known, remember
from yinuo.web.outage import RETRY_AFTER, outage
from yinuo.web.palette import look_up

log = logging.getLogger(__name__)
GIVEN = "_password_given"  # in a session of nobody yet
GIVEN_LASTS = timedelta(minutes=5)


class SignInForm(AuthenticationForm):
    """User name and password; wrong, unknown, inactive and locked are told alike."""

    error_messages = {  # as the base class has it
        "invalid_login": gettext_lazy(
            "The user name or the password is wrong. After five failures sign-in is refused for fifteen minutes."
        ),
        "inactive": gettext_lazy("The user name or the password is wrong."),
    }

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["username"].label = _("User name")


class SignIn(auth_views.LoginView):
    """Password sign-in; the form's own errors say what is wrong."""

    template_name = "web/sign_in.html"
    redirect_authenticated_user = True
    authentication_form = SignInForm
    extra_context = {"demonstration": settings.DEMONSTRATION}

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """With where passkeys work, and whether the bank has an identity provider."""
        more = {"domain": passkeys.relying_party(), "provider": is_configured()}
        return super().get_context_data(**kwargs) | more

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """Also counted by name: guesses at one name from many addresses."""
        name = username_form(request.POST.get("username", ""))
        if name:
            counters.take("sign_in.name", name[:64])
        return super().post(request, *args, **kwargs)

    def form_valid(self, form: AuthenticationForm) -> HttpResponse:
        """Whoever has a second factor is not signed in by a password; the session says only that it was given."""
        user = form.get_user()
        if not user.second_factor:
            return super().form_valid(form)
        return give(self.request, user, self.get_success_url())


class SecondForm(forms.Form):
    """The code of the app, or a recovery code."""

    code = forms.CharField(
        label=gettext_lazy("One-time code"),
        help_text=gettext_lazy("Six digits from the app on your phone, or one of your recovery codes."),
        max_length=40,
        widget=forms.TextInput(attrs={"autocomplete": "one-time-code", "autofocus": True}),
        error_messages={"required": gettext_lazy("Please fill this in.")},
    )


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def second(request: HttpRequest) -> HttpResponse:
    """The second factor of whoever gave the right password within the last minutes; then they are signed in."""
    user, following = password_given(request)
    if user is None:
        return HttpResponseRedirect(str(settings.LOGIN_URL))
    form = SecondForm(request.POST or None)
    if form.is_valid():
        if passes(user, form.cleaned_data["code"]):
            return signed_in(request, user, following)
        form.add_error(
            "code",
            _("The code is wrong or was used. After five failures it is refused for fifteen minutes."),
        )
    return second_page(request, user, form)


def second_page(request: HttpRequest, user: User, form: forms.Form, *, refused: bool = False) -> HttpResponse:
    """Where the second factor is asked for; `refused`: a passkey that was shown is not taken."""
    shown = {
        "form": form,
        "refused": refused,
        "has_passkey": bool(passkeys.of(user.pk)),
        "domain": passkeys.relying_party(),
    }
    return render(request, "web/second.html", shown, status=422 if form.errors or refused else 200)


def give(request: HttpRequest, user: User, following: str) -> HttpResponse:
    """Whoever has shown one factor is asked for the second; the session says only that the first was given."""
    request.session.flush()
    given = {"user": str(user.pk), "at": timezone.now().isoformat(), "next": following}
    request.session[GIVEN] = given
    return HttpResponseRedirect(reverse("web:second"))


def password_given(request: HttpRequest) -> tuple[User | None, str]:
    """Who gave the right password in this session within the last minutes, and where they wanted to go."""
    given = request.session.get(GIVEN)
    if given is None or timezone.now() - datetime.fromisoformat(given["at"]) > GIVEN_LASTS:
        return None, ""
    return StaffBackend().get_user(UUID(given["user"])), given["next"]


def signed_in(request: HttpRequest, user: User, following: str) -> HttpResponse:
    """Begin the session of whoever has shown all that is asked for."""
    request.session.flush()
    login(request, user, backend=settings.AUTHENTICATION_BACKENDS[0])
    return HttpResponseRedirect(following)


class SignOut(auth_views.LogoutView):
    """POST only. The browser forgets what it still holds of the pages, also of those it went back and forth between."""

    next_page = str(settings.LOGIN_URL)

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """Sign out; the session and the fact that ends its live streams go together."""
        with transaction.atomic():
            response = super().post(request, *args, **kwargs)
        response.headers["Clear-Site-Data"] = '"cache"'
        return response


@require_POST
def language(request: HttpRequest) -> HttpResponse:
    """Remember a language and go back to the same page with the same filters."""
    response = HttpResponseRedirect(safe_next(request))
    code = known(request.POST.get("language"))
    if code:
        remember(response, code)
    return response


@require_POST
def large_text(request: HttpRequest) -> HttpResponse:
    """Switch the root from 16 to 20 px and back."""
    response = HttpResponseRedirect(safe_next(request))
    if request.POST.get("text") == "large":
        response.set_cookie(TEXT_COOKIE, "large", max_age=YEAR, samesite="Lax", httponly=True)
    else:
        response.delete_cookie(TEXT_COOKIE, samesite="Lax")
    return response


def safe_next(request: HttpRequest, otherwise: str = "/") -> str:
    """Where `next` points if that is on this host, with ?lang= taken out so that the cookie decides."""
    wanted = request.POST.get("next") or request.GET.get("next") or ""
    safe = url_has_allowed_host_and_scheme(wanted, {request.get_host()}, require_https=request.is_secure())
    if not safe:
        return otherwise
    path, _mark, query = wanted.partition("?")
    kept = [part for part in query.split("&") if part and not part.startswith("lang=")]
    return f"{path}?{'&'.join(kept)}" if kept else path


@require_GET
def palette(request: HttpRequest) -> HttpResponse:
    """A fragment: what Ctrl K finds. Nothing for somebody who has not signed in."""
    if not getattr(getattr(request, "user", None), "is_authenticated", False):
        return HttpResponse(status=403)
    asked = request.GET.get("q", "")
    return render(request, "web/palette.html", {"groups": look_up(request, asked), "asked": asked.strip()})


def refused(request: HttpRequest, exception: BaseException | None = None) -> HttpResponse:
    """403: the page that names the missing grant. Mount as handler403."""
    verb = getattr(exception, "verb", "")
    return render(
        request, "web/403.html", {"verb": verb, "reason": "" if verb else str(exception or "")}, status=403
    )


def unreadable(request: HttpRequest, exception: BaseException | None = None) -> HttpResponse:
    """400: headers, fields or a body that cannot be read. Mount as handler400."""
    return HttpResponse(render_to_string("web/400.html", _language()), status=400)


def stale(request: HttpRequest, reason: str = "") -> HttpResponse:
    """403: a form without its token, or with an old one. Set as CSRF_FAILURE_VIEW."""
    return HttpResponse(render_to_string("web/400.html", {**_language(), "stale": True}), status=403)


def missing(request: HttpRequest, exception: BaseException | None = None) -> HttpResponse:
    """404: the same words whether it is hidden or does not exist. Mount as handler404."""
    return HttpResponse(render_to_string("web/404.html", _language()), status=404)


def broken(request: HttpRequest) -> HttpResponse:
    """500: nothing but a template without queries, and a number to find the trouble in the log by. 503 or 507 where the
    database is away or a disk is full."""
    number = trace.current() or trace.begin()
    match = getattr(request, "resolver_match", None)
    log.error(
        "trace %s: %s %s", number, request.method, match.route if match else "?"
    )  # no path: it may hold a code
    status = outage(sys.exception())
    try:
        page = render_to_string("web/500.html", {**_language(), "trace": number, "outage": status})
    except Exception:  # the templates themselves may be what broke
        log.exception("trace %s: the page for errors broke too", number)
        return HttpResponse(f"500 {number}\n", status=500, content_type="text/plain")
    return HttpResponse(
        page, status=status or 500, headers={"Retry-After": str(RETRY_AFTER)} if status else None
    )


def _language() -> dict[str, Any]:
    from django.utils.translation import get_language

    from yinuo.web.language import HTML_CODES

    return {"html_lang": HTML_CODES.get(get_language() or "", "zh-Hans")}
