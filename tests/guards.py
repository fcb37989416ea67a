"""Are the guards guarded? Take each out, and demand that its test goes red.

tests/guards.toml names, for every guard, the line that does the guarding, what to put in its place, and the
tests that must notice. The tree is copied for each worker; first all the named tests must be green, then each
guard is disabled by itself. On SQLite its tests begin with a copy of a database migrated once; a guard nobody
misses that way may stand in the database itself and is judged again on a database migrated without it.

    python -m tests.guards [--quick] [-n 2] [NAME …]     --quick: only guards marked quick; -n: workers

Status 0 when every guard is guarded, 1 when one is not, 2 when guards.toml itself is wrong.
"""

from __future__ import annotations

import argparse
import os
import re
import shutil
import subprocess
import sys
import tempfile
import tomllib
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from queue import SimpleQueue

from tests.architecture.tree import NOT_OURS, ROOT

RED = 1  # pytest's status for "tests ran, some failed"; an import error or no test at all is another number
LIST = Path("tests") / "guards.toml"


class WrongList(Exception):
    """guards.toml names a line, a file or a test that is not there."""


@dataclass(frozen=True, slots=True)
class Guard:
    """What guards, where, what disables it, and who must notice."""

    name: str
    file: str
    search: str
    replace: str
    tests: tuple[str, ...]
    quick: bool = False
    database: str = "sqlite"
    verbs: tuple[str, ...] = ()


def read(root: Path) -> list[Guard]:
    """Every guard of the list; WrongList names what is missing or unknown."""
    guards = []
    for row in tomllib.loads((root / LIST).read_text(encoding="utf-8")).get("guard", []):
        try:
            guards.append(
                Guard(**{**row, "tests": tuple(row["tests"]), "verbs": tuple(row.get("verbs", ()))})
            )
        except (KeyError, TypeError) as error:
            raise WrongList(f"{row.get('name', row)}: {error}") from None
    return guards


def text_with(root: Path, guard: Guard) -> str:
    """The text of the file the guard stands in; WrongList unless it stands there exactly once."""
    path = root / guard.file
    if not path.is_file():
        raise WrongList(f"{guard.name}: no file {guard.file}")
    text = path.read_text(encoding="utf-8")
    if text.count(guard.search) != 1:
        raise WrongList(
            f"{guard.name}: {guard.search!r} stands {text.count(guard.search)} times in {guard.file}"
        )
    return text


def disable(root: Path, guard: Guard) -> str:
    """Take the guard out of a copy; returns the file's text as it was."""
    path, before = root / guard.file, text_with(root, guard)
    path.write_text(before.replace(guard.search, guard.replace), encoding="utf-8")
    return before


def copy_of(root: Path, where: Path) -> Path:
    """The tree without environments and caches."""
    ignored = shutil.ignore_patterns(*NOT_OURS)
    return Path(shutil.copytree(root, where / "tree", ignore=ignored, symlinks=True))


def pytest(
    root: Path, tests: tuple[str, ...], database: str, migrated: Path | None = None
) -> tuple[int, str]:
    """Run tests in a copy with its own home; status and output."""
    clean = _clean() | {"YINUO_TEST_DB": database}
    clean |= {"CI": "true"}  # property tests draw the same examples every time
    if migrated is not None:
        clean["YINUO_TEST_MIGRATED"] = str(migrated)
    command = [sys.executable, "-m", "pytest", "-p", "no:cacheprovider", "-rfE", *tests]
    done = subprocess.run(command, cwd=root, env=clean, capture_output=True, text=True)
    return done.returncode, done.stdout + done.stderr


def _clean() -> dict[str, str]:
    """The environment without anything of ours."""
    ours = ("YINUO_", "PYTEST_", "DATABASE_", "DJANGO_")
    clean = {key: value for key, value in os.environ.items() if not key.startswith(ours)}
    clean |= {key: os.environ[key] for key in ("YINUO_SHARED",) if key in os.environ}
    return clean | {"PYTHONDONTWRITEBYTECODE": "1"}


