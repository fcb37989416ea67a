"""The supervisor, with real processes."""

import os
import signal
import socket
import subprocess
import sys
import threading
import time
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from django.db import transaction

from yinuo.facts.gate import fact_row, record_all
from yinuo.facts.ids import new_id
from yinuo.facts.sequencer import sequence_once
from yinuo.ground.outbox.kinds import SENT
from yinuo.site.cli import Refused, main
from yinuo.site.run import Child, Plan, Supervisor, answers, free_port, is_free
from yinuo.site.verbs.run import check_clock

ROOT = Path(__file__).resolve().parents[3]
SLEEPER = "import sys, time; open(sys.argv[1], 'a').write('x'); time.sleep(60)"


def sleeper(path, name="sleeper"):
    return Child(name, [sys.executable, "-c", SLEEPER, str(path)])


def eventually(true, seconds=60):
    until = time.monotonic() + seconds
    while not true():
        assert time.monotonic() < until, "it never came true"
        time.sleep(0.05)


def is_running(pid):
    try:
        return Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()[0] != "Z"
    except FileNotFoundError:
        return False


def test_a_child_that_dies_is_started_again(tmp_path):
    child = sleeper(tmp_path / "starts")
    supervisor = Supervisor([child])
    supervisor.start()
    keeper = threading.Thread(target=supervisor.until_stopped)
    keeper.start()
    try:
        eventually(lambda: (tmp_path / "starts").exists())
        first = child.process.pid
        os.kill(first, signal.SIGKILL)
        eventually(lambda: (tmp_path / "starts").read_text() == "xx")
        assert child.process.pid != first
    finally:
        supervisor.stop.set()
        keeper.join()
        supervisor.end()
    assert not is_running(child.process.pid)


def test_a_child_that_keeps_dying_is_tried_later_and_later():
    child = Child("broken", [sys.executable, "-c", "raise SystemExit(3)"])
    for wait in (0.5, 1.0, 2.0):
        child.again_at = 0
        child.look_after()
        child.process.wait()
        before = time.monotonic()
        child.look_after()
        assert before + wait <= child.again_at <= time.monotonic() + wait


def test_what_somebody_waits_for_is_started_first(tmp_path):
    first, later = sleeper(tmp_path / "first", "first"), sleeper(tmp_path / "later", "later")
    supervisor = Supervisor([first, later])
    supervisor.start("first")
    supervisor.stop.set()
    assert not supervisor.until_answers(free_port(), free_port(), 1)
    assert later.process is None
    running = first.process.pid
    supervisor.start()
    assert first.process.pid == running
    assert later.process is not None
    supervisor.end()


def test_stopping_ends_a_child_that_ignores_it(tmp_path, monkeypatch):
    monkeypatch.setattr("yinuo.site.run.GRACE", 0.3)
    deaf = "import signal, sys, time; signal.signal(signal.SIGTERM, signal.SIG_IGN);" + SLEEPER
    child = Child("deaf", [sys.executable, "-c", deaf, str(tmp_path / "up")])
    supervisor = Supervisor([child])
    supervisor.start()
    eventually(lambda: (tmp_path / "up").exists())
    supervisor.end()
    eventually(lambda: not is_running(child.process.pid))


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux tells children that their parent died")
def test_children_end_when_the_supervisor_is_killed(tmp_path):
    program = (
        "import sys, time; from yinuo.site.run import Child;"
        f"c = Child('s', [sys.executable, '-c', {SLEEPER!r}, {str(tmp_path / 'up')!r}]); c.start();"
        "print(c.process.pid, flush=True); time.sleep(60)"
    )
    parent = subprocess.Popen([sys.executable, "-c", program], cwd=ROOT, stdout=subprocess.PIPE, text=True)
    pid = int(parent.stdout.readline())
    eventually(lambda: (tmp_path / "up").exists())
    parent.kill()
    parent.wait()
    eventually(lambda: not is_running(pid), seconds=20)  # well before the sleeper would end by itself


@pytest.mark.parametrize("option", ["--port", "--live-port"])
def test_a_taken_port_is_refused_before_anything_starts(option, capsys):
    other = "--live-port" if option == "--port" else "--port"
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        assert not is_free(port)
        assert main(["run", option, str(port), other, str(free_port())]) == 1
    said = capsys.readouterr().err
    assert f"port {port} is taken" in said
    assert option in said
    assert "Nothing was started" in said


def test_a_port_nobody_listens_on_does_not_answer():
    assert not answers(free_port())


def test_sqlite_gets_one_writer_and_postgresql_eight():
    few = Plan(8000, 8001, 1, 1, None).children()[0].command
    many = Plan(8000, 8001, 2, 4, None).children()[0].command
    assert few[few.index("--workers") + 1] == few[few.index("--blocking-threads") + 1] == "1"
    assert (many[many.index("--workers") + 1], many[many.index("--blocking-threads") + 1]) == ("2", "4")


def test_everybody_writes_to_the_demonstrations_post_office():
    children = Plan(8000, 8001, 1, 1, post_office=9025).children()
    assert [child.name for child in children] == ["web", "live", "background", "postoffice"]
    assert {child.environment["YINUO_SMTP_URL"] for child in children} == {"smtp://127.0.0.1:9025"}
    assert "postoffice" not in [child.name for child in Plan(8000, 8001, 1, 1, None).children()]


@pytest.mark.django_db
def test_nothing_starts_while_the_newest_fact_lies_in_the_future():
    check_clock()
    later = datetime.now(UTC) + timedelta(hours=1)
    with transaction.atomic():
        record_all([fact_row(SENT.name, recorded_at=later, letter=new_id(), template="x", channel="email")])
    sequence_once()
    with pytest.raises(Refused, match=r"3(600|599) s behind the newest fact.*Nothing was started"):
        check_clock()


def test_a_supervisor_whose_clock_is_set_back_ends_its_children_at_once(tmp_path, monkeypatch):
    monkeypatch.setattr("yinuo.site.run.SetBack", lambda: SetBackBy(timedelta(hours=1)))
    deaf = "import signal, sys, time; signal.signal(signal.SIGTERM, signal.SIG_IGN);" + SLEEPER
    child = Child("deaf", [sys.executable, "-c", deaf, str(tmp_path / "up")])
    supervisor = Supervisor([child])
    supervisor.start()
    eventually(lambda: (tmp_path / "up").exists())
    supervisor.until_stopped()
    assert supervisor.set_back == timedelta(hours=1)
    assert not is_running(child.process.pid)


@dataclass
class SetBackBy:
    """A clock that was set back."""

    much: timedelta

    def by(self):
        return self.much
