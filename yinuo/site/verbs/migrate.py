"""`yinuo migrate`: bring the database up to this version."""

from __future__ import annotations

import argparse
import os

from yinuo.site.cli import Refused

words = "make or update the tables, load first editions, compile the message catalogues"
example = "DATABASE_URL=postgresql://yinuo@localhost/yinuo yinuo migrate"
as_admin = True  # DATABASE_ADMIN_URL, where it is set, is the account that may alter tables


def arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--quiet", action="store_true", help="say nothing but the last line")


def run(options: argparse.Namespace) -> int:
    from yinuo.facts.grants import RoleRefused
    from yinuo.site.prepare import bind_application, migrate

    done = migrate(verbose=not options.quiet)
    try:
        bound = bind_application(os.environ.get("YINUO_APPLICATION_URL", ""))
    except RoleRefused as refusal:
        raise Refused(
            f"{refusal}. The tables are up to date; give DATABASE_URL a role of its own, and run this again."
        ) from None
    print(
        f"migrations={done.migrations} editions={done.editions} proposed={done.proposed} bound={bound or 'no'}"
    )
    return 0
