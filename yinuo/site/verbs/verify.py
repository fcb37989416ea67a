"""`yinuo verify`: read every fact and its chain, and say whether anything was touched."""

from __future__ import annotations

import argparse
from pathlib import Path

words = "check every fact and the chain over them; status 1 when anything was changed, removed or added"
example = "yinuo verify --heads heads-that-left"


def arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--heads", type=Path, help="a folder to which signed heads left: compare with them too"
    )


def run(options: argparse.Namespace) -> int:
    from yinuo.facts import left
    from yinuo.facts.verify import verify

    verdict = verify()
    if options.heads is not None:
        for problem in left.problems(options.heads):
            verdict.add(problem)
    for problem in verdict.problems:
        print(problem)
    for note in verdict.notes:
        print(f"note: {note}")
    kept = "true" if verdict.ok else "false"
    print(f"ok={kept} facts={verdict.facts} head={verdict.head_seq} problems={len(verdict.problems)}")
    return 0 if verdict.ok else 1
