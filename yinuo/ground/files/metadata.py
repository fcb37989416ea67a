"""Pictures without what the camera wrote beside them: where, when and with whose device they were taken.

The picture itself stays as it is, byte for byte: a scan or a photograph is evidence, so nothing is encoded again, which
is what image libraries would do. What is kept of the metadata is how the picture is turned, and its colours' profile.

- JPEG: comments and the application segments but JFIF, ICC profile and Adobe's colour mark (ITU-T T.81 annex B; Exif 2.32);
- PNG: text, time and Exif chunks (PNG specification, third edition, chapter 11);
- WebP: the EXIF and XMP chunks and their flags (RFC 9649);
- HEIC: items of type Exif and mime are overwritten by empty ones (ISO/IEC 14496-12, iinf and iloc; 23008-12 annex A);
- MP4 and M4A: user data and metadata boxes of the film and its tracks become free space (ISO/IEC 14496-12).

Whatever does not hold together is handed on as it was: the caller has decided what kind of file it is, and a reader of
pictures will say the rest.
"""

from __future__ import annotations

import re
import struct
import zlib
from collections.abc import Callable, Iterator
from typing import NamedTuple


def without_metadata(content: bytes, media_type: str) -> bytes:
    """The same picture or recording without them; other kinds of file as they are."""
    way = _WAYS.get(media_type)
    if way is None:
        return content
    try:
        return way(content)
    except (struct.error, IndexError, ValueError, OverflowError):
        return content


def _jpeg(content: bytes) -> bytes:
    """The segments before the picture's own data, each a marker, a length and a body."""
    kept, at = [content[:2]], 2
    while at + 4 <= len(content) and content[at] == 0xFF:
        marker = content[at + 1]
        if marker == 0xFF:  # a fill byte
            at += 1
            continue
        if marker == 0xD9:
            return b"".join([*kept, content[at : at + 2]])  # what hangs on behind the picture is not of it
        (length,) = struct.unpack_from(">H", content, at + 2)
        segment = content[at : at + 2 + length]
        kept.append(_kept_segment(marker, segment))
        at += 2 + length
        if marker == 0xDA:  # a scan's data follow: up to the next marker that is not of them
            after = _MARKER.search(content, at)
            end = after.start() if after else len(content)
            kept.append(content[at:end])
            at = end
    return b"".join([*kept, content[at:]])


_MARKER = re.compile(rb"\xff[^\x00\xd0-\xd7\xff]")


def _kept_segment(marker: int, segment: bytes) -> bytes:
    body = segment[4:]
    if marker == 0xFE:
        return b""
    if marker == 0xE1 and body.startswith(b"Exif\0\0"):
        turned = _orientation(body[6:])
        return b"\xff\xe1" + struct.pack(">H", 2 + 6 + len(turned)) + b"Exif\0\0" + turned if turned else b""
    colours = (0xE0, b"JFIF\0"), (0xE2, b"ICC_PROFILE\0"), (0xEE, b"Adobe")
    if 0xE0 <= marker <= 0xEF and not any(marker == m and body.startswith(word) for m, word in colours):
        return b""
    return segment


def _orientation(tiff: bytes) -> bytes:
    """A TIFF block that says how the picture is turned and nothing else; empty where it stands upright."""
    order = {b"II": "<", b"MM": ">"}[tiff[:2]] if tiff[:2] in (b"II", b"MM") else ""
    if not order:
        return b""
    (first,) = struct.unpack_from(order + "I", tiff, 4)
    (count,) = struct.unpack_from(order + "H", tiff, first)
    for n in range(count):
        tag, kind, _many, value = struct.unpack_from(order + "HHIH", tiff, first + 2 + 12 * n)
        if tag == 0x0112 and kind == 3 and 2 <= value <= 8:
            return struct.pack(">2sHIHHHIHHI", b"MM", 42, 8, 1, 0x0112, 3, 1, value, 0, 0)
    return b""


_PNG_LEFT_OUT = frozenset({b"tEXt", b"zTXt", b"iTXt", b"tIME", b"eXIf"})


def _png(content: bytes) -> bytes:
    """Signature, then chunks of length, type, body and checksum; nothing after the last."""
    kept, at = [content[:8]], 8
    while at + 12 <= len(content):
        (length,) = struct.unpack_from(">I", content, at)
        kind, end = content[at + 4 : at + 8], at + 12 + length
        if kind == b"eXIf" and (turned := _orientation(content[at + 8 : end - 4])):
            kept.append(struct.pack(">I4s", len(turned), kind) + turned)
            kept.append(struct.pack(">I", zlib.crc32(kind + turned)))
        elif kind not in _PNG_LEFT_OUT:
            kept.append(content[at:end])
        at = end
        if kind == b"IEND":
            break
    return b"".join(kept)


def _webp(content: bytes) -> bytes:
    """RIFF, length, WEBP, then chunks padded to even length; the flags of VP8X say which are there."""
    kept: list[bytes] = []
    turned, at = b"", 12
    while at + 8 <= len(content):
        kind = content[at : at + 4]
        (length,) = struct.unpack_from("<I", content, at + 4)
        chunk = content[at : at + 8 + length + length % 2]
        if kind == b"EXIF":
            turned = _orientation(content[at + 8 : at + 8 + length].removeprefix(b"Exif\0\0"))
        elif kind != b"XMP ":
            kept.append(chunk)
        at += 8 + length + length % 2
    if sum(map(len, kept)) + 12 >= len(content):
        return content
    if kept and kept[0].startswith(b"VP8X"):
        flags = kept[0][8] & ~0x0C | (0x08 if turned else 0)
        kept[0] = kept[0][:8] + bytes([flags]) + kept[0][9:]
    if turned:
        kept.append(b"EXIF" + struct.pack("<I", len(turned)) + turned)
    body = b"WEBP" + b"".join(kept)
    return b"RIFF" + struct.pack("<I", len(body)) + body


