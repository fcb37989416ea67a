"""`yinuo move`: the whole bank into another database, SQLite to PostgreSQL or back, compared in every count and digest."""

from __future__ import annotations

import argparse
import os
import secrets
import subprocess  # nosec B404 # commands of ours in lists, no shell
import sys
import tempfile
from pathlib import Path

from yinuo.site.cli import Refused

words = "copy everything into another, empty database and compare it; this one stays as it is. Stop `yinuo run` first"
example = "yinuo move --to postgresql://yinuo_keeper@localhost/yinuo"
as_admin = True


def arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--to", required=True, metavar="URL", help="the address of an empty database, as in DATABASE_URL"
    )
    parser.add_argument("--quiet", action="store_true", help="say nothing but the last line")


def run(options: argparse.Namespace) -> int:
    from django.conf import settings

    from yinuo.ground.backups.folder import BackupRefused
    from yinuo.ground.backups.making import back_up
    from yinuo.site import home
    from yinuo.site.database import database_from_url

    try:
        database_from_url(options.to, home.folder())
    except ValueError as error:
        raise Refused(f"--to: {error}; nothing was changed") from None
    settings.BACKUP_KEY = secrets.token_urlsafe(
        48
    )  # read once, by the child; what lies on the disk meanwhile is sealed
    with tempfile.TemporaryDirectory(prefix="yinuo-move-", dir=home.folder()) as folder:
        try:
            made = back_up(Path(folder), files=False)
        except BackupRefused as refusal:
            raise Refused(str(refusal)) from None
        status, last = _restore(folder, options.to, settings.BACKUP_KEY, quiet=options.quiet)
    if status:
        raise Refused("the other database is as empty as before, and this one as it was")
    print(f"moved={made.rows} head={made.head} {last}")
    return 0


def _restore(folder: str, url: str, key: str, *, quiet: bool) -> tuple[int, str]:
    """Restore in a program of its own, whose database the other one is; its status and last line."""
    changed = {"DATABASE_URL": url, "YINUO_SECRET_BACKUP": key}
    kept = {name: value for name, value in os.environ.items() if name != "DATABASE_ADMIN_URL"}
    command = [sys.executable, "-m", "yinuo", "restore", folder, "--moving"]
    done = subprocess.run(command, env=kept | changed, stdout=subprocess.PIPE, text=True, check=False)  # nosec B603 # a command of ours in a list, no shell
    lines = done.stdout.splitlines() or [""]
    if not quiet:
        print("\n".join(lines[:-1]))
    return done.returncode, lines[-1]
