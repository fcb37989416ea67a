"""The disk is full: the database's while complaints come in, then the one of uploaded files.

Both lie on file systems of a limited size in memory, which a ballast file fills to the last block. Needs root, who alone
may mount them.
"""

from __future__ import annotations

import hashlib
import os
import shutil
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import httpx

from bench.bank import HOST, Bank
from tests.postgres import Cluster
from tests.proof.customers import Customers
from tests.proof.survive.story import at_rest, customers_at, goes_on, more, one, running, until, verdict

ROOM, ROOM_FOR_FILES = "400m", "8m"
CLEAR = frozenset({503, 507})


@contextmanager
def small_disk(size: str, place: Path | None = None) -> Iterator[Path]:
    """A file system of so many bytes, at a place or a new one."""
    folder = place or Path(tempfile.mkdtemp(prefix="yinuo-disk-"))
    folder.mkdir(exist_ok=True, mode=0o700)
    mode = "700" if place else "755"
    subprocess.run(["mount", "-t", "tmpfs", "-o", f"size={size},mode={mode}", "tmpfs", folder], check=True)
    try:
        yield folder
    finally:
        subprocess.run(["umount", "-l", folder], check=True)
        if place is None:
            shutil.rmtree(folder, ignore_errors=True)


@contextmanager
def full(folder: Path) -> Iterator[None]:
    """No room there, to the last block."""
    ballast = folder / "ballast"
    with ballast.open("wb") as out:
        try:
            while _free(folder):
                out.write(bytes(min(_free(folder), 1 << 20)))
                out.flush()
        except OSError:
            pass
    try:
        yield
    finally:
        ballast.unlink()


def prove(short: bool) -> dict[str, Any]:
    """Complaints while the database's disk is full, several times; then uploads while the files' disk is."""
    moments = []
    with small_disk(ROOM) as disk, Bank(cluster=Cluster(durable=True, place=disk)) as bank:
        bank.open()
        with customers_at(bank) as customers:
            more(customers, 100)
            before = running(bank)
            for _turn in range(1 if short else 4):
                moments.append(_fill(bank, disk, customers, 10.0 if short else 30.0))
            after = running(bank)
        decided = at_rest(bank, hasten=short)
        uploads = _uploads(bank)
        bank.shut()
        found = verdict(bank, customers)
    unclear = sum(
        times for status, times in customers.answers.items() if status >= 500 and status not in CLEAR
    )
    felt = all(set(moment["answers"]) & {"503", "507"} for moment in moments)
    return found | {
        "ok": found["ok"] and before == after and not unclear and uploads["ok"] and felt,
        "times_full": len(moments),
        "errors_that_say_nothing": unclear,
        "processes_the_same": before == after,
        "doubtful_letters_decided": decided,
        "uploads": uploads,
        "moments": moments,
    }


def _fill(bank: Bank, disk: Path, customers: Customers, seconds: float) -> dict[str, Any]:
    """Full for so long; the server is started again if it could not go on, as systemd would. What was seen."""
    known, told = customers.answers.copy(), len(customers.acknowledged)
    with full(disk):
        time.sleep(seconds)
        meanwhile = len(customers.acknowledged) - told
    stopped = not _answers(bank)
    if stopped:
        bank.cluster.restart("fast")
    acknowledged = more(customers, 1)
    return {
        "seconds_full": seconds,
        "acknowledged_meanwhile": meanwhile,
        "answers": {str(status): times for status, times in (customers.answers - known).items()},
        "server_had_stopped": stopped,
        "until_acknowledged": round(acknowledged, 2),
        "until_all_goes_on": round(goes_on(bank), 2),
    }


def _answers(bank: Bank) -> bool:
    """Whether the server is there, or comes back by itself."""
    try:
        until(lambda: one(bank, "SELECT 1") == 1, "the server answers", 20)
    except RuntimeError:
        return False
    return True


def _uploads(bank: Bank) -> dict[str, Any]:
    """One while there is room, one while there is none, the same again when there is."""
    files = Path(bank.environment["YINUO_HOME"]) / "files"
    content = [f"附件 {number}\n".encode() * 50_000 for number in (1, 2)]
    with small_disk(ROOM_FOR_FILES, files) as disk, Browser(bank.port) as browser:
        first = browser.bring(content[0])
        with full(disk):
            refused = browser.bring(content[1])
            left = kept(disk, ignoring="ballast")
            rows = one(bank, "SELECT count(*) FROM files_storedfile")
        again = browser.bring(content[1])
        whole = kept(disk) == {hashlib.sha256(each).hexdigest() for each in content}
        rows_after = one(bank, "SELECT count(*) FROM files_storedfile")
    clean = left == {hashlib.sha256(content[0]).hexdigest()} and rows == 1
    return {
        "ok": clean and whole and rows_after == 2 and refused[0] == 507 and first[0] == again[0] == 200,
        "statuses": [first[0], refused[0], again[0]],
        "said": refused[1][:200],
        "half_kept": not clean,
        "whole_in_the_end": whole,
    }


def kept(folder: Path, ignoring: str = "") -> set[str]:
    """Hashes of every file there, drafts too, whatever it is called; its name where that is another."""
    found = set()
    for path in folder.rglob("*"):
        if path.is_file() and path.name != ignoring:
            digest = hashlib.sha256(path.read_bytes()).hexdigest()
            found.add(digest if path.name == digest else path.name)
    return found


class Browser:
    """A customer's, at the second step of the portal: one draft, to which files are brought."""

    def __init__(self, port: int) -> None:
        self._client = httpx.Client(base_url=f"http://{HOST}:{port}", timeout=60)

    def __enter__(self) -> Browser:
        self._client.get("/s/complaint")
        return self

    def __exit__(self, *_raised: object) -> None:
        self._client.close()

    def bring(self, content: bytes) -> tuple[int, str]:
        """Bring a text; the status, and what was said."""
        headers = {"X-CSRFToken": self._client.cookies["csrftoken"], "Origin": str(self._client.base_url)}
        files = {"file": ("statement.txt", content, "text/plain")}
        answer = self._client.post("/s/complaint/files", files=files, headers=headers)
        return answer.status_code, answer.text


def _free(folder: Path) -> int:
    there = os.statvfs(folder)
    return there.f_bavail * there.f_frsize
