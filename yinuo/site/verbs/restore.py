"""`yinuo restore`: a backup back into an empty database, compared in every count, hash and file."""

from __future__ import annotations

import argparse
import os
from pathlib import Path
from typing import TYPE_CHECKING

from yinuo.site.cli import Refused

if TYPE_CHECKING:
    from yinuo.ground.backups.folder import Target

words = "restore a backup into an empty database, compare everything, verify the facts; all of it or nothing"
example = "yinuo restore /mnt/backups/20260412T083000.250Z"
as_admin = True  # it makes tables
needs_django = False  # keys are brought along before settings read them


def arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("backup", type=Path, help="one backup, or the folder of backups: then its newest")
    parser.add_argument(
        "--erasures", type=Path, help="who was erased since; else YINUO_HOME/erasures where it is there"
    )
    parser.add_argument(
        "--keys", type=Path, help="bring the keys along from this file, as yinuo backup --keys wrote it"
    )
    parser.add_argument(
        "--moving",
        action="store_true",
        help="files are here already and waiting letters have not left: yinuo move says this",
    )
    parser.add_argument("--quiet", action="store_true", help="say nothing but the last line")


def run(options: argparse.Namespace) -> int:
    import django

    from yinuo.site import home, keys_file

    if options.keys:
        keys_file.bring(options.keys, keys_file.passphrase())
    django.setup()

    from yinuo.facts.grants import RoleRefused
    from yinuo.ground.backups.erasures import from_backups, from_file
    from yinuo.ground.backups.folder import BackupRefused
    from yinuo.ground.backups.restoring import restore
    from yinuo.site.prepare import bind_application

    place, name = _which(options.backup)
    if options.erasures and not options.erasures.is_file():
        raise Refused(f"{options.erasures} is not a file; nothing was changed")
    listed = options.erasures or home.folder() / "erasures"
    try:
        erasures = from_file(listed) if listed.is_file() else []
        erasures += from_backups(place, skip_unreadable=bool(options.erasures))
        say = (lambda line: None) if options.quiet else print
        done = restore(place, name, erasures, files=not options.moving, moving=options.moving, say=say)
        bound = bind_application(os.environ.get("YINUO_APPLICATION_URL", ""))
    except BackupRefused as refusal:
        raise Refused(str(refusal)) from None
    except RoleRefused as refusal:
        raise Refused(f"{refusal}. Everything is restored; mend the role and run yinuo migrate.") from None
    print(
        f"restored={name} rows={done.rows} files={done.files} head={done.head} erased={done.erased} "
        f"sessions={done.sessions} letters={done.letters} heads_aside={done.heads_aside} bound={bound or 'no'} "
        f"seconds={done.seconds:.1f}"
    )
    return 0


def _which(path: Path) -> tuple[Target, str]:
    """The folder of backups, and the one that is meant."""
    from yinuo.ground.backups.folder import NAME
    from yinuo.ground.backups.making import target

    if NAME.fullmatch(path.name):
        return target(path.resolve().parent), path.name
    place = target(path)
    if not place.names():
        raise Refused(f"{path} holds no backup; nothing was changed")
    return place, place.names()[-1]
