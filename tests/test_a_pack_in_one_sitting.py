"""docs/a-pack-in-one-sitting.md is followed to the letter, in a copy of the tree."""

import hashlib
import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

from tests.architecture.messages import faults
from tests.architecture.tree import ROOT, Tree
from tests.guards import copy_of

PAGE = "docs/a-pack-in-one-sitting.md"
COMMANDS = """#!/bin/sh
exec "{python}" {module} "$@"
"""


def commands():
    """The page's shell commands, in order."""
    blocks = re.findall(r"```sh\n(.*?)```", (ROOT / PAGE).read_text(encoding="utf-8"), re.S)
    return [line for block in blocks for line in block.splitlines() if line.strip()]


def digests(root):
    return {file.at: hashlib.sha256((root / file.at).read_bytes()).hexdigest() for file in Tree(root).files}


@pytest.fixture
def follow(tmp_path, own_database):
    """Runs a command as the page's reader would, in the copy."""
    copy = copy_of(ROOT, tmp_path)
    programs = tmp_path / "bin"
    programs.mkdir()
    lint = Path(sys.executable).with_name("lint-imports")
    for name, module in {"yinuo": "-m yinuo", "python": "", "lint-imports": f"'{lint}'"}.items():
        program = programs / name
        program.write_text(COMMANDS.format(python=sys.executable, module=module))
        program.chmod(0o755)
    kept = {
        key: value for key, value in os.environ.items() if not key.startswith(("YINUO_TEST_FOLDER", "PYTEST"))
    }
    kept.pop("YINUO_TEST_SERVER", None)
    kept |= {
        "PATH": f"{programs}:{os.environ['PATH']}",
        "DATABASE_URL": own_database,
        "PYTHONDONTWRITEBYTECODE": "1",
    }
    kept |= {"YINUO_HOME": str(tmp_path / "home")}

    def run(command):
        done = subprocess.run(["/bin/sh", "-ec", command], cwd=copy, env=kept, capture_output=True, text=True)
        assert done.returncode == 0, f"{command}\n{done.stdout[-3000:]}{done.stderr[-3000:]}"
        return done.stdout

    run.copy = copy
    return run


def test_the_page_is_followed_and_nothing_outside_the_folder_is_touched(follow):
    before = digests(follow.copy)
    said = {command: follow(command) for command in commands()}
    after = digests(follow.copy)
    pack = {at for at in after if at.startswith("yinuo/packs/praise/")}
    assert {at: digest for at, digest in after.items() if at not in pack} == before
    assert re.search(r"editions=[1-9]", said["yinuo migrate"].splitlines()[-1])
    assert list(faults(follow.copy / "yinuo" / "packs" / "praise")) == []


def test_every_file_the_page_names_is_made(follow):
    follow(commands()[0])
    rows = re.findall(r"^\| (`.*?) \|", (ROOT / PAGE).read_text(encoding="utf-8"), re.M)
    named = [name for row in rows for name in re.findall(r"`([\w./]+)`", row)]
    assert len(named) > 8
    assert all((follow.copy / "yinuo" / "packs" / "praise" / name).exists() for name in named)
