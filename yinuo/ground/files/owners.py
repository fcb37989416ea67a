"""Who may read whose files: each kind of owner brings its own answer."""

from __future__ import annotations

from collections.abc import Callable
from uuid import UUID

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


def nobodys(file_id: UUID) -> StoredFile:
    """A file that never was, of the first kind that has an owner who decides: nobody may read it, and finding that out takes
    as much as of one that is hidden."""
    return StoredFile(owner_kind=next(iter(_owners), ""), owner_id=file_id)
