"""Message catalogues: extract what the code says into each app's locale folders, and judge them.

`python -m tests.architecture.messages` (make words) updates the catalogues of this tree in place. English is
what the code says itself; zh_Hans and zh_Hant are translated.
"""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import polib

from tests.architecture.tree import ROOT, Tree

LANGUAGES = ("zh_Hans", "zh_Hant")
PLURALS = "nplurals=1; plural=0;"  # alike everywhere: only then the catalogues become one (web/catalogs.py)
SAYS_SOMETHING = ("gettext", '_("')


def apps_that_speak(root: Path) -> list[Path]:
    """App folders (with __init__.py, not a floor) that hold a message; what the apps' locale folders stand in."""
    found = set()
    for file in Tree(root).files:
        ours = file.parts[0] == "yinuo" and not file.is_test and "pack_template" not in file.parts
        if (
            ours
            and file.at.endswith((".py", ".html", ".txt"))
            and any(map(file.text.__contains__, SAYS_SOMETHING))
        ):
            found.add(_app_of(root, root / file.at))
    return sorted(found)


def _app_of(root: Path, path: Path) -> Path:
    parts = path.relative_to(root).parts
    depth = 2 if parts[1] in ("facts", "web", "site") else 3
    return root.joinpath(*parts[:depth])


def extract(root: Path) -> None:
    """Bring every app's catalogues up to date with its code; raises RuntimeError with xgettext's words."""
    for app in apps_that_speak(root):
        (app / "locale").mkdir(exist_ok=True)
        # -P: an app has modules named like the standard library's (numbers.py), which must not be found first
        command = [
            sys.executable,
            "-P",
            "-m",
            "tests.architecture.extracting",
            "--no-wrap",
            "--no-location",
            "-v0",
        ]
        languages = [f"--locale={language}" for language in LANGUAGES]
        ignored = ["--ignore=tests/*", "--ignore=static/*", "--ignore=pack_template/*"]
        clean = {key: value for key, value in os.environ.items() if key != "DJANGO_SETTINGS_MODULE"}
        clean["PYTHONPATH"] = str(ROOT)
        done = subprocess.run(
            [*command, *languages, *ignored], cwd=app, env=clean, capture_output=True, text=True
        )
        if done.returncode:
            raise RuntimeError(f"{app.relative_to(root)}: {done.stderr or done.stdout}")


def settle(root: Path) -> None:
    """A message that moved to another app keeps its translation; what is said nowhere any more goes.

    Dates of extraction are left out: they would change every catalogue each time.
    """
    for language in LANGUAGES:
        paths = sorted((root / "yinuo").glob(f"**/locale/{language}/LC_MESSAGES/*.po"))
        catalogues = {path: polib.pofile(str(path), wrapwidth=0) for path in paths}
        known = {
            (entry.msgctxt, entry.msgid): entry.msgstr
            for catalogue in catalogues.values()
            for entry in catalogue
            if entry.msgstr and not entry.fuzzy
        }
        for path, catalogue in catalogues.items():
            _settle(catalogue, known)
            catalogue.save(str(path))


def _settle(catalogue: polib.POFile, known: dict[tuple[str | None, str], str]) -> None:
    for name in ("POT-Creation-Date", "Report-Msgid-Bugs-To"):
        catalogue.metadata.pop(name, None)
    for entry in catalogue.obsolete_entries():
        catalogue.remove(entry)
    for entry in catalogue:
        if (entry.fuzzy or not entry.translated()) and (entry.msgctxt, entry.msgid) in known:
            entry.msgstr = known[entry.msgctxt, entry.msgid]
            entry.flags = [flag for flag in entry.flags if flag != "fuzzy"]
            entry.previous_msgid = entry.previous_msgid_plural = entry.previous_msgctxt = None


def faults(root: Path) -> Iterator[str]:
    """What is wrong in a catalogue by itself, and what two of them say differently."""
    yield from _faults_of_each(root)
    for language in LANGUAGES:
        yield from _said_differently(root, language)


def _said_differently(root: Path, language: str) -> Iterator[str]:
    """All catalogues of a language are read as one: of two translations of the same words one is never seen."""
    said: dict[tuple[str | None, str], tuple[object, Path]] = {}
    for path in sorted((root / "yinuo").glob(f"**/locale/{language}/LC_MESSAGES/*.po")):
        for entry in polib.pofile(str(path)):
            words = entry.msgstr or dict(entry.msgstr_plural)
            first, where = said.setdefault((entry.msgctxt, entry.msgid), (words, path))
            if words != first:
                places = " and ".join(str(each.relative_to(root)) for each in (where, path))
                yield f"{places}: {entry.msgid[:60]!r} is translated differently"


def _faults_of_each(root: Path) -> Iterator[str]:
    """Missing, fuzzy and obsolete messages of every catalogue, and placeholders lost on the way."""
    for path in sorted((root / "yinuo").glob("**/locale/*/LC_MESSAGES/*.po")):
        catalogue = polib.pofile(str(path))
        if catalogue.metadata.get("Plural-Forms") != PLURALS:
            yield f"{path.relative_to(root)}: its header has not Plural-Forms: {PLURALS}"
        for entry in catalogue:
            at = f"{path.relative_to(root)}: {entry.msgid[:60]!r}"
            if entry.obsolete:
                yield f"{at} is no longer said anywhere"
            elif entry.fuzzy:
                yield f"{at} is fuzzy"
            elif not entry.translated():
                yield f"{at} has no translation"
            elif _placeholders(entry.msgid) != _placeholders(
                entry.msgstr or next(iter(entry.msgstr_plural.values()))
            ):
                yield f"{at} lost or gained a placeholder"


def _placeholders(text: str) -> set[str]:
    import re

    return set(re.findall(r"%\(\w+\)[sd]|\{\w*\}|%[sd]", text))


if __name__ == "__main__":
    extract(ROOT)
    settle(ROOT)
    left = list(faults(ROOT))
    print("\n".join([*left, f"faults={len(left)}"]))
    raise SystemExit(1 if left else 0)
