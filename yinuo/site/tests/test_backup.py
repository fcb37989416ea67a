"""A bank is backed up while it works and restored on an empty machine, equal in every row and file: the real programs."""

from __future__ import annotations

import json
import os
import resource
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from yinuo.site.tests.banks import ROOT, House, Land, land


@pytest.fixture(scope="module")
def ground(tmp_path_factory) -> Iterator[Land]:
    with land(tmp_path_factory.mktemp("land")) as found:
        yield found


@pytest.fixture(scope="module")
def bank(ground) -> House:
    return ground.filled()


@pytest.fixture(scope="module")
def kept(bank, ground) -> tuple[Path, dict[str, list[str]]]:
    """A folder with one backup, and every row of the bank at that moment."""
    target = ground.folder / "backups"
    before = bank.everything()
    bank.backup(target)
    return target, before


@pytest.fixture
def copy(kept, tmp_path) -> Path:
    """The folder of backups again, for tests that spoil it."""
    return Path(shutil.copytree(kept[0], tmp_path / "backups"))


def the_backup(target: Path) -> Path:
    return next(each for each in target.iterdir() if each.name.endswith("Z"))


def refused(house: House, backup: Path, *more: str, **changes: str) -> str:
    """Why restoring was refused; the house must be as empty as before."""
    done = house.yinuo("restore", backup, *more, **changes)
    assert done.returncode == 1, done.stdout
    assert house.table_names() == []
    assert not list(house.home.glob("*.restoring*"))
    return done.stderr


def test_a_restored_bank_is_equal_in_every_row_and_file(bank, kept, ground):
    target, before = kept[0], dict(kept[1])
    house = ground.empty()
    line = house.restore(target)
    after = house.everything()
    added = [row for row in after["facts_fact"] if row not in before["facts_fact"]]
    assert len(before["facts_fact"]) + len(added) == len(after["facts_fact"])
    restored = [row for row in added if "backups.restored" in row]
    assert len(restored) == 1
    assert all("outbox.doubtful" in row for row in added if row not in restored)
    letters = [each.pop("outbox_letter") for each in (after, before)]
    assert len(letters[0]) == len(letters[1]) > 0
    for table in ("facts_fact", "facts_pending", "people_staffsession"):
        after.pop(table), before.pop(table)
    assert after == before
    assert house.files() == bank.files()
    assert len(bank.files()) == 3
    assert (line["files"], line["erased"]) == ("3", "0")
    assert house.yinuo("verify").returncode == 0


def test_a_restored_bank_goes_on_working(kept, ground):
    house = ground.empty()
    house.restore(kept[0])
    house.python(
        "import django; django.setup()\n"
        "from itertools import count\n"
        "from yinuo.packs.complaints.tests import bank\n"
        "from yinuo.facts.sequencer import sequence_once\n"
        "from yinuo.ground.people.models import Unit\n"
        "from django.contrib.auth.models import Group\n"
        "bank._numbers = count(900)\n"
        "bank.closed(bank.Bank(*(Unit.objects.get(code=c) for c in ('HQ', 'CC', 'NORTH', 'SOUTH'))))\n"
        "Group.objects.create(name='new')\n"
        "while sequence_once(): pass"
    )
    assert house.yinuo("verify").returncode == 0
    fixed = house.yinuo("doctor").stdout
    assert "ok    triggers of facts" in fixed


def test_nothing_in_a_backup_can_be_read_without_the_key(bank, kept):
    words = [str(name).encode() for (name,) in bank.sql("SELECT username FROM people_user")] + [
        b"evidence",
        b"facts.",
    ]
    whole = b"".join(path.read_bytes() for path in kept[0].rglob("*") if path.is_file())
    assert words
    assert not [word for word in words if len(word) > 4 and word in whole]
    assert not [name for name in bank.files() if list(kept[0].rglob(f"*{name}*"))]


def test_a_database_that_is_not_empty_is_refused_and_left_as_it_is(bank, kept):
    before = bank.everything()
    done = bank.yinuo("restore", kept[0])
    assert (done.returncode, "not empty" in done.stderr) == (1, True)
    assert bank.everything() == before


def test_another_key_is_named(kept, ground):
    said = refused(ground.empty(), kept[0], YINUO_SECRET_BACKUP="quite another secret " * 3)
    assert "was encrypted with key" in said


def test_without_the_banks_other_keys_nothing_is_restored(kept, ground):
    said = refused(ground.empty(), kept[0], YINUO_SECRET_VAULT="another vault " * 4)
    assert "not those of the bank" in said
    assert "vault 1" in said


