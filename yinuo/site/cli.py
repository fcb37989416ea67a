"""The `yinuo` command: finds its verbs in the folder `verbs`, reads the arguments, runs one.

Exit status: 0 done, 1 refused or failed, 2 not understood. The last line of output is machine-readable.
"""

from __future__ import annotations

import argparse
import importlib
import os
import pkgutil
import sys
from collections.abc import Sequence
from types import ModuleType

from yinuo.site import verbs as folder


class Refused(Exception):
    """What a verb will not do, as a sentence: what happened, what was kept, what to do."""


def verbs() -> dict[str, ModuleType]:
    """Every verb by name, in name order."""
    found = {}
    for module in sorted(pkgutil.iter_modules(folder.__path__), key=lambda each: each.name):
        found[module.name.rstrip("_")] = importlib.import_module(f"{folder.__name__}.{module.name}")
    return found


def parser() -> argparse.ArgumentParser:
    """The whole command, one sub-command per verb, each with an example in its help."""
    whole = argparse.ArgumentParser(prog="yinuo", description="Yinuo keeps a bank's promises and proves it.")
    each = whole.add_subparsers(dest="verb", metavar="VERB", required=True)
    for name, module in verbs().items():
        one = each.add_parser(
            name,
            help=module.words,
            description=module.words,
            epilog=f"example:\n  {module.example}",
            formatter_class=argparse.RawDescriptionHelpFormatter,
        )
        module.arguments(one)
        one.set_defaults(module=module)
    return whole


def main(argv: Sequence[str] | None = None) -> int:
    """Run one verb; a refusal is one sentence on stderr and status 1."""
    options = parser().parse_args(argv)
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "yinuo.site.settings")
    try:
        if getattr(options.module, "as_admin", False) and os.environ.get("DATABASE_ADMIN_URL"):
            os.environ["YINUO_APPLICATION_URL"] = os.environ.get("DATABASE_URL", "")
            os.environ["DATABASE_URL"] = os.environ["DATABASE_ADMIN_URL"]
        if getattr(options.module, "needs_django", True):
            _set_up()
        return int(options.module.run(options))
    except Refused as refusal:
        print(f"yinuo {options.verb}: {refusal}", file=sys.stderr)
        return 1
    except BrokenPipeError:  # `yinuo … | head`: the reader has seen enough
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 1
    except KeyboardInterrupt:
        print(f"yinuo {options.verb}: stopped", file=sys.stderr)
        return 130


def _set_up() -> None:
    import django

    django.setup()
