"""`yinuo drill`: show that the newest backup can be restored, without touching anything of the bank."""

from __future__ import annotations

import argparse
from pathlib import Path

from yinuo.site.cli import Refused

words = (
    "restore the newest backup into a database that is thrown away, compare everything, record how it went"
)
example = "yinuo drill /mnt/backups"


def arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("target", type=Path, help="the folder backups are kept in")


def run(options: argparse.Namespace) -> int:
    from yinuo.ground.backups.drill import drill
    from yinuo.ground.backups.folder import BackupRefused

    try:
        done = drill(options.target)
    except BackupRefused as refusal:
        raise Refused(str(refusal)) from None
    if done.said:
        print(done.said)
    print(
        f"drilled={done.name} good={'true' if done.good else 'false'} rows={done.rows} files={done.files} "
        f"seconds={done.seconds:.1f} age={done.age:.0f}"
    )
    return 0 if done.good else 1
