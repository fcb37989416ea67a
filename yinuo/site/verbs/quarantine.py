"""`yinuo quarantine`: what was found in uploaded files, and an end to it."""

from __future__ import annotations

import argparse

words = "list the files in which malware was found; --remove destroys one for good"
example = "yinuo quarantine --remove 275a021bbfb6489e54d471899f7db9d1663fc695ec2fe2a2c4538aabf651fd0f"


def arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--remove", metavar="SHA256", help="destroy this one")


def run(options: argparse.Namespace) -> int:
    from yinuo.ground.files import quarantine

    if options.remove:
        try:
            removed = quarantine.remove(options.remove)
        except ValueError as problem:
            print(f"--remove: {problem}")
            return 2
        print(f"removed={'1' if removed else '0'}")
        return 0 if removed else 1
    count = 0
    for each in quarantine.all_kept():
        count += 1
        print(f"{each.sha256}  {each.size:>10}  {each.at:32}  {each.found}  {each.owner}")
    print(f"kept={count}")
    return 0
