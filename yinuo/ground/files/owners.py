"""Who may read whose files: each kind of owner brings its own answer."""

from __future__ import annotations

from collections.abc import Callable

from django.http import HttpRequest

from yinuo.ground.files.models import StoredFile

MayRead = Callable[[HttpRequest, StoredFile], bool]

_owners: dict[str, MayRead] = {}


def declare_owner(owner_kind: str, may_read: MayRead) -> None:
    """`may_read(request, file)` decides for files of this kind of owner; another answer is a ValueError."""
    if _owners.setdefault(owner_kind, may_read) is not may_read:
        raise ValueError(f"files of {owner_kind!r} already have somebody who decides")


def may_read(request: HttpRequest, file: StoredFile) -> bool:
    """Whether the reader may have the file; files of an undeclared kind are nobody's."""
    decide = _owners.get(file.owner_kind)
    return decide is not None and decide(request, file)
