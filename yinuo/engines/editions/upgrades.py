"""A newer version brings a newer text: a draft of three texts, which the bank decides about; nothing is overwritten."""

from __future__ import annotations

from collections.abc import Mapping

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from yinuo.engines.editions import shelf
from yinuo.engines.editions.actions import discard, draft, read
from yinuo.engines.editions.kinds import EditionRefused
from yinuo.engines.editions.merging import Conflict, Merged, Side, merge
from yinuo.engines.editions.models import Edition, Shipped
from yinuo.engines.editions.pieces import Path
from yinuo.ground.people.models import User

UPGRADE = "upgrade"  # the note of a draft that a changed content file proposes


@transaction.atomic
def propose(text: Shipped) -> Edition:
    """Draft what the bank's edition in force and a newer shipped text make together.

    What only one of them changed since the shipped text the bank's edition came from is taken; what both changed
    differently stays as the bank has it and is a conflict. An older proposal nobody decided about makes room.
    """
    waiting = Edition.objects.filter(
        kind=text.kind, key=text.key, state=Edition.State.DRAFT, drafted_by=None, note=UPGRADE
    )
    for older in waiting:
        discard(older, by=None)
    ours = shelf.in_force(text.kind, text.key, timezone.now())
    merged = _readable(text.kind, ours, text, merge(base_of(ours), ours.content, text.content))
    return draft(
        text.kind,
        text.key,
        merged.content,
        by=None,
        origin=text.origin,
        note=UPGRADE,
        shipped=text,
        follows=ours,
        conflicts=[conflict.path for conflict in merged.conflicts],
    )


def base_of(edition: Edition) -> str:
    """The shipped text an edition came from; nothing where nobody knows one, so that every difference is decided."""
    return edition.shipped.content if edition.shipped else ""


def _readable(kind: str, ours: Edition, text: Shipped, merged: Merged) -> Merged:
    """Texts that go together by key and yet make no sense together are one conflict over the whole."""
    try:
        read(kind, merged.content)
    except EditionRefused:
        whole = Conflict((), base_of(ours), ours.content, text.content)
        return Merged(ours.content, (whole,))
    return merged


def conflicts_of(edition: Edition) -> list[Conflict]:
    """What is left to decide in a proposed draft: the three texts of every place."""
    paths = {tuple(path) for path in edition.conflicts}
    ours = edition.follows
    if not paths or edition.shipped is None or ours is None:
        return []
    if () in paths:
        return [Conflict((), base_of(ours), ours.content, edition.shipped.content)]
    merged = merge(base_of(ours), ours.content, edition.shipped.content)
    return [conflict for conflict in merged.conflicts if conflict.path in paths]


def put_together_again(edition: Edition) -> Edition:
    """A proposal anew, from what is in force now; EditionRefused for what is no proposal that waits."""
    if edition.state != Edition.State.DRAFT or edition.note != UPGRADE or edition.shipped is None:
        raise EditionRefused(_("Only what a newer version proposes is put together again."))
    return propose(edition.shipped)


@transaction.atomic
def decide(edition: Edition, chosen: Mapping[Path, Side], *, by: User, note: str) -> Edition:
    """The next draft, with every conflict of a proposal decided; the proposal makes room for it.

    EditionRefused while one is left, and where what was chosen makes no sense together.
    """
    ours = edition.follows
    if (
        edition.state != Edition.State.DRAFT
        or edition.shipped is None
        or ours is None
        or not edition.conflicts
    ):
        raise EditionRefused(_("There is nothing left to decide in this edition."))
    if {conflict.path for conflict in conflicts_of(edition)} - chosen.keys():
        raise EditionRefused(_("Choose one of the two texts for every place."))
    theirs = edition.shipped.content
    if () in chosen:
        content = ours.content if chosen[()] == "ours" else theirs
    else:
        content = merge(base_of(ours), ours.content, theirs, chosen).content
    decided = draft(
        edition.kind, edition.key, content, by=by, note=note, shipped=edition.shipped, follows=ours
    )
    discard(edition, by=by)
    return decided
