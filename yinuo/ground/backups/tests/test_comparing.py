"""Comparing fails when one row, one value or one file differs: shown on a real backup of a real database."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from django.db import DataError, connection
from django.utils import timezone

from yinuo.ground.backups import comparing
from yinuo.ground.backups.making import back_up, target
from yinuo.ground.backups.reading import RowUnreadable, snapshot
from yinuo.ground.files.store import store
from yinuo.ground.jobs.models import Job
from yinuo.ground.vault.models import SubjectKey
from yinuo.ground.vitals.models import Alarm, Pulse

FIRST, SECOND = "00000000-0000-7000-8000-000000000001", "00000000-0000-7000-8000-000000000002"


@pytest.fixture
def manifest(transactional_db, settings, tmp_path) -> dict[str, Any]:
    """Of a backup of a few rows of every kind of value, and one file."""
    settings.YINUO_HOME = tmp_path / "home"
    now = timezone.now()
    Job.objects.create(
        pk=FIRST, kind="x.y", arguments={"b": 1.0, "a": ["é", 1e30]}, created_at=now, next_at=now
    )
    SubjectKey.objects.create(pk=FIRST, wrapped=b"\x00\xff", wrapped_by=1, created_at=now)
    Alarm.objects.create(pk=FIRST, vital="x.y", value=0.1, raised_at=now)
    Pulse.objects.create(name="é", at=now, process="one")
    Pulse.objects.create(name="Z", at=now, process="two")
    store().put([b"a letter"])
    name = back_up(tmp_path / "backups").name
    found = target(tmp_path / "backups").manifest(name)
    # That it was made is recorded afterwards, and is not in it.
    return found | {"tables": [told for told in found["tables"] if not told["name"].startswith("facts_")]}


def differences(manifest: dict[str, Any]) -> list[str]:
    with snapshot(connection) as source:
        return comparing.of_rows(source, manifest)


def test_what_was_not_touched_is_the_same(manifest):
    assert differences(manifest) == []
    assert comparing.of_files(store(), manifest) == []


@pytest.mark.parametrize(
    "change",
    [
        lambda: Pulse.objects.filter(name="Z").update(process="Two"),
        lambda: Pulse.objects.filter(name="Z").delete(),
        lambda: Pulse.objects.create(name="Y", at=timezone.now(), process="one"),
        lambda: Pulse.objects.filter(name="Z").update(at=timezone.now()),
        lambda: Job.objects.update(arguments={"b": 1.0, "a": ["e", 1e30]}),
        lambda: Job.objects.update(arguments={"b": 1.5, "a": ["é", 1e30]}),
        lambda: Job.objects.update(cancel_requested=True),
        lambda: Job.objects.update(attempts=7),
        lambda: Job.objects.update(id=SECOND),
        lambda: SubjectKey.objects.update(wrapped=b"\x00\xfe"),
        lambda: Alarm.objects.update(value=0.1000001),
        lambda: Alarm.objects.update(value=None),
    ],
)
def test_one_difference_is_found(manifest, change: Callable[[], object]):
    change()
    assert len(differences(manifest)) == 1


@pytest.mark.parametrize("damage", [lambda path: path.unlink(), lambda path: path.write_bytes(b"a lettes")])
def test_one_file_that_differs_is_found(manifest, damage: Callable[[Path], object]):
    damage(store().path(manifest["files"][0][0]))
    assert len(comparing.of_files(store(), manifest)) == 1


def test_a_json_value_in_another_order_is_the_same(manifest):
    Job.objects.update(arguments={"a": ["é", 1e30], "b": 1.0})
    assert differences(manifest) == []


def test_a_value_that_is_not_of_its_column_is_refused_by_name(manifest):
    damage = "UPDATE vitals_pulse SET at = 'yesterday evening'"
    if connection.vendor == "postgresql":
        with pytest.raises(DataError), connection.cursor() as cursor:
            cursor.execute(damage)
        return
    with connection.cursor() as cursor:
        cursor.execute(damage)
    with pytest.raises(RowUnreadable, match="vitals_pulse"):
        differences(manifest)
