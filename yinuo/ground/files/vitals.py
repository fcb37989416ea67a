"""Whether files are scanned, and whether malware waits for somebody to look into it."""

from __future__ import annotations

from datetime import datetime

from django.utils.translation import gettext_lazy as _

from yinuo.ground.files import quarantine
from yinuo.ground.files.models import Scan, StoredFile
from yinuo.ground.vitals.registry import COUNT, SECONDS, Vital, age, declare_vital


def _oldest_waiting(now: datetime) -> float:
    waiting = StoredFile.objects.filter(scan=Scan.WAITING).order_by("uploaded_at")
    return age(now, waiting.values_list("uploaded_at", flat=True).first())


def _in_quarantine(now: datetime) -> float:
    del now
    return sum(1 for _each in quarantine.all_kept())


declare_vital(
    Vital(
        "files.oldest", _("Oldest file that is not scanned"), SECONDS, 900, _oldest_waiting,
        _("See whether the scanner for malware answers: yinuo doctor."),
    )
)  # fmt: skip
declare_vital(
    Vital(
        "files.quarantine", _("Files in quarantine"), COUNT, 0, _in_quarantine,
        _("See what they are and who sent them: yinuo quarantine. Remove them when that is done."),
    )
)  # fmt: skip
