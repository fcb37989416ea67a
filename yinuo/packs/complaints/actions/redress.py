"""Redress: proposed by who handles it, granted within limits, above them by somebody else, told with the answer."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import override

from yinuo.engines.cases import approvals
from yinuo.engines.cases.models import Approval, Case
from yinuo.engines.cases.moves import CaseRefused, happen, hold, settle
from yinuo.engines.editions import shelf
from yinuo.ground.access.reach import Reach, reach_of
from yinuo.ground.access.roles import role_name
from yinuo.ground.people.models import User
from yinuo.ground.terms.lists import codes, label
from yinuo.packs.complaints.limits import Limit, Limits
from yinuo.packs.complaints.models import Complaint, Redress
from yinuo.packs.complaints.pack import KIND, money_words, traits
from yinuo.web.formats import listed

REDRESS = "redress"
WHILE = {"investigate", "ask", "answer"}  # the steps during which redress is settled


def redress_limits(case: Case) -> Limits:
    """The limits in force for the unit that owns a complaint."""
    found: Limits = shelf.in_use("redress", KIND.key, case.owning_unit_id)
    return found


@transaction.atomic
def propose_redress(
    case_id: UUID, *, kind: str, amount: int, reason: str, by: User, version: int | None = None,
    at: datetime | None = None,
) -> Case:  # fmt: skip
    """Propose `amount` minor units. Within the lowest limit it is granted at once, above it somebody else decides.

    What counts is the whole redress of the complaint with this one. CaseRefused above the highest limit, while
    another waits, and once the customer was answered.
    """
    at = at or timezone.now()
    case = hold(case_id, version=version)
    if not WHILE & set(case.step.split(",")):
        raise CaseRefused(_("Redress is settled while the complaint is investigated, before the answer."))
    if amount <= 0 or kind not in codes("complaint_redress"):
        raise CaseRefused(_("Redress has a kind of the list and an amount above 0."))
    if approvals.waiting(case, REDRESS) is not None:
        raise CaseRefused(_("Another redress waits for a decision; this one can follow it."))
    limit = _limit_of(case.complaint, amount)
    made = Redress(
        complaint=case.complaint, kind=kind, amount=amount, currency=redress_limits(case).currency, reason=reason,
        proposed_by=by, proposed_at=at,
    )  # fmt: skip
    happen(case, "complaints.redress_proposed", by=by, at=at, **_told(made))
    if limit.alone:
        _grant(case, made, by=by, at=at)
    else:
        asked = {"redress": str(made.pk), "amount": amount}
        made.approval = approvals.ask(case, REDRESS, reason=reason, by=by, at=at, asked=asked)
        made.save(force_insert=True)
    settle(case, traits(case), now=at)
    return case


@transaction.atomic
def decide_redress(
    case_id: UUID, *, granted: bool, said: str = "", by: User, version: int | None = None,
    at: datetime | None = None,
) -> Case:  # fmt: skip
    """Grant what waits, or refuse it; granting takes a role that the limit names, over the handling unit."""
    at = at or timezone.now()
    case = hold(case_id, version=version)
    approval = approvals.decide(case, REDRESS, granted=granted, by=by, at=at, said=said)
    redress = Redress.objects.get(approval=approval)
    if granted:
        _need_role(_limit_of(case.complaint, redress.amount), case, reach_of(by))
        _grant(case, redress, by=by, at=at, approval=approval)
    else:
        redress.granted, redress.decided_at = False, at
        redress.save(update_fields=["granted", "decided_at"])
    settle(case, traits(case), now=at)
    return case


def may_grant(case: Case, amount: int, reach: Reach) -> bool:
    """Whether the limits let somebody of this reach grant so much more on a case."""
    try:
        _need_role(_limit_of(case.complaint, amount), case, reach)
    except CaseRefused:
        return False
    return True


def _limit_of(complaint: Complaint, amount: int) -> Limit:
    limit = redress_limits(complaint.case).over((complaint.redress or 0) + amount)
    if limit is None:
        raise CaseRefused(_("This is more than may be granted on one complaint."))
    return limit


def _need_role(limit: Limit, case: Case, reach: Reach) -> None:
    if limit.roles and not reach.holds_role(limit.roles, case.handling_unit_id):
        names = listed(role_name(role) for role in limit.roles)
        raise CaseRefused(_("So much is granted by: %(roles)s.") % {"roles": names})


def _grant(case: Case, redress: Redress, *, by: User, at: datetime, approval: Approval | None = None) -> None:
    redress.granted, redress.decided_at = True, at
    redress.save()
    complaint = case.complaint
    complaint.redress = (complaint.redress or 0) + redress.amount
    complaint.save(update_fields=["redress"])
    decided = approval.pk if approval else None
    happen(case, "complaints.redressed", by=by, at=at, approval=decided, **_told(redress))


def _told(redress: Redress) -> dict[str, object]:
    return {
        "redress": redress.pk,
        "term": redress.kind,
        "amount": redress.amount,
        "currency": redress.currency,
    }


def redress_in_words(complaint: Complaint, language: str) -> str:
    """What was granted, as the answer to the customer says it; "" where nothing was."""
    granted = complaint.redresses.filter(granted=True).order_by("proposed_at", "id")
    if complaint.reopened_at:  # what an earlier answer told is not granted once more
        granted = granted.filter(decided_at__gte=complaint.reopened_at)
    with override(language):
        lines = [
            _("%(money)s (%(kind)s)")
            % {
                "money": money_words(each.amount, each.currency),
                "kind": label("complaint_redress", each.kind),
            }
            for each in granted
        ]
        return _("We grant you: %(redress)s.") % {"redress": listed(lines)} if lines else ""
