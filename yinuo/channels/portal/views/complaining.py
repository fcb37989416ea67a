"""The entry, and the complaint in three steps. Nobody signs in here."""

from __future__ import annotations

from http import HTTPStatus
from typing import Any

from django import forms as django_forms
from django.conf import settings
from django.db import transaction
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from yinuo.channels.portal import drafts, told
from yinuo.channels.portal.promises import promise_strip
from yinuo.channels.portal.views.privacy import private
from yinuo.engines.cases.moves import CaseRefused
from yinuo.ground.access.rates import limited
from yinuo.ground.access.views_guard import public
from yinuo.ground.files.intake import FileRefused
from yinuo.ground.files.intake import accept as accept_file
from yinuo.ground.files.models import StoredFile
from yinuo.packs.complaints import actions, forms, queries
from yinuo.web.parts import Crumb, FileMark

ORDER = ("who", "what", "check")
SENT = "yinuo_sent"  # the cookie that shows a customer their own code once more


def flow_steps() -> list[Crumb]:
    """The three steps with the way back to each."""
    names = (_("How to reach you"), _("What happened"), _("Check and send"))
    return [Crumb(name, reverse(f"portal:{key}")) for name, key in zip(names, ORDER, strict=True)]


@require_safe
@public("the portal's entry is for everybody")
def entry(request: HttpRequest) -> HttpResponse:
    """What can be done here, and how well the bank keeps its public promises."""
    return render(request, "portal/entry.html", {**promise_strip(), "waves": range(40, 260, 28)})


@require_http_methods(["GET", "HEAD", "POST"])
@public("customers complain without an account")
def who(request: HttpRequest) -> HttpResponse:
    """Step 1: who you are and how to reach you."""
    kept = drafts.opened(request)
    form = forms.BringerForm(request.POST or None, initial=kept.values.get("who"))
    if request.method == "POST":
        drafts.save(kept, "who", _typed(request))
        if form.is_valid():
            return drafts.set_cookie(redirect("portal:what"), kept)
    return _step(request, kept, "who", form)


@require_http_methods(["GET", "HEAD", "POST"])
@public("customers complain without an account")
def what(request: HttpRequest) -> HttpResponse:
    """Step 2: what happened."""
    kept = drafts.opened(request)
    if not forms.BringerForm(kept.values.get("who")).is_valid():
        return redirect("portal:who")
    form = forms.WordsForm(request.POST or None, initial=kept.values.get("what"))
    if request.method == "POST":
        drafts.save(kept, "what", _typed(request))
        if "back" in request.POST:
            return drafts.set_cookie(redirect("portal:who"), kept)
        if form.is_valid():
            return drafts.set_cookie(redirect("portal:check"), kept)
    return _step(request, kept, "what", form)


@require_http_methods(["GET", "HEAD", "POST"])
@public("customers complain without an account")
@limited("portal.send")
def check(request: HttpRequest) -> HttpResponse:
    """Step 3: read it once more and send it."""
    kept = drafts.opened(request)
    contact, said = forms.BringerForm(kept.values.get("who")), forms.WordsForm(kept.values.get("what"))
    if not contact.is_valid():
        return redirect("portal:who")
    if not said.is_valid():
        return redirect("portal:what")
    refusal = ""
    if request.method == "POST":
        try:
            return _send(kept, contact, said.cleaned_data)
        except CaseRefused as error:
            refusal = str(error)
    shown = told.check_facts(contact.cleaned_data, said.cleaned_data)
    page = _step(request, kept, "check", said, {"said": said.cleaned_data, "refusal": refusal, **shown})
    page.status_code = 409 if refusal else 200
    return page


def _send(kept: drafts.Kept, contact: forms.BringerForm, said: dict[str, Any]) -> HttpResponse:
    """Take the complaint in and hand its files over; sent twice, it is still one complaint."""
    files, language = kept.files, get_language() or "zh-hans"
    arrival = forms.arrival(
        contact.customer(), said, language=language, source=forms.PORTAL_SOURCE, files=len(files)
    )
    unit = queries.handling_unit().pk
    with transaction.atomic():
        proofs = [file.pk for file in kept.proofs]
        if not drafts.claim(kept):
            return redirect("portal:sent")  # the same draft sent twice at once: the first one counts
        if contact.cleaned_data["another"]:
            received = actions.receive_for(arrival, contact.speaker(language, proofs), handling_unit=unit)
        else:
            received = actions.receive(arrival, handling_unit=unit, by=None, origin="portal")
            StoredFile.objects.filter(pk__in=proofs).delete()  # unticked again: nobody needs them
        StoredFile.objects.filter(pk__in=[file.pk for file in files]).update(
            owner_kind="case", owner_id=received.case_id
        )
    response = redirect("portal:sent")
    # In the browser alone: a session row would show the code to whoever copies the database.
    response.set_cookie(
        SENT, received.code, max_age=3600, httponly=True, samesite="Lax", secure=settings.SESSION_COOKIE_SECURE,
        path=reverse("portal:sent"),
    )  # fmt: skip
    response.delete_cookie(drafts.COOKIE, path="/s")
    return response


