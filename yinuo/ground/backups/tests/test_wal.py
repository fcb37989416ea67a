"""The log's archive takes each segment once, gives it back as it was or not at all, and never lets a gap pass for its end."""

from __future__ import annotations

import json
import os
import shutil
from pathlib import Path

import pytest

from yinuo.ground.backups.segments import Segment
from yinuo.ground.backups.wal import LONG_HEADER, NotArchived, WalArchive, WalRefused

KEY, OTHER = bytes(range(32)), bytes(32)
SIZE = 2**16
FIRST = "000000010000000000000001"


def segment(folder: Path, number: int, *, timeline: int = 1, cluster: int = 7, filled: bytes = b"x") -> Path:
    """A file as PostgreSQL leaves it in pg_wal, of a small segment's size."""
    path = folder / Segment.numbered(timeline, number, SIZE).name
    head = LONG_HEADER.pack(0xD110, 2, timeline, number * SIZE, 0, cluster, SIZE, 8192)
    path.write_bytes(head + filled * (SIZE - len(head)))
    return path


@pytest.fixture
def log(tmp_path) -> Path:
    """pg_wal."""
    folder = tmp_path / "pg_wal"
    folder.mkdir()
    return folder


@pytest.fixture
def archive(tmp_path, log) -> WalArchive:
    """With segments 1 to 4."""
    made = WalArchive(tmp_path / "archive", KEY)
    made.create()
    for number in range(1, 5):
        assert made.push(segment(log, number))
    return made


def test_what_was_archived_comes_back_as_it_was(archive, log, tmp_path):
    archive.fetch(FIRST, tmp_path / "into")
    assert (tmp_path / "into").read_bytes() == (log / FIRST).read_bytes()
    assert b"xxxxxxxx" not in (archive.folder / FIRST).read_bytes()


def test_the_same_content_again_changes_nothing(archive, log):
    before = (archive.folder / FIRST).read_bytes()
    assert archive.push(log / FIRST) is False
    assert (archive.folder / FIRST).read_bytes() == before


def test_another_content_under_the_same_name_is_refused_and_the_first_stays(archive, log):
    before = (archive.folder / FIRST).read_bytes()
    with pytest.raises(WalRefused, match="another content"):
        archive.push(segment(log, 1, filled=b"y"))
    assert (archive.folder / FIRST).read_bytes() == before


def test_a_damaged_copy_is_no_reason_to_forget_the_segment(archive, log):
    (archive.folder / FIRST).write_bytes(b"spoilt")
    with pytest.raises(WalRefused, match="cannot be read"):
        archive.push(log / FIRST)


def test_another_clusters_segment_is_refused(archive, log):
    with pytest.raises(WalRefused, match="of cluster 8"):
        archive.push(segment(log, 9, cluster=8))


def test_a_segment_that_is_cut_is_refused(archive, log):
    path = segment(log, 9)
    path.write_bytes(path.read_bytes()[:-1])
    with pytest.raises(WalRefused, match="no whole segment"):
        archive.push(path)
    path.write_bytes(b"")
    with pytest.raises(WalRefused, match="too short"):
        archive.push(path)


@pytest.mark.parametrize("name", ["../../etc/passwd", "archive", "cluster", "00000001", FIRST.lower() + "x"])
def test_only_names_postgresql_gives_are_taken_or_given(archive, log, tmp_path, name):
    (log / Path(name).name).write_bytes(b"x")
    with pytest.raises(WalRefused, match="no name"):
        archive.push(log / Path(name).name)
    with pytest.raises(WalRefused, match="no name"):
        archive.fetch(name, tmp_path / "into")


def test_histories_and_labels_are_archived_too(archive, log, tmp_path):
    for name in ("00000002.history", f"{FIRST}.00000028.backup"):
        (log / name).write_bytes(b"1\t0/3000000\tno recovery target specified\n")
        archive.push(log / name)
        archive.fetch(name, tmp_path / "into")
        assert (tmp_path / "into").read_bytes() == (log / name).read_bytes()


def test_the_end_of_the_archive_is_not_a_fault_and_a_gap_is(archive, tmp_path):
    with pytest.raises(NotArchived):
        archive.fetch("000000010000000000000005", tmp_path / "into")
    (archive.folder / "000000010000000000000002").unlink()
    with pytest.raises(WalRefused, match="a gap"):
        archive.fetch("000000010000000000000002", tmp_path / "into")
    assert not (tmp_path / "into").exists()


