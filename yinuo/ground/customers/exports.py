"""Everything held on a customer, for the customer: asked for, made apart, released by somebody else, gone after a week.

What is made lies encrypted in a folder of its own, outside files and backups. Its password stands sealed with the customer's
key until it is shown, once, to whoever asked; so a copy of the folder opens nothing, and nothing of somebody erased.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta
from pathlib import Path
from uuid import UUID

from django.conf import settings
from django.db import transaction
from django.utils import timezone

from yinuo.facts.gate import record
from yinuo.ground.customers.models import PersonExport
from yinuo.ground.vault.models import SubjectKey

KEPT = timedelta(days=7)
State = PersonExport.State
UNDER_WAY, NOT_NOW, SAME_PERSON, NO_REASON, ERASED = (
    "under_way",
    "not_now",
    "same_person",
    "no_reason",
    "erased",
)


class ExportRefused(Exception):
    """Nothing happened; `why` is a code."""

    def __init__(self, why: str) -> None:
        self.why = why
        super().__init__(why)


def folder() -> Path:
    """Where what was made lies."""
    return Path(settings.YINUO_HOME) / "exports"


def path_of(export_id: UUID) -> Path:
    """The file of an export; it may be there no more."""
    return folder() / f"{export_id}.zip"


@transaction.atomic
def ask(customer_id: UUID, *, case: UUID, by: UUID, at: datetime | None = None) -> PersonExport:
    """Begin one. ExportRefused while another of the same customer is on its way, and for somebody erased."""
    key = SubjectKey.objects.select_for_update().filter(pk=customer_id, destroyed_at=None).first()
    if key is None:
        raise ExportRefused(ERASED)
    if PersonExport.objects.filter(customer_id=customer_id, state__in=(State.ASKED, State.MADE)).exists():
        raise ExportRefused(UNDER_WAY)
    at = at or timezone.now()
    made = PersonExport.objects.create(customer_id=customer_id, case=case, asked_by=by, asked_at=at)
    record("customers.export_asked", by=by, at=at, customer=customer_id, export=made.pk)
    return made


@transaction.atomic
def keep(
    export_id: UUID,
    *,
    password: str,
    sha256: str,
    told: Mapping[str, int],
    files: int,
    at: datetime | None = None,
) -> None:
    """The file lies there: what is in it, by counts. Whoever made it twice keeps the last."""
    at = at or timezone.now()
    export = _locked(export_id, State.ASKED)
    export.password, export.sha256, export.told = password, sha256, {**told, "uploads": files}
    export.state, export.made_at, export.expires_at = State.MADE, at, at + KEPT
    export.save()
    record(
        "customers.export_made", at=at, customer=export.customer_id, export=export.pk,
        rows=sum(told.values()), files=files,
    )  # fmt: skip


@transaction.atomic
def decide(
    export_id: UUID, *, granted: bool, by: UUID, reason: str = "", at: datetime | None = None
) -> PersonExport:
    """Somebody other than who asked lets it leave, or refuses it with a code of the law; refused, the file goes."""
    at = at or timezone.now()
    export = _locked(export_id, State.MADE)
    if by == export.asked_by:
        raise ExportRefused(SAME_PERSON)
    if not granted and not reason:
        raise ExportRefused(NO_REASON)
    export.state = State.RELEASED if granted else State.REFUSED
    export.decided_by, export.decided_at, export.reason = by, at, "" if granted else reason
    if not granted:
        export.password = ""  # nosec B105 # none is kept any more
        transaction.on_commit(lambda: path_of(export_id).unlink(missing_ok=True))
    export.save()
    record(
        "customers.export_decided", by=by, at=at, customer=export.customer_id, export=export.pk,
        granted=granted, reason=export.reason or None,
    )  # fmt: skip
    return export


@transaction.atomic
def fetched(export_id: UUID, *, by: UUID, at: datetime | None = None) -> Path:
    """The file, for whoever hands it to the customer; that it was taken is a fact. ExportRefused before its release and after."""
    at = at or timezone.now()
    export = _open(export_id, at)
    record("customers.export_fetched", by=by, at=at, customer=export.customer_id, export=export.pk)
    return path_of(export_id)


@transaction.atomic
def password_once(export_id: UUID, *, by: UUID, at: datetime | None = None) -> str:
    """The password, to whoever asked for the export, this once: afterwards nobody has it but the customer."""
    at = at or timezone.now()
    export = _open(export_id, at)
    if by != export.asked_by or not export.password:
        raise ExportRefused(NOT_NOW)
    password = export.password
    export.password = ""  # nosec B105 # none is kept any more
    export.save(update_fields=["password"])
    record("customers.export_password_shown", by=by, at=at, customer=export.customer_id, export=export.pk)
    return password


def expire(at: datetime | None = None) -> int:
    """Take away what is past its week; how many."""
    at = at or timezone.now()
    over = PersonExport.objects.filter(expires_at__lte=at, state__in=(State.MADE, State.RELEASED))
    return sum(_gone(export_id, at) for export_id in over.values_list("pk", flat=True))


def forget(customer_id: UUID) -> int:
    """Somebody is erased: what was made of them goes with them. It opens no more in any case. No file of theirs counts."""
    for export in PersonExport.objects.filter(customer_id=customer_id):
        path = path_of(export.pk)
        transaction.on_commit(lambda path=path: path.unlink(missing_ok=True))  # type: ignore[misc]
    PersonExport.objects.filter(customer_id=customer_id).exclude(state=State.REFUSED).update(
        state=State.EXPIRED, password=b""
    )
    return 0


@transaction.atomic
def _gone(export_id: UUID, at: datetime) -> bool:
    export = PersonExport.objects.select_for_update().get(pk=export_id)
    if export.state not in (State.MADE, State.RELEASED):
        return False
    export.state, export.password = State.EXPIRED, ""
    export.save(update_fields=["state", "password"])
    record("customers.export_expired", at=at, customer=export.customer_id, export=export.pk)
    transaction.on_commit(lambda: path_of(export_id).unlink(missing_ok=True))
    return True


def _locked(export_id: UUID, state: str) -> PersonExport:
    export = PersonExport.objects.select_for_update().get(pk=export_id)
    if export.state != state:
        raise ExportRefused(NOT_NOW)
    return export


def _open(export_id: UUID, at: datetime) -> PersonExport:
    export = _locked(export_id, State.RELEASED)
    if export.expires_at is None or at >= export.expires_at or not path_of(export_id).exists():
        raise ExportRefused(NOT_NOW)
    return export
