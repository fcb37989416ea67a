"""What facts say of the people around a complaint: who complains together, who speaks for whom, who was told."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext_lazy as _

from yinuo.engines.cases.timeline import CUSTOMER, STAFF, Phrase
from yinuo.facts.kinds import Code, FactKind, Flag, Id, Optional_
from yinuo.ground.terms.lists import label

PARTY = {"party": Id, "letter": Optional_(Id)}
FACTS = (
    FactKind("complaints.joined", case=True, fields={**PARTY, "represents": Flag}),
    FactKind(
        "complaints.represented", case=True, fields={**PARTY, "relation": Code, "authority": Optional_(Code)}
    ),
    FactKind(
        "complaints.brought", case=True, fields={**PARTY, "relation": Code, "authority": Optional_(Code)}
    ),
    FactKind("complaints.authority_checked", case=True, fields={**PARTY, "authority": Code}),
    FactKind("complaints.party_removed", case=True, fields={"party": Id, "role": Code}),
)


def _role(code: str) -> str:
    from yinuo.packs.complaints.models import Party

    return str(Party.Role(code).label)


def _joined(data: Any) -> dict[str, Any]:
    return {"what": _("one of those who represent all") if data["represents"] else _("gets no letters")}


PHRASES = {
    "complaints.joined": Phrase(
        STAFF, _("%(who)s wrote down who complains together with the customer: %(what)s"), _joined
    ),
    "complaints.represented": Phrase(
        STAFF,
        _("%(who)s wrote down who speaks for the customer: %(relation)s"),
        lambda data: {"relation": label("complaint_relation", data["relation"])},
    ),
    "complaints.brought": Phrase(
        CUSTOMER,
        _("Brought in by somebody who says they speak for the customer: %(relation)s"),
        lambda data: {"relation": label("complaint_relation", data["relation"])},
    ),
    "complaints.authority_checked": Phrase(
        STAFF, _("%(who)s checked the authority to speak for the customer")
    ),
    "complaints.party_removed": Phrase(
        STAFF,
        _("%(who)s took away what was written down wrongly: %(role)s"),
        lambda data: {"role": _role(data["role"])},
    ),
    "cases.handed_on": Phrase(
        STAFF,
        _("%(who)s handed it over from %(giving)s to %(receiving)s, told %(told)s: %(reason)s"),
        lambda data: {"reason": label("complaint_handing_on", data["reason"])},
        note="note",
    ),
    "cases.mentioned": Phrase(STAFF, _("%(who)s told %(person)s of a note")),
}
