"""The smallest files of each kind, made here."""

import io
import struct
import zipfile
import zlib


def png():
    def chunk(kind, body):
        return struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))

    header = struct.pack(">IIBBBBB", 1, 1, 8, 0, 0, 0, 0)
    parts = chunk(b"IHDR", header) + chunk(b"IDAT", zlib.compress(b"\0\0")) + chunk(b"IEND", b"")
    return b"\x89PNG\r\n\x1a\n" + parts


def zipped(*names, **more):
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", **more) as archive:
        for name in names:
            archive.writestr(name, "<x/>")
    return out.getvalue()


def office(main, *more):
    return zipped("[Content_Types].xml", "_rels/.rels", main, *more)


def bomb():
    """A document of a few kilobytes that says it unpacks to a hundred megabytes."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name in ("[Content_Types].xml", "_rels/.rels", "word/document.xml"):
            archive.writestr(name, "<x/>")
        archive.writestr("word/media/image1.bmp", b"\0" * (100 * 2**20))
    return out.getvalue()


def locked():
    """A document whose parts say that they are encrypted."""
    content = bytearray(office("word/document.xml"))
    for mark, flags in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        at = content.find(mark)
        while at >= 0:
            content[at + flags] |= 1
            at = content.find(mark, at + 1)
    return bytes(content)


def boxes(brand, *compatible):
    body = brand + b"\0\0\0\0" + b"".join(compatible)
    return struct.pack(">I", 8 + len(body)) + b"ftyp" + body + b"\0\0\0\x08mdat"


DOCX = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"

TAKEN = {
    "photo.jpg": (b"\xff\xd8\xff\xe0\x00\x10JFIF\0" + b"\0" * 20, "image/jpeg"),
    "screen.png": (png(), "image/png"),
    "photo.webp": (b"RIFF\x24\0\0\0WEBPVP8 " + b"\0" * 20, "image/webp"),
    "photo.heic": (boxes(b"heic", b"mif1", b"heic"), "image/heic"),
    "iphone.heic": (boxes(b"mif1", b"mif1", b"heic"), "image/heic"),
    "contract.pdf": (b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n1 0 obj\n", "application/pdf"),
    "call.mp3": (b"ID3\x04" + b"\0" * 20, "audio/mpeg"),
    "call.m4a": (boxes(b"M4A ", b"M4A ", b"mp42"), "audio/mp4"),
    "call.wav": (b"RIFF\x24\0\0\0WAVEfmt " + b"\0" * 20, "audio/x-wav"),
    "call.amr": (b"#!AMR\n" + b"\x3c" * 20, "audio/amr"),
    "hall.mp4": (boxes(b"isom", b"isom", b"mp41"), "video/mp4"),
    "letter.docx": (office("word/document.xml"), DOCX),
    "list.xlsx": (office("xl/workbook.xml"), XLSX),
    "words.txt": ("投诉：ATM 吞卡。\r\n\tHelp!\n".encode(), "text/plain"),
    "bom.txt": ("投诉".encode("utf-8-sig"), "text/plain"),
    "old.txt": ("投诉：柜台排队太久，没有人理会。".encode("gb18030"), "text/plain"),
}

REFUSED = {
    "virus.exe": b"MZ\x90\0\x03" + b"\0" * 60,
    "tool": b"\x7fELF\x02\x01\x01" + b"\0" * 60,
    "archive.zip": zipped("a.txt"),
    "archive.rar": b"Rar!\x1a\x07\x01\0" + b"\0" * 20,
    "picture.gif": b"GIF89a" + b"\0" * 20,
    "old.doc": b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 600,
    "macros.docm": office("word/document.xml", "word/vbaProject.bin"),
    "both.docx": office("word/document.xml", "xl/workbook.xml"),
    "empty.docx": zipped("word/document.xml"),
    "bomb.docx": bomb(),
    "locked.docx": locked(),
    "parts.docx": office("word/document.xml", *(f"word/{n}.xml" for n in range(10_000))),
    "broken.docx": office("word/document.xml")[:40],
    "noise.txt": bytes(range(256)),
    "nul.txt": b"good\0evil",
    "escape.txt": b"\x1b[2Jgone",
    "movie.mov": boxes(b"qt  ", b"qt  "),
    "wide.txt": "投诉".encode("utf-16"),
}
