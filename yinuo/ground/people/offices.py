"""The three offices that no account combines (GB/T 22239 level 3): they watch each other."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.core.exceptions import ValidationError
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

if TYPE_CHECKING:
    from yinuo.ground.people.models import Posting

SEPARATE_OFFICES = frozenset({"sysadmin", "secadmin", "auditor"})


class PostingRefused(ValidationError):
    """A posting that must not be; `code` says which rule, the message says it to a person."""


def check_posting(posting: Posting) -> None:
    """Raise PostingRefused if the account would hold two of the separate offices on any one day."""
    if posting.role not in SEPARATE_OFFICES:
        return
    others = (
        type(posting)
        .objects.filter(user_id=posting.user_id, role__in=SEPARATE_OFFICES - {posting.role})
        .filter(Q(valid_to=None) | Q(valid_to__gt=posting.valid_from))
        .exclude(pk=posting.pk)
    )
    if posting.valid_to is not None:
        others = others.filter(valid_from__lt=posting.valid_to)
    if others.exists():
        raise PostingRefused(
            _("One account cannot hold two of these: system administrator, security administrator, auditor."),
            code="separate_offices",
        )
