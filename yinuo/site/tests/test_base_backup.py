"""A base backup says what it lacks, tells of itself, and keeps the log it needs and no more: the real programs."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest

from tests.postgres import Cluster
from yinuo.ground.backups.folder import BackupRefused
from yinuo.ground.backups.programs import address, program
from yinuo.site.tests.archives import Archived, archived_bank
from yinuo.site.tests.banks import House

pytestmark = pytest.mark.postgres


@pytest.fixture(scope="module")
def bank() -> Iterator[Archived]:
    with archived_bank() as found:
        yield found


def refused(house: House, place: Path, **changes: str) -> str:
    """Why no base backup was made; none must be there afterwards."""
    before = sorted((place / "base").glob("*Z"))
    done = house.yinuo("backup", place, "--base", **changes)
    assert done.returncode == 1, done.stdout
    assert sorted((place / "base").glob("*Z")) == before
    assert not list((place / "base").glob(".draft*"))
    return done.stderr


def facts(house: House, kind: str) -> list[dict]:
    rows = house.sql(f"SELECT body FROM facts_fact WHERE kind = '{kind}' ORDER BY id")
    return [json.loads(body)["data"] for (body,) in rows]


def test_a_role_that_may_not_replicate_is_told_so(bank):
    bank.house.sql("CREATE ROLE plain LOGIN")
    url = bank.house.url.replace("postgres@", "plain@")
    assert "ALTER ROLE" in refused(bank.house, bank.place, YINUO_REPLICATION_URL=url)


def test_an_archive_nobody_began_is_refused(bank, tmp_path):
    assert "no WAL archive" in refused(bank.house, tmp_path)


def test_a_server_that_archives_nothing_is_refused(bank):
    with Cluster() as other:
        house = House(bank.house.home, other.create("bank"), bank.house.more)
        assert house.yinuo("migrate", "--quiet").returncode == 0
        assert "archive_mode is off" in refused(house, bank.place)


def test_another_clusters_log_is_refused(bank):
    with Cluster(settings={"archive_mode": "on", "archive_command": "true"}) as other:
        house = House(bank.house.home, other.create("bank"), bank.house.more)
        assert house.yinuo("migrate", "--quiet").returncode == 0
        bank.archive_everything()
        assert "another cluster" in refused(house, bank.place)


def test_what_was_made_is_a_fact(bank):
    made = bank.base()
    fact = facts(bank.house, "backups.base_made")[-1]
    assert (fact["name"], fact["size"]) == (made["base"], int(made["bytes"]))


def test_only_the_newest_are_kept_and_the_log_since_the_oldest_of_them(bank):
    bank.base()
    bank.archive_everything()
    made = [bank.base("--keep", "2") for _ in range(2)]
    names = sorted(each.name for each in (bank.place / "base").glob("*Z"))
    assert names == [each["base"] for each in made]
    bank.archive_everything()
    kept = sorted(each.name for each in (bank.place / "wal").iterdir() if len(each.name) == 24)
    assert kept[0] == made[0]["start"]
    assert bank.house.yinuo("wal", "verify", made[0]["start"], "--archive", bank.place).returncode == 0


def test_the_doctor_tells_of_a_gap(bank):
    bank.base("--keep", "1")
    for _ in range(3):
        bank.house.sql("SELECT pg_logical_emit_message(true, 'test', 'x')")
        bank.archive_everything()
    change = {"YINUO_ARCHIVE_FOLDER": str(bank.place)}
    assert "ok    log of the database" in bank.house.yinuo("doctor", **change).stdout
    gone = sorted(each for each in (bank.place / "wal").iterdir() if len(each.name) == 24)[-2]
    aside = gone.rename(bank.folder / gone.name)
    said = bank.house.yinuo("doctor", **change).stdout
    aside.rename(gone)
    assert f"a gap: {gone.name} is missing" in said


VITALS = """
import django; django.setup()
from datetime import timedelta
from django.utils import timezone
from yinuo.ground.backups import vitals
later = timezone.now() + timedelta(days=2)
print(round(vitals.last_base(later)), round(vitals.last_archived(later)), round(vitals.last_followed(later)))
"""


def test_vital_signs_say_how_old_what_was_kept_is(bank):
    bank.base()
    bank.archive_everything()
    bank.house.more["YINUO_ARCHIVE_FOLDER"] = str(bank.place)
    ages = [int(each) for each in bank.house.python(VITALS).split()]
    del bank.house.more["YINUO_ARCHIVE_FOLDER"]
    day = timedelta(days=1).total_seconds()
    assert all(day < each < 3 * day for each in ages)
    assert bank.house.python(VITALS).split() == ["0", "0", "0"]


def test_a_password_is_in_no_list_of_processes():
    told, environment = address(
        "postgresql://me:a%20secret@db.example:5433/bank?sslmode=require&prepare_threshold=0"
    )
    assert "secret" not in told
    assert environment == {"PGPASSWORD": "a secret"}
    assert set(told.split()) == {"user=me", "host=db.example", "port=5433", "dbname=bank", "sslmode=require"}


def test_a_program_that_is_not_installed_is_named(tmp_path, monkeypatch):
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(BackupRefused, match="apt-get install postgresql-client-15"):
        program("pg_basebackup", 15, tmp_path)
