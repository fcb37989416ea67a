"""What bandit would say is answered on the line it speaks of: which rule, and why it does not hold there."""

import re
import subprocess
import sys

from bench.bank import ROOT

ANSWERED = re.compile(r"# nosec (?:B\d{3} ?)+# \S.{5,}")


def test_every_answer_names_its_rule_and_its_reason():
    lines = [
        (f"{path.relative_to(ROOT)}:{number}", line)
        for path in (ROOT / "yinuo").rglob("*.py")
        for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), 1)
        if "nosec" in line
    ]
    assert len(lines) > 20
    assert [where for where, line in lines if not ANSWERED.search(line)] == []


def bandit(*paths):
    command = [
        sys.executable,
        "-m",
        "bandit",
        "-q",
        "-r",
        "-c",
        str(ROOT / "pyproject.toml"),
        *map(str, paths),
    ]
    return subprocess.run(command, capture_output=True, text=True, cwd=ROOT)


def test_bandit_has_nothing_more_to_say():
    said = bandit("yinuo")
    assert said.returncode == 0, said.stdout


def test_bandit_sees_a_line_that_nobody_answered_for(tmp_path):
    (tmp_path / "hole.py").write_text('import os\n\nos.system("ls " + input())\n')
    assert "B605" in bandit(tmp_path).stdout
