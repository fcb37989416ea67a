"""The WAL archive: every finished segment of PostgreSQL's write-ahead log, compressed and sealed, under its own name.

    ROOT/wal/archive                       what it is: format and fingerprint of the key; ROOT itself may be a mount point
    ROOT/wal/cluster                       which cluster it belongs to, and how large its segments are
    ROOT/wal/000000010000000000000007      a segment; also *.partial, *.backup and *.history, as PostgreSQL names them

Imports no Django: PostgreSQL starts it anew for every segment, and waits for it.
"""

from __future__ import annotations

import json
import os
import re
import secrets
import struct
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from io import BytesIO
from pathlib import Path

from yinuo.ground.backups.sealed import SealBroken, Sealer, fingerprint, pieces
from yinuo.ground.backups.segments import Segment, wanted

FORMAT = 1
NAME = re.compile(r"[0-9A-F]{24}(\.partial|\.[0-9A-F]{8}\.backup)?|[0-9A-F]{8}\.history")
LONG_HEADER = struct.Struct(
    "=HHIQI4xQII"
)  # of a segment's first page: …, the cluster's id, the size of a segment


class WalRefused(Exception):
    """What was not archived or not given, as a sentence; what was kept before stays as it was."""


class NotArchived(Exception):
    """The archive has nothing of this name, nor anything after it."""


@dataclass(frozen=True, slots=True)
class Checked:
    """What the archive has from a segment on; `missing` and `damaged` are names."""

    segments: int
    last: str
    missing: tuple[str, ...]
    damaged: tuple[str, ...]


