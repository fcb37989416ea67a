"""A bank that is open: the processes of `yinuo run` on free ports, and the SMTP server its letters reach."""

from __future__ import annotations

import email
import email.policy
import json
import os
import re
import subprocess
import sys
import threading
import time
from dataclasses import dataclass, field
from email.message import EmailMessage
from pathlib import Path
from typing import Any

from aiosmtpd.controller import Controller

from yinuo.site.run import HOST, free_port

ROOT = Path(__file__).resolve().parents[2]
PATIENCE = 60  # seconds until something that must happen has happened


class Letterbox:
    """What arrived by SMTP, in the order of arrival."""

    def __init__(self) -> None:
        self.letters: list[EmailMessage] = []
        self._came = threading.Condition()

    async def handle_DATA(self, server: Any, session: Any, envelope: Any) -> str:
        """Called by aiosmtpd for each letter."""
        letter = email.message_from_bytes(envelope.content, policy=email.policy.default)
        with self._came:
            self.letters.append(letter)
            self._came.notify_all()
        return "250 OK"

    def wait(self, to: str, after: int = 0) -> str:
        """The text of letter number `after` (from 0) to this address, once it is here."""
        with self._came:
            here = self._came.wait_for(lambda: len(self._to(to)) > after, PATIENCE)
            assert here, f"no letter {after + 1} to {to}; {len(self.letters)} letters in all"
            return str(self._to(to)[after].get_content())

    def count(self, to: str) -> int:
        """How many have come to this address."""
        with self._came:
            return len(self._to(to))

    def _to(self, to: str) -> list[EmailMessage]:
        return [letter for letter in self.letters if to in str(letter["To"])]


@dataclass
class OpenBank:
    """Where it is, who can sign in, what it sent."""

    home: Path
    url: str
    live: str
    letterbox: Letterbox
    process: subprocess.Popen[str]
    controller: Controller
    environment: dict[str, str]
    said: list[str] = field(default_factory=list)

    def account(self, role: str) -> dict[str, str]:
        """The demonstration's account of a role."""
        accounts = json.loads((self.home / "accounts.json").read_text("utf-8"))
        return next(one for one in accounts if one["role"] == role)

    def script(self, module: str, *arguments: str) -> None:
        """Run a module of ours in this bank's environment."""
        command = [sys.executable, "-m", module, *arguments]
        done = subprocess.run(command, env=self.environment, cwd=ROOT, capture_output=True, text=True)
        assert done.returncode == 0, done.stderr

    def close(self) -> None:
        """Stop all its processes."""
        self.stop()
        self.controller.stop()

    def stop(self) -> None:
        """Stop the processes of `yinuo run`; letters are still taken in."""
        self.process.terminate()
        self.process.wait(PATIENCE)


def open_bank(home: Path, database: str) -> OpenBank:
    """Make the small bank in an empty database and open it; returns once pages answer."""
    letterbox = Letterbox()
    controller = Controller(letterbox, hostname=HOST, port=free_port())
    controller.start()
    environment = {
        **os.environ,
        "YINUO_HOME": str(home),
        "DATABASE_URL": database,
        "YINUO_SMTP_URL": f"smtp://{HOST}:{controller.port}",
        "YINUO_LOG": "WARNING",
    }
    made = subprocess.run(
        [sys.executable, "-m", "tests.journeys.small_bank"],
        env=environment,
        cwd=ROOT,
        capture_output=True,
        text=True,
    )
    assert made.returncode == 0, made.stderr
    return _run(home, letterbox, controller, environment)


def open_beside(bank: OpenBank, **settings: str) -> OpenBank:
    """The same bank opened once more, on ports and with settings of its own."""
    environment = {**bank.environment, **settings}
    return _run(bank.home, bank.letterbox, bank.controller, environment)


def _run(home: Path, letterbox: Letterbox, controller: Controller, environment: dict[str, str]) -> OpenBank:
    port, live_port = free_port(), free_port()
    command = [sys.executable, "-m", "yinuo", "run", "--port", str(port), "--live-port", str(live_port)]
    process = subprocess.Popen(
        command, env=environment, cwd=ROOT, text=True, stdout=subprocess.PIPE, stderr=subprocess.STDOUT
    )
    address, live = f"http://{HOST}:{port}", f"http://{HOST}:{live_port}"
    bank = OpenBank(home, address, live, letterbox, process, controller, environment)
    _until_ready(bank)
    return bank


def _until_ready(bank: OpenBank) -> None:
    until = time.monotonic() + 180
    assert bank.process.stdout is not None
    for line in bank.process.stdout:
        bank.said.append(line)
        if re.search(r"^ready=true", line):
            threading.Thread(target=bank.said.extend, args=(bank.process.stdout,), daemon=True).start()
            return
        if time.monotonic() > until:
            break
    bank.close()
    raise AssertionError("the bank did not open:\n" + "".join(bank.said[-30:]))
