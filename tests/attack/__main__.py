"""`python -m tests.attack`: attackers against the real program as every role, then against a build with three holes.

PostgreSQL, `yinuo run`, the demonstration bank; own fuzzers, and sqlmap and wapiti from the registry. Writes
docs/proof/attack.json and, beside it, every address that was visited by role; each role says when and on which
commit, and keeps what another run found of the others. Status 1 when the program let anything
through, or when a hole of the test build was not found.
"""

from __future__ import annotations

import argparse
import json
import os
import platform
import sys
import time
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

from bench.bank import ROOT
from tests.attack import tools
from tests.attack.suite import FUZZERS, HOLES, attack, holes_found
from tests.attack.target import Target
from tests.proof.kill import commit

RESULT = ROOT / "docs" / "proof" / "attack.json"
VISITED = ROOT / "docs" / "proof" / "attack_visited.txt"
SECONDS, SHORT = 90.0, 15.0  # for each attacker and role
PLANTED_AS = "officer"  # who looks for the holes of the test build


def main() -> int:
    """The real program first, the test build after it."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--role", action="append", default=[], help="this role only; may be repeated")
    parser.add_argument("--tool", action="append", default=[], help="this attacker only; may be repeated")
    parser.add_argument("--seconds", type=float, default=0.0, help="for each attacker and role")
    parser.add_argument("--short", action="store_true", help=f"{SHORT:.0f} seconds instead of {SECONDS:.0f}")
    parser.add_argument("--planted", action="store_true", help="the test build alone")
    parser.add_argument("--dry", action="store_true", help="do not write the result")
    options = parser.parse_args()
    chosen = options.tool or [*FUZZERS, *tools.TOOLS]
    seconds = options.seconds or (SHORT if options.short else SECONDS)
    if set(chosen) & set(tools.TOOLS):
        tools.install()
    ran: dict[str, Any] = {
        "date": datetime.now(UTC).strftime("%Y-%m-%dT%H:%MZ"),
        "commit": commit(),
        "machine": f"{os.cpu_count()} processors, {platform.system()} {platform.release()}",
        "python": platform.python_version(),
        "attackers": {name: "ours" for name in chosen if name in FUZZERS} | tools.versions(chosen),
        "seconds_for_each_attacker_and_role": seconds,
    }
    result: dict[str, Any] = json.loads(RESULT.read_text()) if RESULT.exists() else {}
    if not options.planted:
        for role, said in _attack(options.role, chosen, seconds, planted=False):
            result.setdefault("roles", {})[role] = ran | said
            _write(result, dry=options.dry)
    if not options.role:
        for _role, said in _attack([PLANTED_AS], chosen, seconds, planted=True):
            result["test_build"] = (
                ran | said | {"role": PLANTED_AS, "holes_found_by": holes_found(said["findings"])}
            )
            _write(result, dry=options.dry)
    findings = sum(len(role["findings"]) for role in result.get("roles", {}).values())
    holes = result.get("test_build", {}).get("holes_found_by", {})
    ok = not findings and len(holes) == len(HOLES) and all(holes.values())
    print(f"ok={str(ok).lower()} roles={len(result.get('roles', {}))} findings={findings} holes={holes}")
    return 0 if ok else 1


def _attack(
    roles: list[str], chosen: list[str], seconds: float, *, planted: bool
) -> Iterator[tuple[str, dict[str, Any]]]:
    """Role by role, each told as soon as it is over."""
    with Target(planted=planted) as target:
        begun = time.monotonic()
        for role, said in attack(target, roles, chosen, seconds):
            for each in said["visited"]:
                print(f"{'planted ' if planted else ''}{role} {each}")
            for each in said["findings"]:
                print(f"FOUND {role} {each['by']}: {each['request']}: {each['said']}")
            took, begun = round(time.monotonic() - begun), time.monotonic()
            print(f"{role}: {said['sent']} of {said['planned']} in {took} s", flush=True)
            yield role, said | {"took": took}


def _write(result: dict[str, Any], *, dry: bool) -> None:
    """The result, and beside it who visited what: what another run found of other roles stays."""
    visited = VISITED.read_text(encoding="utf-8").splitlines() if VISITED.exists() else []
    for role, said in result.get("roles", {}).items():
        if isinstance(said["visited"], list):
            visited = [each for each in visited if not each.startswith(f"{role} ")]
            visited += [f"{role} {each}" for each in said["visited"]]
            said["visited"] = len(said["visited"])
    if isinstance(result.get("test_build", {}).get("visited"), list):
        result["test_build"]["visited"] = len(result["test_build"]["visited"])
    if dry:
        return
    RESULT.parent.mkdir(parents=True, exist_ok=True)
    VISITED.write_text("\n".join(visited) + "\n", encoding="utf-8")
    RESULT.write_text(json.dumps(result, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")


if __name__ == "__main__":
    sys.exit(main())
