"""`yinuo wal` says by its status what PostgreSQL must hear: the real command."""

from __future__ import annotations

import os
import resource
import subprocess
import sys
from pathlib import Path

import pytest

from yinuo.ground.backups.tests.test_wal import segment
from yinuo.site.tests.banks import ROOT, House

NAMES = [f"0000000100000000{number:08X}" for number in range(1, 5)]


@pytest.fixture
def house(tmp_path) -> House:
    """With the key of backups in its home, and segments 1 to 3 to archive."""
    home = tmp_path / "home"
    (home / "keys").mkdir(parents=True)
    (home / "keys" / "backup").write_text("a secret " * 5)
    (tmp_path / "pg_wal").mkdir()
    for number in range(1, 4):
        segment(tmp_path / "pg_wal", number, filled=os.urandom(1))
    return House(home, "sqlite:///never", {"YINUO_ARCHIVE_FOLDER": str(tmp_path / "archive")})


@pytest.fixture
def pushed(house, tmp_path) -> House:
    """All three archived."""
    assert house.yinuo("wal", "create").returncode == 0
    for name in NAMES[:3]:
        assert house.yinuo("wal", "push", tmp_path / "pg_wal" / name).returncode == 0
    return house


def test_a_segment_goes_and_comes(pushed, tmp_path):
    done = pushed.yinuo("wal", "fetch", NAMES[0], tmp_path / "into")
    assert done.returncode == 0, done.stderr
    assert (tmp_path / "into").read_bytes() == (tmp_path / "pg_wal" / NAMES[0]).read_bytes()
    assert pushed.yinuo("wal", "push", tmp_path / "pg_wal" / NAMES[0]).returncode == 0


def test_at_the_end_of_the_log_the_status_is_1(pushed, tmp_path):
    assert pushed.yinuo("wal", "fetch", NAMES[3], tmp_path / "into").returncode == 1
    assert pushed.yinuo("wal", "fetch", NAMES[3], tmp_path / "into", "--missing-is", "100").returncode == 100


def spoil(pushed: House, tmp_path: Path, what: str) -> dict[str, str]:
    if what == "damaged":
        os.truncate(tmp_path / "archive" / "wal" / NAMES[0], 100)
    if what == "gap":
        (tmp_path / "archive" / "wal" / NAMES[0]).unlink()
    if what == "not mounted":
        return {"YINUO_ARCHIVE_FOLDER": str(tmp_path)}
    if what == "another key":
        return {"YINUO_SECRET_BACKUP": "quite another secret " * 3}
    if what == "no key":
        (pushed.home / "keys" / "backup").unlink()
    return {}


@pytest.mark.parametrize("what", ["damaged", "gap", "not mounted", "another key", "no key"])
def test_whatever_is_not_the_end_of_the_log_stops_recovery(pushed, tmp_path, what):
    done = pushed.yinuo("wal", "fetch", NAMES[0], tmp_path / "into", **spoil(pushed, tmp_path, what))
    assert done.returncode == 254
    assert done.stderr.startswith("yinuo wal fetch: ")
    assert not (tmp_path / "into").exists()


def test_no_key_is_made_where_there_is_none(pushed, tmp_path):
    (pushed.home / "keys" / "backup").unlink()
    assert pushed.yinuo("wal", "push", tmp_path / "pg_wal" / NAMES[0]).returncode == 1
    assert list((pushed.home / "keys").iterdir()) == []


def test_a_push_that_is_refused_is_a_failure_to_postgresql(pushed, tmp_path):
    path = segment(tmp_path / "pg_wal", 1, filled=b"!")
    done = pushed.yinuo("wal", "push", path)
    assert (done.returncode, "another content" in done.stderr) == (1, True)


def test_a_full_disk_leaves_nothing_that_bears_a_name(house, tmp_path):
    def small():
        resource.setrlimit(resource.RLIMIT_FSIZE, (200, 200))

    assert house.yinuo("wal", "create").returncode == 0
    done = subprocess.run(
        [sys.executable, "-m", "yinuo", "wal", "push", str(tmp_path / "pg_wal" / NAMES[0])],
        cwd=ROOT, env=os.environ | house.more | {"YINUO_HOME": str(house.home)}, preexec_fn=small, check=False,
        capture_output=True,
    )  # fmt: skip
    assert done.returncode == 1
    assert {each.name for each in (tmp_path / "archive" / "wal").iterdir()} == {"archive", "cluster"}
    assert house.yinuo("wal", "push", tmp_path / "pg_wal" / NAMES[0]).returncode == 0


def test_a_gap_is_named_by_verifying(pushed, tmp_path):
    assert pushed.yinuo("wal", "verify").returncode == 0
    (tmp_path / "archive" / "wal" / NAMES[1]).unlink()
    done = pushed.yinuo("wal", "verify", NAMES[0])
    assert (done.returncode, done.stdout.splitlines()[0]) == (1, f"missing: {NAMES[1]}")


def test_it_starts_without_django(pushed, tmp_path):
    asked = f"main(['wal', 'push', {str(tmp_path / 'pg_wal' / NAMES[0])!r}])"
    said = pushed.python(
        f"import sys\nfrom yinuo.site.cli import main\nassert {asked} == 0\nprint('django' in sys.modules)"
    )
    assert said == "False\n"
