"""The verbs of an edition: draft, approve (never one's own), retire."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from datetime import date, datetime, time
from typing import Any
from uuid import UUID

from django.db import transaction
from django.db.models import Max
from django.utils import timezone
from django.utils.translation import gettext as _

from yinuo.engines.editions import shelf
from yinuo.engines.editions.kinds import EditionRefused, kind_named
from yinuo.engines.editions.models import Edition, Shipped
from yinuo.engines.editions.pieces import Path
from yinuo.facts.gate import record
from yinuo.ground.people.models import User
from yinuo.ground.terms.unreadable import Unreadable


def digest_of(content: str) -> str:
    """SHA-256 of the content's UTF-8 bytes, hex."""
    return hashlib.sha256(content.encode()).hexdigest()


@transaction.atomic
def draft(
    kind: str, key: str, content: str, *, by: User | None, origin: str = "bank", note: str = "",
    unit: UUID | None = None, starts_on: date | None = None, shipped: Shipped | None = None,
    follows: Edition | None = None, conflicts: Sequence[Path] = (),
) -> Edition:  # fmt: skip
    """Write down a new edition; EditionRefused if its kind cannot read the content.

    `unit` makes it one for that unit and all below it, `starts_on` is the day it is meant to come into force.
    """
    read(kind, content)
    _need_scope(kind, unit)
    _need_day(kind, starts_on)
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
        unit_id=unit,
        starts_on=starts_on,
        shipped=shipped,
        follows=follows,
        conflicts=[list(path) for path in conflicts],
    )
    _record("editions.drafted", edition, by)
    return edition


def _need_scope(kind: str, unit: UUID | None) -> None:
    if unit is not None and not kind_named(kind).scoped:
        raise EditionRefused(_("An edition of this kind is for the whole bank, not for one unit."))


