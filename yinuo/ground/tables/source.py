"""The file itself: how large, which kind, which encoding, and its SHA-256, found in one pass."""

from __future__ import annotations

import codecs
import hashlib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from yinuo.ground.tables.faults import TableRefused

MAX_BYTES = 200 * 1024 * 1024
CHUNK = 1 << 20

# First bytes of what people send by mistake; a ZIP is looked into later (XLSX is one).
SIGNATURES = (
    (b"\xd0\xcf\x11\xe0", "XLS 97–2003"),
    (b"%PDF", "PDF"),
    (b"\x89PNG", "PNG"),
    (b"\xff\xd8\xff", "JPEG"),
    (b"GIF8", "GIF"),
    (b"\x1f\x8b", "GZIP"),
    (b"Rar!", "RAR"),
    (b"7z\xbc\xaf", "7Z"),
)
# Longest first: the mark of UTF-32 begins with the mark of UTF-16.
MARKS = ((codecs.BOM_UTF8, "utf-8-sig"), (codecs.BOM_UTF16_LE, "utf-16"), (codecs.BOM_UTF16_BE, "utf-16"))

# Text in another encoding (Big5, Latin-1) often decodes as GB18030, into rare signs; real Simplified
# Chinese is almost wholly GB2312. Between the two we rather ask than store nonsense.
COMMON_SHARE = 0.85


@dataclass(frozen=True, slots=True)
class Source:
    """A file found readable: `kind` is "text" or "xlsx", `encoding` a Python codec name ("" for XLSX)."""

    path: Path
    size: int
    sha256: str
    kind: str
    encoding: str


def examine(path: Path | str, *, max_bytes: int = MAX_BYTES) -> Source:
    """Reads the file once; TableRefused if it is empty, too large, not a table or of unknown encoding."""
    path = Path(path)
    size = path.stat().st_size
    if size > max_bytes:
        raise TableRefused("too_large", value=str(max_bytes // (1024 * 1024)))
    with path.open("rb") as stream:
        head = stream.read(4096)
    kind = _kind(head)
    encoding = "" if kind == "xlsx" else _encoding(path, head)
    return Source(path, size, _sha256(path), kind, encoding)


def _kind(head: bytes) -> str:
    if not head.strip(b"\xef\xbb\xbf\xff\xfe \t\r\n"):
        raise TableRefused("empty")
    for signature, name in SIGNATURES:
        if head.startswith(signature):
            raise TableRefused("not_a_table", value=name)
    return "xlsx" if head.startswith(b"PK\x03\x04") else "text"


def _candidates(head: bytes) -> list[str]:
    """Codecs to try, best first. UTF-16 without a mark shows as NULs in every second place."""
    if head.startswith((codecs.BOM_UTF32_LE, codecs.BOM_UTF32_BE)):
        return []
    for mark, encoding in MARKS:
        if head.startswith(mark):
            return [encoding]
    start = head[:32]  # column names; only there, because Chinese text has NULs in the other places too
    for encoding, nul, not_nul in (("utf-16-le", 1, 0), ("utf-16-be", 0, 1)):
        if start[nul::2].count(0) > len(start) // 4 and not start[not_nul::2].count(0):
            return [encoding]
    return ["utf-8", "gb18030"]


def _encoding(path: Path, head: bytes) -> str:
    for encoding in _candidates(head):
        if _decodes(path, encoding):
            return encoding
    raise TableRefused("encoding")


def _decodes(path: Path, encoding: str) -> bool:
    """Whether the whole file is text in this codec (for GB18030: and its first megabyte is plausible)."""
    decoder = codecs.getincrementaldecoder(encoding)("strict")
    try:
        for number, data in enumerate(_chunks(path)):
            text = decoder.decode(data, not data)
            if encoding == "gb18030" and number == 0 and not _plausible(text):
                return False
    except UnicodeError:
        return False
    return True


def _plausible(text: str) -> bool:
    foreign = [character for character in text if character > "\x7f"]
    return sum(map(_is_common, foreign)) >= COMMON_SHARE * len(foreign)


def _is_common(character: str) -> bool:
    """A Chinese sign or full-width mark of GB2312 (kana, Greek, Cyrillic and frames do not count)."""
    if not ("\u3000" <= character <= "\u3017" or "\u4e00" <= character <= "\u9fff" or character > "\uff00"):
        return character in "—…·“”‘’×℃￥"
    try:
        character.encode("gb2312")
    except UnicodeEncodeError:
        return False
    return True


def _sha256(path: Path) -> str:
    with path.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()


def _chunks(path: Path) -> Iterator[bytes]:
    """The file in pieces, then one empty piece that says it is over."""
    with path.open("rb") as stream:
        while data := stream.read(CHUNK):
            yield data
    yield b""
