"""`yinuo sbom`: the bill of materials."""

from __future__ import annotations

import argparse
from pathlib import Path

from yinuo.site.cli import Refused

words = "print what this version is made of as CycloneDX 1.6 JSON: names, versions, licences, hashes"
example = "yinuo sbom --output yinuo.cdx.json"
needs_django = False


def arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--output", type=Path, metavar="FILE", help="write there, not to the screen")


def run(options: argparse.Namespace) -> int:
    import json

    from yinuo.site.materials import cyclonedx

    bill = json.dumps(cyclonedx(), indent=1)
    if options.output is None:
        print(bill)
        return 0
    try:
        options.output.write_text(bill + "\n", encoding="utf-8")
    except OSError as error:
        raise Refused(f"{options.output}: {error.strerror}") from None
    return 0
