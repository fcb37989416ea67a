"""`yinuo wal`: PostgreSQL's archive_command and restore_command, and whether the archive has a gap."""

from __future__ import annotations

import argparse
import os
import sys
from pathlib import Path
from typing import TYPE_CHECKING

from yinuo.site.cli import Refused

if TYPE_CHECKING:
    from yinuo.ground.backups.wal import WalArchive

words = "archive PostgreSQL's write-ahead log, sealed; give it back; say where it has a gap"
example = "yinuo wal push %p --archive /mnt/archive --key /etc/yinuo/backup.key"
needs_django = False  # it starts anew for every segment

# PostgreSQL takes every status of restore_command up to 125 as "not archived", that is as the end of the log.
MISSING, FATAL = 1, 254


def arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "what", choices=("create", "push", "fetch", "verify"), help="verify: from the oldest segment on"
    )
    parser.add_argument("paths", nargs="*", help="push %%p, fetch %%f %%p, verify [SEGMENT]")
    parser.add_argument("--archive", type=Path, help="the folder of the archive; else YINUO_ARCHIVE_FOLDER")
    parser.add_argument(
        "--key", type=Path, help="a file with the key of backups; else YINUO_SECRET_BACKUP or YINUO_HOME"
    )
    parser.add_argument(
        "--missing-is",
        type=int,
        default=MISSING,
        metavar="STATUS",
        help="the status of a fetch at the end of the log: one no crash has, where somebody looks at it",
    )


def run(options: argparse.Namespace) -> int:
    from yinuo.ground.backups.wal import NotArchived, WalRefused

    try:
        return _WHATS[options.what](_archive(options), options.paths)
    except NotArchived:
        return int(options.missing_is)
    except (WalRefused, Refused, OSError, ValueError) as error:
        if options.what != "fetch":
            raise Refused(str(error)) from None
        print(f"yinuo wal fetch: {error}", file=sys.stderr)
        return FATAL
    except BaseException:
        if options.what != "fetch":
            raise
        return FATAL  # whatever broke, it is not the end of the log


def _archive(options: argparse.Namespace) -> WalArchive:
    from yinuo.ground.backups.sealed import key_of
    from yinuo.ground.backups.wal import WalArchive

    place = options.archive or os.environ.get("YINUO_ARCHIVE_FOLDER")
    if not place:
        raise Refused("say with --archive or YINUO_ARCHIVE_FOLDER where the archive is; nothing was done")
    return WalArchive(Path(place), key_of(_secret(options.key)))


def _secret(path: Path | None) -> str:
    """The key as it is kept. Never makes one, as other verbs do: what it sealed, nobody could open."""
    if path is None and (given := os.environ.get("YINUO_SECRET_BACKUP")):
        return given
    if path is None and (home := os.environ.get("YINUO_HOME")):
        path = Path(home) / "keys" / "backup"
    if path is None or not path.is_file():
        raise Refused(f"no key of backups{f' at {path}' if path else ''}: say --key FILE; nothing was done")
    return path.read_text().strip()


def _create(archive: WalArchive, paths: list[str]) -> int:
    _take(paths, 0)
    archive.create()
    print(f"archive={archive.folder}")
    return 0


def _push(archive: WalArchive, paths: list[str]) -> int:
    (path,) = _take(paths, 1)
    archive.push(Path(path))
    return 0


def _fetch(archive: WalArchive, paths: list[str]) -> int:
    name, into = _take(paths, 2)
    archive.fetch(name, Path(into))
    return 0


def _verify(archive: WalArchive, paths: list[str]) -> int:
    archive.check()
    first = paths[0] if paths else next((each.name for each in archive.segments()), "")
    done = archive.verify(first)
    for name in done.missing:
        print(f"missing: {name}")
    for name in done.damaged:
        print(f"damaged: {name}")
    print(
        f"segments={done.segments} first={first} last={done.last} missing={len(done.missing)} "
        f"damaged={len(done.damaged)}"
    )
    return 1 if done.missing or done.damaged else 0


def _take(paths: list[str], count: int) -> list[str]:
    if len(paths) != count:
        raise Refused(f"{count} paths are asked for, {len(paths)} given; nothing was done")
    return paths


_WHATS = {"create": _create, "push": _push, "fetch": _fetch, "verify": _verify}
