"""Who is told of a note, and who follows a case. Neither lets anybody see what they could not see anyway.

Following is a mark of one's own and no fact; that somebody was told is one. Standing aside ends both.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db.models import Exists, F, OuterRef, Q, QuerySet, Subquery
from django.utils import timezone
from django.utils.translation import gettext as _

from yinuo.engines.cases.kinds import case_kind
from yinuo.engines.cases.marks import Follower, Mention
from yinuo.engines.cases.models import Case, Note
from yinuo.engines.cases.moves import happen
from yinuo.engines.cases.recusal import aside
from yinuo.engines.cases.refusals import CaseRefused, Recused
from yinuo.ground.access.reach import reach_of
from yinuo.ground.people.models import User


def tell(case: Case, note: Note, people: Iterable[User], *, by: User, at: datetime) -> None:
    """Tell colleagues of a note on a held case; refused, for all of them, where one may not see the case."""
    for person in people:
        need_sight(case, person)
        happen(case, "cases.mentioned", by=by, at=at, note=note.pk, person=person.pk)
        Mention.objects.create(case=case, note=note, person=person, by=by, told_at=at)


def need_sight(case: Case, person: User) -> None:
    """Recused for whoever stands aside from the case, CaseRefused for whom it is out of reach."""
    if person.pk in aside(case):
        raise Recused(
            _("%(name)s stands aside from this case and is not told of it.") % {"name": person.name}
        )
    places = {case.handling_unit_id, case.owning_unit_id, case.complained_unit_id}
    if not places & reach_of(person).units(case_kind(case.kind).view):
        raise CaseRefused(_("%(name)s may not see this case and is not told of it.") % {"name": person.name})


def follow(case: Case, person: User, *, at: datetime) -> None:
    """Follow a case that one may see; again changes nothing."""
    need_sight(case, person)
    seen = {"since": at, "seen_version": case.version}
    Follower.objects.get_or_create(case=case, person=person, defaults=seen)


def unfollow(case: Case, person: User) -> None:
    """Follow it no more."""
    Follower.objects.filter(case=case, person=person).delete()


def with_marks(cases: QuerySet[Case], person: User) -> QuerySet[Case]:
    """Cases that know of themselves what this reader had seen of them (`seen_version`, None where they do not follow
    it), and whether a note tells them something unread (`mentioned`): no query of its own."""
    own = Follower.objects.filter(case=OuterRef("pk"), person=person)
    unread = Mention.objects.filter(case=OuterRef("pk"), person=person, read_at=None)
    return cases.annotate(seen_version=Subquery(own.values("seen_version")[:1]), mentioned=Exists(unread))


def followed_by(person: User) -> Q:
    """Cases that somebody follows."""
    return Q(pk__in=Follower.objects.filter(person=person).values("case_id"))


def looked(case: Any, person: User) -> None:
    """Whoever opens the page of a case has seen what is new; writes only where something was."""
    if getattr(case, "seen_version", None) is not None and case.seen_version < case.version:
        Follower.objects.filter(case=case, person=person).update(seen_version=case.version)
    if getattr(case, "mentioned", False):
        Mention.objects.filter(case=case, person=person, read_at=None).update(read_at=timezone.now())


def news_of(cases: Iterable[Case], person: User) -> frozenset[UUID]:
    """To which of the cases that somebody follows something happened since they last looked."""
    seen = Follower.objects.filter(case__in=[case.pk for case in cases], person=person)
    return frozenset(seen.filter(seen_version__lt=F("case__version")).values_list("case_id", flat=True))
