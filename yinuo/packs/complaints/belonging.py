"""The facts of complaints that have to do with each other, or with a prevention, and how a timeline tells them."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from yinuo.engines.cases.timeline import STAFF, SYSTEM, Phrase
from yinuo.facts.kinds import Code, FactKind, Id, Integer, Optional_
from yinuo.ground.terms.lists import label

OTHER = {"other": Id}  # the other complaint
WRITTEN = {**OTHER, "letter": Optional_(Id)}
FACTS = (
    FactKind("complaints.merged", case=True, fields=WRITTEN),
    FactKind("complaints.merged_in", case=True, fields=OTHER),
    FactKind("complaints.separated", case=True, fields=WRITTEN),
    FactKind("complaints.parted", case=True, fields=OTHER),
    FactKind("complaints.split", case=True, fields={**OTHER, "matters": Integer}),
    FactKind("complaints.split_off", case=True, fields=WRITTEN),
    FactKind("complaints.linked", case=True, fields={**OTHER, "why": Code}),
    FactKind("complaints.unlinked", case=True, fields=OTHER),
    FactKind("complaints.told_apart", case=True, fields=OTHER),
    FactKind("complaints.prevented", case=True, fields={"prevention": Id}),
    FactKind("complaints.prevention_measured", case=True, fields={"prevention": Id, "verdict": Code}),
)
VERDICTS = {"better": _("better"), "not_better": _("not better"), "cannot_tell": _("nobody can tell")}
PHRASES = {
    "complaints.prevented": Phrase(SYSTEM, _("A prevention was opened from it")),
    "complaints.prevention_measured": Phrase(
        SYSTEM,
        _("The measure of its prevention was read again: %(verdict)s"),
        lambda data: {"verdict": VERDICTS.get(data["verdict"], data["verdict"])},
    ),
    "complaints.merged": Phrase(STAFF, _("%(who)s merged it into %(other)s")),
    "complaints.merged_in": Phrase(STAFF, _("%(who)s merged %(other)s into it")),
    "complaints.separated": Phrase(STAFF, _("%(who)s separated it from %(other)s again")),
    "complaints.parted": Phrase(STAFF, _("%(who)s separated %(other)s from it again")),
    "complaints.split": Phrase(
        STAFF,
        _("%(who)s split matters off into %(other)s: %(matters)s"),
        lambda data: {"matters": data["matters"]},
    ),
    "complaints.split_off": Phrase(STAFF, _("%(who)s split it off %(other)s")),
    "complaints.linked": Phrase(
        STAFF,
        _("%(who)s linked it with %(other)s: %(why)s"),
        lambda data: {"why": label("complaint_link", data["why"])},
    ),
    "complaints.unlinked": Phrase(STAFF, _("%(who)s took the link with %(other)s back")),
    "complaints.told_apart": Phrase(STAFF, _("%(who)s decided: not the same as %(other)s")),
}
