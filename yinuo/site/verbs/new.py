"""`yinuo new pack NAME`: a pack with a promise, a page and a figure, all in its own folder."""

from __future__ import annotations

import argparse
import keyword
import re
import shutil
from pathlib import Path

from yinuo.site.cli import Refused

words = "make a new pack from the template: a promise, a page and a figure"
example = "yinuo new pack praise --en Praise --zh-hans 表扬 --zh-hant 表揚"
needs_django = False

TEMPLATE = Path(__file__).resolve().parents[1] / "pack_template"
PACKS = Path(__file__).resolve().parents[2] / "packs"
NAME = re.compile(r"[a-z][a-z0-9]{2,29}")
# Apps whose label a pack would take away; folders of every floor count as taken besides.
TAKEN = {
    "auth",
    "admin",
    "sessions",
    "messages",
    "staticfiles",
    "contenttypes",
    "csp",
    "static",
    "live",
    "measures",
}


def arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("what", choices=["pack"])
    parser.add_argument("name", help="small letters and digits, 3 to 30, beginning with a letter: praise")
    parser.add_argument("--en", help="its name in English (default: NAME, capitalised)")
    parser.add_argument("--zh-hans", help="in Simplified Chinese (default: the English name)")
    parser.add_argument("--zh-hant", help="in Traditional Chinese (default: the Simplified name)")
    parser.add_argument("--series", help="letters that begin its case numbers (default: from NAME)")


def run(options: argparse.Namespace) -> int:
    folder = PACKS / checked(options.name)
    english = options.en or options.name.capitalize()
    simplified = options.zh_hans or english
    gaps = {
        "PACKNAME": options.name,
        "SERIES": series(options.series or options.name[:3].upper()),
        "NAME_EN": plain(english),
        "NAME_ZH_HANS": plain(simplified),
        "NAME_ZH_HANT": plain(options.zh_hant or simplified),
    }
    files = fill(folder, gaps)
    print(f"Made {folder}. Next: docs/a-pack-in-one-sitting.md")
    print(f"pack={options.name} files={files}")
    return 0


def checked(name: str) -> str:
    """The name, if a pack may have it; Refused says why not."""
    floors = PACKS.parent
    taken = TAKEN | {path.parent.name for path in floors.glob("*/__init__.py")}
    taken |= {path.parent.name for path in floors.glob("*/*/__init__.py")}
    if not NAME.fullmatch(name) or keyword.iskeyword(name):
        raise Refused(f"{name!r} is no name for a pack: small letters and digits, 3 to 30, a letter first")
    if name in taken or (PACKS / name).exists():
        raise Refused(f"{name!r} is taken; nothing was changed")
    return name


def series(letters: str) -> str:
    """Two to four capital letters."""
    if not re.fullmatch(r"[A-Z]{2,4}", letters):
        raise Refused(f"--series {letters!r}: two to four capital letters; nothing was changed")
    return letters


def plain(text: str) -> str:
    """A name that may stand in Python, TOML, XML and a catalogue without quoting."""
    if not text.strip() or len(text) > 40 or re.search(r"[\"'\\<>&{}%\x00-\x1f]", text):
        raise Refused(f"{text!r} cannot be a pack's name; nothing was changed")
    return text.strip()


def fill(folder: Path, gaps: dict[str, str]) -> int:
    """Copy the template, whole or not at all; returns the number of files."""
    draft = folder.with_name(f".{folder.name}.new")
    shutil.rmtree(draft, ignore_errors=True)
    sources = [path for path in sorted(TEMPLATE.rglob("*.txt")) if path.is_file()]
    for source in sources:
        target = draft / filled(str(source.relative_to(TEMPLATE)).removesuffix(".txt"), gaps)
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_text(filled(source.read_text(encoding="utf-8"), gaps), encoding="utf-8")
    draft.rename(folder)
    return len(sources)


def filled(text: str, gaps: dict[str, str]) -> str:
    """The template's text with its gaps filled."""
    for gap, word in gaps.items():
        text = text.replace(gap, word)
    return text
