"""What a file is, by its content alone: the name and the browser's word count for nothing."""

from __future__ import annotations

import re
import unicodedata
import zipfile
from pathlib import PurePosixPath
from typing import BinaryIO

import filetype

HEAD = 8192  # bytes looked at for a signature

# media type → endings it may have; the first is added where none of them stands
ALLOWED: dict[str, tuple[str, ...]] = {
    "image/jpeg": (".jpg", ".jpeg"),
    "image/png": (".png",),
    "image/webp": (".webp",),
    "image/heic": (".heic", ".heif"),
    "application/pdf": (".pdf",),
    "audio/mpeg": (".mp3",),
    "audio/mp4": (".m4a",),
    "audio/x-wav": (".wav",),
    "audio/amr": (".amr",),
    "video/mp4": (".mp4", ".m4v"),
    "application/vnd.openxmlformats-officedocument.wordprocessingml.document": (".docx",),
    "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet": (".xlsx",),
    "text/plain": (".txt", ".csv", ".log", ".md"),
}
_OFFICE = {
    "word/document.xml": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    "xl/workbook.xml": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}
_NOT_IN_TEXT = re.compile(r"[\x00-\x08\x0b\x0e-\x1f\x7f]")
_MOST_PARTS = 10_000
_MOST_UNPACKED = 200 * 2**20  # bytes of all parts together
_MOST_RATIO = 200  # of a part's size to its packed size; what real documents hold stays far below
_PACKED_ENOUGH = 64 * 2**10  # a part below this size unpacked harms nobody, however well it packs
LONGEST_NAME = 120


def media_type(stream: BinaryIO) -> str | None:
    """The media type of a seekable stream, None if it is not ALLOWED. Leaves the stream at its start."""
    stream.seek(0)
    head = stream.read(HEAD)
    stream.seek(0)
    if head.startswith(b"PK"):
        return _office(stream)
    guessed = filetype.guess_mime(head)
    if guessed is None:
        return "text/plain" if _is_text(stream) else None
    return guessed if guessed in ALLOWED else None


def clean_name(name: str, found: str) -> str:
    """A name safe to show and to save: no path, no control or direction marks, the ending its content has."""
    plain = unicodedata.normalize("NFC", name).replace("\\", "/").rsplit("/", 1)[-1]
    letters = "".join(letter for letter in plain if unicodedata.category(letter)[0] != "C")
    letters = re.sub(r'[<>:"|?*\s]+', " ", letters).strip(" .")
    endings = ALLOWED[found]
    ending = PurePosixPath(letters).suffix.lower()
    stem = letters[: -len(ending)] if ending in endings else letters
    kept = ending if ending in endings else endings[0]
    return (stem[: LONGEST_NAME - len(kept)].strip(" .") or "file") + kept


def _office(stream: BinaryIO) -> str | None:
    """docx or xlsx by the parts inside; None for any other archive, for macros, and for what unpacks without measure."""
    try:
        with zipfile.ZipFile(stream) as archive:
            if not _is_bounded(archive.infolist()):
                return None
            names = set(archive.namelist())
    except (zipfile.BadZipFile, ValueError, NotImplementedError, OSError):
        return None
    finally:
        stream.seek(0)
    if "[Content_Types].xml" not in names or any(name.lower().endswith("vbaproject.bin") for name in names):
        return None
    found = [kind for part, kind in _OFFICE.items() if part in names]
    return found[0] if len(found) == 1 else None


def _is_bounded(parts: list[zipfile.ZipInfo]) -> bool:
    """Whether an archive may be opened: not encrypted, not too many parts, nor too large for its size (by what its own
    directory says; whoever unpacks a part reads no further than that)."""
    if len(parts) > _MOST_PARTS or sum(part.file_size for part in parts) > _MOST_UNPACKED:
        return False
    return not any(
        part.flag_bits & 0x1
        or (part.file_size > _PACKED_ENOUGH and part.file_size > _MOST_RATIO * part.compress_size)
        for part in parts
    )


def _is_text(stream: BinaryIO) -> bool:
    """UTF-8 or GB 18030 without control characters."""
    content = stream.read()
    stream.seek(0)
    for encoding in ("utf-8-sig", "gb18030"):
        try:
            return not _NOT_IN_TEXT.search(content.decode(encoding))
        except UnicodeDecodeError:
            continue
    return False
