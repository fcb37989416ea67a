"""The newest backup is restored and thrown away again; how it went is a fact and a vital sign: the real programs."""

from __future__ import annotations

import json
import os
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from django.db import transaction

from yinuo.facts.gate import record
from yinuo.ground.backups.vitals import last_good_drill, last_made
from yinuo.ground.vitals.registry import Silent
from yinuo.site.tests.banks import House, Land, land, told

NOW = datetime(2026, 9, 14, 1, 0, tzinfo=UTC)


@pytest.fixture(scope="module")
def ground(tmp_path_factory) -> Iterator[Land]:
    with land(tmp_path_factory.mktemp("land")) as found:
        yield found


@pytest.fixture(scope="module")
def bank(ground) -> House:
    return ground.filled()


def drilled(house: House) -> list[dict]:
    """What the facts say of drills, oldest first."""
    rows = house.sql("SELECT body FROM facts_fact WHERE kind = 'backups.drilled' ORDER BY id")
    return [json.loads(body)["data"] for (body,) in rows]


def test_a_good_drill_is_a_fact_and_touches_nothing(bank, ground):
    target = ground.folder / "good"
    made = bank.backup(target)
    before = bank.everything() | {"facts_fact": [], "facts_pending": []}
    done = bank.yinuo("drill", target)
    assert done.returncode == 0, done.stderr
    line = told(done)
    assert (line["good"], line["rows"], line["files"]) == ("true", made["rows"], "3")
    fact = drilled(bank)[-1]
    assert (fact["good"], fact["name"], fact["rows"]) == (True, made["backup"], int(made["rows"]))
    assert bank.everything() | {"facts_fact": [], "facts_pending": []} == before


def test_a_spoilt_backup_is_a_drill_that_is_not_good(bank, ground):
    target = ground.folder / "spoilt"
    name = bank.backup(target)["backup"]
    table = target / name / "tables" / "people_unit"
    os.truncate(table, table.stat().st_size - 1)
    done = bank.yinuo("drill", target)
    assert (done.returncode, told(done)["good"]) == (1, "false")
    assert "people_unit" in done.stdout
    assert drilled(bank)[-1]["good"] is False


def test_without_a_backup_there_is_nothing_to_drill(bank, tmp_path):
    before = drilled(bank)
    done = bank.yinuo("drill", tmp_path / "nothing")
    assert (done.returncode, "holds no backup" in done.stderr) == (1, True)
    assert drilled(bank) == before


def test_the_background_backs_up_and_drills_by_itself(ground):
    house, target = ground.filled(), ground.folder / "by itself"
    house.more["YINUO_BACKUP_FOLDER"] = str(target)
    out = house.python(
        "import django; django.setup()\n"
        "from yinuo.ground.jobs.run import due_periodic, run_one\n"
        "from yinuo.ground.jobs.models import Job\n"
        "due_periodic()\n"
        "while run_one('x'): pass\n"
        "print(sorted(Job.objects.filter(kind__startswith='backups.').values_list('kind', 'state')))"
    )
    assert out.strip() == "[('backups.drill', 'done'), ('backups.make', 'done')]"
    assert [each["good"] for each in drilled(house)] == [True]


@pytest.fixture
def a_folder(settings, tmp_path) -> Path:
    settings.BACKUP_FOLDER = str(tmp_path)
    return tmp_path


@transaction.atomic
def a_drill(at: datetime, *, good: bool) -> None:
    record(
        "backups.drilled", at=at, name="20260914T010000.000Z", good=good, rows=1, files=0, seconds=1, age=1
    )


@pytest.mark.django_db
def test_only_a_good_drill_counts_for_the_vital_sign(a_folder):
    a_drill(NOW - timedelta(days=3), good=True)
    a_drill(NOW - timedelta(days=1), good=False)
    assert last_good_drill(NOW) == 3 * 86_400


@pytest.mark.django_db
def test_where_backups_are_wanted_and_none_was_made_it_is_not_well(a_folder):
    a_drill(NOW, good=False)
    for read in (last_good_drill, last_made):
        with pytest.raises(Silent):
            read(NOW)


@pytest.mark.django_db
def test_where_no_folder_is_set_nothing_is_missed():
    assert (last_good_drill(NOW), last_made(NOW)) == (0, 0)
