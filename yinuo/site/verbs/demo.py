"""`yinuo demo`: make the demonstration bank."""

from __future__ import annotations

import argparse

from yinuo.site.cli import Refused

words = "make the demonstration bank in an empty database"
example = "yinuo demo"


def arguments(parser: argparse.ArgumentParser) -> None:
    del parser


def run(options: argparse.Namespace) -> int:
    from django.conf import settings

    from yinuo.site.accounts import kept
    from yinuo.site.prepare import make_demonstration, migrate, needs_demonstration

    if not settings.DEMONSTRATION:
        raise Refused("YINUO_DEMONSTRATION=0: this is a bank, not a demonstration; nothing was changed")
    migrate(verbose=False)
    made = needs_demonstration()
    if made:
        make_demonstration()
    print(f"demonstration={'made' if made else 'kept'} accounts={len(kept())}")
    return 0
