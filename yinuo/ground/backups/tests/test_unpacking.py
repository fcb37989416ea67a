"""What PostgreSQL is told to ask for a segment: it must never take a crash for the end of the log."""

from __future__ import annotations

import subprocess
import sys

from yinuo.ground.backups.sealed import key_of
from yinuo.ground.backups.unpacking import restore_command
from yinuo.ground.backups.wal import WalArchive


def status(command: str) -> int:
    """As PostgreSQL runs it, with the names filled in."""
    filled = command.replace("%f", "000000010000000000000001").replace("%p", "into").replace("%%", "%")
    return subprocess.run(["/bin/sh", "-c", filled], check=False, capture_output=True).returncode


def test_a_python_that_cannot_start_is_not_the_end_of_the_log(tmp_path):
    command = restore_command(tmp_path, None)
    assert sys.executable in command
    assert status(command.replace(sys.executable, "/bin/false")) == 254
    assert status(command.replace(sys.executable, "/nowhere/python")) == 254


def test_an_archive_that_is_not_there_is_not_the_end_of_the_log(tmp_path):
    (tmp_path / "key").write_text("a secret")
    assert status(restore_command(tmp_path / "a share of 100%", tmp_path / "key")) == 254


def test_the_end_of_the_log_is_told_as_postgresql_expects_it(tmp_path):
    WalArchive(tmp_path, key_of("a secret")).create()
    (tmp_path / "key").write_text("a secret")
    assert status(restore_command(tmp_path, tmp_path / "key")) == 1
