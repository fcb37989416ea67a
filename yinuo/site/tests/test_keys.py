"""`yinuo keys`: a key is added, everything is brought to it while workers are killed, the old one leaves."""

from __future__ import annotations

import os
import re
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from yinuo.site.keyring import Ring, RingRefused

ROOT = Path(__file__).resolve().parents[3]

BEGIN = """
import django
django.setup()
from yinuo.site.prepare import migrate
migrate(verbose=False)
from yinuo.facts.rows import write_rows
from yinuo.ground.customers.intake import Person, customer_rows
for n in range(1000):
    write_rows(customer_rows(Person(name=f"客户{n}", phone=f"1861234{n:04}")).rows)
"""
# A worker that dies at its nth change: `inside` the transaction of a batch, or `between` two. It begins in ten minutes'
# time times n, when the lease of the one before it has run out.
WORK = """
import os, signal, sys
import django
django.setup()
from datetime import timedelta
from django.db.models import QuerySet
from django.utils import timezone
from yinuo.ground.jobs.context import JobContext
from yinuo.ground.jobs.run import run_one
where, turn = sys.argv[1], int(sys.argv[2])
left = 2
def dying(method):
    def wrapped(self, *arguments, **named):
        global left
        done = method(self, *arguments, **named)
        left -= 1
        if not left:
            os.kill(os.getpid(), signal.SIGKILL)
        return done
    return wrapped
if where == "inside":
    QuerySet.bulk_update = dying(QuerySet.bulk_update)
if where == "between":
    JobContext.progress = dying(JobContext.progress)
now = timezone.now() + timedelta(minutes=10 * turn)
run_one("tests", now)
while run_one("tests", now + timedelta(minutes=5)):
    pass
"""
LOOK = """
import django
django.setup()
from yinuo.ground.customers.intake import find_customer
from yinuo.ground.customers.models import Customer
names = {each.name for each in Customer.objects.select_related("key")}
found = sum([each.name for each in find_customer(phone=f"1861234{n:04}")] == [f"客户{n}"] for n in range(1000))
print(len(names), found)
"""


def test_workers_killed_in_mid_rotation_leave_nothing_half_done_and_the_old_keys_leave(
    own_database, tmp_path
):
    environment = {key: value for key, value in os.environ.items() if not key.startswith("YINUO_SECRET_")} | {
        "DATABASE_URL": own_database,
        "YINUO_HOME": str(tmp_path),
        "DJANGO_SETTINGS_MODULE": "yinuo.site.settings",
        "PYTHONPATH": str(ROOT),
    }

    def process(*command):
        return subprocess.run(
            [sys.executable, *command], env=environment, capture_output=True, text=True, cwd=tmp_path
        )

    def yinuo(*words):
        done = process("-m", "yinuo", "keys", *words)
        return (done.returncode, (done.stdout or done.stderr).strip().splitlines()[-1])

    def rows_waiting():
        return sum(int(rows) for rows in re.findall(r"_waiting=(\d+)", yinuo("status")[1]))

    begun = process("-c", BEGIN)
    assert begun.returncode == 0, begun.stderr
    for ring in ("vault", "index"):
        assert yinuo("add", "--ring", ring) == (0, f"ring={ring} added=2")
    assert yinuo("rotate")[0] == 0
    everything, waiting = rows_waiting(), []
    assert everything > 2000  # a key and an identity of each, and pieces of names
    for turn, where in enumerate(("inside", "between", "inside", "between"), 1):
        assert process("-c", WORK, where, str(turn)).returncode == -signal.SIGKILL
        assert process("-c", LOOK).stdout.split() == ["1000", "1000"]
        waiting.append(rows_waiting())
    assert waiting == sorted(waiting, reverse=True)
    assert 0 < waiting[-1] < waiting[0] < everything
    assert yinuo("retire", "--ring", "index", "--number", "1") == (
        1,
        f"yinuo keys: {waiting[-1]} rows still need key 1: yinuo keys rotate. Nothing was changed.",
    )
    assert process("-c", WORK, "live", "5").returncode == 0
    said = yinuo("status")[1]
    assert "vault_waiting=0 " in said
    assert "index_waiting=0 " in said
    assert "rotation=done" in said
    for ring in ("vault", "index"):
        assert yinuo("retire", "--ring", ring, "--number", "1") == (0, f"ring={ring} retired=1")
        assert not (tmp_path / "keys" / ring).exists()
    assert process("-c", LOOK).stdout.split() == ["1000", "1000"]
    assert process("-m", "yinuo", "verify").returncode == 0


@pytest.fixture
def ring(monkeypatch, tmp_path):
    monkeypatch.setenv("YINUO_HOME", str(tmp_path))
    for name in [each for each in os.environ if each.startswith("YINUO_SECRET_")]:
        monkeypatch.delenv(name)
    return Ring("vault")


def test_a_ring_without_keys_makes_its_first_for_the_owners_eyes_only(ring, tmp_path):
    assert list(ring) == [1]
    assert (tmp_path / "keys" / "vault").stat().st_mode & 0o077 == 0
    assert dict(Ring("vault")) == dict(ring)


def test_a_key_added_by_one_process_is_known_to_another_at_once(ring):
    other = Ring("vault")
    assert len(other) == 1
    assert ring.add() == 2
    assert dict(other) == dict(ring)
    assert other[2] != other[1]


def test_a_retired_key_is_gone_and_no_new_first_one_is_made(ring):
    ring.add()
    ring.retire(1)
    assert list(ring) == list(Ring("vault")) == [2]


@pytest.mark.parametrize(("number", "words"), [(1, "the newest"), (7, "has no key 7")])
def test_the_newest_key_and_an_unknown_one_are_not_retired(ring, number, words):
    before = dict(ring)
    with pytest.raises(RingRefused, match=words):
        ring.retire(number)
    assert dict(Ring("vault")) == before


def test_keys_of_the_environment_are_read_by_number_and_changed_there_alone(ring, monkeypatch):
    monkeypatch.setenv("YINUO_SECRET_VAULT", "a" * 32)
    monkeypatch.setenv("YINUO_SECRET_VAULT_2", "b" * 32)
    given = Ring("vault")
    assert dict(given) == {1: b"a" * 32, 2: b"b" * 32}
    with pytest.raises(RingRefused, match="YINUO_SECRET_VAULT_3"):
        given.add()
    with pytest.raises(RingRefused, match="YINUO_SECRET_VAULT out of it"):
        given.retire(1)
