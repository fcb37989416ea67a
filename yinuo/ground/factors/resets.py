"""A second factor that was lost is taken away by two administrators, never by one, and never by its owner."""

from __future__ import annotations

from datetime import datetime, timedelta
from uuid import UUID

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from yinuo.facts.gate import record
from yinuo.ground.factors import kinds, second
from yinuo.ground.factors.models import ResetAsked
from yinuo.ground.people import whereabouts
from yinuo.ground.people.models import User

LASTS = timedelta(hours=24)


class ResetRefused(Exception):
    """Not by this person, or not asked for; the message says it to whoever tried."""


def asked_for(user: UUID, now: datetime | None = None) -> ResetAsked | None:
    """What is asked and waits for a second administrator."""
    since = (now or timezone.now()) - LASTS
    return ResetAsked.objects.select_related("by").filter(user=user, at__gt=since).first()


@transaction.atomic
def ask(user: User, *, by: User) -> None:
    """The first of the two; whoever asked may not grant."""
    if user.pk == by.pk:
        raise ResetRefused(_("Nobody resets their own second factor."))
    if not User.objects.select_for_update().get(pk=user.pk).second_factor:
        raise ResetRefused(_("This account has no second factor."))
    ResetAsked.objects.update_or_create(user=user, defaults={"by": by, "at": timezone.now()})
    record(kinds.RESET_ASKED.name, by=by.pk, user=user.pk)


@transaction.atomic
def grant(user: User, *, by: User) -> None:
    """The second: the factor is gone, and so are all sessions."""
    held = User.objects.select_for_update().get(pk=user.pk)
    asked = asked_for(user.pk)
    if asked is None:
        raise ResetRefused(_("Nobody asked for this within the last day."))
    if by.pk in (user.pk, asked.by_id):
        raise ResetRefused(_("A second administrator grants this: neither who asked nor whom it concerns."))
    second.drop(held)
    ResetAsked.objects.filter(user=user).delete()
    record(kinds.RESET_GRANTED.name, by=by.pk, user=user.pk, asked_by=asked.by_id)
    whereabouts.end_sessions(user.pk, by=by.pk, why=whereabouts.FACTOR)
