"""`python -m tests.proof.recovery`: the machine is lost with its disk; how much was lost, and how long until a page answers.

PostgreSQL with fsync, archiving by `yinuo wal push` with archive_timeout; beside it pg_receivewal, as on a second machine. A
bank with many cases has a base backup; customers send complaints through the API until stopped. At random moments what
the archive and the stream hold is set aside, with the complaints acknowledged so far. Then the server is killed and its
disk removed. From each copy a new server follows the log to its end, and the judge counts: an acknowledged complaint
that is not there was lost. From the last copy a whole bank is built up again, measured from the empty folder to the
first page. Writes docs/proof/recovery.json.
"""

from __future__ import annotations

import argparse
import hashlib
import http.client
import json
import os
import platform
import random
import shutil
import subprocess
import sys
import threading
import time
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import psycopg

from bench.bank import HOST, ROOT, START, Bank, Process, free_port
from tests.postgres import Cluster, programs
from tests.proof.customers import Customers
from tests.proof.kill import commit

RESULT = ROOT / "docs" / "proof" / "recovery.json"
CUSTOMERS = 4
TIMEOUT = 60  # seconds: archive_timeout
PASSPHRASE = "a passphrase for the keys' file"
OPENS = 600.0  # seconds a server may follow its log
PAUSE = 1.0  # seconds a customer waits: fewer complaints than fill a segment before archive_timeout ends it


class ArchivingBank(Bank):
    """A bank whose server archives its log, and a second place that receives it as a stream."""

    def __init__(self, seconds: int) -> None:
        super().__init__()
        self.archive, self.stream, self.key = (self.folder / each for each in ("archive", "stream", "key"))
        self.key.write_text("-".join(["backup"] * 12))
        os.environ |= {"YINUO_SECRET_BACKUP": self.key.read_text(), "YINUO_ARCHIVE_FOLDER": str(self.archive)}
        self.receiving: Process | None = None
        push = f"env PYTHONPATH={ROOT} {sys.executable} -P -m yinuo wal push %p --archive {self.archive} --key {self.key}"
        settings = {"archive_mode": "on", "archive_command": push, "archive_timeout": str(seconds)}
        self.cluster = Cluster(durable=True, settings=settings, commands=True)

    def _make(self) -> None:
        self.environment = {**os.environ, "YINUO_HOME": str(self.folder / "home")}
        self.yinuo("wal", "create")
        for each in (self.archive, self.archive / "wal", self.archive / "wal" / "archive"):
            if os.geteuid() == 0:
                shutil.chown(each, "postgres", "postgres")
        super()._make()
        self.stream.mkdir()
        command = [
            str(programs() / "pg_receivewal"),
            "-D",
            str(self.stream),
            "-d",
            self.database,
            "--synchronous",
        ]
        self.receiving = Process(command, self.folder / "stream.log", env=dict(os.environ))

    def lose(self) -> None:
        """The machine is gone, with its disk."""
        self.cluster.stop()
        self.shut()
        if self.receiving:
            self.receiving.stop()
        shutil.rmtree(self.folder / "home")

    def close(self) -> None:
        """Stop everything and remove the folder."""
        if self.receiving:
            self.receiving.stop()
        super().close()


@dataclass(frozen=True, slots=True)
class Kept:
    """What other machines held at a moment; `told`: when each complaint acknowledged by then was."""

    archive: Path
    stream: Path
    told: dict[str, float]
    at: float


class Unhurried(Customers):
    """As on a bank's ordinary day."""

    def _complain(self, number: int) -> None:
        super()._complain(number)
        time.sleep(PAUSE)


class Clock(threading.Thread):
    """Notes when each complaint was acknowledged, to a few hundredths of a second."""

    def __init__(self, customers: Customers) -> None:
        super().__init__(daemon=True)
        self.customers, self.told = customers, dict[str, float]()

    def run(self) -> None:
        """Until the process ends."""
        while True:
            known, now = len(self.told), time.monotonic()
            for each in self.customers.acknowledged[known:]:
                self.told[each.key] = now
            time.sleep(0.02)


def set_aside(bank: ArchivingBank, clock: Clock, number: int) -> Kept:
    """Copy what is kept elsewhere. Acknowledged is what was before the copy began, so that none is counted too few."""
    told, at = dict(clock.told), time.monotonic()
    places = [bank.folder / f"{each}-{number}" for each in ("stream", "archive")]
    subprocess.run(["cp", "-a", str(bank.stream), str(places[0])], check=True)
    subprocess.run(["cp", "-al", str(bank.archive), str(places[1])], check=True)
    return Kept(places[1], places[0], told, at)


