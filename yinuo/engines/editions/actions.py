"""The verbs of an edition: draft, approve (never one's own), retire."""

from __future__ import annotations

import hashlib
from datetime import datetime

from django.db import transaction
from django.db.models import Max
from django.utils import timezone
from django.utils.translation import gettext as _

from yinuo.engines.editions import shelf
from yinuo.engines.editions.kinds import EditionRefused, kind_named
from yinuo.engines.editions.models import Edition
from yinuo.facts.gate import record
from yinuo.ground.people.models import User
from yinuo.ground.terms.unreadable import Unreadable


def digest_of(content: str) -> str:
    """SHA-256 of the content's UTF-8 bytes, hex."""
    return hashlib.sha256(content.encode()).hexdigest()


@transaction.atomic
def draft(
    kind: str, key: str, content: str, *, by: User | None, origin: str = "bank", note: str = ""
) -> Edition:
    """Write down a new edition; EditionRefused if its kind cannot read the content."""
    read(kind, content)
    last = Edition.objects.filter(kind=kind, key=key).aggregate(Max("number"))["number__max"] or 0
    edition = Edition.objects.create(
        kind=kind,
        key=key,
        number=last + 1,
        content=content,
        digest=digest_of(content),
        origin=origin,
        note=note,
        drafted_by=by,
        drafted_at=timezone.now(),
    )
    _record("editions.drafted", edition, by)
    return edition


def read(kind: str, content: str) -> object:
    """The parsed content; EditionRefused with the parser's words, in the reader's language where it can say so."""
    try:
        return kind_named(kind).parse(content)
    except Unreadable as error:
        raise EditionRefused(error.told(_)) from error
    except ValueError as error:
        raise EditionRefused(str(error)) from error


def left_open(kind: str, content: str) -> list[str]:
    """What has to be filled in before the content can come into force."""
    return list(kind_named(kind).unfilled(read(kind, content)))


@transaction.atomic
def approve(edition: Edition, *, by: User, effective_from: datetime | None = None) -> Edition:
    """Bring a draft into force, or confirm a shipped edition; whoever drafted it cannot approve it.

    An edition cannot become effective in the past: cases already judged by the old one stay with it.
    """
    edition = Edition.objects.select_for_update().get(pk=edition.pk)
    now = timezone.now()
    if edition.drafted_by_id == by.pk:
        raise EditionRefused(_("Whoever drafted an edition cannot approve it; somebody else does."))
    if edition.state == Edition.State.RETIRED or edition.confirmed:
        state = edition.get_state_display()
        raise EditionRefused(_("This edition cannot be approved any more: %(state)s.") % {"state": state})
    if blanks := left_open(edition.kind, edition.content):
        raise EditionRefused(_("Fill this in first: %(blanks)s.") % {"blanks": ", ".join(blanks)})
    if edition.state == Edition.State.DRAFT:
        if effective_from is not None and effective_from < now:
            raise EditionRefused(_("An edition cannot come into force in the past."))
        edition.effective_from = effective_from or now
    edition.state = Edition.State.APPROVED
    edition.approved_by, edition.approved_at = by, now
    edition.save(update_fields=["state", "effective_from", "approved_by", "approved_at"])
    _record("editions.approved", edition, by)
    _publish(edition)
    return edition


@transaction.atomic
def ship(kind: str, key: str, content: str, *, origin: str) -> Edition:
    """Bring a first edition from a file into force on the empty shelf; the bank confirms it later."""
    edition = draft(kind, key, content, by=None, origin=origin)
    edition.state, edition.effective_from = Edition.State.APPROVED, BEGINNING
    edition.save(update_fields=["state", "effective_from"])
    _publish(edition)
    return edition


@transaction.atomic
def retire(edition: Edition, *, by: User) -> None:
    """Take an edition out of force; cases pinned to it keep it, but for calendars, which the one before replaces."""
    edition.state, edition.retired_at = Edition.State.RETIRED, timezone.now()
    edition.save(update_fields=["state", "retired_at"])
    _record("editions.retired", edition, by)
    transaction.on_commit(shelf.forget)


def _publish(edition: Edition) -> None:
    kind_named(edition.kind).publish(read(edition.kind, edition.content))
    transaction.on_commit(shelf.forget)


def _record(happening: str, edition: Edition, by: User | None) -> None:
    record(
        happening,
        by=by.pk if by else None,
        objects=[("edition", edition.pk, "subject")],
        edition_kind=edition.kind,
        key=edition.key,
        number=edition.number,
        digest=edition.digest,
    )


# History is imported with dates before the day a bank installs Yinuo: first editions judge it too.
BEGINNING = datetime.fromisoformat("2000-01-01T00:00:00+08:00")
