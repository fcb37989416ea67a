"""`yinuo recover`: PostgreSQL from its last base backup and its log, as of any moment."""

from __future__ import annotations

import argparse
from datetime import datetime
from pathlib import Path

from yinuo.site.cli import Refused

words = "recover PostgreSQL from a base backup and its log, as of any moment: first --into, then --finish"
example = "yinuo recover /mnt/archive --into /var/lib/postgresql/15/main --to 2026-04-12T08:30:00+08:00"
as_admin = True
needs_django = False  # keys are brought along before settings read them


def arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("archive", type=Path, help="the folder with base backups and the log")
    parser.add_argument("--into", type=Path, metavar="DATADIR", help="fill this empty data folder")
    parser.add_argument(
        "--to", default="latest", help="an instant with its zone; else as far as the log goes"
    )
    parser.add_argument(
        "--key", type=Path, help="where the server reads the key of backups; else YINUO_SECRET_BACKUP"
    )
    parser.add_argument(
        "--look", action="store_true", help="only to look at: the recovered server archives nothing"
    )
    parser.add_argument(
        "--finish",
        action="store_true",
        help="the server has opened: bring its files, verify, erase again, end sessions",
    )
    parser.add_argument(
        "--erasures", type=Path, help="who was erased since; else YINUO_HOME/erasures where it is there"
    )
    parser.add_argument(
        "--keys", type=Path, help="bring the keys along from this file, as yinuo backup --keys wrote it"
    )


def run(options: argparse.Namespace) -> int:
    from yinuo.site import keys_file

    if bool(options.into) == options.finish:
        raise Refused("first --into DATADIR, then, when the server has opened, --finish; nothing was done")
    if options.keys:
        keys_file.bring(options.keys, keys_file.passphrase())
    return _finish(options) if options.finish else _into(options)


def _into(options: argparse.Namespace) -> int:
    from yinuo.ground.backups.folder import BackupRefused
    from yinuo.ground.backups.sealed import key_of
    from yinuo.ground.backups.unpacking import unpack
    from yinuo.site.home import kept_secret

    secret = options.key.read_text().strip() if options.key else kept_secret("backup")
    if not secret:
        raise Refused("no key of backups: say --key, or bring the keys along with --keys; nothing was done")
    try:
        done = unpack(
            options.archive, key_of(secret), options.into, moment=_moment(options.to), key_file=options.key,
            archiving=not options.look,
        )  # fmt: skip
    except (BackupRefused, OSError) as refusal:
        raise Refused(str(refusal)) from None
    print(f"now start the server: pg_ctl -D {options.into} start, or pg_ctlcluster {done.version} main start")
    print(
        f"recovering={done.name} to={options.to} bytes={done.bytes} segments={done.segments} last={done.last}"
    )
    return 0


def _finish(options: argparse.Namespace) -> int:
    import django

    from yinuo.site import home

    django.setup()

    from yinuo.ground.backups.erasures import from_file
    from yinuo.ground.backups.folder import BackupRefused
    from yinuo.ground.backups.recovering import finish

    if options.erasures and not options.erasures.is_file():
        raise Refused(f"{options.erasures} is not a file; nothing was changed")
    listed = options.erasures or home.folder() / "erasures"
    try:
        erasures = from_file(listed) if listed.is_file() else []
        done = finish(options.archive, erasures, answered=bool(options.erasures))
    except BackupRefused as refusal:
        raise Refused(str(refusal)) from None
    for sha256 in done.missing:
        print(f"missing: file {sha256} is named by a row and not in the archive")
    print(
        f"recovered=true head={done.head} files={done.files} missing={len(done.missing)} erased={done.erased} "
        f"sessions={done.sessions} letters={done.letters} heads_aside={done.heads_aside} seconds={done.seconds:.1f}"
    )
    return 1 if done.missing else 0


def _moment(told: str) -> datetime | None:
    if told == "latest":
        return None
    try:
        moment = datetime.fromisoformat(told)
    except ValueError:
        moment = None
    if moment is None or moment.tzinfo is None:
        raise Refused(
            f"--to {told}: an instant with its zone, as 2026-04-12T08:30:00+08:00; nothing was done"
        )
    return moment
