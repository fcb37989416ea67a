"""What customers see: the entry, the complaint in three steps, the tracking page. Nobody signs in here."""

from __future__ import annotations

from typing import Any

from django import forms as django_forms
from django.db import transaction
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.cache import patch_cache_control
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from yinuo.channels.portal import drafts
from yinuo.channels.portal.promises import promise_strip
from yinuo.engines.cases.models import Case
from yinuo.engines.cases.moves import CaseRefused
from yinuo.ground.access.views_guard import public
from yinuo.ground.files.intake import FileRefused
from yinuo.ground.files.intake import accept as accept_file
from yinuo.ground.files.models import StoredFile
from yinuo.packs.complaints import actions, forms, queries

STEPS = ("who", "what", "check")


@require_safe
@public("the portal's entry is for everybody")
def entry(request: HttpRequest) -> HttpResponse:
    """What can be done here, and how well the bank keeps its public promises."""
    return render(request, "portal/entry.html", promise_strip())


@require_http_methods(["GET", "HEAD", "POST"])
@public("customers complain without an account")
def who(request: HttpRequest) -> HttpResponse:
    """Step 1: who you are and how to reach you."""
    kept = drafts.opened(request)
    form = forms.ContactForm(request.POST or None, initial=kept.values.get("who"))
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
    if not forms.ContactForm(kept.values.get("who")).is_valid():
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
def check(request: HttpRequest) -> HttpResponse:
    """Step 3: read it once more and send it."""
    kept = drafts.opened(request)
    contact, said = forms.ContactForm(kept.values.get("who")), forms.WordsForm(kept.values.get("what"))
    if not contact.is_valid():
        return redirect("portal:who")
    if not said.is_valid():
        return redirect("portal:what")
    if request.method == "POST":
        return _send(request, kept, contact.cleaned_data, said.cleaned_data)
    return _step(request, kept, "check", said, {"contact": contact.cleaned_data, "said": said.cleaned_data})


def _send(request: HttpRequest, kept: drafts.Kept, contact: dict[str, Any], said: dict[str, Any]) -> HttpResponse:
    """Take the complaint in and hand its files over; sent twice, it is still one complaint."""
    files = kept.files
    arrival = forms.arrival(
        contact, said, language=get_language() or "zh-hans", source=forms.PORTAL_SOURCE, files=len(files)
    )
    with transaction.atomic():
        if not drafts.claim(kept):
            return redirect("portal:sent")  # the same draft sent twice at once: the first one counts
        received = actions.receive(arrival, handling_unit=queries.handling_unit().pk, by=None, origin="portal")
        StoredFile.objects.filter(pk__in=[file.pk for file in files]).update(
            owner_kind="case", owner_id=received.case_id
        )
    request.session["sent"] = {"number": received.number, "code": received.code}
    response = redirect("portal:sent")
    response.delete_cookie(drafts.COOKIE, path="/s")
    return response


@require_safe
@public("the session holds only what this browser sent itself")
def sent(request: HttpRequest) -> HttpResponse:
    """Received: the number, the code, what happens next."""
    told = request.session.get("sent")
    case = queries.by_tracking_code(told["code"]) if told else None
    if told is None or case is None:
        return redirect("portal:entry")
    page = render(
        request,
        "portal/sent.html",
        {"case": case, "code": actions.shown(told["code"]), "clocks": _public_clocks(case)},
    )
    return _private(page)


@require_http_methods(["GET", "HEAD", "POST"])
@public("the tracking code is the key")
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
    page = render(
        request,
        "portal/track.html",
        {
            "case": case,
            "code": code,
            "form": form,
            "refusal": refusal,
            "steps": _public_steps(case),
            "clocks": _public_clocks(case),
            "matters": list(case.complaint.matters.all()),
            "messages_shown": [note for note in case.notes.order_by("written_at") if note.by_customer],
            "files": StoredFile.objects.filter(owner_kind="case", owner_id=case.pk).order_by("uploaded_at"),
            "waits_for_customer": "ask" in case.step.split(","),
        },
        status=409 if refusal else 200 if request.method != "POST" else 422,
    )
    return _private(page)


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
    """Take one or more files into the draft; each that is refused is named with its reason."""
    kept = drafts.opened(request)
    row = drafts.ensure(kept)
    refused = []
    for upload in request.FILES.getlist("files"):
        try:
            accept_file(upload, owner_kind=drafts.OWNER, owner_id=row.pk)
        except FileRefused as error:
            refused.append({"name": upload.name, "reason": str(error)})
    page = render(request, "portal/_files.html", {"files": kept.files, "refused": refused})
    return drafts.set_cookie(page, kept)


@require_POST
@public("only the browser that holds the draft's token reaches its files")
def drop_file(request: HttpRequest, file_id: str) -> HttpResponse:
    """Take a file out of the draft again."""
    kept = drafts.opened(request)
    if kept.row is not None:
        StoredFile.objects.filter(pk=file_id, owner_kind=drafts.OWNER, owner_id=kept.row.pk).delete()
    return drafts.set_cookie(render(request, "portal/_files.html", {"files": kept.files, "refused": []}), kept)


def _typed(request: HttpRequest) -> dict[str, Any]:
    """What was typed, as text; checked when the step is sent."""
    hidden = {"csrfmiddlewaretoken", "back"}
    typed: dict[str, Any] = {key: request.POST.get(key, "")[:4000] for key in request.POST if key not in hidden}
    typed["requests"] = request.POST.getlist("requests")[:20]
    return typed


def _step(
    request: HttpRequest, kept: drafts.Kept, step: str, form: django_forms.Form, more: dict[str, Any] | None = None
) -> HttpResponse:
    page = render(
        request,
        f"portal/complaint_{step}.html",
        {"form": form, "step": step, "steps": STEPS, "files": kept.files, "refused": [], "kept": kept.row, **(more or {})},
        status=422 if form.is_bound and form.errors else 200,
    )
    return drafts.set_cookie(_private(page), kept)


def _private(page: HttpResponse) -> HttpResponse:
    """No cache keeps what a customer typed or may see with a code."""
    patch_cache_control(page, no_store=True, private=True)
    return page


def _public_steps(case: Case) -> list[dict[str, Any]]:
    """Five plain steps a customer understands, from the facts of the case."""
    done = {step.key: step.done_at for step in case.steps.filter(done_at__isnull=False).order_by("serial")}
    shown: list[dict[str, Any]] = [
        {"name": _("We received your complaint"), "at": case.opened_at, "state": "done"},
        {"name": _("Confirmed, somebody is responsible"), "at": done.get("register")},
        {"name": _("Looking into it"), "at": done.get("investigate")},
        {"name": _("Answer to you"), "at": done.get("answer")},
        {"name": _("Closed"), "at": case.closed_at},
    ]
    current = next((index for index, step in enumerate(shown) if step["at"] is None), None)
    for index, step in enumerate(shown):
        step["state"] = "done" if step["at"] else "now" if index == current else "todo"
    return shown


def _public_clocks(case: Case) -> dict[str, Any]:
    return {clock.promise: clock for clock in case.clocks.all()}
