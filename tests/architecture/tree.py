"""The tree of the project as the house rules read it: files, parsed Python, and the registry of rules."""

from __future__ import annotations

import ast
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path, PurePosixPath

ROOT = Path(__file__).resolve().parents[2]

# What no commit holds: environments, caches, what a running Yinuo or a test run writes.
NOT_OURS = {
    ".git",
    ".venv",
    "var",
    "build",
    "__pycache__",
    ".mypy_cache",
    ".ruff_cache",
    ".pytest_cache",
    ".hypothesis",
    ".import_linter_cache",
}
NOT_OURS_ENDINGS = (".pyc", ".mo", ".egg-info", ".sqlite3")

Rule = Callable[["Tree"], Iterator[str]]
RULES: dict[str, Rule] = {}


def rule(name: str) -> Callable[[Rule], Rule]:
    """Register a house rule: it yields one sentence per violation, each beginning with the place."""

    def register(function: Rule) -> Rule:
        RULES[name] = function
        return function

    return register


@dataclass(frozen=True)
class Source:
    """One file; `at` is its path from the root with forward slashes."""

    root: Path
    at: str

    @cached_property
    def text(self) -> str:
        return (self.root / self.at).read_text(encoding="utf-8", errors="replace")

    @cached_property
    def syntax(self) -> ast.Module:
        return ast.parse(self.text, self.at)

    @property
    def parts(self) -> tuple[str, ...]:
        return PurePosixPath(self.at).parts

    @property
    def is_test(self) -> bool:
        return "tests" in self.parts or self.at == "conftest.py" or self.parts[0] == "bench"

    @property
    def is_migration(self) -> bool:
        return "migrations" in self.parts


class Tree:
    """Every file that a commit could hold below a root."""

    def __init__(self, root: Path) -> None:
        self.root = root

    @cached_property
    def files(self) -> list[Source]:
        return [Source(self.root, str(path)) for path in sorted(self._walk(self.root))]

    @cached_property
    def folders(self) -> list[str]:
        """Folders that hold a file, directly or further below, without the root."""
        found = {str(folder) for file in self.files for folder in PurePosixPath(file.at).parents}
        return sorted(found - {"."})

    def python(self) -> list[Source]:
        return [file for file in self.files if file.at.endswith(".py")]

    def product(self) -> list[Source]:
        """Python of the product itself: no tests, no migrations."""
        return [
            file
            for file in self.python()
            if file.parts[0] == "yinuo" and not file.is_test and not file.is_migration
        ]

    def templates(self) -> list[Source]:
        return [file for file in self.files if file.at.endswith(".html") and "templates" in file.parts]

    def _walk(self, folder: Path) -> Iterator[PurePosixPath]:
        for path in folder.iterdir():
            if path.name in NOT_OURS or path.name.endswith(NOT_OURS_ENDINGS) or path.is_symlink():
                continue
            if path.is_dir():
                yield from self._walk(path)
            else:
                yield PurePosixPath(path.relative_to(self.root).as_posix())
