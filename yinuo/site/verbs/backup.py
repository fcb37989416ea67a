"""`yinuo backup`: one encrypted copy of everything, while the bank goes on working."""

from __future__ import annotations

import argparse
from pathlib import Path

from yinuo.site.cli import Refused

words = "back up every row and file, encrypted, while the bank goes on working"
example = "yinuo backup /mnt/backups --keep 14"


def arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "target",
        type=Path,
        help="the folder backups are kept in; files it holds already are not copied again",
    )
    parser.add_argument(
        "--keep", type=int, default=0, metavar="N", help="remove all but the newest N backups afterwards"
    )
    parser.add_argument(
        "--keys",
        type=Path,
        help="also write the keys, which no backup holds, to this file, sealed by YINUO_PASSPHRASE",
    )
    parser.add_argument(
        "--base",
        action="store_true",
        help="a base backup of PostgreSQL instead, from which its archived log leads to any later moment",
    )
    parser.add_argument(
        "--follow",
        action="store_true",
        help="only what the log does not hold: files since the last time, and who was erased",
    )
    parser.add_argument("--quiet", action="store_true", help="say nothing but the last line")


def run(options: argparse.Namespace) -> int:
    from yinuo.ground.backups.folder import BackupRefused
    from yinuo.ground.backups.making import back_up
    from yinuo.site import keys_file

    if options.keys:
        keys_file.write(options.keys, keys_file.passphrase())
    if options.keep < 0:
        raise Refused("--keep: how many backups to keep, 1 or more; nothing was done")
    if options.base or options.follow:
        return _base(options) if options.base else _follow(options)
    try:
        made = back_up(options.target, keep=options.keep, say=(lambda line: None) if options.quiet else print)
    except BackupRefused as refusal:
        raise Refused(str(refusal)) from None
    for sha256 in made.damaged:
        print(f"damaged before: file {sha256} is not in the backup, the store no longer gives it back")
    print(
        f"backup={made.name} rows={made.rows} files={made.files} new_files={made.new_files} bytes={made.size} "
        f"head={made.head} damaged={len(made.damaged)} seconds={made.seconds:.1f}"
    )
    return 1 if made.damaged else 0


def _base(options: argparse.Namespace) -> int:
    from yinuo.ground.backups.base import back_up_base
    from yinuo.ground.backups.folder import BackupRefused

    try:
        say = (lambda line: None) if options.quiet else print
        made = back_up_base(options.target, keep=options.keep, say=say)
    except BackupRefused as refusal:
        raise Refused(str(refusal)) from None
    for sha256 in made.damaged:
        print(f"damaged before: file {sha256} is not in the backup, the store no longer gives it back")
    print(
        f"base={made.name} start={made.start} files={made.files} new_files={made.new_files} bytes={made.size} "
        f"head={made.head} damaged={len(made.damaged)} seconds={made.seconds:.1f}"
    )
    return 1 if made.damaged else 0


def _follow(options: argparse.Namespace) -> int:
    from yinuo.ground.backups.base import follow
    from yinuo.ground.backups.folder import BackupRefused

    try:
        files, new = follow(options.target)
    except BackupRefused as refusal:
        raise Refused(str(refusal)) from None
    print(f"files={files} new_files={new}")
    return 0
