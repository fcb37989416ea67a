"""Kinds and layers of units in the reader's words."""

from __future__ import annotations

from datetime import date

from django.utils.functional import Promise
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from yinuo.ground.people.models import Unit
from yinuo.ground.terms.lists import label
from yinuo.web.formats import day as in_figures

KINDS: dict[str, Promise | str] = {
    "head_office": _("head office"),
    "department": _("department"),
    "complaint_centre": _("complaint centre"),
    "city": _("city"),
    "branch": _("branch"),
    "public": _("from public files"),
}


def kind_name(kind: str) -> str:
    """The kind in words; one that only the bank knows reads as its code."""
    return str(KINDS.get(kind, kind))


def layer_name(layer: str) -> str:
    """The layer by the bank's list, "–" where none is said."""
    return label("layer", layer) if layer else "–"


def state_of(unit: Unit, on: date) -> tuple[str, str]:
    """Whether the unit is open on a day, in words and as the tone of a tag."""
    if unit.opened_on > on:
        return gettext("opens on %(day)s") % {"day": in_figures(unit.opened_on)}, "brand"
    if unit.closed_on is None:
        return gettext("unit open"), "ok"
    if unit.closed_on <= on:
        return gettext("closed since %(day)s") % {"day": in_figures(unit.closed_on)}, ""
    return gettext("closes on %(day)s") % {"day": in_figures(unit.closed_on)}, "warn"
