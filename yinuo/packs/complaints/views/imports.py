"""Reading a public complaint file: upload, look, import, follow, stop, go on."""

from __future__ import annotations

from pathlib import Path
from typing import Any
from uuid import UUID

from django.http import FileResponse, Http404, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from yinuo.facts.ids import new_id
from yinuo.ground.access.middleware import StaffRequest
from yinuo.ground.access.views_guard import needs
from yinuo.ground.jobs.models import Job
from yinuo.ground.jobs.run import ask_to_cancel, enqueue
from yinuo.ground.tables import TableRefused
from yinuo.packs.complaints.imports.jobs import IMPORT, LOOK, folder
from yinuo.packs.complaints.ledger.load import check
from yinuo.web.formats import number
from yinuo.web.parts import Pair

MOST_BYTES = 20 * 1024 * 1024


@needs("complaints.import")
def start(request: StaffRequest) -> HttpResponse:
    """Choose a file; it is looked at before anything is written."""
    problem = ""
    upload = request.FILES.get("file")
    if request.method == "POST":
        if upload is None:
            problem = _("Choose a file first.")
        elif upload.size and upload.size > MOST_BYTES:
            problem = _("The file is larger than 20 MB; use the command line: yinuo import complaints FILE")
        else:
            path = folder() / f"{new_id()}{Path(upload.name or '').suffix.lower()[:6]}"
            with path.open("wb") as out:
                out.writelines(upload.chunks())
            try:
                check(path, max_bytes=MOST_BYTES)
            except TableRefused as error:
                path.unlink()
                problem = str(error.text)
            else:
                job = _enqueue(LOOK, request, path.name, (upload.name or "")[:200])
                return redirect("complaints:import-job", job.pk)
    jobs = Job.objects.filter(kind__in=(LOOK, IMPORT), by=request.user.pk).order_by("-created_at")[:10]
    return render(
        request, "complaints/import.html", {"problem": problem, "jobs": jobs}, status=422 if problem else 200
    )


def _enqueue(kind: str, request: StaffRequest, stored: str, name: str) -> Job:
    arguments = {"stored": stored, "name": name, "language": get_language() or "zh-hans"}
    return enqueue(kind, by=request.user.pk, **arguments)


def _job(request: StaffRequest, job_id: UUID) -> Job:
    job = Job.objects.filter(pk=job_id, kind__in=(LOOK, IMPORT), by=request.user.pk).first()
    if job is None:
        raise Http404
    return job


@require_safe
@needs("complaints.import")
def progress(request: StaffRequest, job_id: UUID) -> HttpResponse:
    """How far it is; when it is done, what it found."""
    job = _job(request, job_id)
    result, looking = job.result or {}, job.kind == LOOK
    running = job.state in ("waiting", "running")
    names = {
        "rows": _("Rows in the file"),
        "new": _("New"),
        "known": _("Here already"),
        "refused": _("Refused"),
        "flagged": _("Possible duplicates, kept"),
        "left_out": _("Sub-totals, left out"),
    }
    return render(
        request,
        "complaints/import_job.html",
        {
            "job": job,
            "looking": looking,
            "result": result,
            "running": running,
            "failed": _failure(job),
            "unmapped": _unmapped(result),
            "outcome": [Pair(name, number(result.get(key))) for key, name in names.items()],
            "may_import": bool(result.get("new") if looking else result.get("cancelled")),
        },
    )


def _failure(job: Job) -> str:
    """Why it failed, "" if it did not; an error nobody foresaw is named as the log names it."""
    if job.state not in ("failed", "dead"):
        return ""
    if kept := (job.result or {}).get("table_refused"):
        return str(TableRefused.from_json(kept).text)
    return _(
        "The work broke off, also when tried again, and was given up (%(error)s). What was imported before stays."
    ) % {"error": job.note}


def _unmapped(result: dict[str, Any]) -> list[tuple[str, str, int]]:
    """Words of the file without a rule: (of what, the words, how often)."""
    names = {
        "product": _("Product"),
        "issue": _("Issue"),
        "via": _("Submitted via"),
        "response": _("Company response"),
    }
    split = [(*words.partition(": ")[::2], n) for words, n in result.get("unmapped", [])]
    return [(names.get(name, name), words, n) for name, words, n in split]


@needs("complaints.import")
def act(request: StaffRequest, job_id: UUID, verb: str) -> HttpResponseBase:
    """Import what was looked at, stop, go on where it stopped, or fetch the refused rows."""
    job = _job(request, job_id)
    if verb == "errors" and request.method == "GET":
        return _errors(job)
    if verb not in ("import", "stop") or request.method != "POST":
        raise Http404
    if verb == "stop":
        ask_to_cancel(job.pk)
        return redirect("complaints:import-job", job.pk)
    again = _enqueue(IMPORT, request, job.arguments["stored"], job.arguments["name"])
    return redirect("complaints:import-job", again.pk)


def _errors(job: Job) -> HttpResponseBase:
    path = folder() / f"{job.pk}.errors.csv"
    if not path.exists():
        raise Http404
    return FileResponse(
        path.open("rb"), as_attachment=True, filename="errors.csv", content_type="text/csv; charset=utf-8"
    )
