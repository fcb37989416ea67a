"""Drafts of the portal: kept as the customer types, opened only by the customer's own browser."""

from __future__ import annotations

import hashlib
import json
import secrets
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.utils import timezone

from yinuo.channels.portal.models import PortalDraft
from yinuo.ground.files.models import StoredFile
from yinuo.ground.jobs.context import JobContext
from yinuo.ground.vault.ciphertext import CiphertextRefused, decrypt, derive, encrypt

COOKIE = "yinuo_draft"
KEPT = timedelta(days=7)
CONTEXT = b"portal draft"
OWNER = "portal_draft"
PROOF = "portal_proof"  # files of a draft that prove that somebody may speak for the customer


@dataclass(slots=True)
class Kept:
    """One customer's draft: its row (None before anything was saved), its token, what was typed step by step."""

    token: str
    row: PortalDraft | None = None
    values: dict[str, Any] = field(default_factory=dict)

    @property
    def files(self) -> list[StoredFile]:
        """What was uploaded so far."""
        return self._files(OWNER)

    @property
    def proofs(self) -> list[StoredFile]:
        """What was uploaded to prove that they may speak for the customer."""
        return self._files(PROOF)

    def _files(self, kind: str) -> list[StoredFile]:
        if self.row is None:
            return []
        return list(StoredFile.objects.filter(owner_kind=kind, owner_id=self.row.pk).order_by("uploaded_at"))


def opened(request: HttpRequest) -> Kept:
    """The draft of this browser; an empty one if there is none, it is too old, or it was sent."""
    token = request.COOKIES.get(COOKIE, "")
    if not 20 <= len(token) <= 100:
        return Kept(secrets.token_urlsafe(32))
    row = PortalDraft.objects.filter(token_hash=_hash(token), saved_at__gt=timezone.now() - KEPT).first()
    if row is None:
        return Kept(secrets.token_urlsafe(32))
    try:
        return Kept(token, row, json.loads(decrypt(_key(token), row.sealed, CONTEXT)))
    except CiphertextRefused:
        return Kept(secrets.token_urlsafe(32))


def save(kept: Kept, step: str, values: dict[str, Any]) -> datetime:
    """Keep what one step holds now; returns when it was saved."""
    kept.values[step] = values
    now = timezone.now()
    sealed = encrypt(_key(kept.token), json.dumps(kept.values, ensure_ascii=False), CONTEXT)
    kept.row, _made = PortalDraft.objects.update_or_create(
        token_hash=_hash(kept.token), defaults={"sealed": sealed, "saved_at": now}
    )
    return now


def ensure(kept: Kept) -> PortalDraft:
    """The row, made if nothing was typed before a file came."""
    if kept.row is None:
        save(kept, "files", {})
    if kept.row is None:
        raise RuntimeError("a saved draft has a row")
    return kept.row


def claim(kept: Kept) -> bool:
    """Take the draft off the shelf to send it; False if it was sent already. Call inside the sending transaction."""
    return kept.row is not None and PortalDraft.objects.filter(pk=kept.row.pk).delete()[0] == 1


def set_cookie(response: HttpResponse, kept: Kept) -> HttpResponse:
    """Give the browser its token."""
    response.set_cookie(
        COOKIE, kept.token, max_age=KEPT, httponly=True, samesite="Lax", secure=settings.SESSION_COOKIE_SECURE,
        path="/s",
    )  # fmt: skip
    return response


def clean_up(now: datetime) -> int:
    """Delete drafts nobody sent within seven days, with their files' records; returns how many."""
    old = PortalDraft.objects.filter(saved_at__lt=now - KEPT)
    ids = list(old.values_list("pk", flat=True)[:1000])
    StoredFile.objects.filter(owner_kind__in=(OWNER, PROOF), owner_id__in=ids).delete()
    PortalDraft.objects.filter(pk__in=ids).delete()
    return len(ids)


def _hash(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()


def _key(token: str) -> bytes:
    return derive(token.encode(), "portal draft")


def clean_up_job(context: JobContext) -> dict[str, int]:
    """The periodic job: delete what nobody will send any more."""
    deleted = 0
    while found := clean_up(timezone.now()):
        deleted += found
        context.progress(deleted)
    return {"deleted": deleted}
