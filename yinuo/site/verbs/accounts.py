"""`yinuo accounts`: who can sign in to the demonstration."""

from __future__ import annotations

import argparse

from yinuo.site.cli import Refused

words = "show the demonstration's accounts, one per role (--all: everybody)"
example = "yinuo accounts --all"


def arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--all", action="store_true", help="every account, not one per role")


def run(options: argparse.Namespace) -> int:
    from yinuo.site.accounts import NotADemonstration, kept, one_per_role, table

    try:
        accounts = kept()
    except NotADemonstration as reason:
        raise Refused(str(reason)) from None
    shown = accounts if options.all else one_per_role(accounts)
    if shown:
        print(table(shown))
    print(f"accounts={len(accounts)} shown={len(shown)}")
    return 0
