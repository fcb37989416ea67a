"""What Yinuo is made of: every locked Python library and every front-end file of others, with licence and hashes.

The lock (requirements/core.txt) says what belongs to it, what is installed says under which licence, static/vendor/VENDOR.toml
says it of the front end. As CycloneDX 1.6 this is the bill of materials that a bank's security department asks for.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from importlib import metadata
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[2]
LOCK = ROOT / "requirements" / "core.txt"
VENDOR = ROOT / "yinuo" / "web" / "static" / "vendor" / "VENDOR.toml"
_PINNED = re.compile(r"^([A-Za-z0-9._-]+)==([^ ;\\]+)(?: ; ([^\\]+))?", re.M)
_HASH = re.compile(r"--hash=sha256:([0-9a-f]{64})")
_CLASSIFIER = re.compile(r"License :: (?:OSI Approved :: )?(.+)")


@dataclass(frozen=True, slots=True)
class Material:
    """One part: its name and version, its licence ("" where it says none), where it comes from (purl), its SHA-256 sums."""

    name: str
    version: str
    licence: str
    purl: str
    hashes: tuple[str, ...]
    kind: str = "library"
    installed: bool = True


@cache
def materials() -> tuple[Material, ...]:
    """All of them, by name. Raises FileNotFoundError where the lock is not beside the program."""
    return tuple(sorted([*_libraries(), *_vendored()], key=lambda each: each.name.lower()))


def cyclonedx() -> dict[str, Any]:
    """The bill of materials as CycloneDX 1.6 (ECMA-424); without a time, so that the same parts are the same bill."""
    return {
        "bomFormat": "CycloneDX",
        "specVersion": "1.6",
        "version": 1,
        "metadata": {"component": {"type": "application", "name": "yinuo", "bom-ref": "yinuo"}},
        "components": [_component(each) for each in materials()],
    }


def _component(each: Material) -> dict[str, Any]:
    licences = [{"license": {"name": each.licence}}] if each.licence else []
    return {
        "type": each.kind,
        "bom-ref": each.purl,
        "name": each.name,
        "version": each.version,
        "purl": each.purl,
        "licenses": licences,
        "hashes": [{"alg": "SHA-256", "content": digest} for digest in each.hashes],
    }


def _libraries() -> Iterator[Material]:
    text = LOCK.read_text(encoding="utf-8")
    pins = list(_PINNED.finditer(text))
    for pin, after in zip(pins, [*pins[1:], None], strict=True):
        name, version = pin[1], pin[2]
        block = text[pin.end() : after.start() if after else len(text)]
        licence, installed = _licence(name)
        yield Material(
            name, version, licence, f"pkg:pypi/{_normal(name)}@{version}", tuple(_HASH.findall(block)),
            installed=installed,
        )  # fmt: skip


def _vendored() -> Iterator[Material]:
    for each in tomllib.loads(VENDOR.read_text(encoding="utf-8"))["file"]:
        registry, _, package = each["package"].partition(":")
        where = f"pkg:{registry}/{package.replace('@', '%40')}@{each['version']}#{each['member']}"
        yield Material(
            each["name"], each["version"], each["licence"], where, (each["sha256"],), kind="file"
        )  # fmt: skip


def _licence(name: str) -> tuple[str, bool]:
    """What an installed library says of its licence, and whether it is installed: some are for other systems only."""
    try:
        said = metadata.metadata(name).json
    except metadata.PackageNotFoundError:
        return "", False
    classified = [m[1] for c in said.get("classifier", ()) if (m := _CLASSIFIER.fullmatch(c))]
    free = str(said.get("license", "")).strip().splitlines()
    told = said.get("license_expression") or ", ".join(classified) or (free[0][:100] if free else "")
    return str(told), True


def _normal(name: str) -> str:
    return re.sub(r"[-_.]+", "-", name).lower()