def migrated_by(root: Path) -> Path:
    """A SQLite database beside a copy, migrated while every guard stands."""
    file = root.parent / "migrated.sqlite3"
    home = {"YINUO_HOME": str(root.parent / "home"), "DATABASE_URL": f"sqlite:///{file}"}
    command = [sys.executable, "manage.py", "migrate", "--verbosity", "0"]
    done = subprocess.run(command, cwd=root, env=_clean() | home, capture_output=True, text=True)
    if done.returncode:
        raise WrongList(f"with every guard in place the database is not migrated:\n{done.stderr[-3000:]}")
    return file


def all_green(root: Path, guards: list[Guard]) -> None:
    """Every named test passes while every guard stands; else WrongList with pytest's words."""
    for database in sorted({guard.database for guard in guards}):
        tests = tuple(
            sorted({test for guard in guards if guard.database == database for test in guard.tests})
        )
        status, said = pytest(root, tests, database)
        if status:
            raise WrongList(
                f"with every guard in place the tests are not green (status {status}):\n{said[-3000:]}"
            )


def is_noticed(root: Path, guard: Guard, migrated: Path | None = None) -> tuple[bool, str]:
    """Whether every one of the guard's tests goes red without it, and what was said if not."""
    if migrated is not None and guard.database == "sqlite":
        found = _is_noticed(root, guard, migrated)
        if found[0]:
            return found
    return _is_noticed(root, guard, None)


def _is_noticed(root: Path, guard: Guard, migrated: Path | None) -> tuple[bool, str]:
    before = disable(root, guard)
    try:
        status, said = pytest(root, guard.tests, guard.database, migrated)
    finally:
        (root / guard.file).write_text(before, encoding="utf-8")
    if status != RED:
        return False, f"status {status}, {RED} expected\n{said[-1500:]}"
    red = re.findall(r"^(?:FAILED|ERROR) (\S+)", said, re.M)
    blind = [
        test for test in guard.tests if not any(each.split("[")[0] == test.split("[")[0] for each in red)
    ]
    return not blind, f"still green: {', '.join(blind)}" if blind else ""


def main(argv: list[str] | None = None) -> int:
    """Judge the guards and print one line for each; the last line is machine-readable."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("names", nargs="*")
    parser.add_argument("--quick", action="store_true")
    parser.add_argument("-n", "--workers", type=int, default=os.cpu_count() or 1)
    options = parser.parse_args(argv)
    try:
        chosen = [
            guard
            for guard in read(ROOT)
            if (not options.names or guard.name in options.names) and (guard.quick or not options.quick)
        ]
        with tempfile.TemporaryDirectory(prefix="yinuo-guards-") as folder:
            copies = [copy_of(ROOT, Path(folder) / str(number)) for number in range(options.workers)]
            unguarded = len(judge(copies, chosen))
    except WrongList as wrong:
        print(f"{LIST}: {wrong}", file=sys.stderr)
        return 2
    print(f"guards={len(chosen)} unguarded={unguarded}")
    return 1 if unguarded else 0


def judge(copies: list[Path], guards: list[Guard]) -> list[str]:
    """The names of guards nobody would miss; as many are judged at once as there are copies of the tree."""
    all_green(copies[0], guards)
    migrated = migrated_by(copies[0])
    free: SimpleQueue[Path] = SimpleQueue()
    for copy in copies:
        free.put(copy)
    with ThreadPoolExecutor(len(copies)) as workers:
        found = workers.map(_borrowing(free, migrated), guards)
        return [guard.name for guard, answer in zip(guards, found, strict=True) if _told(guard, *answer)]


def _borrowing(free: SimpleQueue[Path], migrated: Path) -> Callable[[Guard], tuple[bool, str]]:
    def in_a_copy(guard: Guard) -> tuple[bool, str]:
        copy = free.get()
        try:
            return is_noticed(copy, guard, migrated)
        finally:
            free.put(copy)

    return in_a_copy


def _told(guard: Guard, noticed: bool, why: str) -> bool:
    """Print what came out; whether the guard is unguarded."""
    print(f"{'guarded  ' if noticed else 'UNGUARDED'} {guard.name}", *([why] if why else []), flush=True)
    return not noticed


if __name__ == "__main__":
    raise SystemExit(main())
