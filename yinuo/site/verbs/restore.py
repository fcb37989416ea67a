"""`yinuo restore`: a backup back into an empty database, compared in every count, hash and file."""

from __future__ import annotations

import argparse
import os
from pathlib import Path

from yinuo.site.cli import Refused

words = "restore a backup into an empty database, compare everything, verify the facts; all of it or nothing"
example = "yinuo restore /mnt/backups/20260412T083000.250Z"
as_admin = True  # it makes tables


def arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("backup", type=Path, help="one backup, or the folder of backups: then its newest")
    parser.add_argument(
        "--erasures", type=Path, help="who was erased since; else YINUO_HOME/erasures where it is there"
    )
    parser.add_argument("--no-files", action="store_true", help="rows only: the files are here already")
    parser.add_argument("--quiet", action="store_true", help="say nothing but the last line")


def run(options: argparse.Namespace) -> int:
    from yinuo.facts.grants import RoleRefused
    from yinuo.ground.backups.erasures import from_backups, from_file
    from yinuo.ground.backups.folder import NAME, BackupRefused
    from yinuo.ground.backups.making import target
    from yinuo.ground.backups.restoring import restore
    from yinuo.site import home
    from yinuo.site.prepare import bind_application

    one = bool(NAME.fullmatch(options.backup.name))
    place = target(options.backup.resolve().parent if one else options.backup)
    name = options.backup.name if one else (place.names() or [""])[-1]
    if not name:
        raise Refused(f"{options.backup} holds no backup; nothing was changed")
    listed = options.erasures or home.folder() / "erasures"
    if options.erasures and not listed.is_file():
        raise Refused(f"{listed} is not a file; nothing was changed")
    try:
        erasures = from_backups(place) + (from_file(listed) if listed.is_file() else [])
        say = (lambda line: None) if options.quiet else print
        done = restore(place, name, erasures, files=not options.no_files, say=say)
        bound = bind_application(os.environ.get("YINUO_APPLICATION_URL", ""))
    except BackupRefused as refusal:
        raise Refused(str(refusal)) from None
    except RoleRefused as refusal:
        raise Refused(f"{refusal}. Everything is restored; mend the role and run yinuo migrate.") from None
    print(
        f"restored={name} rows={done.rows} files={done.files} head={done.head} erased={done.erased} "
        f"sessions={done.sessions} heads_aside={done.heads_aside} bound={bound or 'no'} seconds={done.seconds:.1f}"
    )
    return 0
