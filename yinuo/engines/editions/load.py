"""First editions: content files of the shipped folders, loaded onto an empty shelf."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

from django.utils import timezone

from yinuo.engines.editions.actions import digest_of, draft, left_open, ship
from yinuo.engines.editions.kinds import all_kinds, kind_named
from yinuo.engines.editions.models import Edition, Shipped
from yinuo.engines.editions.upgrades import propose

ROOT = Path(__file__).resolve().parents[2]


@dataclass(frozen=True, slots=True)
class ContentFile:
    """A file in some app's content folder, and the edition it stands for."""

    kind: str
    key: str
    path: Path


def content_files() -> Iterator[ContentFile]:
    """Every file in a `content` folder of the house whose ending a declared kind claims.

    Term lists come first: other content is checked against their codes.
    """
    paths = sorted(ROOT.glob("*/**/content/*"))
    found = [file for path in paths for file in _claimed(path, path.parent.parent.name)]
    yield from sorted(found, key=lambda file: file.kind != "terms")


def _claimed(path: Path, folder: str) -> Iterator[ContentFile]:
    for kind in all_kinds():
        key = kind.key_of(path.name, folder)
        if key is not None:
            yield ContentFile(kind.name, key, path)
            return


def load_first_editions() -> tuple[int, int]:
    """Ship what is not there yet; where the file changed since, propose a draft instead of overwriting.

    What leaves something open is proposed too: it cannot come into force before it is filled in.
    Returns (shipped, proposed). What the bank decided is never touched; the same file proposes once.
    """
    shipped = proposed = 0
    for file in content_files():
        content = file.path.read_text(encoding="utf-8")
        text, is_new = Shipped.objects.get_or_create(
            kind=file.kind,
            key=file.key,
            digest=digest_of(content),
            defaults={"content": content, "origin": _origin(), "at": timezone.now()},
        )
        editions = Edition.objects.filter(kind=file.kind, key=file.key)
        if not editions.exists() and left_open(file.kind, content):
            draft(file.kind, file.key, content, by=None, origin=text.origin, shipped=text)
            proposed += 1
        elif not editions.exists():
            ship(file.kind, file.key, content, origin=text.origin, shipped=text)
            shipped += 1
        elif is_new and not editions.filter(digest=text.digest).exists():
            propose(text)
            proposed += 1
    return shipped, proposed


def problems() -> list[str]:
    """What a content file says that its kind cannot read: `path: reason`, for the system check."""
    found = []
    for file in content_files():
        try:
            kind = kind_named(file.kind)
            (kind.check or kind.parse)(file.path.read_text(encoding="utf-8"))
        except ValueError as error:
            found.append(f"{file.path.parent.parent.name}/content/{file.path.name}: {error}")
    return found


def _origin() -> str:
    try:
        return f"shipped@{version('yinuo')}"
    except PackageNotFoundError:
        return "shipped@source"