class WalArchive:
    """The folder `wal` below a root, opened with the key backups are encrypted with."""

    def __init__(self, root: Path, key: bytes) -> None:
        self.folder, self.key = root / "wal", key

    def create(self) -> None:
        """Begin an archive; once, by hand, so that a share that is not mounted is never taken for an empty archive."""
        try:
            self.folder.mkdir(mode=0o700, parents=True)
        except FileExistsError:
            if (self.folder / "archive").exists():
                raise WalRefused(f"{self.folder} is an archive already; nothing was done") from None
        self.folder.chmod(0o2770)  # its group, which who makes base backups may be in, removes old segments
        told = {"format": FORMAT, "key": fingerprint(self.key)}
        self._keep("archive", json.dumps(told).encode())

    def check(self) -> None:
        """Raises WalRefused where there is no archive, or one that another version or key began."""
        try:
            told = json.loads((self.folder / "archive").read_bytes())
            known, key = int(told["format"]), str(told["key"])
        except FileNotFoundError:
            raise WalRefused(
                f"{self.folder} is no WAL archive: is its disk mounted? A new one is begun by yinuo wal create"
            ) from None
        except (ValueError, KeyError, TypeError):
            raise WalRefused(f"{self.folder / 'archive'} cannot be read") from None
        if known > FORMAT:
            raise WalRefused(
                f"the archive has format {known}; this version reads up to {FORMAT}: take a newer one"
            )
        if key != fingerprint(self.key):
            raise WalRefused(
                f"the archive is encrypted with key {key}, and the key here is {fingerprint(self.key)}"
            )

    def push(self, path: Path) -> bool:
        """Keep one file of pg_wal; whether it is new. Raises WalRefused for another content under a name that is there."""
        self.check()
        name, content = path.name, path.read_bytes()
        if not NAME.fullmatch(name):
            raise WalRefused(f"{name} is no name PostgreSQL gives to a file of its log")
        if Segment.named(name) or name.endswith(".partial"):
            self._belongs(name, content)
        if self._keep(name, self._sealed(name, content)):
            return True
        try:
            same = self._opened(name) == content
        except (SealBroken, zlib.error):
            raise WalRefused(f"{name} is in the archive already and cannot be read: move it away") from None
        if not same:
            raise WalRefused(
                f"{name} is in the archive already with another content: another server writes here too"
            )
        _sync(self.folder)  # whoever put it there may have died before this
        return False

    def fetch(self, name: str, into: Path) -> None:
        """Write what was archived to `into`, whole or not at all. Raises NotArchived at the archive's end, WalRefused where
        the segment is damaged or others come after it: PostgreSQL would take a gap for the end and open without the rest."""
        self.check()
        if not NAME.fullmatch(name):
            raise WalRefused(f"{name} is no name PostgreSQL gives to a file of its log")
        try:
            content = self._opened(name)
        except FileNotFoundError:
            later = self.later(name)
            if later:
                raise WalRefused(
                    f"{name} is missing in the archive, and {later} comes after it: a gap"
                ) from None
            raise NotArchived(name) from None
        except (SealBroken, zlib.error):
            raise WalRefused(f"{name} in the archive was changed or cut") from None
        draft = into.with_name(f".{into.name}.{secrets.token_hex(4)}")
        try:
            _write(draft, content, 0o600)
            draft.replace(into)
        finally:
            draft.unlink(missing_ok=True)

    def later(self, name: str) -> str:
        """The first segment of the same timeline after this one, "" when there is none."""
        segment = Segment.named(name)
        if not segment:
            return ""
        after = [each for each in self.segments() if each.timeline == segment.timeline and each > segment]
        return min(after).name if after else ""

    def segments(self) -> list[Segment]:
        """Whole segments, in order."""
        return sorted(filter(None, (Segment.named(each) for each in os.listdir(self.folder))))

    def verify(self, start: str, *, read: bool = True) -> Checked:
        """Whether every segment from `start` to the newest is there and, if `read`, opens. Raises WalRefused."""
        self.check()
        first = Segment.named(start)
        if not first:
            raise WalRefused(f"{start} is no name of a segment")
        needed = list(wanted(first, self.segments(), dict(self._histories()), self.segment_bytes()))
        kept = {each.name for each in self.segments()}
        missing = tuple(each.name for each in needed if each.name not in kept)
        there = [each.name for each in needed if each.name in kept]
        damaged = tuple(each for each in there if read and not self._opens(each))
        return Checked(len(there), there[-1] if there else "", missing, damaged)

    def remove_before(self, start: str) -> int:
        """Remove segments no kept base backup needs; how many. Histories stay: they are small, and tell where one is."""
        first = Segment.named(start)
        gone = [
            each for each in self.segments() if first and each < first and each.timeline <= first.timeline
        ]
        for each in gone:
            (self.folder / each.name).unlink()
        return len(gone)

    def segment_bytes(self) -> int:
        """How large this cluster's segments are. Raises WalRefused before the first one was archived."""
        return self._cluster()[1]

    def cluster_id(self) -> int:
        """Which cluster's log this is. Raises WalRefused before the first segment was archived."""
        return self._cluster()[0]

    def belongs(self) -> int | None:
        """Which cluster's log this is; None before the first segment was archived."""
        return self.cluster_id() if (self.folder / "cluster").exists() else None

    def _cluster(self) -> tuple[int, int]:
        try:
            told = json.loads((self.folder / "cluster").read_bytes())
            return int(told["id"]), int(told["segment"])
        except FileNotFoundError:
            raise WalRefused(
                f"{self.folder} has no segment yet: does PostgreSQL's archive_command say yinuo wal push?"
            ) from None
        except (ValueError, KeyError, TypeError):
            raise WalRefused(f"{self.folder / 'cluster'} cannot be read") from None

    def _belongs(self, name: str, content: bytes) -> None:
        """Refuse a segment that is none, or of another cluster than the first."""
        if len(content) < LONG_HEADER.size:
            raise WalRefused(f"{name} is too short for a segment")
        *_, identity, size, _block = LONG_HEADER.unpack_from(content)
        if size != len(content):
            raise WalRefused(f"{name} is no whole segment: {len(content)} bytes, its header says {size}")
        if self._keep("cluster", json.dumps({"id": identity, "segment": size}).encode()):
            return
        if self._cluster() != (identity, size):
            raise WalRefused(
                f"{name} is of cluster {identity}, and the archive belongs to {self.cluster_id()}: give each its own"
            )

    def _sealed(self, name: str, content: bytes) -> bytes:
        out = BytesIO()
        sealer = Sealer(out, self.key, f"wal/{name}")
        sealer.write(zlib.compress(content, 1))
        sealer.close()
        return out.getvalue()

    def _opened(self, name: str) -> bytes:
        with (self.folder / name).open("rb") as stream:
            return zlib.decompress(b"".join(pieces(stream, self.key, f"wal/{name}")))

    def _opens(self, name: str) -> bool:
        try:
            return len(self._opened(name)) == self.segment_bytes()
        except (SealBroken, zlib.error):
            return False

    def _histories(self) -> Iterator[tuple[int, str]]:
        for each in os.listdir(self.folder):
            if each.endswith(".history") and NAME.fullmatch(each):
                try:
                    yield int(each[:8], 16), self._opened(each).decode()
                except (SealBroken, zlib.error):
                    raise WalRefused(f"{each} in the archive was changed or cut") from None

    def _keep(self, name: str, content: bytes) -> bool:
        """Write a file unless there is one of this name; whether it is new. It is on the disk when this returns."""
        path = self.folder / name
        if path.exists():
            return False
        draft = path.with_name(f".{name}.{secrets.token_hex(4)}")
        try:
            _write(draft, content, 0o640)  # sealed; a group may be given the right to look after it
            os.link(draft, path)  # atomic, and replaces nothing
        except FileExistsError:
            return False
        finally:
            draft.unlink(missing_ok=True)
        _sync(self.folder)
        return True


def _write(path: Path, content: bytes, mode: int) -> None:
    with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, mode), "wb") as out:
        os.fchmod(out.fileno(), mode)  # PostgreSQL's umask would leave it to its own user alone
        out.write(content)
        out.flush()
        os.fsync(out.fileno())


def _sync(folder: Path) -> None:
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
