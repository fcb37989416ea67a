"""`yinuo proof`: a complaint becomes a folder, or nothing is written."""

from __future__ import annotations

import subprocess
import sys

import pytest

from yinuo.facts import seals
from yinuo.packs.complaints.tests.bank import a_bank, closed
from yinuo.site import cli

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _own_home(settings, tmp_path):
    settings.YINUO_HOME = tmp_path / "home"
    settings.YINUO_HOME.mkdir()


def test_a_complaint_is_exported_and_checked_without_us(tmp_path, capsys):
    case, folder = closed(a_bank()), tmp_path / "proof"
    assert cli.main(["proof", case.number, "--into", str(folder)]) == 0
    said = capsys.readouterr().out.splitlines()[-1]
    assert said.startswith(f"case={case.number} ")
    assert cli.main(["proof", "--public-key"]) == 0
    fingerprint = capsys.readouterr().out.split("fingerprint=")[1].strip()
    assert fingerprint == seals.fingerprint()
    command = [sys.executable, "-I", "-S", str(folder / "verify.py"), "--key", fingerprint]
    done = subprocess.run(command, env={}, capture_output=True, text=True, check=False)
    assert (done.returncode, done.stdout.split()[0]) == (0, "ok=true"), done.stdout + done.stderr


def test_nothing_is_written_where_something_stands_or_no_such_case_is_known(tmp_path, capsys):
    case = closed(a_bank())
    (tmp_path / "there").mkdir()
    assert cli.main(["proof", case.number, "--into", str(tmp_path / "there")]) == 1
    assert list((tmp_path / "there").iterdir()) == []
    assert cli.main(["proof", "no-such", "--into", str(tmp_path / "new")]) == 1
    assert not (tmp_path / "new").exists()
    assert capsys.readouterr().err.count("nothing was written") == 2
