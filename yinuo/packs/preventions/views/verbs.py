"""What people do with a prevention, one line a verb."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from yinuo.packs.preventions import actions, forms
from yinuo.packs.preventions.pack import DECIDE_DAY, VERIFY, WEIGH, WORK
from yinuo.packs.preventions.views.another_day import decision, read_day
from yinuo.packs.preventions.views.page import own_or_opens, respond, visible_case
from yinuo.web.case_verbs import CasePage, CaseVerb, one

VERBS = (
    CaseVerb("plan", WORK, actions.plan, _("Planned"), one("plan_form", forms.PlanForm)),
    CaseVerb("another-day", WORK, actions.ask_day, "", read_day),
    CaseVerb(
        "decide-day", DECIDE_DAY, actions.decide_day, _("Decided"), one("later_day_form", decision),
    ),
    CaseVerb(
        "carry-out", WORK, actions.carry_out, _("Carried out; its measure decides"),
        one("carry_out_form", forms.CarryOutForm),
    ),
    CaseVerb(
        "hand-over", WORK, actions.hand_over, _("Handed over to the new owner"),
        one("hand_over_form", forms.HandOverForm), own_or_opens, parts=True,
    ),
    CaseVerb("verify", VERIFY, actions.verify, _("Measured again")),
    CaseVerb("send-back", WEIGH, actions.send_back, _("It is planned once more")),
    CaseVerb("end", WEIGH, actions.end, _("Ended as it is"), one("end_form", forms.EndForm)),
)  # fmt: skip
PAGE = CasePage("preventions:page", visible_case, respond, "preventions:list")
