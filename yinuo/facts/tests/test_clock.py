"""A machine whose clock lies behind what is written."""

import subprocess
import sys
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from django.db import transaction

from yinuo.facts.clock import TOLERATED, behind
from yinuo.facts.gate import fact_row, record_all
from yinuo.facts.sequencer import sequence_once
from yinuo.facts.tests.samples import HAPPENED

HOUR = timedelta(hours=1)
NOW = datetime(2026, 11, 20, 4, 0, tzinfo=UTC)
FAKETIME = sorted(Path("/usr/lib").glob("*/faketime/libfaketime.so.1"))


@pytest.mark.django_db
def test_the_newest_fact_in_the_order_tells_how_far_a_clock_lies_behind():
    assert behind(NOW) <= timedelta(0)
    with transaction.atomic():
        record_all([fact_row(HAPPENED, code="a", recorded_at=NOW + HOUR)])
    sequence_once()
    with transaction.atomic():  # of the moment after the clock was set back
        record_all([fact_row(HAPPENED, code="a", recorded_at=NOW)])
    sequence_once()
    assert behind(NOW) == HOUR
    assert behind(NOW + 2 * HOUR) <= timedelta(0)


@pytest.mark.skipif(not FAKETIME, reason="Debian's faketime is not installed: make needs")
@pytest.mark.parametrize(("step", "seconds"), [("+3600", 0), ("-2", 2), ("-3600", 3600)])
def test_a_clock_set_back_is_noticed_by_how_much(tmp_path, step, seconds):
    dial = tmp_path / "dial"
    dial.write_text("+0")
    program = (
        "import sys; from yinuo.facts.clock import SetBack; clock = SetBack(); clock.by(); print('up', flush=True);"
        "sys.stdin.readline(); print(round(clock.by().total_seconds()))"
    )
    faked = {
        "LD_PRELOAD": str(FAKETIME[0]), "FAKETIME_TIMESTAMP_FILE": str(dial), "FAKETIME_NO_CACHE": "1",
        "FAKETIME_DONT_FAKE_MONOTONIC": "1",
    }  # fmt: skip
    running = subprocess.Popen(
        [sys.executable, "-c", program],
        env=faked,
        cwd=Path(__file__).resolve().parents[3],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
    assert running.stdout.readline() == "up\n"
    dial.write_text(step)
    said, _nothing = running.communicate("go on\n")
    assert int(said) == seconds


def test_what_time_servers_correct_is_tolerated():
    assert timedelta(seconds=1) < TOLERATED < timedelta(minutes=1)
