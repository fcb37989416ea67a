"""Files that came while the scanner did not answer: scanned as soon as it does, and given to nobody before."""

from __future__ import annotations

import re
from datetime import datetime, timedelta

from django.db import transaction
from django.utils import timezone

from yinuo.facts.gate import record
from yinuo.ground.files import quarantine
from yinuo.ground.files.contents import opened
from yinuo.ground.files.kinds import INFECTED
from yinuo.ground.files.models import Scan, StoredFile
from yinuo.ground.files.scanner import Scanner, ScannerAway, scanner
from yinuo.ground.files.store import FileDamaged, chunks_of, store
from yinuo.ground.jobs.context import JobContext
from yinuo.ground.jobs.models import Job, State
from yinuo.ground.jobs.run import enqueue_later

JOB = "files.scan"
AGAIN = timedelta(minutes=1)  # between two attempts to reach the scanner


def wait_for_scanner() -> None:
    """See to it that waiting files are scanned: one job, however many wait."""
    if not Job.objects.filter(kind=JOB, state=State.WAITING).exists():
        enqueue_later(AGAIN, JOB)


def scan_waiting(context: JobContext) -> None:
    """The job: scan what waits, the longest first; where the scanner is still away, once more in a minute."""
    asked = scanner()
    waiting = StoredFile.objects.filter(scan=Scan.WAITING).order_by("uploaded_at")
    if asked is None:  # it was switched off meanwhile: files are as those that nobody scanned
        waiting.update(scan=Scan.NONE)
        return
    total = waiting.count()
    for done, file in enumerate(list(waiting)):
        try:
            _scan(file, asked, timezone.now())
        except ScannerAway:
            wait_for_scanner()
            return
        context.progress(done + 1, total)


def _scan(file: StoredFile, asked: Scanner, now: datetime) -> None:
    try:
        with opened(file) as stream:
            verdict = asked.scan(chunks_of(stream))
    except FileDamaged:
        return  # nothing to scan; whoever opens it hears that its bytes are gone
    if verdict.clean:
        StoredFile.objects.filter(pk=file.pk).update(scan=Scan.CLEAN)
        return
    with opened(file) as stream:
        quarantine.keep(
            chunks_of(stream), verdict.found, owner_kind=file.owner_kind, owner_id=file.owner_id, at=now
        )
    with transaction.atomic():
        StoredFile.objects.filter(pk=file.pk).update(scan=Scan.INFECTED)
        record(INFECTED.name, file=file.pk, found=_code(verdict.found))
    store().path(file.sha256).unlink(missing_ok=True)


def _code(found: str) -> str:
    return re.sub(r"[^A-Za-z0-9._:/-]+", "-", found)[:80] or "unnamed"
