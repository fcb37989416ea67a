"""`yinuo run`: starts the processes of a Yinuo, keeps them alive, and stops them all.

Each child is a session of its own: Ctrl C reaches the supervisor alone, which stops them in order; a child
that dies takes its whole group with it before it is started again, so no orphan keeps a port. Should the
supervisor itself be killed, Linux tells the children.
"""

from __future__ import annotations

import contextlib
import ctypes
import http.client
import logging
import math
import os
import shutil
import signal
import socket
import subprocess  # nosec B404 # commands of ours in lists, no shell
import sys
import threading
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path

from yinuo.facts.clock import TOLERATED, SetBack
from yinuo.site.notify import STOPPING, Alive, tell

log = logging.getLogger("yinuo.run")

HOST = "127.0.0.1"
STEADY = 60.0  # seconds after which an earlier failure is forgotten
LONGEST_WAIT = 30.0  # seconds before a failing child is tried again
GRACE = 12.0  # seconds a child gets to end by itself
PR_SET_PDEATHSIG = 1

with contextlib.suppress(OSError):
    _libc = ctypes.CDLL(None, use_errno=True)


@dataclass(slots=True)
class Child:
    """One process: what it is called, how it is started, and how it is faring."""

    name: str
    command: Sequence[str]
    environment: Mapping[str, str] = field(default_factory=dict)
    process: subprocess.Popen[bytes] | None = None
    started: float = 0.0
    failures: int = 0
    again_at: float = (
        math.inf
    )  # when it is to be tried again, on the monotonic clock; never before the first start

    def start(self) -> None:
        """Start it; its group is its own."""
        self.process = subprocess.Popen(  # nosec B603 # commands of ours in lists, no shell
            self.command,
            env={**os.environ, **self.environment},
            start_new_session=True,
            preexec_fn=_end_with_parent if sys.platform == "linux" else None,
        )
        self.started = time.monotonic()

    def look_after(self) -> None:
        """Start it again when it has died, later and later while it keeps dying."""
        now = time.monotonic()
        if self.process is None:
            if now >= self.again_at:
                self.start()
            return
        status = self.process.poll()
        if status is None:
            return
        self.kill_group()
        self.failures = 1 if now - self.started > STEADY else self.failures + 1
        wait = min(LONGEST_WAIT, 0.25 * 2.0**self.failures)
        log.error("%s ended with status %s; again in %.1f s", self.name, status, wait)
        self.process, self.again_at = None, now + wait

    def ask_to_stop(self) -> None:
        """SIGTERM to the process, which stops its own workers."""
        if self.process is not None and self.process.poll() is None:
            self.process.terminate()

    def kill_group(self) -> None:
        """End whatever is left of its group."""
        if self.process is not None:
            with contextlib.suppress(ProcessLookupError, PermissionError):
                os.killpg(self.process.pid, signal.SIGKILL)


def _end_with_parent() -> None:
    _libc.prctl(PR_SET_PDEATHSIG, signal.SIGTERM)


@dataclass(frozen=True, slots=True)
class Plan:
    """What to start: ports on 127.0.0.1; `post_office` is its port, None when letters go elsewhere."""

    port: int
    live_port: int
    workers: int
    threads: int
    post_office: int | None
    counts: Path | None = None  # where the workers of the pages count what they answer, for /metrics

    def children(self) -> list[Child]:
        """The processes, the pages first."""
        shared = {"YINUO_PORT": str(self.port), "YINUO_LIVE_PORT": str(self.live_port)}
        if self.post_office is not None:
            shared["YINUO_SMTP_URL"] = f"smtp://{HOST}:{self.post_office}"
        yinuo = [sys.executable, "-m", "yinuo"]
        web = _granian("wsgi", self.port, self.workers, "--blocking-threads", str(self.threads))
        found = [
            Child("web", [*web, "yinuo.site.wsgi:application"], shared | counted_in(self.counts)),
            Child(
                "live",
                [*_granian("asgi", self.live_port, 1, *MANY_STREAMS), "yinuo.site.live:application"],
                shared,
            ),
            Child("background", [*yinuo, "background"], shared),
        ]
        if self.post_office is not None:
            found.append(Child("postoffice", [*yinuo, "postoffice", "--port", str(self.post_office)], shared))
        return found