@require_safe
@public("the cookie holds only what this browser sent itself")
def sent(request: HttpRequest) -> HttpResponse:
    """Received: the number, the code, what happens next."""
    code = request.COOKIES.get(SENT, "")
    case = queries.by_tracking_code(code)
    if case is None:
        return redirect("portal:entry")
    page = render(
        request,
        "portal/sent.html",
        {
            "case": case,
            "code": actions.shown(code),
            "steps": told.next_steps(case),
            "kept_back": told.is_kept_back(case),
        },
    )
    return private(page)


@require_POST
@public("customers complain without an account")
def save_draft(request: HttpRequest, step: str) -> HttpResponse:
    """Autosave of one step."""
    if step not in ("who", "what"):
        raise Http404
    kept = drafts.opened(request)
    saved_at = drafts.save(kept, step, _typed(request))
    return drafts.set_cookie(JsonResponse({"saved_at": f"{timezone.localtime(saved_at):%H:%M}"}), kept)


@require_POST
@public("customers complain without an account")
def add_file(request: HttpRequest) -> HttpResponse:
    """Take a file into the draft; one that is refused is answered with the reason in plain words."""
    return _file_added(request, drafts.OWNER)


@require_POST
@public("customers complain without an account")
def add_proof(request: HttpRequest) -> HttpResponse:
    """Take a file into the draft that proves that somebody may speak for the customer."""
    return _file_added(request, drafts.PROOF)


def _file_added(request: HttpRequest, owner_kind: str) -> HttpResponse:
    kept = drafts.opened(request)
    row = drafts.ensure(kept)
    upload = request.FILES.get("file")
    if upload is None:
        return HttpResponse(_("No file arrived."), status=400, content_type="text/plain; charset=utf-8")
    try:
        stored = accept_file(upload, owner_kind=owner_kind, owner_id=row.pk)
    except FileRefused as error:
        status = HTTPStatus.INSUFFICIENT_STORAGE if error.code == "no_room" else 422
        return HttpResponse(str(error), status=status, content_type="text/plain; charset=utf-8")
    page = render(request, "web/components/file.html", {"file": _mark(stored)})
    return drafts.set_cookie(page, kept)


@require_POST
@public("only the browser that holds the draft's token reaches its files")
def drop_file(request: HttpRequest, file_id: str) -> HttpResponse:
    """Take a file out of the draft again."""
    kept, step = drafts.opened(request), "who" if "name" in request.POST else "what"
    if kept.row is not None:
        kinds = (drafts.OWNER, drafts.PROOF)
        StoredFile.objects.filter(pk=file_id, owner_kind__in=kinds, owner_id=kept.row.pk).delete()
        if {
            "name",
            "words",
        } & request.POST.keys():  # the button sends the whole step: what was typed is not lost
            drafts.save(kept, step, _typed(request))
    return drafts.set_cookie(redirect(f"portal:{step}"), kept)


def _mark(file: StoredFile, step: str = "") -> FileMark:
    """A file as its step shows it; where it is only read once more, it is not taken out."""
    gone = "" if step == "check" else reverse("portal:drop-file", args=[file.pk])
    return FileMark.of(file, remove_url=gone)


def _typed(request: HttpRequest) -> dict[str, Any]:
    """What was typed, as text; checked when the step is sent."""
    hidden = {"csrfmiddlewaretoken", "back"}
    typed: dict[str, Any] = {
        key: request.POST.get(key, "")[:4000] for key in request.POST if key not in hidden
    }
    typed["requests"] = request.POST.getlist("requests")[:20]
    return typed


def _step(
    request: HttpRequest,
    kept: drafts.Kept,
    step: str,
    form: django_forms.Form,
    more: dict[str, Any] | None = None,
) -> HttpResponse:
    page = render(
        request,
        f"portal/complaint_{step}.html",
        {
            "form": form,
            "files": [_mark(file, step) for file in kept.files] if step != "who" else [],
            "proofs": [_mark(file, step) for file in kept.proofs] if step != "what" else [],
            "kept": kept.row,
            "flow_steps": flow_steps(),
            "flow_now": ORDER.index(step) + 1,
            "promise_facts": told.promise_facts(),
            **(more or {}),
        },
        status=422 if form.is_bound and form.errors else 200,
    )
    return drafts.set_cookie(private(page), kept)
