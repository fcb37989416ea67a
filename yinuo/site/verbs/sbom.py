"""`yinuo sbom`: the bill of materials."""

from __future__ import annotations

import argparse

words = "print what this version is made of as CycloneDX 1.6 JSON: names, versions, licences, hashes"
example = "yinuo sbom > yinuo.cdx.json"
needs_django = False


def arguments(parser: argparse.ArgumentParser) -> None:
    del parser


def run(options: argparse.Namespace) -> int:
    import json

    from yinuo.site.materials import cyclonedx

    print(json.dumps(cyclonedx(), indent=1))
    return 0
