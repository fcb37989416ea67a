"""Signed heads of the chain outside the database, so that a tail cut off in the database shows.

`YINUO_HOME/heads.log` gets one line per checkpoint and is never rewritten; `YINUO_HOME/head.<database>` holds
the last head alone and is replaced after every committed batch. Both name the database they speak of: one
folder may have served several. Lines are written after commit, so they never run ahead of the database; after
a crash they lag.
"""

from __future__ import annotations

import hashlib
import hmac
import json
import os
import threading
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from django.conf import settings
from django.db import connection

from yinuo.facts import canonical


@dataclass(frozen=True, slots=True)
class Head:
    """A head as a file tells it; `genuine` when the signature holds; not every head is a `checkpoint`."""

    seq: int
    chain: str
    where: str
    genuine: bool
    checkpoint: bool


def sign(content: dict[str, Any]) -> str:
    """HMAC-SHA-256 of the canonical content with settings.FACT_KEY, hexadecimal."""
    return hmac.new(settings.FACT_KEY.encode(), canonical.dumps(content).encode(), hashlib.sha256).hexdigest()


def append(seq: int, chain: str, at: datetime) -> None:
    """Add a checkpoint's line to heads.log and wait until the disk has it."""
    with (_folder() / "heads.log").open("a", encoding="utf-8") as out:
        out.write(_line(seq, chain, at) + "\n")
        out.flush()
        os.fsync(out.fileno())


def note(seq: int, chain: str) -> None:
    """Replace the last head, unless a later one is there already."""
    path = _last()
    known = _parse(path.read_text(), path.name, checkpoint=False) if path.exists() else None
    if known and known.genuine and known.seq >= seq:
        return
    draft = path.with_name(f".{path.name}.{os.getpid()}.{threading.get_ident()}")
    draft.write_text(_line(seq, chain, datetime.now(UTC)))
    draft.replace(path)


def read() -> list[Head]:
    """Every head of this database that the files know, oldest first; unreadable lines are not genuine."""
    found = []
    log = _folder() / "heads.log"
    if log.exists():
        with log.open(encoding="utf-8", errors="replace") as lines:
            for number, line in enumerate(lines, 1):
                found.append(_parse(line, f"heads.log line {number}", checkpoint=True))
    if _last().exists():
        found.append(_parse(_last().read_text(errors="replace"), _last().name, checkpoint=False))
    return [head for head in found if head]


def database() -> str:
    """Which database this is, from its address alone: what stands in the database cannot change it."""
    place = connection.settings_dict
    address = [connection.vendor, *(str(place.get(part) or "") for part in ("HOST", "PORT", "NAME"))]
    return canonical.digest("\n".join(address))[:12]


def _parse(line: str, where: str, *, checkpoint: bool) -> Head | None:
    """None for a head of another database."""
    try:
        content = json.loads(line)
        signature = content.pop("signature")
        mine = content["database"] == database()
        genuine = hmac.compare_digest(sign(content), signature)
        head = Head(int(content["seq"]), str(content["chain"]), where, genuine, checkpoint)
    except (ValueError, TypeError, KeyError, AttributeError):
        return Head(0, "", where, False, checkpoint)
    return head if mine else None


def _line(seq: int, chain: str, at: datetime) -> str:
    content = {"database": database(), "seq": seq, "chain": chain, "at": canonical.instant(at)}
    return canonical.dumps(content | {"signature": sign(content)})


def _folder() -> Path:
    return Path(settings.YINUO_HOME)


def _last() -> Path:
    return _folder() / f"head.{database()}"
