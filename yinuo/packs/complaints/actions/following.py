"""Telling a colleague of a note, and following a complaint."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import datetime
from uuid import UUID

from django.db import transaction
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext as _

from yinuo.engines.cases import following
from yinuo.engines.cases.models import Case
from yinuo.engines.cases.moves import CaseRefused, hold
from yinuo.ground.people.models import User

# Not within a word: an e-mail address tells nobody.
MENTION = re.compile(r"(?<![0-9A-Za-z._+-])@(?=\S)([^\n@]{1,40})")


def mentioned(text: str, by: User) -> list[User]:
    """The colleagues whom a note names: @ and a name or a staff number. CaseRefused for a name that nobody has, or
    that several have; oneself is nobody to tell."""
    found = [_meant(said) for said in MENTION.findall(text)]
    return [person for person in dict.fromkeys(found) if person != by]


def _meant(said: str) -> User:
    """Whoever the words after an @ begin with; of several names the longest."""
    prefixes = list(_names(said))
    people = User.objects.filter(Q(name__in=prefixes) | Q(staff_number__in=prefixes), is_active=True)
    lengths = {
        person: max(len(each) for each in (person.name, person.staff_number) if each in prefixes)
        for person in people
    }
    longest = [person for person, length in lengths.items() if length == max(lengths.values())]
    shown = {"name": said.split()[0][:20]}
    if not longest:
        raise CaseRefused(
            _("Nobody is called “%(name)s”: write the name after @, or the staff number.") % shown
        )
    if len(longest) > 1:
        raise CaseRefused(
            _("Several colleagues are called “%(name)s”: write the staff number after @.") % shown
        )
    return longest[0]


def _names(said: str) -> Iterator[str]:
    """Every beginning that may be a name: in Latin letters and digits none that ends within a word."""
    for end in range(1, len(said) + 1):
        within = said[end - 1].isascii() and said[end - 1].isalnum() and said[end : end + 1].isascii()
        if not (within and said[end : end + 1].isalnum()):
            yield said[:end]


@transaction.atomic
def follow(case_id: UUID, *, by: User, version: int | None = None, at: datetime | None = None) -> Case:
    """Follow a complaint: it stands in a view of its own, marked while there is news. It moves nothing."""
    case = hold(case_id)
    following.follow(case, by, at=at or timezone.now())
    return case


@transaction.atomic
def unfollow(case_id: UUID, *, by: User, version: int | None = None) -> Case:
    """Follow it no more."""
    case = hold(case_id)
    following.unfollow(case, by)
    return case
