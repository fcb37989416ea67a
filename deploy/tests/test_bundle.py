"""A machine that has never had a network installs Yinuo from one file, runs it, and calls nobody."""

from __future__ import annotations

import hashlib
import json
import os
import re
import shutil
import socket
import subprocess
import sys
import tarfile
from pathlib import Path

import pytest

from deploy.bundle import ROOT, TAKEN, TAKEN_TOO, NotBundled, bundle

pytestmark = pytest.mark.xdist_group("bundle")
LISTENS = """
import json, sys, urllib.error, urllib.request
def ask(path):
    with urllib.request.urlopen("http://127.0.0.1:" + sys.argv[1] + path, timeout=20) as answer:
        return [answer.status, answer.read().decode()]
pages = [ask(path) for path in ("/readyz", "/s", "/sign-in", "/sign-in?lang=en", "/sign-in?lang=zh-hant")]
try:
    urllib.request.urlopen("http://192.0.2.1/", timeout=5)
    network = True
except OSError:
    network = False
print(json.dumps({"pages": pages, "network": network}))
"""
RUNS = """
set -eu
ip link set lo up
"$1/current/bin/yinuo" run --port 8000 --live-port 8001 > "$2/run.log" 2>&1 & own=$!
trap 'kill $own 2>/dev/null; wait $own' EXIT
tries=0
until grep -q ready=true "$2/run.log"; do
  kill -0 $own && tries=$((tries + 1)) && [ $tries -lt 240 ] || { cat "$2/run.log"; exit 1; }
  sleep 0.5
done
"$3" "$2/listens.py" 8000 > "$2/told.json"
"""


@pytest.fixture(scope="module")
def committed(tmp_path_factory) -> Path:
    """This tree as it stands, as a commit of its own."""
    tree = tmp_path_factory.mktemp("tree")
    for name in (*TAKEN, *TAKEN_TOO):
        (tree / name).parent.mkdir(parents=True, exist_ok=True)
        if (ROOT / name).is_dir():
            shutil.copytree(ROOT / name, tree / name, ignore=shutil.ignore_patterns("__pycache__", "*.mo"))
        else:
            shutil.copy(ROOT / name, tree / name)
    own = ["-c", "user.name=tests", "-c", "user.email=tests@bank.example"]
    for words in (["init", "--quiet"], ["add", "."], [*own, "commit", "--quiet", "--message", "all"]):
        subprocess.run(["git", *words], cwd=tree, check=True)
    return tree


@pytest.fixture(autouse=True)
def _of_it(committed: Path, monkeypatch):
    monkeypatch.setattr("deploy.bundle.ROOT", committed)


@pytest.fixture(scope="module")
def packed(committed: Path, tmp_path_factory) -> Path:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("deploy.bundle.ROOT", committed)
        return bundle(tmp_path_factory.mktemp("bundle"), changed=False)


@pytest.fixture
def unpacked(packed: Path, tmp_path: Path) -> Path:
    return unpack(packed, tmp_path)


def unpack(packed: Path, into: Path) -> Path:
    with tarfile.open(packed) as archive:
        archive.extractall(into, filter="data")
    return next(into.glob("yinuo-*"))


def install(folder: Path, into: Path) -> subprocess.CompletedProcess[str]:
    command = ["sh", "install.sh", "--into", str(into), "--python", sys.executable]
    return subprocess.run(command, cwd=folder, capture_output=True, text=True, check=False)


def summed(folder: Path) -> None:
    """Make the sums true again, as somebody would who packs it anew."""
    files = sorted(path for path in folder.rglob("*") if path.is_file() and path.name != "SHA256SUMS")
    lines = [
        f"{hashlib.sha256(path.read_bytes()).hexdigest()}  {path.relative_to(folder)}\n" for path in files
    ]
    (folder / "SHA256SUMS").write_text("".join(lines))


def test_the_same_tree_makes_the_same_bytes(packed: Path, tmp_path: Path):
    assert bundle(tmp_path, changed=False).read_bytes() == packed.read_bytes()


