"""Heads that have left the house, compared with the database: what is older than they, or other, was changed since.

Each is a file of its own, sealed by the key whose public half is published. Who rewrites the chain and signs it again,
even with our own keys, cannot take back what has left.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from yinuo.facts import canonical, heads, seals
from yinuo.facts.models import Checkpoint, Position

PATTERN = "head-*.json"


def stated(head: Checkpoint) -> bytes:
    """A head as it leaves: what its seal states, the seal, and the key that checks it."""
    said = {"seq": head.seq, "root": head.root, "chain": head.chain, "at": canonical.instant(head.at)}
    about = {"seal": head.seal, "key": seals.public_key(), "database": heads.database()}
    return canonical.dumps(said | about).encode()


def name_of(head: Checkpoint) -> str:
    """The file's name: in the order of the chain."""
    return f"head-{head.seq:016}-{head.root[:12]}.json"


def problems(folder: Path) -> Iterator[str]:
    """Sentences about left heads that the database does not bear out; one where there are none at all."""
    files = sorted(folder.glob(PATTERN))
    if not files:
        yield f"{folder}: no head has left to this folder"
    for path in files:
        yield from (f"{path.name}: {problem}" for problem in _problems(path))


def _problems(path: Path) -> Iterator[str]:
    try:
        text = path.read_bytes()
    except OSError:
        yield "cannot be read"
        return
    yield from problems_of(text)


def problems_of(text: bytes) -> Iterator[str]:
    """Sentences about one head, as it left, that the database does not bear out."""
    try:
        said = json.loads(text)
        seq, chain, root = int(said["seq"]), str(said["chain"]), str(said["root"])
        genuine = seals.holds(_sealed(said), str(said["seal"]))
    except (ValueError, TypeError, KeyError):
        yield "cannot be read"
        return
    if not genuine:
        yield "our key did not seal it"
        return
    last = Position.objects.order_by("-seq").values_list("seq", flat=True).first() or 0
    if seq > last:
        yield f"the chain had reached {seq} and now ends at {last}: cut, or an older state was restored"
    elif not Position.objects.filter(seq=seq, chain=chain).exists():
        yield f"the chain at {seq} was another: rewritten since"
    elif not Checkpoint.objects.filter(seq=seq, root=root).exists():
        yield f"the checkpoint at {seq} is gone, or its root was another"


def _sealed(said: dict[str, Any]) -> bytes:
    content = {name: said[name] for name in ("seq", "root", "chain", "at")}
    return canonical.dumps(content | {"what": "yinuo.checkpoint/1"}).encode()
