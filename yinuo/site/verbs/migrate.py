"""`yinuo migrate`: bring the database up to this version."""

from __future__ import annotations

import argparse

words = "make or update the tables, load first editions, compile the message catalogues"
example = "DATABASE_URL=postgresql://yinuo@localhost/yinuo yinuo migrate"
as_admin = True  # DATABASE_ADMIN_URL, where it is set, is the account that may alter tables


def arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--quiet", action="store_true", help="say nothing but the last line")


def run(options: argparse.Namespace) -> int:
    from yinuo.site.prepare import migrate

    done = migrate(verbose=not options.quiet)
    print(f"migrations={done.migrations} editions={done.editions} proposed={done.proposed}")
    return 0
