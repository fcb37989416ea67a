"""Real banks for tests of backups: programs of their own, a home and a database each, of the kind YINUO_TEST_DB names."""

from __future__ import annotations

import itertools
import json
import os
import sqlite3
import subprocess
import sys
from collections.abc import Iterator
from contextlib import closing, contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import psycopg

from tests.postgres import Cluster

ROOT = Path(__file__).resolve().parents[3]
SECRETS = ("backup", "facts", "vault", "index", "codes", "proof", "django")
FILLED = """
import django; django.setup()
from django.utils import timezone
from yinuo.facts.sequencer import checkpoint, sequence_once
from yinuo.ground.files.store import store
from yinuo.packs.complaints.tests.bank import a_bank, closed
bank = a_bank()
for _ in range(3): closed(bank)
store().put([b"evidence " * 40_000]); store().put([b"a letter"]); store().put([b""])
while sequence_once(): pass
checkpoint()
"""
_numbers = itertools.count(1)


@dataclass
class House:
    """A machine with a Yinuo on it: its home, its database, whatever else stands in the environment."""

    home: Path
    url: str
    more: dict[str, str] = field(default_factory=dict)

    def yinuo(self, *arguments: str | Path, **changes: str) -> subprocess.CompletedProcess[str]:
        """Run the real command to its end."""
        return self._run("-m", "yinuo", *map(str, arguments), **changes)

    def python(self, code: str) -> str:
        """What a program of ours prints; it must not fail."""
        done = self._run("-c", code)
        assert done.returncode == 0, done.stderr[-3000:]
        return done.stdout

    def backup(self, target: Path, *more: str) -> dict[str, str]:
        """The last line of a backup that worked."""
        done = self.yinuo("backup", target, "--quiet", *more)
        assert done.returncode == 0, done.stderr
        return told(done)

    def restore(self, backup: Path, *more: str | Path) -> dict[str, str]:
        """The last line of a restore that worked."""
        done = self.yinuo("restore", backup, "--quiet", *more)
        assert done.returncode == 0, done.stderr
        return told(done)

    def sql(self, statement: str) -> list[tuple[Any, ...]]:
        """Asked of the database past everything of ours."""
        if self.url.startswith("sqlite"):
            with closing(sqlite3.connect(self.file, timeout=30)) as raw, raw:
                return raw.execute(statement).fetchall()
        with psycopg.connect(self.url) as raw:
            cursor = raw.execute(statement)
            return cursor.fetchall() if cursor.description else []

    @property
    def file(self) -> Path:
        """Of a bank on SQLite."""
        return Path(self.url.removeprefix("sqlite:///"))

    def table_names(self) -> list[str]:
        """Every table there is; none where there is no database file."""
        if not self.url.startswith("sqlite"):
            return [
                name
                for (name,) in self.sql(
                    "SELECT tablename FROM pg_tables WHERE schemaname = 'public' ORDER BY 1"
                )
            ]
        if not self.file.exists():
            return []
        asked = "SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite_%' ORDER BY 1"
        return [name for (name,) in self.sql(asked)]

    def everything(self) -> dict[str, list[str]]:
        """Every row of every table as text, sorted: counted independently of what backs up."""
        return {
            name: sorted(
                repr([_plain(value) for value in row]) for row in self.sql(f'SELECT * FROM "{name}"')
            )
            for name in self.table_names()
        }

    def files(self) -> dict[str, bytes]:
        """Every stored content by its name."""
        return {path.name: path.read_bytes() for path in (self.home / "files").glob("??/??/*")}

    def _run(self, *command: str, **changes: str) -> subprocess.CompletedProcess[str]:
        own = {
            "YINUO_HOME": str(self.home), "DATABASE_URL": self.url, "YINUO_LOG": "ERROR",
            "DJANGO_SETTINGS_MODULE": "yinuo.site.settings",
        }  # fmt: skip
        return subprocess.run(
            [sys.executable, *command],
            cwd=ROOT,
            env=os.environ | own | self.more | changes,
            capture_output=True,
            text=True,
            check=False,
        )


def told(done: subprocess.CompletedProcess[str]) -> dict[str, str]:
    """The machine-readable last line."""
    return dict(pair.split("=", 1) for pair in done.stdout.splitlines()[-1].split())


def _plain(value: Any) -> Any:
    """JSON in the order of its keys: PostgreSQL keeps them in one of its own."""
    if isinstance(value, str) and value[:1] in ("{", "["):
        with suppress(ValueError):
            return json.dumps(json.loads(value), sort_keys=True)
    return value
    return value


class Land:
    """Where houses are built: one folder, and a server where they stand on PostgreSQL."""

    def __init__(self, folder: Path, cluster: Cluster | None) -> None:
        self.folder, self.cluster = folder, cluster

    def empty(self, *, keys: bool = True, sqlite: bool = False) -> House:
        """A new machine: an empty home, an empty database, the keys of the others unless it shall have its own."""
        name = f"house_{os.getpid()}_{next(_numbers)}"
        home = self.folder / name
        home.mkdir(mode=0o700)
        on_sqlite = sqlite or self.cluster is None
        url = f"sqlite:///{home}/yinuo.sqlite3" if on_sqlite else self.cluster.create(name)
        given = {f"YINUO_SECRET_{each.upper()}": "-".join([each] * 12) for each in SECRETS} if keys else {}
        return House(home, url, given)

    def filled(self, *, sqlite: bool = False) -> House:
        """A bank with complaints, files, a chain and a signed head."""
        house = self.empty(sqlite=sqlite)
        done = house.yinuo("migrate", "--quiet")
        assert done.returncode == 0, done.stderr
        house.python(FILLED)
        return house


@contextmanager
def land(folder: Path) -> Iterator[Land]:
    """A place for houses, of the kind YINUO_TEST_DB names."""
    if os.environ.get("YINUO_TEST_DB", "sqlite") == "sqlite":
        yield Land(folder, None)
        return
    with Cluster() as cluster:
        yield Land(folder, cluster)
