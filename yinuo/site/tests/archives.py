"""A bank whose PostgreSQL archives its log by our command, and the same bank recovered on a new server."""

from __future__ import annotations

import os
import shlex
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import psycopg

from tests.postgres import Cluster, NoPostgres, programs
from yinuo.site.tests.banks import ROOT, SECRETS, House, told

KEY = "-".join(["backup"] * 12)
OPENS = 60.0  # seconds a server may follow its log
COMPLAINING = """
import sys, django; django.setup()
from io import BytesIO
from itertools import count
from pathlib import Path
from django.core.files.uploadedfile import SimpleUploadedFile
from yinuo.engines.cases.models import Case
from yinuo.facts.sequencer import sequence_once
from yinuo.ground.files.intake import accept
from yinuo.ground.people.models import Unit
from yinuo.packs.complaints.tests import bank
first, stop = int(sys.argv[1]), Path(sys.argv[2])
bank._numbers = count(first)
house = bank.Bank(*(Unit.objects.get(code=c) for c in ('HQ', 'CC', 'NORTH', 'SOUTH')))
for done in count(1):
    case = bank.closed(house)
    accept(SimpleUploadedFile('letter.txt', b'letter %d of %d' % (done, first)), owner_kind='case', owner_id=case.pk)
    while sequence_once(): pass
    print(done, flush=True)
    if stop.exists(): break
"""


@dataclass
class Archived:
    """The bank, its server, and the folder with its base backups and its log."""

    house: House
    cluster: Cluster
    folder: Path

    @property
    def key(self) -> Path:
        """Where the server reads the key of backups."""
        return self.folder / "key"

    @property
    def place(self) -> Path:
        """The archive."""
        return self.folder / "archive"

    def complaining(self, first: int, stop: Path) -> subprocess.Popen[str]:
        """Complaints with an attachment each come in, one after the other, until the file is there; a line for each."""
        own = {"YINUO_HOME": str(self.house.home), "DATABASE_URL": self.house.url, "YINUO_LOG": "ERROR"}
        environment = os.environ | own | self.house.more | {"DJANGO_SETTINGS_MODULE": "yinuo.site.settings"}
        return subprocess.Popen(
            [sys.executable, "-c", COMPLAINING, str(first), str(stop)],
            cwd=ROOT, env=environment, stdout=subprocess.PIPE, text=True,
        )  # fmt: skip

    def base(self, *more: str) -> dict[str, str]:
        """The last line of a base backup that worked."""
        done = self.house.yinuo("backup", self.place, "--base", "--quiet", *more)
        assert done.returncode == 0, done.stderr
        return told(done)

    def archive_everything(self) -> str:
        """Finish the segment that is being written and wait until it is archived; its name."""
        ((last,),) = self.house.sql("SELECT pg_walfile_name(pg_switch_wal())")
        until = time.monotonic() + OPENS
        while not (self.place / "wal" / last).exists():
            assert time.monotonic() < until, (self.cluster.folder / "log").read_text()[-2000:]
            time.sleep(0.1)
        return str(last)

    def refused(self, place: Path, *more: str) -> str:
        """The log of a new server that could not follow this archive and went down."""
        cluster = server(archiving=False)
        folder = self.folder / f"refused-{place.name}"
        folder.mkdir(mode=0o700)
        if os.geteuid() == 0:
            shutil.chown(folder, "postgres", "postgres")
        done = self.house.yinuo(
            "recover", place, "--into", folder / "data", "--key", self.key, "--look", *more
        )
        assert done.returncode == 0, done.stderr
        command = [
            str(programs() / "postgres"),
            "-D",
            str(folder / "data"),
            f"-k{folder}",
            "-clisten_addresses=",
        ]
        command += ["-cmax_connections=200"]
        ended = subprocess.run(
            cluster.as_owner(command), cwd=folder, capture_output=True, text=True, timeout=OPENS, check=False
        )
        assert ended.returncode != 0
        return ended.stderr

    def copied(self, name: str) -> Path:
        """The archive again, to be spoilt."""
        place = self.folder / name
        subprocess.run(["cp", "-a", str(self.place), str(place)], check=True)
        return place

    def recover(self, *more: str) -> Recovered:
        """A new server on what --into fills, which has opened; a new home with the same keys."""
        cluster = server(archiving=False)
        lines: list[dict[str, str]] = []

        def fill(data: Path) -> None:
            done = self.house.yinuo("recover", self.place, "--into", data, "--key", self.key, "--look", *more)
            assert done.returncode == 0, done.stderr
            lines.append(told(done))

        cluster.start(fill)
        home = self.folder / f"home-{cluster.folder.name}"
        home.mkdir(mode=0o700)
        house = House(home, cluster.url("bank"), self.house.more)
        try:
            wait_until_open(house)
        except BaseException:
            cluster.stop()
            raise
        return Recovered(house, cluster, lines[0])


@dataclass
class Recovered:
    """The bank on its new server; `said` is the last line of `recover --into`."""

    house: House
    cluster: Cluster
    said: dict[str, str]

    def finish(self, archive: Path, *more: str) -> dict[str, str]:
        """The last line of the second half, which must work."""
        done = self.house.yinuo("recover", archive, "--finish", *more)
        assert done.returncode == 0, done.stderr + done.stdout
        return told(done)


def server(*, archiving: bool, command: str = "") -> Cluster:
    """Not started yet."""
    archive = {"archive_mode": "on", "archive_command": command} if archiving else {"archive_mode": "off"}
    return Cluster(settings={"wal_level": "replica", "max_wal_senders": "4", **archive}, commands=True)


def archive_command(place: Path, key: Path) -> str:
    """As the operator writes it, with this Python."""
    words = ["env", f"PYTHONPATH={ROOT}", sys.executable, "-P", "-m", "yinuo", "wal", "push", "%p"]
    return shlex.join([*words, "--archive", str(place), "--key", str(key)])


def wait_until_open(house: House) -> None:
    """Until the server has followed its log and takes writes."""
    until = time.monotonic() + OPENS
    while True:
        try:
            if not house.sql("SELECT pg_is_in_recovery()")[0][0]:
                return
        except psycopg.OperationalError:
            pass
        if time.monotonic() > until:
            raise NoPostgres("the server did not open")
        time.sleep(0.1)


@contextmanager
def archived_bank() -> Iterator[Archived]:
    """A migrated, empty bank on a server that archives."""
    folder = Path(tempfile.mkdtemp(prefix="yinuo-archive-"))
    try:
        place, key, home = folder / "archive", folder / "key", folder / "home"
        home.mkdir(mode=0o700)
        key.write_text(KEY)
        given = {f"YINUO_SECRET_{each.upper()}": "-".join([each] * 12) for each in SECRETS}
        done = House(home, "", given).yinuo("wal", "create", "--archive", place)
        assert done.returncode == 0, done.stderr
        if os.geteuid() == 0:
            for each in (folder, place, place / "wal", place / "wal" / "archive", key):
                shutil.chown(each, "postgres", "postgres")
        with server(archiving=True, command=archive_command(place, key)) as cluster:
            house = House(home, cluster.create("bank"), given)
            done = house.yinuo("migrate", "--quiet")
            assert done.returncode == 0, done.stderr
            house.python(
                "import django; django.setup()\nfrom yinuo.packs.complaints.tests.bank import a_bank; a_bank()"
            )
            yield Archived(house, cluster, folder)
    finally:
        shutil.rmtree(folder, ignore_errors=True)