def _need_day(kind: str, starts_on: date | None) -> None:
    if starts_on is None:
        return
    if starts_on < timezone.localdate():
        raise EditionRefused(_("An edition cannot come into force in the past."))
    if kind_named(kind).publish and starts_on > timezone.localdate():
        raise EditionRefused(
            _("An edition of this kind comes into force when it is approved, on no later day.")
        )


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

    It is in force from the day it was drafted for, else from now. An edition cannot become effective in the past: cases
    already judged by the old one stay with it.
    """
    edition = _held(edition)
    now = timezone.now()
    if edition.drafted_by_id == by.pk:
        raise EditionRefused(_("Whoever drafted an edition cannot approve it; somebody else does."))
    if edition.state == Edition.State.RETIRED or edition.confirmed:
        state = edition.get_state_display()
        raise EditionRefused(_("This edition cannot be approved any more: %(state)s.") % {"state": state})
    if edition.conflicts:
        raise EditionRefused(_("What the bank and the newer version changed differently is not decided yet."))
    if blanks := left_open(edition.kind, edition.content):
        raise EditionRefused(_("Fill this in first: %(blanks)s.") % {"blanks": ", ".join(blanks)})
    if edition.state == Edition.State.DRAFT:
        _need_fresh(edition, now)
        effective_from = effective_from or _first_moment(edition, now)
        if effective_from is not None and effective_from < now:
            raise EditionRefused(_("An edition cannot come into force in the past."))
        edition.effective_from = effective_from or now
    edition.state = Edition.State.APPROVED
    edition.approved_by, edition.approved_at = by, now
    edition.save(update_fields=["state", "effective_from", "approved_by", "approved_at"])
    _record("editions.approved", edition, by, effective_from=edition.effective_from)
    _publish(edition)
    return edition


def _held(edition: Edition) -> Edition:
    """As it stands now, until this transaction ends."""
    return Edition.objects.select_for_update().get(pk=edition.pk)


def _need_fresh(edition: Edition, now: datetime) -> None:
    """A draft that takes in a newer shipped text never undoes what the bank decided after it was put together."""
    before = edition.follows
    if before is None or edition.shipped_id == before.shipped_id:
        return
    if shelf.in_force(edition.kind, edition.key, now, edition.unit_id).pk != before.pk:
        raise EditionRefused(_("The bank has approved another edition since; let it be put together again."))


def _first_moment(edition: Edition, now: datetime) -> datetime | None:
    """When the day it was drafted for begins; None for at once."""
    day = edition.starts_on
    if day is None or day == timezone.localdate(now):
        return None
    if day < timezone.localdate(now):
        raise EditionRefused(
            _("The day on which it was to come into force has passed; draft it for another day.")
        )
    return timezone.make_aware(datetime.combine(day, time.min))


@transaction.atomic
def ship(kind: str, key: str, content: str, *, origin: str, shipped: Shipped | None = None) -> Edition:
    """Bring a first edition from a file into force on the empty shelf; the bank confirms it later."""
    edition = draft(kind, key, content, by=None, origin=origin, shipped=shipped)
    edition.state, edition.effective_from = Edition.State.APPROVED, BEGINNING
    edition.save(update_fields=["state", "effective_from"])
    _publish(edition)
    return edition


@transaction.atomic
def ask_to_retire(edition: Edition, *, by: User) -> None:
    """Propose that an approved edition goes out of force; somebody else confirms it."""
    edition = _held(edition)
    _need_retirable(edition)
    if edition.retirement_asked_by_id is not None:
        raise EditionRefused(_("Somebody has proposed that already."))
    edition.retirement_asked_by, edition.retirement_asked_at = by, timezone.now()
    edition.save(update_fields=["retirement_asked_by", "retirement_asked_at"])
    _record("editions.retirement_asked", edition, by)


@transaction.atomic
def retire(edition: Edition, *, by: User) -> None:
    """Take an edition out of force that somebody else proposed to retire; what was in force before it is again.

    Cases pinned to it keep it, but for calendars, which the one before replaces.
    """
    edition = _held(edition)
    _need_retirable(edition)
    if edition.retirement_asked_by_id is None:
        raise EditionRefused(_("First somebody proposes to retire it, then somebody else confirms that."))
    if edition.retirement_asked_by_id == by.pk:
        raise EditionRefused(
            _("Whoever proposed to retire an edition cannot confirm it; somebody else does.")
        )
    _out_of_force(edition, by)
    _publish(edition)


@transaction.atomic
def discard(edition: Edition, *, by: User | None) -> None:
    """Put a draft away that nobody wants; it stays readable."""
    edition = _held(edition)
    if edition.state != Edition.State.DRAFT:
        raise EditionRefused(_("Only a draft is put away; what was approved is retired by two people."))
    _out_of_force(edition, by)


def _need_retirable(edition: Edition) -> None:
    """EditionRefused for what is not approved, and where nothing would be in force afterwards."""
    if edition.state != Edition.State.APPROVED:
        state = edition.get_state_display()
        raise EditionRefused(_("This edition cannot be retired: %(state)s.") % {"state": state})
    others = Edition.objects.filter(kind=edition.kind, key=edition.key, state=Edition.State.APPROVED)
    left = others.filter(unit=None, effective_from__lte=timezone.now()).exclude(pk=edition.pk)
    if edition.unit_id is None and not left.exists():
        raise EditionRefused(_("Nothing else would be in force; approve another edition first."))


def _out_of_force(edition: Edition, by: User | None) -> None:
    edition.state, edition.retired_at = Edition.State.RETIRED, timezone.now()
    edition.save(update_fields=["state", "retired_at"])
    _record("editions.retired", edition, by)


def _publish(edition: Edition) -> None:
    """Tables follow what is in force now, which need not be this edition: an older one may have been confirmed."""
    publish = kind_named(edition.kind).publish
    if publish is not None:
        publish(shelf.parsed(shelf.in_force(edition.kind, edition.key, timezone.now())))
    transaction.on_commit(shelf.forget)


def _record(happening: str, edition: Edition, by: User | None, **more: Any) -> None:
    record(
        happening,
        by=by.pk if by else None,
        unit=edition.unit_id,
        objects=[("edition", edition.pk, "subject")],
        edition_kind=edition.kind,
        key=edition.key,
        number=edition.number,
        digest=edition.digest,
        **more,
    )


# History is imported with dates before the day a bank installs Yinuo: first editions judge it too.
BEGINNING = datetime.fromisoformat("2000-01-01T00:00:00+08:00")
