"""`yinuo run`: open the bank."""

from __future__ import annotations

import argparse
import os
import subprocess  # nosec B404 # commands of ours in lists, no shell
import sys
import time
from datetime import timedelta
from pathlib import Path

from yinuo.facts.clock import TOLERATED, behind
from yinuo.site.cli import Refused
from yinuo.site.notify import READY, tell
from yinuo.site.run import HOST, Plan, Supervisor, free_port, is_free

words = "start everything: pages, live streams, background work, and in a demonstration a post office"
example = "yinuo run --port 8080 --live-port 8081"

FIRST_ANSWER = 120.0  # seconds a page may take to answer before the start counts as failed
POST_OFFICE = 8025


def arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--port", type=int, default=8000, help="port of the pages on 127.0.0.1 (default 8000)"
    )
    parser.add_argument("--live-port", type=int, default=8001, help="port of the live streams (default 8001)")
    parser.add_argument(
        "--clock-is-right", action="store_true", help="start although the newest fact lies in the future"
    )


def run(options: argparse.Namespace) -> int:
    begun = time.monotonic()
    for port, option in ((options.port, "--port"), (options.live_port, "--live-port")):
        if not is_free(port):
            raise Refused(
                f"port {port} is taken by another program; stop that one or choose another with {option}. "
                "Nothing was started."
            )
    prepare(clock_is_right=options.clock_is_right)
    supervisor = Supervisor(plan(options.port, options.live_port).children())
    supervisor.listen()
    supervisor.start("web", "live")  # first what somebody waits for: start-up is all processor time
    try:
        if not supervisor.until_answers(options.port, options.live_port, FIRST_ANSWER):
            return 0 if supervisor.stop.is_set() else _no_answer(options.port)
        supervisor.start()
        announce(options.port, options.live_port, time.monotonic() - begun)
        tell(READY)
        supervisor.until_stopped()
    finally:
        supervisor.end()
    if supervisor.set_back > TOLERATED:
        raise Refused(
            f"this machine's clock was set back by {_seconds(supervisor.set_back)} s: what happens now would be written "
            "down as earlier than what happened before. Everything was stopped, nothing is lost. Set the clock right "
            "and start again."
        )
    print("stopped=true", flush=True)
    return 0


def prepare(*, clock_is_right: bool = False) -> None:
    """Tables, first editions, catalogues and, in an empty demonstration, its bank; Refused where the clock is wrong."""
    from django.db import connections

    from yinuo.site.prepare import make_demonstration, migrate, needs_demonstration

    if os.environ.get("DATABASE_ADMIN_URL"):  # only `yinuo migrate` ever holds the right to alter tables
        subprocess.run([sys.executable, "-m", "yinuo", "migrate", "--quiet"], check=True)  # nosec B603 # a command of ours in a list, no shell
    else:
        migrate(verbose=False)
    if needs_demonstration():
        print("First start: making the demonstration bank…", flush=True)
        make_demonstration()
    if not clock_is_right:
        check_clock()
    connections.close_all()


def check_clock() -> None:
    """Refused where this machine's clock lies behind what is written: limits would be judged by a wrong one."""
    from django.utils import timezone

    late = behind(timezone.now())
    if late > TOLERATED:
        raise Refused(
            f"this machine's clock lies {_seconds(late)} s behind the newest fact. Set it right and start again. If it is "
            "right now and was wrong before: --clock-is-right; open complaints whose facts lie in the future need a "
            "person's eye then. Nothing was started."
        )


def plan(port: int, live_port: int) -> Plan:
    """Workers and threads as the database allows: SQLite has one writer, so one worker with one thread."""
    from django.conf import settings
    from django.db import connection

    workers, threads = (2, 4) if connection.vendor == "postgresql" else (1, 1)
    own_post_office = settings.DEMONSTRATION and not os.environ.get("YINUO_SMTP_URL")
    post_office = (POST_OFFICE if is_free(POST_OFFICE) else free_port()) if own_post_office else None
    counts = Path(settings.YINUO_HOME) / "metrics"
    return Plan(port, live_port, workers, threads, post_office, counts)


def announce(port: int, live_port: int, seconds: float) -> None:
    """Where to go and, in a demonstration, as whom."""
    from django.conf import settings

    from yinuo.site.accounts import kept, one_per_role, table

    address = f"http://{HOST}:{port}/"
    print(f"\nYinuo is open at {address}\n")
    if settings.DEMONSTRATION:
        print(f"Sign in as one of these (role, name, password):\n{table(one_per_role(kept()))}\n")
    print("Ctrl C stops everything.")
    print(f"ready=true pages={address} live=http://{HOST}:{live_port}/ seconds={seconds:.1f}", flush=True)


def _seconds(time: timedelta) -> int:
    return round(time.total_seconds())


def _no_answer(port: int) -> int:
    raise Refused(
        f"no page answered on port {port} within {FIRST_ANSWER:.0f} s; everything was stopped again, data is "
        "as it was. The lines above say why."
    )