def test_a_newer_format_is_named(copy, ground):
    path = the_backup(copy) / "manifest"
    head, rest = path.read_bytes().split(b"\n", 1)
    path.write_bytes(json.dumps(json.loads(head) | {"format": 2}).encode() + b"\n" + rest)
    assert "has format 2" in refused(ground.empty(), copy)


def flip(path: Path, where: int) -> None:
    content = bytearray(path.read_bytes())
    content[where] ^= 1
    path.write_bytes(content)


@pytest.mark.parametrize("what", ["manifest", "tables/facts_fact", "tables/people_unit", "contents"])
@pytest.mark.parametrize("damage", ["first", "middle", "last", "cut", "gone", "longer"])
def test_whatever_is_changed_is_found_and_nothing_is_restored(copy, ground, spoilt_house, what, damage):
    path = (
        max((copy / what).glob("??/*"), key=lambda each: each.stat().st_size)
        if what == "contents"
        else the_backup(copy) / what
    )
    size = path.stat().st_size
    if damage == "gone":
        path.unlink()
    elif damage == "cut":
        os.truncate(path, size - 1)
    elif damage == "longer":
        path.write_bytes(path.read_bytes() + b"\0")
    else:
        flip(path, {"first": 20, "middle": size // 2, "last": size - 1}[damage])
    assert refused(spoilt_house, copy)


@pytest.fixture(scope="module")
def spoilt_house(ground) -> House:
    """Stays empty, as each refusal shows."""
    return ground.empty()


def test_a_piece_cut_at_its_border_is_found(copy, ground):
    piece = 256 * 1024 + 16
    path = max((copy / "contents").glob("??/*"), key=lambda each: each.stat().st_size)
    os.truncate(path, len(b"yinuo-sealed-1\n") + 32 + piece)
    assert "changed or cut" in refused(ground.empty(), copy)


def test_two_tables_that_changed_places_are_found(copy, ground):
    tables = the_backup(copy) / "tables"
    (tables / "people_unit").rename(tables / "x")
    (tables / "people_user").rename(tables / "people_unit")
    (tables / "x").rename(tables / "people_user")
    assert "not whole" in refused(ground.empty(), copy)


def test_a_full_target_leaves_nothing_that_counts_as_a_backup(bank, tmp_path):
    def small():
        resource.setrlimit(resource.RLIMIT_FSIZE, (100_000, 100_000))

    environment = os.environ | bank.more | {
        "YINUO_HOME": str(bank.home), "DATABASE_URL": bank.url, "YINUO_LOG": "ERROR", "PYTHONDONTWRITEBYTECODE": "1",
    }  # fmt: skip
    done = subprocess.run(
        [sys.executable, "-m", "yinuo", "backup", str(tmp_path / "full")],
        cwd=ROOT, env=environment, capture_output=True, text=True, preexec_fn=small, check=False,
    )  # fmt: skip
    assert done.returncode == 1
    assert "no backup was made" in done.stderr
    assert {each.name for each in (tmp_path / "full").iterdir()} <= {".lock", "contents"}
    assert [each.name for each in (tmp_path / "full").rglob(".*")] == [".lock"]


def test_a_file_is_copied_once_however_often_one_backs_up_and_only_the_newest_are_kept(ground):
    house, target = ground.filled(), ground.folder / "several"
    assert [house.backup(target)["new_files"] for _ in range(2)] == ["3", "0"]
    house.python(
        "import django; django.setup()\nfrom yinuo.ground.files.store import store\nstore().put([b'a third'])"
    )
    assert house.backup(target, "--keep", "2")["new_files"] == "1"
    names = sorted(each.name for each in target.iterdir() if each.name.endswith("Z"))
    assert len(names) == 2
    assert house.sql("SELECT COUNT(*) FROM facts_fact WHERE kind = 'backups.made'") == [(3,)]
    older = ground.empty()
    assert older.restore(target / names[0])["files"] == "3"


def test_contents_that_no_kept_backup_names_are_removed(ground):
    house, target = ground.filled(), ground.folder / "tidy"
    house.backup(target)
    shutil.rmtree(house.home / "files")
    house.backup(target, "--keep", "1")
    assert list((target / "contents").glob("??/*")) == []


def test_who_was_erased_after_the_backup_is_erased_again(bank, kept, ground, tmp_path):
    subject = str(bank.sql("SELECT subject_id FROM vault_subjectkey ORDER BY 1 LIMIT 1")[0][0])
    listed = tmp_path / "erasures"
    listed.write_text(json.dumps({"customer": subject, "at": "2026-05-04T08:00:00+00:00"}) + "\n")
    house = ground.empty()
    assert house.restore(kept[0], "--erasures", listed)["erased"] == "1"
    assert house.sql(f"SELECT wrapped FROM vault_subjectkey WHERE subject_id = '{subject}'") == [(None,)]


def test_a_newer_backup_beside_it_tells_who_was_erased_since(ground):
    house, target = ground.filled(), ground.folder / "erasing"
    first = house.backup(target)["backup"]
    house.python(
        "import django; django.setup()\n"
        "from django.utils import timezone\n"
        "from yinuo.ground.vault.models import SubjectKey\n"
        "one = SubjectKey.objects.order_by('pk').first()\n"
        "SubjectKey.objects.filter(pk=one.pk).update(wrapped=None, destroyed_at=timezone.now())"
    )
    house.backup(target)
    again = ground.empty()
    assert again.restore(target / first)["erased"] == "1"
    assert again.sql("SELECT COUNT(*) FROM vault_subjectkey WHERE wrapped IS NULL") == [(1,)]


def test_a_list_of_erasures_with_a_line_that_is_none_stops_everything(kept, ground, tmp_path):
    listed = tmp_path / "erasures"
    listed.write_text('{"customer": "nobody", "at": "2026-05-04T08:00:00+00:00"}\n')
    assert "line 1" in refused(ground.empty(), kept[0], "--erasures", str(listed))


def test_sessions_end_with_a_restore(ground):
    house, target = ground.filled(), ground.folder / "sessions"
    house.python(
        "import django; django.setup()\n"
        "from yinuo.ground.people.models import StaffSession as Session\nfrom django.utils import timezone\n"
        "Session.objects.create(session_key='k' * 32, session_data='x', expire_date=timezone.now(), signed_in_at=timezone.now(), seen_at=timezone.now())"
    )
    house.backup(target)
    again = ground.empty()
    assert again.restore(target)["sessions"] == "1"
    assert again.sql("SELECT COUNT(*) FROM people_staffsession") == [(0,)]


def test_a_letter_that_may_have_left_since_waits_for_a_person(bank, kept, ground):
    waiting = bank.sql("SELECT COUNT(*) FROM outbox_letter WHERE state = 'written'")[0][0]
    house = ground.empty()
    assert waiting > 0
    assert house.restore(kept[0])["letters"] == str(waiting)
    assert house.sql("SELECT COUNT(*) FROM outbox_letter WHERE state = 'written'") == [(0,)]


def test_the_keys_come_in_a_file_of_their_own_sealed_by_a_passphrase(ground, tmp_path):
    house, target, keys = ground.filled(), tmp_path / "backups", tmp_path / "keys"
    words = {"YINUO_PASSPHRASE": "eleven honest tellers count"}
    assert house.yinuo("backup", target, "--keys", keys, **words).returncode == 0
    again = ground.empty(keys=False)
    assert "does not open" in refused(
        again, target, "--keys", str(keys), YINUO_PASSPHRASE="eleven honest tellers sleep"
    )
    assert not (again.home / "keys").exists()
    done = again.yinuo("restore", target, "--keys", keys, **words)
    assert done.returncode == 0, done.stderr
    assert again.yinuo("verify").returncode == 0
    assert not [path for path in target.rglob("*") if path.is_file() and b"vault-vault" in path.read_bytes()]


def test_heads_newer_than_the_backup_are_kept_aside(ground, tmp_path):
    house, target = ground.filled(), tmp_path / "backups"
    house.backup(target)
    house.python(
        "import django; django.setup()\nfrom yinuo.facts.sequencer import checkpoint, sequence_once\n"
        "while sequence_once(): pass\ncheckpoint()"
    )
    if house.url.startswith("sqlite"):
        house.file.unlink()
    else:
        house.sql("DROP SCHEMA public CASCADE; CREATE SCHEMA public")
    assert int(house.restore(target)["heads_aside"]) == 2
    assert house.yinuo("verify").returncode == 0
    assert len(list(house.home.glob("heads.aside-*"))) == 1


def test_other_keys_are_not_written_over(ground, tmp_path):
    words = {"YINUO_PASSPHRASE": "eleven honest tellers count"}
    first, second = ground.empty(keys=False), ground.empty(keys=False)
    for house in (first, second):
        assert house.yinuo("migrate", "--quiet").returncode == 0
    first.yinuo("backup", tmp_path / "backups", "--keys", tmp_path / "keys", **words)
    before = {path.name: path.read_text() for path in (second.home / "keys").iterdir()}
    done = second.yinuo("restore", tmp_path / "backups", "--keys", tmp_path / "keys", **words)
    assert (done.returncode, "other keys are here" in done.stderr) == (1, True)
    assert {path.name: path.read_text() for path in (second.home / "keys").iterdir()} == before
