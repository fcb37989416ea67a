"""An edition in the reader's words: what it is of, for whom, since when, by whom."""

from __future__ import annotations

from dataclasses import dataclass

from django.urls import reverse
from django.utils import timezone
from django.utils.translation import get_language, gettext_lazy
from django.utils.translation import gettext as _

from yinuo.engines.editions.models import Edition
from yinuo.engines.editions.upgrades import UPGRADE
from yinuo.web.edition_pages import page_of
from yinuo.web.formats import day, moment
from yinuo.web.parts import Crumb, Pair

KEYS = {
    "callbacks": gettext_lazy("Call-backs"),
    "cfpb": gettext_lazy("CFPB public complaints"),
    "china": gettext_lazy("Mainland China"),
    "complaints": gettext_lazy("Complaints"),
    "own": gettext_lazy("This bank"),
    "programme": gettext_lazy("Service programme"),
    "plan003": gettext_lazy("Plan 003"),
    "public": gettext_lazy("Public complaint data"),
    "reviews": gettext_lazy("Reviews"),
    "surveys": gettext_lazy("Surveys"),
}


@dataclass(frozen=True, slots=True)
class Line:
    """An edition with its names in the reader's language. `state` says a day that has not come yet."""

    edition: Edition
    kind: str
    of: str
    unit: str
    origin: str
    since: str
    state: str

    @property
    def whole(self) -> str:
        """Kind, what it is of, and the unit it is for."""
        return " · ".join(filter(None, (self.kind, self.of, self.unit)))


def named(edition: Edition) -> Line:
    """Kind, key, unit, origin and date as words; a kind or key without words shows as it is written."""
    return Line(
        edition,
        str(page_of(edition.kind).name),
        str(KEYS.get(edition.key, edition.key)),
        edition.unit.name if edition.unit else "",
        _origin(edition),
        _since(edition),
        state_of(edition),
    )


def state_of(edition: Edition) -> str:
    """The state, and what of it is still to come."""
    if edition.state == Edition.State.APPROVED:
        if edition.effective_from is not None and edition.effective_from > timezone.now():
            return _("Approved, in force later")
        if edition.retirement_asked_by_id is not None:
            return _("Approved, to be retired")
    return str(edition.get_state_display())


def _origin(edition: Edition) -> str:
    shipped, at, version = edition.origin.partition("@")
    if not at or shipped != "shipped":
        return _("the bank")
    if version == "source":  # run from a source tree, which has no version
        return _("shipped with Yinuo")
    return _("shipped with Yinuo, %(version)s") % {"version": version}


def _since(edition: Edition) -> str:
    if edition.effective_from is None:
        return "--"
    effective = moment(edition.effective_from)
    return _("the beginning") if effective.startswith("2000") else effective


def crumbs_of(found: Edition, *, here: bool = True) -> list[Crumb]:
    """The way to an edition; `here` while its page is the place itself."""
    own = Crumb(named(found).whole, "" if here else reverse("editing:edition", args=[found.pk]))
    return [Crumb(_("Rules and editions"), reverse("editing:list")), own]


def facts_of(found: Edition) -> list[Pair]:
    """Who decided what when."""
    line = named(found)
    pairs = [
        Pair(_("State"), line.state),
        Pair(_("For"), line.unit or _("the whole bank")),
        Pair(_("Origin"), line.origin),
        Pair(_("In force since"), line.since),
        Pair(_("Drafted by"), found.drafted_by.name if found.drafted_by else line.origin),
        Pair(
            _("Approved by"),
            found.approved_by.name if found.approved_by else _("not confirmed by the bank yet"),
        ),
        Pair(_("Why"), _why(found)),
        Pair("SHA-256", found.digest[:16]),
    ]
    return [*pairs[:4], *_to_come(found), *pairs[4:]]


def _to_come(found: Edition) -> list[Pair]:
    pairs = []
    if found.state == Edition.State.DRAFT:
        wish = day(found.starts_on) if found.starts_on else _("as soon as it is approved")
        pairs.append(Pair(_("Is to come into force"), wish))
    if found.retired_at:
        pairs.append(Pair(_("Out of force since"), moment(found.retired_at)))
    if found.retirement_asked_by:
        pairs.append(Pair(_("Retirement proposed by"), found.retirement_asked_by.name))
    return pairs


def _why(found: Edition) -> str | None:
    """What its author said; a newer version of the house says nothing but that it is newer."""
    if found.note == UPGRADE:
        return _("A newer version of Yinuo brings it.")
    return found.note or None


def language() -> str:
    """The reader's."""
    return get_language() or "zh-hans"
