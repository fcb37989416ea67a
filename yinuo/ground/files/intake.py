"""Taking a file in: looked at, measured, kept under its hash, written down for its owner."""

from __future__ import annotations

import errno
import io
from typing import Any, BinaryIO, cast
from uuid import UUID

from django.core.files.base import File
from django.db import connection, transaction
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from yinuo.facts.ids import new_id
from yinuo.ground.files import quarantine
from yinuo.ground.files.contents import Measured, keep
from yinuo.ground.files.metadata import HAVE_METADATA, without_metadata
from yinuo.ground.files.models import Scan, StoredFile, sealed_columns
from yinuo.ground.files.scanner import ScannerAway, scanner
from yinuo.ground.files.scanning import wait_for_scanner
from yinuo.ground.files.sniff import clean_name, media_type
from yinuo.ground.files.store import FolderStore, TooLarge, chunks_of, store
from yinuo.ground.vault.keys import new_wrapped_key

MOST_BYTES = 20 * 1024 * 1024
MOST_FILES = 9
NO_ROOM = frozenset({errno.ENOSPC, errno.EDQUOT})


class FileRefused(Exception):
    """A file that is not taken. The message says why in the reader's language; `code` says it to programs."""

    def __init__(self, code: str, reason: str) -> None:
        super().__init__(reason)
        self.code, self.reason = code, reason


def accept(
    upload: File[Any],
    *,
    owner_kind: str,
    owner_id: UUID,
    by: UUID | None = None,
    most_bytes: int = MOST_BYTES,
    most_files: int = MOST_FILES,
    into: FolderStore | None = None,
) -> StoredFile:
    """Keep an upload for its owner, pictures without what the camera wrote beside them.

    Raises FileRefused, and keeps nothing for the owner, if it is empty, too large, of a kind that is not taken, one too
    many, malware (which goes to quarantine), or the disk is full. Where the scanner does not answer
    the file is kept and waits for it.
    """
    if upload.size == 0:
        raise FileRefused("empty", _("The file is empty."))
    if (upload.size or 0) > most_bytes:
        raise _too_large(most_bytes)
    stream = cast(BinaryIO, upload.file)
    found = media_type(stream)
    if found is None:
        raise FileRefused(
            "kind", _("Only pictures, PDF, recordings, video (MP4), Word, Excel and text are taken.")
        )
    scan = _scanned(stream, owner_kind, owner_id)
    with transaction.atomic():
        _check_count(owner_kind, owner_id, most_files)
        file_id = new_id()
        wrapped, key = new_wrapped_key(file_id)
        content = Measured(chunks_of(_plain(stream, found)), most_bytes)
        sha256 = _put(into or store(), key, content)
        name = clean_name(upload.name or "", found)
        file = StoredFile.objects.create(
            id=file_id,
            owner_kind=owner_kind,
            owner_id=owner_id,
            media_type=found,
            size=content.size,
            sha256=sha256,
            uploaded_at=timezone.now(),
            by_id=by,
            scan=scan,
            **wrapped,
            **sealed_columns(file_id, key, name=name, digest=content.digest),
        )
        if scan == Scan.WAITING:
            wait_for_scanner()
        return file


def _scanned(stream: BinaryIO, owner_kind: str, owner_id: UUID) -> Scan:
    """What the scanner says of the bytes as they came. Leaves the stream at its start."""
    asked = scanner()
    if asked is None:
        return Scan.NONE
    try:
        verdict = asked.scan(chunks_of(stream))
    except ScannerAway:
        return Scan.WAITING
    finally:
        stream.seek(0)
    if verdict.clean:
        return Scan.CLEAN
    quarantine.keep(
        chunks_of(stream), verdict.found, owner_kind=owner_kind, owner_id=owner_id, at=timezone.now()
    )
    raise FileRefused("malware", _("Malware was found in this file. It was not taken."))


def _plain(stream: BinaryIO, found: str) -> BinaryIO:
    """The stream, of a kind that holds metadata without them."""
    return io.BytesIO(without_metadata(stream.read(), found)) if found in HAVE_METADATA else stream


def _put(into: FolderStore, key: bytes, content: Measured) -> str:
    try:
        return keep(into, key, content)
    except TooLarge:
        raise _too_large(content.most) from None
    except OSError as error:
        if error.errno not in NO_ROOM:
            raise
        reason = _("There is no room for files at this moment. Nothing of it was kept; try later.")
        raise FileRefused("no_room", reason) from error


def _too_large(most: int) -> FileRefused:
    return FileRefused("size", _("The file is larger than %(size)s MB.") % {"size": most // 2**20})


def _check_count(owner_kind: str, owner_id: UUID, most: int) -> None:
    """One upload after the other for each owner, so that two at once do not both become the ninth."""
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute(
                "SELECT pg_advisory_xact_lock(hashtextextended(%s, 0))", [f"{owner_kind}:{owner_id}"]
            )
    if StoredFile.objects.filter(owner_kind=owner_kind, owner_id=owner_id).count() >= most:
        reason = ngettext("At most %(count)s file is taken.", "At most %(count)s files are taken.", most)
        raise FileRefused("count", reason % {"count": most})