class Machine:
    """A new one: nothing but the keys' file, a server's programs and Yinuo."""

    def __init__(self, bank: ArchivingBank, name: str) -> None:
        self.folder, self.keys = bank.folder / name, bank.folder / "keys"
        self.folder.mkdir()
        self.cluster = Cluster(durable=True, settings={"archive_mode": "off"}, commands=True)
        gone = ("YINUO_SECRET_BACKUP", "DATABASE_URL")
        kept = {key: value for key, value in bank.environment.items() if key not in gone}
        self.home = self.folder / "home"
        self.environment = kept | {"YINUO_HOME": str(self.home), "YINUO_PASSPHRASE": PASSPHRASE}

    def yinuo(self, *arguments: str | Path) -> str:
        """The last line of a verb that worked."""
        done = subprocess.run(
            [sys.executable, "-m", "yinuo", *map(str, arguments)],
            cwd=ROOT, env=self.environment, capture_output=True, text=True, check=False,
        )  # fmt: skip
        if done.returncode:
            raise RuntimeError(f"yinuo {arguments[0]}: {done.stdout[-500:]}{done.stderr[-2000:]}")
        return done.stdout.splitlines()[-1] if done.stdout else ""

    def follow(self, archive: Path) -> dict[str, float]:
        """Fill, start, wait until it has opened; seconds of each."""
        begun = time.monotonic()
        unpacked = 0.0

        def fill(data: Path) -> None:
            nonlocal unpacked
            key = self.home / "keys" / "backup"
            self.yinuo("recover", archive, "--into", data, "--keys", self.keys, "--key", key, "--look")
            unpacked = time.monotonic() - begun

        self.cluster.start(fill)
        self.environment["DATABASE_URL"] = self.cluster.url("yinuo")
        while self.ask("SELECT pg_is_in_recovery()")[0][0]:
            if time.monotonic() - begun > OPENS:
                raise RuntimeError("the server did not open")
            time.sleep(0.05)
        return {"unpacked": unpacked, "followed the log": time.monotonic() - begun - unpacked}

    def ask(self, statement: str) -> list[tuple[Any, ...]]:
        """Rows of the recovered database."""
        with psycopg.connect(self.environment["DATABASE_URL"]) as connection:
            return connection.execute(statement.encode()).fetchall()

    def first_page(self) -> float:
        """Seconds from starting `yinuo run` until the page of sign-in is there."""
        begun, port = time.monotonic(), free_port()
        command = [
            sys.executable,
            "-u",
            "-m",
            "yinuo",
            "run",
            "--port",
            str(port),
            "--live-port",
            str(free_port()),
        ]
        running = Process(command, self.folder / "run.log", env=self.environment)
        try:
            while not _answers(port):
                if time.monotonic() - begun > START:
                    raise RuntimeError((self.folder / "run.log").read_text()[-2000:])
                time.sleep(0.05)
            return time.monotonic() - begun
        finally:
            running.stop()


def _answers(port: int) -> bool:
    connection = http.client.HTTPConnection(HOST, port, timeout=10)
    try:
        connection.request("GET", "/sign-in")
        return connection.getresponse().status == 200
    except OSError:
        return False
    finally:
        connection.close()


def lost(bank: ArchivingBank, kept: Kept, name: str) -> dict[str, Any]:
    """Recover a copy to its end; what of the acknowledged is not there, and how long before the loss the oldest of it was."""
    machine = Machine(bank, name)
    try:
        seconds = machine.follow(kept.archive)
        ((token,),) = machine.ask("SELECT secret_hash FROM api_token")
        there = {key for (key,) in machine.ask("SELECT key FROM cases_receipt")}
    finally:
        machine.cluster.stop()
    receipts = {hashlib.sha256(f"{token}\0{key}".encode()).hexdigest(): at for key, at in kept.told.items()}
    gone = [at for receipt, at in receipts.items() if receipt not in there]
    return {
        "acknowledged": len(kept.told), "lost": len(gone),
        "seconds_lost": round(kept.at - min(gone), 1) if gone else 0.0,
        "recovered_in": round(sum(seconds.values()), 1),
    }  # fmt: skip


