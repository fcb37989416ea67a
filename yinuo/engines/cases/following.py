"""Who is told of a note, and who follows a case. Neither lets anybody see what they could not see anyway.

Following is a mark of one's own and no fact; that somebody was told is one. Standing aside ends both.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from uuid import UUID

from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import gettext as _

from yinuo.engines.cases.kinds import case_kind
from yinuo.engines.cases.marks import Follower, Mention
from yinuo.engines.cases.models import Case, Note
from yinuo.engines.cases.moves import happen
from yinuo.engines.cases.recusal import aside
from yinuo.engines.cases.refusals import CaseRefused, Recused
from yinuo.engines.cases.sight import concerns
from yinuo.engines.cases.whole import CASE
from yinuo.facts.questions import Question
from yinuo.ground.access.reach import reach_of
from yinuo.ground.people.models import User

# What the page of a case reads of both, asked together with everything else about it.
FOLLOWERS = Question(lambda: Follower.objects.filter(case_id=CASE))
UNREAD = Question(lambda: Mention.objects.filter(case_id=CASE, read_at=None))


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
    if not concerns(case, reach_of(person).units(case_kind(case.kind).view)):
        raise CaseRefused(_("%(name)s may not see this case and is not told of it.") % {"name": person.name})


def follow(case: Case, person: User, *, at: datetime) -> None:
    """Follow a case that one may see; again changes nothing."""
    need_sight(case, person)
    seen = {"since": at, "seen_version": case.version}
    Follower.objects.get_or_create(case=case, person=person, defaults=seen)


def unfollow(case: Case, person: User) -> None:
    """Follow it no more; whoever stands aside follows nothing any longer, and finds no door here either."""
    need_sight(case, person)
    Follower.objects.filter(case=case, person=person).delete()


def follower_of(case: Case, person: UUID | None) -> Follower | None:
    """Whether somebody follows a case in hand."""
    return next((each for each in case.followers.all() if each.person_id == person), None)


def followed_by(person: User) -> Q:
    """Cases that somebody follows."""
    return Q(pk__in=Follower.objects.filter(person=person).values("case_id"))


def looked(case: Case, person: User) -> None:
    """Whoever opens the page of a case has seen what is new; writes only where something was."""
    own = follower_of(case, person.pk)
    if own is not None and own.seen_version < case.version:
        Follower.objects.filter(pk=own.pk).update(seen_version=case.version)
    unread = [each.pk for each in case.mentions.all() if each.person_id == person.pk and not each.read_at]
    if unread:
        Mention.objects.filter(pk__in=unread).update(read_at=timezone.now())


def news_of(cases: Iterable[Case], person: User) -> frozenset[UUID]:
    """To which of the cases that somebody follows something happened since they last looked."""
    seen = Follower.objects.filter(case__in=[case.pk for case in cases], person=person)
    return frozenset(seen.filter(seen_version__lt=F("case__version")).values_list("case_id", flat=True))
