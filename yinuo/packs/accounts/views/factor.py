"""One's second factor: added, its recovery codes, taken away; that of others, by two administrators."""

from __future__ import annotations

from uuid import UUID

import segno
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST

from yinuo.ground.access.middleware import StaffRequest
from yinuo.ground.access.views_guard import confirmed, lacks_factor, needs, signed_in, signed_in_anyhow
from yinuo.ground.factors import resets, second, totp
from yinuo.packs.accounts.forms import CodeForm
from yinuo.packs.accounts.pack import MANAGE
from yinuo.packs.accounts.views.others import other_account

ISSUER = "Yinuo"


@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
@signed_in_anyhow
@confirmed
def enrol(request: StaffRequest) -> HttpResponse:
    """The picture for the app; then its code; then the recovery codes, this once."""
    if second.has_app(request.user):
        return redirect("accounts:mine")
    secret = second.begin(request.user)
    form = CodeForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        codes = second.confirm(
            request.user, form.cleaned_data["code"], session=request.session.session_key or ""
        )
        if codes is not None:
            request.session.cycle_key()
            return render(request, "accounts/codes.html", {"codes": codes})
        form.add_error("code", _("This is not the code the app shows now. Is the clock of your phone right?"))
    shown = {
        "form": form,
        "picture": picture(totp.address(secret, request.user.username, ISSUER)),
        "secret": totp.shown(secret),
        "must": lacks_factor(request),
    }
    return render(request, "accounts/factor.html", shown, status=422 if form.errors else 200)


@require_POST
@never_cache
@signed_in
@confirmed
def codes(request: StaffRequest) -> HttpResponse:
    """Ten new ones; the former open nothing any more."""
    if not request.user.second_factor:
        return redirect("accounts:mine")
    return render(request, "accounts/codes.html", {"codes": second.new_codes(request.user)})


@require_POST
@signed_in
@confirmed
def remove(request: StaffRequest) -> HttpResponse:
    """Back to the password alone; whoever must have a second factor is led to add another."""
    second.remove(request.user, session=request.session.session_key or "")
    request.session.cycle_key()
    kept = _("The app is asked for no more.") if request.user.second_factor else ""
    messages.success(request, kept or _("Your password alone signs you in now."))
    return redirect("accounts:mine")


@require_POST
@needs(MANAGE)
@confirmed
def reset(request: StaffRequest, person_id: UUID) -> HttpResponse:
    """Asked by one administrator, granted by another."""
    person = other_account(request, person_id)
    try:
        if resets.asked_for(person.pk):
            resets.grant(person, by=request.user)
            messages.success(request, _("The second factor is taken away."))
        else:
            resets.ask(person, by=request.user)
            messages.success(request, _("Asked. A second administrator grants it on this page."))
    except resets.ResetRefused as refused:
        messages.error(request, str(refused))
    return redirect("accounts:person", person.pk)


def picture(text: str) -> SafeString:
    """A QR code as SVG without styles; of a text, nothing of which comes to stand in the page."""
    drawn = segno.make(text, error="m", micro=False).svg_inline(border=2, omitsize=True)
    return mark_safe(drawn)  # noqa: S308 # nosec B308 B703 # paths only, drawn by us
