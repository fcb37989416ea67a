"""A whole Yinuo to be measured: a durable PostgreSQL of its own, `yinuo run`, a mail server, open streams."""

from __future__ import annotations

import contextlib
import http.client
import json
import os
import random
import re
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from types import TracebackType
from urllib.parse import urlencode

from bench import sink
from tests.postgres import Cluster

ROOT = Path(__file__).resolve().parents[1]
HOST = "127.0.0.1"
START = 120.0  # seconds a server may take until it answers


def free_port() -> int:
    """A port nobody listens on, below those that the system gives to whoever calls: a client that calls again and again
    while a server is down would one day be given its port, and keep it from it."""
    while True:
        with socket.socket() as door, contextlib.suppress(OSError):
            door.bind((HOST, random.randrange(20_000, 32_000)))
            return int(door.getsockname()[1])


class Process:
    """A child in a session of its own; what it says goes to a log file; stop() ends its whole group."""

    def __init__(self, command: list[str], log: Path, *, env: dict[str, str], cwd: Path = ROOT) -> None:
        self.log = log
        with log.open("ab") as out:
            self.process = subprocess.Popen(
                command, stdout=out, stderr=subprocess.STDOUT, env=env, cwd=cwd, start_new_session=True
            )

    def stop(self) -> None:
        """SIGTERM, then SIGKILL to what is left of the group."""
        if self.process.poll() is None:
            self.process.terminate()
            with contextlib.suppress(subprocess.TimeoutExpired):
                self.process.wait(20)
        with contextlib.suppress(ProcessLookupError):
            os.killpg(self.process.pid, signal.SIGKILL)
        self.process.wait()


def wait_for(port: int, process: Process, seconds: float = START) -> None:
    """Return when something listens on the port; RuntimeError with the log when it does not come."""
    until = time.monotonic() + seconds
    while time.monotonic() < until and process.process.poll() is None:
        with socket.socket() as door:
            if door.connect_ex((HOST, port)) == 0:
                return
        time.sleep(0.05)
    raise RuntimeError(f"nothing listens on port {port}:\n{process.log.read_text(errors='replace')[-2000:]}")


class Sink:
    """An SMTP server of its own process that keeps every letter it takes."""

    def __init__(self, folder: Path) -> None:
        self.port, self.taken = free_port(), folder / "letters"
        self.taken.touch()
        command = [sys.executable, "-m", "bench.sink", str(self.port), str(self.taken)]
        self.process = Process(command, folder / "sink.log", env=dict(os.environ))
        wait_for(self.port, self.process)

    def letters(self) -> list[tuple[str, str]]:
        """(Message-ID, complaint number) of every letter accepted, in order."""
        return list(sink.letters(self.taken))

    def stop(self) -> None:
        """End it."""
        self.process.stop()


