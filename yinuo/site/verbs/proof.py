"""`yinuo proof CASE`: one case as a folder that anybody can check without us."""

from __future__ import annotations

import argparse
from pathlib import Path

from yinuo.site.cli import Refused

words = (
    "export one complaint, by its number, as a folder that one file of Python checks; or say our public key"
)
example = "yinuo proof 2026-CC-000123 --into proof-of-123"


def arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("case", nargs="?", help="the number of the complaint")
    parser.add_argument("--into", type=Path, help="a new folder; by default proof-NUMBER here")
    parser.add_argument("--public-key", action="store_true", help="print the key that checks proofs")


def run(options: argparse.Namespace) -> int:
    from yinuo.facts import seals

    if options.public_key:
        print(f"key={seals.public_key()} fingerprint={seals.fingerprint()}")
        return 0
    if not options.case:
        raise Refused("which complaint? give its number, or --public-key")
    return _export(options.case, options.into)


def _export(number: str, into: Path | None) -> int:
    from yinuo.engines.cases.models import Case
    from yinuo.facts import seals
    from yinuo.facts.evidence import NotSettled
    from yinuo.web.evidence.folder import proof_of

    case = Case.objects.filter(number=number).first()
    if case is None:
        raise Refused(f"there is no case {number}; nothing was written")
    folder = into or Path(f"proof-{number}")
    if folder.exists():
        raise Refused(f"{folder} is there already; nothing was written")
    try:
        content = proof_of(case)
    except NotSettled as why:
        raise Refused(f"{why}; nothing was written. Try again once `yinuo background` runs.") from None
    for name, data in content.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(data)
    print(f"case={number} folder={folder} files={len(content)} key={seals.fingerprint()}")
    return 0
