"""House rules about the tree: packs, documents, locks, and nothing of anybody's machine."""

from __future__ import annotations

import csv
import re
from collections.abc import Iterator
from pathlib import PurePosixPath

from tests.architecture.tree import Source, Tree, rule

PACK_FILES = {
    "__init__.py",
    "apps.py",
    "README.md",
    "pack.py",
    "models.py",
    "queries.py",
    "actions.py",
    "measures.py",
    "forms.py",
    "views.py",
    "urls.py",
    "api.py",
    "imports.py",
}
PACK_FOLDERS = {"content", "templates", "static", "locale", "migrations", "tests"}
# Folders whose meaning is the same everywhere; docs/map.md does not repeat them.
SAME_EVERYWHERE = {
    "tests",
    "migrations",
    "templates",
    "static",
    "locale",
    "content",
    "fixtures",
    "pictures",
    "results",
    "proof",
}
TEXT = (".py", ".md", ".html", ".css", ".toml", ".txt", ".in", ".csv", ".po", ".yml", ".sh", ".cfg", ".bpmn")
REGISTRIES = [
    ".".join(each)
    for each in (
        ("pypi", "org"),
        ("files", "pythonhosted", "org"),
        ("registry", "npmjs", "org"),
        ("npmmirror", "com"),
    )
]
MACHINE = re.compile(r"(?<![\w./-])/(?:work/(?:main|wt|shared)|root/|tmp/|home/\w+/|opt/pypi)")


@rule("a pack holds only the files of the pattern")
def pack_files(tree: Tree) -> Iterator[str]:
    for file in tree.files:
        if file.parts[:2] != ("yinuo", "packs") or len(file.parts) < 4:
            continue
        inside = file.parts[3]
        if len(file.parts) > 4:
            # a module that outgrew one sitting is a folder of the same name
            known = inside in PACK_FOLDERS or f"{inside}.py" in PACK_FILES
            if not known and f"`{inside}/`" not in _readme(tree, file):
                yield f"{file.at}: no folder {inside!r} in a pack; the pattern has {sorted(PACK_FOLDERS)}"
        elif inside not in PACK_FILES and f"`{inside}`" not in _readme(tree, file):
            yield f"{file.at}: not in the pattern, and the pack's README.md does not introduce `{inside}`"


def _readme(tree: Tree, file: Source) -> str:
    path = tree.root.joinpath(*file.parts[:3], "README.md")
    return path.read_text(encoding="utf-8") if path.exists() else ""


@rule("every pack says what it promises")
def pack_readme(tree: Tree) -> Iterator[str]:
    here = {file.at for file in tree.files}
    for pack in sorted({file.parts[2] for file in tree.files if file.parts[:2] == ("yinuo", "packs")}):
        folder = f"yinuo/packs/{pack}"
        if f"{folder}/pack.py" in here and f"{folder}/README.md" not in here:
            yield f"{folder}: no README.md; promised what, to whom, by when, measured how, owned by whom"


@rule("docs/map.md lists the folders of the tree")
def the_map(tree: Tree) -> Iterator[str]:
    drawn = re.findall(r"^- `([^`]+)/`: \S", _read(tree, "docs/map.md"), re.M)
    real = [each for each in tree.folders if _is_on_the_map(PurePosixPath(each).parts)]
    # A pack may be missing: a new one touches nothing outside its folder, and its README.md says what it is.
    for folder in sorted(
        folder for folder in set(real) - set(drawn) if not folder.startswith("yinuo/packs/")
    ):
        yield f"docs/map.md: add - `{folder}/`: …"
    for folder in sorted(set(drawn) - set(real)):
        yield f"docs/map.md: `{folder}/` is on the map and not in the tree"
    if drawn != sorted(drawn):
        yield "docs/map.md: folders are in alphabetical order"


def _is_on_the_map(parts: tuple[str, ...]) -> bool:
    """Not what means the same everywhere, nor the inside of a pack or of the template of one."""
    inside = parts[:2] == ("yinuo", "packs") and len(parts) > 3
    return not (inside or "pack_template" in parts[:-1] or set(parts[1:]) & SAME_EVERYWHERE)


@rule("docs/words.md names things that exist")
def the_words(tree: Tree) -> Iterator[str]:
    rows = re.findall(r"^\| \*\*(.+?)\*\* \|.*\| `([\w.]+)` \|$", _read(tree, "docs/words.md"), re.M)
    if not rows:
        yield "docs/words.md: no word found; | **Word** | 简 | 繁 | meaning | `dotted.name` |"
    for word, dotted in rows:
        module, _, name = dotted.rpartition(".")
        path = tree.root / (module.replace(".", "/") + ".py")
        defined = re.compile(rf"^(?:class|def) {name}\b|^{name}\b.*=", re.M)
        if not path.exists() or not defined.search(path.read_text(encoding="utf-8")):
            yield f"docs/words.md: {word} points at {dotted}, which is not in the code"


@rule("docs/coverage.csv points at demands, tests and pages that exist")
def the_coverage(tree: Tree) -> Iterator[str]:
    ids = set(_read(tree, "tests/architecture/programme_ids.txt").split())
    rows = list(csv.DictReader(_read(tree, "docs/coverage.csv").splitlines()))
    for number, row in enumerate(rows, 2):
        if set(row) != {"id", "shown_by"}:
            yield f"docs/coverage.csv:{number}: the columns are id,shown_by"
        elif row["id"] not in ids:
            yield f"docs/coverage.csv:{number}: {row['id']} is no row of the programme"
        elif not _is_shown(tree, row["shown_by"]):
            yield f"docs/coverage.csv:{number}: {row['shown_by']} is neither a test nor a page"


def _is_shown(tree: Tree, by: str) -> bool:
    if "::" not in by:
        return bool(by) and (tree.root / by).exists()
    path, _, name = by.partition("::")
    text = _read(tree, path)
    return all(re.search(rf"^\s*(?:async )?(?:def|class) {part}\b", text, re.M) for part in name.split("::"))


def _read(tree: Tree, at: str) -> str:
    path = tree.root / at
    return path.read_text(encoding="utf-8") if path.is_file() else ""


@rule("requirements are locked with hashes")
def locked(tree: Tree) -> Iterator[str]:
    for file in tree.files:
        if file.parts[0] == "requirements" and file.at.endswith(".txt"):
            for entry in re.split(r"\n(?=\S)", file.text.replace("\\\n", " ")):
                if entry.startswith("#") or not entry.strip():
                    continue
                if "==" not in entry or "--hash=sha256:" not in entry:
                    yield f"{file.at}: {entry.split()[0]} is not locked with a hash; make lock"
        elif file.parts[-1] in ("uv.lock", "pylock.toml", "poetry.lock", "Pipfile.lock"):
            yield f"{file.at}: requirements/*.txt is the lock"


@rule("no registry and no machine is named")
def nobodys_machine(tree: Tree) -> Iterator[str]:
    for file in tree.files:
        vendored = "vendor" in file.parts or file.at == "tests/architecture/test_rules_catch.py"
        if vendored or not (
            file.at.endswith(TEXT) or file.parts[-1] in ("Makefile", "run", "pyproject.toml")
        ):
            continue
        for number, line in enumerate(file.text.splitlines(), 1):
            for found in [MACHINE.search(line), *(re.search(re.escape(host), line) for host in REGISTRIES)]:
                if found:
                    yield f"{file.at}:{number}: {found[0]!r} belongs to a machine or a registry"
