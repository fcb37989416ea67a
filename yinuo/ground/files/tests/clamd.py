"""A real clamd with one signature of our own: that of the EICAR test file, which harms nobody."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import time
from pathlib import Path

import pytest

from yinuo.ground.files.scanner import Scanner, ScannerAway

# In two pieces, so that this file itself alarms nobody's scanner.
EICAR = b"X5O!P%@AP[4\\PZX54(P^)7CC)7}$" + b"EICAR-STANDARD-ANTIVIRUS-TEST-FILE!$H+H*"
CONFIG = """\
Foreground yes
DatabaseDirectory {folder}/signatures
LocalSocket {folder}/clamd.sock
TemporaryDirectory {folder}
StreamMaxLength 1M
User {user}
"""
LONGEST_START = 60.0


class Clamd:
    """One clamd in a folder; `address` is what YINUO_CLAMD would hold."""

    def __init__(self, folder: Path) -> None:
        self.folder, self.address = folder, f"unix:{folder}/clamd.sock"
        signatures = folder / "signatures"
        signatures.mkdir(parents=True)
        (signatures / "own.ndb").write_text(f"Test.Eicar:0:*:{EICAR.hex()}\n")
        user = os.environ.get("USER") or "root"
        (folder / "clamd.conf").write_text(CONFIG.format(folder=folder, user=user))
        self._process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        """Return when it answers."""
        log = (self.folder / "log").open("ab")
        command = [shutil.which("clamd") or "/usr/sbin/clamd", "-c", str(self.folder / "clamd.conf")]
        self._process = subprocess.Popen(command, stdout=log, stderr=log)
        until = time.monotonic() + LONGEST_START
        while time.monotonic() < until and self._process.poll() is None:
            try:
                Scanner(self.address).version()
            except ScannerAway:
                time.sleep(0.05)
            else:
                return
        raise RuntimeError((self.folder / "log").read_text()[-2000:])

    def stop(self) -> None:
        if self._process is not None:
            self._process.send_signal(signal.SIGKILL)
            self._process.wait()
            (self.folder / "clamd.sock").unlink(missing_ok=True)
            self._process = None


@pytest.fixture(scope="module")
def clamd(tmp_path_factory):
    """A running clamd; a test that stops it starts it again."""
    served = Clamd(tmp_path_factory.mktemp("clamd"))
    served.start()
    yield served
    served.stop()
