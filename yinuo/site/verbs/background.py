"""`yinuo background`: the work nobody waits for, in one process."""

from __future__ import annotations

import argparse

words = "put facts in order, send letters, run jobs, judge due clocks, follow loops; until stopped"
example = "yinuo background"


def arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--once", action="store_true", help="one round of everything, then end (tests, cron)")


def run(options: argparse.Namespace) -> int:
    from yinuo.site.background import LOOPS, once, until_stopped

    if options.once:
        done = once(LOOPS)
        print(" ".join(f"{name}={count}" for name, count in done.items()))
        return 0
    until_stopped(LOOPS)
    print("stopped=true")
    return 0
