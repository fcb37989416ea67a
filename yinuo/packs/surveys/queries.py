"""Named readings of ratings."""

from __future__ import annotations

from django.db.models import Q, QuerySet

from yinuo.engines.cases.models import Recusal
from yinuo.engines.cases.sight import within
from yinuo.ground.access.reach import Reach
from yinuo.packs.surveys.models import Invitation
from yinuo.packs.surveys.pack import VIEW


def visible(reach: Reach) -> QuerySet[Invitation]:
    """Invitations that the reader may see: about a case that a unit within reach handles, owns or is named in."""
    return open_to(within(Invitation.objects.all(), reach.units(VIEW), "about"), reach)


def open_to(invitations: QuerySet[Invitation], reach: Reach) -> QuerySet[Invitation]:
    """Without those about a case from which the reader, or whoever the reader stands in for, stands aside."""
    closed_to = Recusal.objects.filter(person_id__in=reach.stands_for()).values("case_id")
    return invitations.filter(~Q(about_id__in=closed_to))


def for_list(invitations: QuerySet[Invitation]) -> QuerySet[Invitation]:
    """With what a line shows, in one query."""
    return invitations.select_related(
        "about__handling_unit", "about__complained_unit", "customer__key", "opinion"
    )
