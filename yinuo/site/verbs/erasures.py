"""`yinuo erasures`: customers who were erased, and doing so."""

from __future__ import annotations

import argparse
import json
from datetime import datetime
from pathlib import Path

from yinuo.site.cli import Refused

words = "erase the customer of a case for good; list erasures, and replay such a list after a restore"
example = "yinuo erasures list --since 2026-01-01T00:00:00+08:00"


def arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "act",
        choices=["list", "replay", "erase"],
        help="list: one JSON object a line; replay: erase again whoever such a list names; erase: the customer of a case",
    )
    parser.add_argument(
        "--since", type=datetime.fromisoformat, help="list: only those after this moment, with its zone"
    )
    parser.add_argument("--file", type=Path, help="replay: the list")
    parser.add_argument("--case", help="erase: the number of a case of theirs")
    parser.add_argument("--reason", choices=["request", "retention"], default="request", help="erase: why")


def run(options: argparse.Namespace) -> int:
    return {"list": _list, "replay": _replay, "erase": _erase}[options.act](options)


def _list(options: argparse.Namespace) -> int:
    from yinuo.ground.customers import erasure

    if options.since is not None and options.since.tzinfo is None:
        raise Refused("--since has a time zone, as in 2026-01-01T00:00:00+08:00; nothing was listed")
    count = 0
    for count, each in enumerate(erasure.since(options.since), 1):  # noqa: B007 how many there were
        print(json.dumps(each))
    print(f"erasures={count}")
    return 0


def _replay(options: argparse.Namespace) -> int:
    from yinuo.ground.customers import erasure

    if options.file is None or not options.file.is_file():
        raise Refused("give the list with --file; nothing was changed")
    lines = options.file.read_text(encoding="utf-8").splitlines()
    try:
        listed = [json.loads(line) for line in lines if line.startswith("{")]
        again = erasure.replay(listed)
    except (ValueError, KeyError) as error:
        raise Refused(
            f"{options.file} is no list of erasures ({type(error).__name__}); nothing was changed"
        ) from None
    print(f"listed={len(listed)} erased_again={again}")
    return 0


def _erase(options: argparse.Namespace) -> int:
    from yinuo.engines.cases.models import Case
    from yinuo.ground.customers import erasure

    case = Case.objects.filter(number=options.case or "").first()
    if case is None or case.customer_id is None:
        raise Refused("give the number of a case with a customer by --case; nothing was changed")
    try:
        done = erasure.erase(case.customer_id, reason=options.reason, by=None)
    except erasure.ErasureRefused as refusal:
        for kept in refusal.reasons:
            print(f"kept because of {kept.reason}" + (f", until {kept.until}" if kept.until else ""))
        print(f"erased=false reasons={','.join(kept.reason for kept in refusal.reasons)}")
        return 1
    print(f"erased=true customer={done.pk} at={done.at.isoformat()}")
    return 0
