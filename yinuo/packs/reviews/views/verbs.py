"""What people do with a review, one line a verb."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from yinuo.packs.reviews import actions, forms
from yinuo.packs.reviews.pack import DECIDE
from yinuo.packs.reviews.views.page import respond, visible_case
from yinuo.web.case_verbs import CasePage, CaseVerb, one

VERBS = (
    CaseVerb("take", DECIDE, actions.take, _("It is yours now")),
    CaseVerb(
        "decide", DECIDE, actions.decide, _("Decided; the customer is told"),
        one("decision_form", forms.DecisionForm),
    ),
)  # fmt: skip
PAGE = CasePage("reviews:page", visible_case, respond)
