"""One's own account: where one is signed in, one's password, saying again who one is."""

from __future__ import annotations

from django.conf import settings
from django.contrib import messages
from django.contrib.auth import update_session_auth_hash
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from yinuo.ground.access.middleware import StaffRequest
from yinuo.ground.access.views_guard import signed_in, signed_in_anyhow
from yinuo.ground.factors import passkeys
from yinuo.ground.factors.second import codes_left, has_app
from yinuo.ground.people import passwords, whereabouts
from yinuo.ground.people.sessions import CONFIRMED_AT, row_key
from yinuo.packs.accounts.forms import ConfirmForm, PasswordForm
from yinuo.packs.accounts.lines import lines
from yinuo.web.formats import moment
from yinuo.web.views import safe_next


@require_safe
@never_cache
@signed_in
def account(request: StaffRequest) -> HttpResponse:
    """The session that asks first, then the one seen last."""
    now, here = timezone.now(), row_key(request.session.session_key or "")
    found = sorted(whereabouts.sessions_of(request.user.pk, now), key=lambda one: one.session_key != here)
    since = request.user.password_set_at
    shown = {
        "sessions": lines(found, now, here),
        "others": sum(one.session_key != here for one in found),
        "password_since": moment(since) if since else "",
        "idle_minutes": round(settings.SESSION_IDLE_SECONDS / 60),
        "factor": request.user.second_factor,
        "has_app": request.user.second_factor and has_app(request.user),
        "codes_left": codes_left(request.user) if request.user.second_factor else 0,
        "passkeys": passkeys.of(request.user.pk) if request.user.second_factor else [],
        "now": now,
        "hours": round(settings.SESSION_COOKIE_AGE / 3600),
    }
    return render(request, "accounts/mine.html", shown)


@require_POST
@signed_in
def end(request: StaffRequest, session: str) -> HttpResponse:
    """End one of one's own sessions; those of others are not there."""
    if not whereabouts.end_sessions(request.user.pk, by=request.user.pk, why=whereabouts.OWN, only=session):
        raise Http404
    messages.success(request, _("Signed out there."))
    return redirect("accounts:mine")


@require_POST
@signed_in
def end_others(request: StaffRequest) -> HttpResponse:
    """End all one's sessions but this."""
    key = request.session.session_key
    whereabouts.end_sessions(request.user.pk, by=request.user.pk, why=whereabouts.OWN, but=key)
    messages.success(request, _("You are signed in here only."))
    return redirect("accounts:mine")


@sensitive_post_parameters()
@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
@signed_in_anyhow
def password(request: StaffRequest) -> HttpResponse:
    """Choose another password; all other sessions end, and this one gets another id."""
    form = PasswordForm(request.POST or None, request=request, user=request.user)
    if request.method == "POST" and form.is_valid():
        passwords.change(request.user, form.cleaned_data["new"], session=request.session.session_key or "")
        update_session_auth_hash(request, request.user)
        messages.success(request, _("Your password is changed. You are signed in here only."))
        return redirect("accounts:mine")
    shown = {"form": form, "must": passwords.must_change(request.user), "least": settings.PASSWORD_LENGTH}
    return render(request, "accounts/password.html", shown, status=422 if form.errors else 200)


@sensitive_post_parameters()
@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
@signed_in_anyhow
def confirm(request: StaffRequest) -> HttpResponse:
    """Say again who one is, and go on where that was asked for."""
    form = ConfirmForm(request.POST or None, request=request, user=request.user)
    if request.method == "POST" and form.is_valid():
        request.session[CONFIRMED_AT] = timezone.now().isoformat()
        return redirect(safe_next(request, "/accounts/mine"))
    shown = {"form": form, "next": safe_next(request, "/accounts/mine")}
    return render(request, "accounts/confirm.html", shown, status=422 if form.errors else 200)
