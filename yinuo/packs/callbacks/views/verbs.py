"""What people do with a call-back, one line a verb."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from yinuo.packs.callbacks import actions, forms
from yinuo.packs.callbacks.pack import CALL
from yinuo.packs.callbacks.views.page import respond, visible_case
from yinuo.web.case_verbs import CasePage, CaseVerb, one

VERBS = (
    CaseVerb(
        "attempt", CALL, actions.try_once, _("Attempt written down"), one("attempt_form", forms.AttemptForm)
    ),
    CaseVerb(
        "conclude", CALL, actions.conclude, _("The call-back is finished"),
        one("outcome_form", forms.OutcomeForm),
    ),
    CaseVerb("give-up", CALL, actions.give_up, _("Recorded as not reached")),
)  # fmt: skip
PAGE = CasePage("callbacks:page", visible_case, respond)
