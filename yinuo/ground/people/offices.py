"""The three offices that no account combines (GB/T 22239 level 3): they watch each other."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.core.exceptions import ValidationError
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

if TYPE_CHECKING:
    from collections.abc import Collection
    from datetime import date
    from uuid import UUID

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


def check_held_on(
    on: date, role: str, *, without: Collection[UUID] = (), but_for: UUID | None = None
) -> None:
    """Raise PostingRefused if from the day on nobody would hold a separate office for good, once the postings `without`
    have ended and the person `but_for` has left. Holds the office's postings, so that two who end each other's meet."""
    from yinuo.ground.people.models import Posting

    if role not in SEPARATE_OFFICES:
        return
    lasting = Posting.objects.filter(role=role, deputy_for=None, valid_to=None, valid_from__lte=on)
    held = list(lasting.select_for_update(of=("self",)).select_related("user").order_by("pk"))
    staying = [each for each in held if each.pk not in without and each.user_id != but_for]
    if not any(each.user.is_active and each.user.closes_on is None for each in staying):
        raise PostingRefused(
            _("Nobody else holds this office from that day on: give it to a successor first."),
            code="last_of_office",
        )