def counted_in(folder: Path | None) -> dict[str, str]:
    """What tells the workers to count in files of an emptied folder; counts begin anew with every start."""
    if folder is None:
        return {}
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(mode=0o700, parents=True)
    return {"PROMETHEUS_MULTIPROC_DIR": str(folder)}


def _granian(interface: str, port: int, workers: int, *more: str) -> list[str]:
    command = [sys.executable, "-m", "granian", "--interface", interface, "--host", HOST, "--port", str(port)]
    return [*command, "--workers", str(workers), "--no-ws", "--log-level", "warning", *QUICK_END, *more]


# granian counts a stream as a request: its usual back-pressure would stop at about a thousand of them.
MANY_STREAMS = ("--backpressure", "8192", "--backlog", "4096")
# An open live stream would hold a stopping worker for ever.
QUICK_END = ("--workers-kill-timeout", "5", "--respawn-failed-workers")


def is_free(port: int) -> bool:
    """Whether a server could listen on this port now."""
    with socket.socket() as door:
        door.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            door.bind((HOST, port))
        except OSError:
            return False
    return True


def free_port() -> int:
    """A port nobody listens on."""
    with socket.socket() as door:
        door.bind((HOST, 0))
        return int(door.getsockname()[1])


def answers(port: int, path: str = "/") -> bool:
    """Whether a page comes from this port (any status but a server error)."""
    connection = http.client.HTTPConnection(HOST, port, timeout=5)
    try:
        connection.request("GET", path)
        return connection.getresponse().status < 500
    except (OSError, http.client.HTTPException):
        return False
    finally:
        connection.close()


class Supervisor:
    """Starts children, keeps them alive until told to stop, stops them."""

    def __init__(self, children: Sequence[Child]) -> None:
        self.children = list(children)
        self.stop = threading.Event()
        self.set_back = timedelta(0)  # how far the machine's clock was set back while it ran

    def listen(self) -> None:
        """SIGTERM and SIGINT mean: stop everything."""
        for number in (signal.SIGTERM, signal.SIGINT, signal.SIGHUP):
            signal.signal(number, lambda *_: self.stop.set())

    def start(self, *names: str) -> None:
        """Start the children of these names; all that are not running when none is given."""
        for child in self.children:
            if child.process is None and (not names or child.name in names):
                child.start()

    def until_answers(self, port: int, live_port: int, seconds: float) -> bool:
        """Look after the children until a page answers and streams may be opened; False when not in time."""
        until = time.monotonic() + seconds
        while time.monotonic() < until and not self.stop.is_set():
            if answers(port) and not is_free(live_port):
                return True
            self._look_after()
            self.stop.wait(0.1)
        return False

    def until_stopped(self) -> None:
        """Look after the children until a signal comes, or the machine's clock is set back."""
        clock, alive = SetBack(), Alive()
        while not self.stop.wait(0.2) and self.set_back <= TOLERATED:
            alive.tell()
            self._look_after()
            self.set_back = clock.by()
        if self.set_back > TOLERATED:
            self._drop()

    def _drop(self) -> None:
        """At once: a last word would bear the wrong time, and a process that is killed loses nothing."""
        for child in self.children:
            if child.process is not None:
                child.kill_group()
                child.process.wait()

    def end(self) -> None:
        """Ask all to stop, wait, then end what is left."""
        tell(STOPPING)
        for child in self.children:
            child.ask_to_stop()
        until = time.monotonic() + GRACE
        for child in self.children:
            if child.process is not None:
                with contextlib.suppress(subprocess.TimeoutExpired):
                    child.process.wait(max(0.1, until - time.monotonic()))
            child.kill_group()

    def _look_after(self) -> None:
        for child in self.children:
            child.look_after()