def _heic(content: bytes) -> bytes:
    """Items of metadata keep their place and length, so that no offset moves, and say nothing. (How a HEIC is turned stands
    in a property of the picture, which stays.)"""
    meta = next((box for box in _boxes(content, 0, len(content)) if box.kind == b"meta"), None)
    if meta is None:
        return content
    inner = {box.kind: box for box in _boxes(content, meta.first + 4, meta.end)}  # version and flags first
    empty = dict(_items_of_metadata(content, inner[b"iinf"])) if b"iinf" in inner else {}
    cleared = bytearray(content)
    for item, first, end in _places(content, inner.get(b"iloc"), inner.get(b"idat")):
        if item in empty and 0 < first <= end <= len(content):
            head, fill = empty[item]
            cleared[first:end] = head[: end - first] + fill * (end - first - len(head))
    return bytes(cleared)


_EMPTY = {b"Exif": (b"\0\0\0\0MM\0*\0\0\0\x08", b"\0"), b"mime": (b"", b" ")}  # how each begins, and goes on


def _items_of_metadata(content: bytes, iinf: Box) -> Iterator[tuple[int, tuple[bytes, bytes]]]:
    """The number of each such item, and what an empty one holds."""
    entries = iinf.first + (6 if content[iinf.first] == 0 else 8)
    for box in _boxes(content, entries, iinf.end):
        if box.kind != b"infe" or content[box.first] < 2:
            continue
        wide = content[box.first] == 3
        number = struct.unpack_from(">I" if wide else ">H", content, box.first + 4)[0]
        place = box.first + (10 if wide else 8)
        if kind := _EMPTY.get(content[place : min(place + 4, box.end)]):
            yield number, kind


def _places(content: bytes, iloc: Box | None, idat: Box | None) -> Iterator[tuple[int, int, int]]:
    """(item, first byte, first byte after) of each extent that lies in this file."""
    if iloc is None:
        return
    at, version = iloc.first + 4, content[iloc.first]
    sizes = struct.unpack_from(">H", content, at)[0]
    offset_size, length_size, base_size, index_size = (sizes >> shift & 15 for shift in (12, 8, 4, 0))
    count, at = _number(content, at + 2, 4 if version == 2 else 2)
    for _n in range(count):
        item, at = _number(content, at, 4 if version == 2 else 2)
        method = 0
        if version in (1, 2):
            method, at = _number(content, at, 2)
        _reference, at = _number(content, at, 2)
        base, at = _number(content, at, base_size)
        extents, at = _number(content, at, 2)
        for _extent in range(extents):
            if version in (1, 2):
                _index, at = _number(content, at, index_size)
            offset, at = _number(content, at, offset_size)
            length, at = _number(content, at, length_size)
            start = base + offset + (idat.first if method & 15 == 1 and idat else 0)
            if method & 15 in (0, 1):
                yield item, start, start + length


def _number(content: bytes, at: int, size: int) -> tuple[int, int]:
    """An unsigned number of so many bytes, and where the next begins."""
    if at + size > len(content):
        raise ValueError("cut off")
    return int.from_bytes(content[at : at + size], "big"), at + size


def _mp4(content: bytes) -> bytes:
    """udta and meta, of the film and of its tracks, and uuid boxes become `free` and hold zeros."""
    cleared = bytearray(content)
    for box in _said_beside(content, 0, len(content), 0):
        cleared[box.start + 4 : box.start + 8] = b"free"
        cleared[box.first : box.end] = bytes(box.end - box.first)
    return bytes(cleared)


def _said_beside(content: bytes, first: int, end: int, depth: int) -> Iterator[Box]:
    for box in _boxes(content, first, end):
        if box.kind in (b"udta", b"uuid", b"meta"):
            yield box
        elif box.kind in (b"moov", b"trak") and depth < 3:
            yield from _said_beside(content, box.first, box.end, depth + 1)


class Box(NamedTuple):
    """One box: its type, where it starts, its body's first byte and the first byte after it."""

    kind: bytes
    start: int
    first: int
    end: int


def _boxes(content: bytes, at: int, end: int) -> Iterator[Box]:
    """A box says its length first, 1 for a long one, 0 for "to the end"."""
    while at + 8 <= end:
        (length,) = struct.unpack_from(">I", content, at)
        head = 8
        if length == 1:
            (length,) = struct.unpack_from(">Q", content, at + 8)
            head = 16
        length = length or end - at
        if length < head or at + length > end:
            raise ValueError("a box does not fit")
        yield Box(content[at + 4 : at + 8], at, at + head, at + length)
        at += length


_WAYS: dict[str, Callable[[bytes], bytes]] = {
    "image/jpeg": _jpeg,
    "image/png": _png,
    "image/webp": _webp,
    "image/heic": _heic,
    "video/mp4": _mp4,
    "audio/mp4": _mp4,
}
HAVE_METADATA = frozenset(_WAYS)
