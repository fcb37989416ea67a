"""`yinuo verify`: read every fact and its chain, and say whether anything was touched."""

from __future__ import annotations

import argparse

words = "check every fact and the chain over them; status 1 when anything was changed, removed or added"
example = "yinuo verify"


def arguments(parser: argparse.ArgumentParser) -> None:
    del parser


def run(options: argparse.Namespace) -> int:
    from yinuo.facts.verify import verify

    verdict = verify()
    for problem in verdict.problems:
        print(problem)
    kept = "true" if verdict.ok else "false"
    print(f"ok={kept} facts={verdict.facts} head={verdict.head_seq} problems={len(verdict.problems)}")
    return 0 if verdict.ok else 1