class Bank:
    """`with Bank() as bank:` an empty or a demonstration bank on PostgreSQL with fsync, served by `yinuo run`."""

    def __init__(self, *, demonstration: bool = False, cluster: Cluster | None = None) -> None:
        self.demonstration = demonstration
        self.folder = Path(tempfile.mkdtemp(prefix="yinuo-bench-"))
        self.cluster = cluster or Cluster(durable=True)
        self.port, self.live_port = free_port(), free_port()
        self.sink: Sink | None = None
        self.server: Process | None = None
        self.environment: dict[str, str] = {}
        self.database = ""

    def __enter__(self) -> Bank:
        signal.signal(signal.SIGTERM, lambda *_: sys.exit(1))  # so that nothing of ours outlives us
        try:
            self._make()
        except BaseException:
            self.close()
            raise
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def _make(self) -> None:
        self.cluster.start()
        self.database = self.cluster.create("yinuo")
        self.sink = Sink(self.folder)
        self.environment = {
            **os.environ,
            "YINUO_HOME": str(self.folder / "home"),
            "DATABASE_URL": self.database,
            "YINUO_SMTP_URL": f"smtp://{HOST}:{self.sink.port}",
            "YINUO_DEMONSTRATION": "1" if self.demonstration else "0",
            "YINUO_LOG": "WARNING",
            "YINUO_RATES": "off",  # one client is all customers
            "YINUO_SERVER_TIMING": "1",
        }
        self.yinuo("migrate", "--quiet")
        self.script("bench.staff")
        if self.demonstration:
            self.yinuo("demo")

    def yinuo(self, *arguments: str) -> str:
        """Run a verb of the command line; its output. RuntimeError when it fails."""
        return self.script("yinuo", *arguments)

    def script(self, module: str, *arguments: str) -> str:
        """Run a module in this bank's environment; its output."""
        command = [sys.executable, "-m", module, *arguments]
        done = subprocess.run(command, env=self.environment, cwd=ROOT, capture_output=True, text=True)
        if done.returncode:
            raise RuntimeError(f"{module} {' '.join(arguments)}: {done.stdout[-1000:]}{done.stderr[-3000:]}")
        return done.stdout

    def open(self) -> float:
        """Start `yinuo run`; seconds until it said that it is ready."""
        begun = time.monotonic()
        command = [sys.executable, "-u", "-m", "yinuo", "run", "--port", str(self.port)]
        command += ["--live-port", str(self.live_port)]
        log = self.folder / "run.log"
        log.unlink(missing_ok=True)  # what an earlier start said is not this one's answer
        self.server = Process(command, log, env=self.environment)
        while "ready=true" not in self.server.log.read_text(errors="replace"):
            if self.server.process.poll() is not None or time.monotonic() - begun > START:
                raise RuntimeError(self.server.log.read_text(errors="replace")[-3000:])
            time.sleep(0.05)
        return time.monotonic() - begun

    def shut(self) -> None:
        """Stop `yinuo run`."""
        if self.server is not None:
            self.server.stop()
            self.server = None

    def close(self) -> None:
        """Stop everything and remove the folder."""
        self.shut()
        if self.sink is not None:
            self.sink.stop()
        self.cluster.stop()
        shutil.rmtree(self.folder, ignore_errors=True)

    @property
    def master(self) -> bytes:
        """The secret that opens what is sealed: a judge reads what customers wrote."""
        return (self.folder / "home" / "keys" / "vault").read_text().strip().encode()

    def staff(self) -> dict[str, str]:
        """token, username and password of the bench's own person."""
        found: dict[str, str] = json.loads((self.folder / "home" / "bench.json").read_text())
        return found

    def session(self) -> str:
        """Sign in as the bench's own person; the Cookie header."""
        person = self.staff()
        connection = http.client.HTTPConnection(HOST, self.port, timeout=30)
        connection.request("GET", "/sign-in")
        page = connection.getresponse()
        token = re.search(rb'name="csrfmiddlewaretoken" value="([^"]+)"', page.read())
        crumbs = _crumbs(page)
        form = {"username": person["username"], "password": person["password"], "next": "/"}
        body = urlencode(form | {"csrfmiddlewaretoken": token[1].decode() if token else ""})
        headers = {
            "Content-Type": "application/x-www-form-urlencoded",
            "Cookie": _cookie(crumbs),
            "Origin": f"http://{HOST}:{self.port}",
        }
        connection.request("POST", "/sign-in", body=body, headers=headers)
        answer = connection.getresponse()
        answer.read()
        crumbs |= _crumbs(answer)
        if "sessionid" not in crumbs:
            raise RuntimeError(f"sign-in answered {answer.status}")
        return _cookie(crumbs)


def _crumbs(response: http.client.HTTPResponse) -> dict[str, str]:
    found = {}
    for header in response.headers.get_all("Set-Cookie") or []:
        name, _, value = header.split(";")[0].partition("=")
        found[name] = value
    return found


def _cookie(crumbs: dict[str, str]) -> str:
    return "; ".join(f"{name}={value}" for name, value in crumbs.items())