@pytest.mark.parametrize(
    "damage", [lambda path: path.write_bytes(path.read_bytes()[:-1]), lambda path: flip(path)]
)
def test_a_damaged_segment_is_never_given(archive, tmp_path, damage):
    damage(archive.folder / FIRST)
    with pytest.raises(WalRefused, match="changed or cut"):
        archive.fetch(FIRST, tmp_path / "into")
    assert not (tmp_path / "into").exists()


def flip(path: Path) -> None:
    content = bytearray(path.read_bytes())
    content[-1] ^= 1
    path.write_bytes(content)


def test_a_segment_under_another_name_is_never_given(archive, tmp_path):
    shutil.copy(archive.folder / FIRST, archive.folder / "000000010000000000000002")
    with pytest.raises(WalRefused, match="changed or cut"):
        archive.fetch("000000010000000000000002", tmp_path / "into")


def test_a_share_that_is_not_mounted_is_not_an_empty_archive(tmp_path, log):
    away = WalArchive(tmp_path / "away", KEY)
    for asked in (lambda: away.push(segment(log, 1)), lambda: away.fetch(FIRST, tmp_path / "into")):
        with pytest.raises(WalRefused, match="no WAL archive"):
            asked()
    assert not (tmp_path / "away").exists()


def test_an_archive_is_begun_once(archive):
    with pytest.raises(WalRefused, match="already"):
        archive.create()


def test_another_key_is_named(archive, tmp_path, log):
    other = WalArchive(archive.folder.parent, OTHER)
    with pytest.raises(WalRefused, match="encrypted with key"):
        other.push(segment(log, 9))
    with pytest.raises(WalRefused, match="encrypted with key"):
        other.fetch(FIRST, tmp_path / "into")


def test_its_group_may_read_it_and_tidy_up_whatever_the_server_hides(archive, log):
    before = os.umask(0o077)
    try:
        archive.push(segment(log, 9))
    finally:
        os.umask(before)
    modes = {path.stat().st_mode & 0o7777 for path in archive.folder.iterdir()}
    assert (modes, archive.folder.stat().st_mode & 0o7777) == ({0o640}, 0o2770)


def test_a_newer_format_is_named(archive, log):
    path = archive.folder / "archive"
    path.write_text(json.dumps(json.loads(path.read_text()) | {"format": 2}))
    with pytest.raises(WalRefused, match="format 2"):
        archive.push(log / FIRST)


def test_verifying_names_what_is_missing_and_what_is_damaged(archive):
    assert archive.verify(FIRST).missing == ()
    (archive.folder / "000000010000000000000002").unlink()
    flip(archive.folder / "000000010000000000000003")
    found = archive.verify(FIRST)
    assert found.missing == ("000000010000000000000002",)
    assert found.damaged == ("000000010000000000000003",)
    assert (found.segments, found.last) == (3, "000000010000000000000004")


def test_the_segment_a_base_backup_begins_with_is_missed_even_where_none_follows(archive):
    assert archive.verify("000000010000000000000005").missing == ("000000010000000000000005",)


def test_verifying_follows_a_timeline_that_branched_off(archive, log):
    (log / "00000002.history").write_text(f"1\t0/{3 * SIZE + 100:X}\tno recovery target specified\n")
    archive.push(log / "00000002.history")
    for number in (3, 4, 6):
        archive.push(segment(log, number, timeline=2))
    assert archive.verify(FIRST).missing == ("000000020000000000000005",)
    (archive.folder / "000000010000000000000004").unlink()  # of the branch that was left
    assert archive.verify(FIRST).missing == ("000000020000000000000005",)
    (archive.folder / "000000010000000000000002").unlink()
    assert archive.verify(FIRST).missing == ("000000010000000000000002", "000000020000000000000005")


def test_what_no_base_backup_needs_is_removed_and_nothing_else(archive, log):
    (log / "00000002.history").write_bytes(b"")
    archive.push(log / "00000002.history")
    assert archive.remove_before("000000010000000000000003") == 2
    assert [each.name for each in archive.segments()] == [
        "000000010000000000000003",
        "000000010000000000000004",
    ]
    assert (archive.folder / "00000002.history").exists()