def test_it_holds_every_locked_library_as_a_wheel_and_says_what_each_is(unpacked: Path):
    locked = set(re.findall(r"^([a-z0-9._-]+)==", (ROOT / "requirements/core.txt").read_text(), re.M))
    wheels = {
        re.sub(r"[-_.]+", "-", path.name.split("-")[0]).lower() for path in unpacked.glob("wheels/*.whl")
    }
    plain = {re.sub(r"[-_.]+", "-", name) for name in locked}
    assert wheels <= plain
    assert plain - wheels <= {"tzdata", "colorama", "async-timeout"}, "needed on another system only"
    told = {each["name"] for each in json.loads((unpacked / "sbom.cdx.json").read_text())["components"]}
    assert wheels <= {re.sub(r"[-_.]+", "-", name).lower() for name in told}
    assert not [path for path in unpacked.glob("wheels/*") if path.suffix != ".whl"]
    assert list(unpacked.rglob("*.mo"))
    assert not list(unpacked.glob("yinuo/**/tests/test_*.py"))


def test_what_is_not_committed_is_not_bundled_unseen(committed: Path, tmp_path: Path):
    some = committed / "yinuo" / "__init__.py"
    true = some.read_bytes()
    some.write_bytes(true + b"# changed\n")
    try:
        with pytest.raises(NotBundled, match="not committed"):
            bundle(tmp_path, changed=False)
        made = unpack(bundle(tmp_path / "out", changed=True), tmp_path / "in")
    finally:
        some.write_bytes(true)
    assert "and changes" in (made / "VERSION").read_text()


