"""The rungs of a case's ladders as pages draw them: who was told when, and whether they have seen it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django import forms
from django.urls import NoReverseMatch, reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from yinuo.engines.cases.models import Case, Rung
from yinuo.engines.editions import shelf
from yinuo.engines.promises.promise import Promise
from yinuo.ground.access.reach import Reach
from yinuo.web.formats import listed, moment
from yinuo.web.plain_form import PlainForm


class AcknowledgeForm(PlainForm):
    """Words for colleagues, if any."""

    said = forms.CharField(
        label=gettext_lazy("What you do about it"),
        max_length=500,
        required=False,
        widget=forms.Textarea(attrs={"rows": 2}),
    )


@dataclass(frozen=True, slots=True)
class RungMark:
    """One rung that was reached. `state`: waiting | acknowledged | ended; `url` acknowledges it, "" for others."""

    id: UUID
    promise: str
    place: str
    people: str
    told_at: datetime
    state: str
    said: str
    url: str = ""

    @property
    def form(self) -> AcknowledgeForm:
        """A form of its own: several may stand on one page."""
        return AcknowledgeForm(auto_id=f"{self.id}_%s")


def case_rungs(case: Case, reach: Reach) -> list[RungMark]:
    """The rungs of a case read whole, the last told first."""
    return [rung_mark(rung, case, reach) for rung in reversed(list(case.rungs.all()))]


def rung_mark(rung: Rung, case: Case, reach: Reach) -> RungMark:
    """One rung, with its way to acknowledge for whoever was told or stands in for them today."""
    promises: dict[str, Promise] = {each.key: each for each in shelf.parsed(shelf.by_id(case.promises_id))}
    promise = promises.get(rung.promise)
    steps = len(promise.ladder) if promise else rung.place + 1
    told = {person.person_id for person in rung.people.all()}
    state = "acknowledged" if rung.acknowledged_at else "ended" if rung.ended_at else "waiting"
    return RungMark(
        id=rung.pk,
        promise=str(promise.name) if promise else rung.promise,
        place=_("rung %(n)s of %(all)s") % {"n": rung.place + 1, "all": max(steps, rung.place + 1)},
        people=told_names(rung),
        told_at=rung.told_at,
        state=state,
        said=_said(rung, state),
        url=_acknowledge_url(rung) if state == "waiting" and told & reach.stands_for() else "",
    )


def told_names(rung: Rung) -> str:
    """Whom it told, and whom they stand in for; said plainly where nobody was found."""
    names = [
        _("%(name)s (for %(away)s)") % {"name": each.person.name, "away": each.instead_of.name}
        if each.instead_of
        else each.person.name
        for each in rung.people.all()
    ]
    return listed(names) if names else _("Nobody was found, up to the root of the unit tree")


def _said(rung: Rung, state: str) -> str:
    """How it stands, in words."""
    if rung.acknowledged_by is not None and rung.acknowledged_at is not None:
        seen = {"name": rung.acknowledged_by.name, "at": moment(rung.acknowledged_at)}
        return _("acknowledged by %(name)s, %(at)s") % seen
    return _("ended with its clock") if state == "ended" else _("not acknowledged")


def _acknowledge_url(rung: Rung) -> str:
    """Where it is acknowledged; "" where the pack is absent."""
    try:
        return reverse("escalations:acknowledge", args=[rung.pk])
    except NoReverseMatch:
        return ""
