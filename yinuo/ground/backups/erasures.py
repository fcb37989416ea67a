"""Who was erased stays erased: what a backup from before brings back is destroyed again.

The list is kept outside of the database: every backup's manifest holds those of its moment, so that restoring an old one
knows of all that newer ones beside it tell; YINUO_HOME/erasures, or a file given by hand, knows those since. One JSON
object a line, as `yinuo erasures list` prints them: {"customer": UUID, "at": instant}.
"""

from __future__ import annotations

import io
import json
from collections.abc import Iterable
from datetime import datetime
from pathlib import Path
from uuid import UUID

from yinuo.ground.backups.folder import BackupRefused, Target
from yinuo.ground.backups.sealed import SealBroken, Sealer, pieces
from yinuo.ground.customers import erasure
from yinuo.ground.files.store import written_whole
from yinuo.ground.vault.models import SubjectKey

Erasure = tuple[UUID, datetime]
BESIDE = "erasures"
AGAIN = "restored"  # the reason of the first time is told where it was decided


def erase_again(erasures: Iterable[Erasure]) -> int:
    """Erase these customers where they are there again, and destroy the keys of other subjects; how many were."""
    listed = dict(erasures)
    customers = [
        {"customer": str(subject), "at": at.isoformat(), "reason": AGAIN} for subject, at in listed.items()
    ]
    return erasure.replay(customers) + sum(
        SubjectKey.objects.filter(pk=subject, destroyed_at=None).update(wrapped=None, destroyed_at=at)
        for subject, at in listed.items()
    )


def from_file(path: Path) -> list[Erasure]:
    """Erasures a file lists. Raises BackupRefused naming the line that is none: nobody may be forgotten to be erased."""
    found = []
    for number, told in enumerate(path.read_text(encoding="utf-8").splitlines(), 1):
        if told.startswith("erasures="):  # how many there were, the list's own last line
            continue
        try:
            row = json.loads(told)
            found.append(_erasure(row["customer"], row["at"]))
        except (ValueError, KeyError, TypeError):
            raise BackupRefused(f"{path.name}, line {number}: no erasure; nothing was restored") from None
    return found


def from_backups(target: Target, *, skip_unreadable: bool = False) -> list[Erasure]:
    """Erasures that any backup of the folder knows of. Raises BackupRefused for one that cannot be read, unless somebody
    answers for the list otherwise."""
    found = []
    for name in target.names():
        try:
            found += [_erasure(*told) for told in target.manifest(name)["destroyed"]]
        except BackupRefused as refusal:
            if not skip_unreadable:
                raise BackupRefused(f"{refusal}. Say with --erasures who was erased since") from None
    return found


def keep_beside(target: Target) -> None:
    """Write who was erased so far beside the backups of a folder, sealed: its log is asked for moments before an erasure."""
    found = SubjectKey.objects.exclude(destroyed_at=None).order_by("pk").values_list("pk", "destroyed_at")
    out = io.BytesIO()
    sealer = Sealer(out, target.key, BESIDE)
    sealer.write(json.dumps([[str(subject), at.isoformat()] for subject, at in found if at]).encode())
    sealer.close()
    written_whole(target.root / BESIDE, out.getvalue())


def kept_beside(target: Target) -> list[Erasure]:
    """As it was last written. Raises BackupRefused where it cannot be read: nobody may be forgotten to be erased."""
    try:
        with (target.root / BESIDE).open("rb") as stream:
            return [_erasure(*told) for told in json.loads(b"".join(pieces(stream, target.key, BESIDE)))]
    except (OSError, SealBroken, ValueError, TypeError):
        raise BackupRefused(
            f"{target.root / BESIDE} cannot be read: say with --erasures who was erased"
        ) from None


def _erasure(subject: str, at: str) -> Erasure:
    moment = datetime.fromisoformat(at)
    if moment.tzinfo is None:
        raise ValueError("an instant has a zone")
    return UUID(subject), moment