def test_installed_without_a_network_beside_an_older_one_it_runs_and_needs_none(
    unpacked: Path, tmp_path: Path
):
    tried = subprocess.run(["unshare", "--net", "true"], capture_output=True, check=False)
    if tried.returncode:
        pytest.skip("could not take the network away on this machine (unshare --net)")
    into, home = tmp_path / "a place", tmp_path / "home"
    (into / "releases" / "0.0.1").mkdir(parents=True)
    (into / "current").symlink_to("releases/0.0.1")
    apart = ["unshare", "--net", "sh", "install.sh", "--into", str(into), "--python", sys.executable]
    done = subprocess.run(apart, cwd=unpacked, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    home.mkdir()
    (tmp_path / "listens.py").write_text(LISTENS)
    environment = {"PATH": os.environ["PATH"], "YINUO_HOME": str(home), "YINUO_DEMONSTRATION": "0"}
    before = tree(into)
    ran = subprocess.run(
        ["unshare", "--net", "sh", "-c", RUNS, "sh", str(into), str(tmp_path), sys.executable],
        env=environment,
        capture_output=True,
        text=True,
        check=False,
        timeout=300,
    )
    log = (tmp_path / "run.log").read_text()
    assert ran.returncode == 0, ran.stdout + ran.stderr + log
    told = json.loads((tmp_path / "told.json").read_text())
    assert told["network"] is False
    assert [status for status, _text in told["pages"]] == [200] * 5
    assert 'lang="zh-Hans"' in told["pages"][2][1]
    assert "登录" in told["pages"][2][1]
    assert "Sign in" in told["pages"][3][1]
    assert "登入" in told["pages"][4][1]
    assert "Traceback" not in log
    assert tree(into) == before, "running changes nothing of what is installed"
    version = (unpacked / "VERSION").read_text().splitlines()[0]
    again = install(unpacked, into)
    assert (again.returncode, "is there already" in again.stderr) == (1, True)
    assert os.readlink(into / "current") == f"releases/{version}"
    assert {path.name for path in (into / "releases").iterdir()} == {"0.0.1", version}


def tree(folder: Path) -> dict[str, str]:
    """What stands where, without what Python compiles."""
    return {
        str(path.relative_to(folder)): hashlib.sha256(path.read_bytes()).hexdigest()
        for path in sorted(folder.rglob("*"))
        if path.is_file() and "__pycache__" not in path.parts
    }


def test_a_changed_an_added_and_a_missing_file_are_refused_and_nothing_is_installed(unpacked: Path, tmp_path):
    into = tmp_path / "place"
    some = unpacked / "yinuo" / "site" / "settings.py"
    true = some.read_bytes()
    some.write_bytes(true + b"\n")
    changed = install(unpacked, into)
    some.unlink()
    missing = install(unpacked, into)
    some.write_bytes(true)
    (unpacked / "yinuo" / "more.py").write_text("")
    added = install(unpacked, into)
    assert [each.returncode for each in (changed, missing, added)] == [1, 1, 1]
    assert "yinuo/site/settings.py" in changed.stderr
    assert "not packed" in added.stderr
    assert not into.exists()


def test_a_machine_of_another_kind_is_refused(unpacked: Path, tmp_path: Path):
    said = (unpacked / "VERSION").read_text()
    (unpacked / "VERSION").write_text(said.replace("linux-", "plan9-"))
    summed(unpacked)
    refused = install(unpacked, tmp_path / "place")
    assert (refused.returncode, "this bundle is for plan9-" in refused.stderr) == (1, True)
    assert not (tmp_path / "place").exists()


def test_a_library_that_is_not_the_locked_one_leaves_nothing_behind(unpacked: Path, tmp_path: Path):
    wheel = next(unpacked.glob("wheels/polib-*.whl"))
    wheel.write_bytes(wheel.read_bytes() + b"\0")
    summed(unpacked)
    refused = install(unpacked, tmp_path / "place")
    assert refused.returncode == 1
    assert list((tmp_path / "place" / "releases").iterdir()) == []


def test_every_variable_of_the_files_for_systemd_is_one_that_is_read():
    read = "\n".join(path.read_text() for path in (ROOT / "yinuo").rglob("*.py"))
    given = set()
    for path in [ROOT / "deploy/yinuo.env", *(ROOT / "deploy/systemd").iterdir()]:
        given |= set(re.findall(r"(?:^|[ =])((?:YINUO|DATABASE)_[A-Z_]+)=", path.read_text(), re.M))
    assert len(given) > 10
    assert {name for name in given if f'"{name}"' not in read} == set()


@pytest.mark.skipif(shutil.which("systemd-analyze") is None, reason="could not ask systemd: it is not here")
def test_systemd_reads_its_units_and_finds_them_shut_off(tmp_path: Path):
    root = tmp_path / "root"
    for place in ("etc/systemd/system", "opt/yinuo/current/bin", "etc/yinuo", "usr/lib/systemd/system"):
        (root / place).mkdir(parents=True)
    (root / "opt/yinuo/current/bin/yinuo").write_text("#!/bin/sh\n")
    (root / "opt/yinuo/current/bin/yinuo").chmod(0o755)
    for target in Path("/usr/lib/systemd/system").glob("*.target"):
        shutil.copy(target, root / "usr/lib/systemd/system", follow_symlinks=True)
    units = sorted((ROOT / "deploy/systemd").glob("*.service"))
    for unit in units:
        shutil.copy(unit, root / "etc/systemd/system")
        asked = ["systemd-analyze", "verify", f"--root={root}", unit.name]
        told = subprocess.run(asked, capture_output=True, text=True, check=False)
        own = [line for line in told.stderr.splitlines() if unit.name in line]
        assert (told.returncode, own) == (0, []), told.stderr
    asked = ["systemd-analyze", "security", "--offline=true", "--threshold=20", str(units[-1])]
    told = subprocess.run(asked, capture_output=True, text=True, check=False)
    assert told.returncode == 0, told.stdout[-2000:] + told.stderr


def test_the_supervisor_tells_whoever_started_it_that_it_is_ready_lives_and_stops(
    tmp_path: Path, monkeypatch
):
    from yinuo.site.notify import ALIVE, READY, Alive, tell

    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as door:
        door.bind(str(tmp_path / "door"))
        door.settimeout(10)
        monkeypatch.setenv("NOTIFY_SOCKET", str(tmp_path / "door"))
        monkeypatch.setenv("WATCHDOG_USEC", "60000000")
        tell(READY)
        alive = Alive()
        alive.tell()
        alive.tell()
        tell("X=1")
        assert [door.recv(99).decode() for _ in range(3)] == [READY, ALIVE, "X=1"], "not oftener than it must"
        monkeypatch.delenv("WATCHDOG_USEC")
        Alive().tell()
        monkeypatch.setenv("NOTIFY_SOCKET", str(tmp_path / "nobody"))
        tell(READY)
        door.setblocking(False)
        with pytest.raises(BlockingIOError):
            door.recv(99)