def bring_stream(kept: Kept, key: Path) -> None:
    """What the stream received is archived, the unfinished segment too: as docs/operations.md tells the operator."""
    for path in sorted(kept.stream.iterdir()):
        if path.name.endswith(".partial"):
            path = path.rename(path.with_suffix(""))
        command = [sys.executable, "-m", "yinuo", "wal", "push", str(path)]
        command += ["--archive", str(kept.archive), "--key", str(key)]
        subprocess.run(command, cwd=ROOT, check=True)


def prove(cases: int, moments: int, seed: str) -> dict[str, Any]:
    """The whole proof; the result as it is written."""
    rng = random.Random(seed)
    with ArchivingBank(TIMEOUT) as bank:
        bank.script("bench.fill", str(cases))
        bank.environment["YINUO_PASSPHRASE"] = PASSPHRASE
        base = bank.yinuo(
            "backup", str(bank.archive), "--base", "--quiet", "--keys", str(bank.folder / "keys")
        )
        told = dict(pair.split("=", 1) for pair in base.splitlines()[-1].split())
        bank.open()
        customers = Unhurried(bank.port, bank.staff()["token"], CUSTOMERS)
        clock = Clock(customers)
        kept = []
        customers.start()
        clock.start()
        try:
            time.sleep(TIMEOUT)
            for number in range(moments):
                time.sleep(rng.uniform(TIMEOUT / 4, TIMEOUT))
                kept.append(set_aside(bank, clock, number))
                print(f"moment {number + 1}: {len(kept[-1].told)} acknowledged", flush=True)
        finally:
            customers.finish()
        bank.lose()
        archived = [lost(bank, each, f"archived-{number}") for number, each in enumerate(kept)]
        for each in kept:
            bring_stream(each, bank.key)
        streamed = [lost(bank, each, f"streamed-{number}") for number, each in enumerate(kept)]
        back = rebuilt(bank, kept[-1].archive)
    return {
        "cases": cases, "base_backup": {"seconds": float(told["seconds"]), "bytes": int(told["bytes"])},
        "archive_timeout": TIMEOUT, "acknowledged": len(kept[-1].told),
        "archived": summary(archived), "streamed": summary(streamed), "rebuilt": back, "moments": {
            "archived": archived, "streamed": streamed,
        },
    }  # fmt: skip


def rebuilt(bank: ArchivingBank, archive: Path) -> dict[str, Any]:
    """A whole bank from the empty folder to the first page."""
    machine = Machine(bank, "rebuilt")
    try:
        seconds = machine.follow(archive)
        begun = time.monotonic()
        finished = machine.yinuo("recover", archive, "--finish")
        seconds["finished"] = time.monotonic() - begun
        seconds["first page"] = machine.first_page()
        ((there,),) = machine.ask("SELECT count(*) FROM cases_case")
    finally:
        machine.cluster.stop()
    steps = {name: round(value, 1) for name, value in seconds.items()}
    return {"seconds": round(sum(seconds.values()), 1), "steps": steps, "cases": there, "finished": finished}


def summary(tried: list[dict[str, Any]]) -> dict[str, float]:
    """The worst of all moments."""
    return {what: max(each[what] for each in tried) for what in ("lost", "seconds_lost", "recovered_in")}


def holds(result: dict[str, Any]) -> bool:
    """By the archive no more is lost than archive_timeout and what one archiving takes; by the stream next to nothing."""
    return (
        result["archived"]["seconds_lost"] <= TIMEOUT + 30
        and result["streamed"]["seconds_lost"] <= 5
        and "missing=0" in result["rebuilt"]["finished"]
    )


def main() -> int:
    """Status 1 when more was lost than docs/operations.md promises."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--cases", type=int, default=20_000)
    parser.add_argument("--moments", type=int, default=5)
    parser.add_argument("--dry", action="store_true", help="do not write the result file")
    options = parser.parse_args()
    head = commit()
    seed = hashlib.sha256(head.encode()).hexdigest()
    result = {
        "date": datetime.now(UTC).strftime("%Y-%m-%dT%H:%MZ"),
        "commit": head,
        "machine": f"{os.cpu_count()} processors, {platform.system()} {platform.release()}",
        "python": platform.python_version(),
        "load": [round(each, 1) for each in os.getloadavg()],
        **prove(options.cases, options.moments, seed),
    }
    result["ok"] = holds(result)
    if not options.dry:
        RESULT.write_text(json.dumps(result, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")
    print(json.dumps(result, indent=1))
    print(f"ok={str(result['ok']).lower()} seconds={result['rebuilt']['seconds']}")
    return 0 if result["ok"] else 1


if __name__ == "__main__":
    sys.exit(main())
