"""One's own passkeys: added and taken away."""

from __future__ import annotations

from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST

from yinuo.ground.access.middleware import StaffRequest
from yinuo.ground.access.views_guard import confirmed, lacks_factor, signed_in, signed_in_anyhow
from yinuo.ground.factors import passkeys
from yinuo.packs.accounts.forms import PasskeyForm


@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
@signed_in_anyhow
@confirmed
def add(request: StaffRequest) -> HttpResponse:
    """A name for it, and the device is asked; then, where it is the first factor, the recovery codes, this once."""
    form = PasskeyForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        said = form.cleaned_data
        cookie = request.session.session_key or ""
        codes = passkeys.add(request.user, said["answer"], said["name"], request.session, cookie=cookie)
        if codes is not None:
            request.session.cycle_key()
            messages.success(request, _("The passkey is added. It signs you in by itself."))
            return (
                render(request, "accounts/codes.html", {"codes": codes})
                if codes
                else redirect("accounts:mine")
            )
        form.add_error(None, _("The device made no passkey that can be kept. Try again."))
    shown = {
        "form": form,
        "options": passkeys.adding(request.user, request.session),
        "domain": passkeys.relying_party(),
        "must": lacks_factor(request),
    }
    return render(request, "accounts/passkey.html", shown, status=422 if form.errors else 200)


@require_POST
@signed_in
@confirmed
def remove(request: StaffRequest, passkey_id: UUID) -> HttpResponse:
    """It signs nobody in any more; those of others are not there."""
    if not passkeys.remove(request.user, passkey_id, cookie=request.session.session_key or ""):
        raise Http404
    request.session.cycle_key()
    messages.success(request, _("The passkey is taken away. Delete it on the device too."))
    return redirect("accounts:mine")
