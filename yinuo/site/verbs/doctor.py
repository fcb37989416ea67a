"""`yinuo doctor`: look at everything that has to be right before a bank can rely on it."""

from __future__ import annotations

import argparse

words = (
    "look at settings, secrets, database, disk, mail server and vital signs; status 1 when something is wrong"
)
example = "yinuo doctor"


def arguments(parser: argparse.ArgumentParser) -> None:
    del parser


def run(options: argparse.Namespace) -> int:
    from yinuo.site.examination import examine

    found = examine()
    width = max(len(each.what) for each in found)
    for each in found:
        print(f"{each.mark:4}  {each.what:{width}}  {each.said}")
    wrong = sum(each.wrong for each in found)
    print(f"ok={'false' if wrong else 'true'} looked={len(found)} wrong={wrong}")
    return 1 if wrong else 0
